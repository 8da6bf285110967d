"""The fold over many conversations: as it is for a few lines, compiled by numba from the same functions for many."""

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from goldensix.metrics import fold
from goldensix.metrics.fold import fold_conversation
from goldensix.metrics.runs import ASKED_MADE, MOMENTS_MADE, PLACE, RECALLED, TURNS_MADE, TWIN, Ints, State

Int64s = npt.NDArray[np.int64]

FEW: Final = 20_000
"""Lines from which on compiling pays."""
MEMORY: Final = 64
"""A line is looked for among so many before it."""


def fold_many(
    lines: Ints, starts: Ints, derived: Sequence[bool], first: int, gap: int, idle: int, state: State, out: State,
    room: Ints, slack: Ints,
) -> int:  # fmt: skip
    """Fold conversations from `first` on while there is room for the next one; returns the one to go on with."""
    for place in range(first, len(starts) - 1):
        size = starts[place + 1] - starts[place] + 1
        if (
            state[TURNS_MADE] + slack[0] * size > room[0]
            or state[ASKED_MADE] + slack[1] * size > room[1]
            or state[MOMENTS_MADE] + slack[2] * size > room[2]
        ):
            return place
        state[PLACE] = place
        fold_conversation(lines, starts[place], starts[place + 1], derived[place], gap, idle, state, out)
    return len(starts) - 1


def mark_twins(names: Ints, starts: Ints, flags: State) -> State:
    """A line that came before within its conversation counts once, and is recalled if either is."""
    for place in range(len(starts) - 1):
        for line in range(starts[place], starts[place + 1]):
            for other in range(max(starts[place], line - MEMORY), line):
                if names[other] == names[line] and not flags[other] & TWIN:
                    flags[other] |= flags[line] & RECALLED
                    flags[line] |= TWIN
                    break
    return flags


@lru_cache(maxsize=1)
def compiled_fold() -> Any:
    """`fold_many`, compiled: some seconds, once for each version of the code."""
    from numba.extending import register_jitable

    for part in (*fold.PARTS, fold_conversation):
        register_jitable(part)
    return _compiled(fold_many)


@lru_cache(maxsize=1)
def compiled_marking() -> Any:
    return _compiled(mark_twins)


def _compiled(function: Any) -> Any:
    import numba

    place = _kept_at()
    if place is None:
        return numba.njit(nogil=True)(function)
    numba.config.CACHE_DIR = str(place)  # type: ignore[attr-defined]  # numba makes its settings as it starts
    return numba.njit(nogil=True, cache=True)(function)


@lru_cache(maxsize=1)
def _kept_at() -> Path | None:
    """Where compiled code stays for the next process: the user's own cache, and for this very code only, since numba
    does not see when a function that another calls has changed. None: nowhere to keep it."""
    digest = hashlib.sha256()
    for package in ("goldensix.metrics", "goldensix.adapters.columnar"):
        for source in sorted(resources.files(package).iterdir(), key=lambda each: each.name):
            if source.name.endswith(".py"):
                digest.update(source.read_bytes())
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    place = Path(home).expanduser() / "goldensix" / "compiled" / digest.hexdigest()[:24]
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return place if place.is_absolute() and os.access(place, os.W_OK) and place.stat().st_uid == os.getuid() else None


def run_fold(
    rows: Int64s, starts: Int64s, derived: npt.NDArray[np.bool_], gaps: tuple[int, int], state: Int64s, out: Int64s,
    room: tuple[int, int, int], slack: tuple[int, int, int], few: bool,
) -> int:  # fmt: skip
    """How many conversations there was room for; `state` and `out` are written. `few`: not worth compiling."""
    if not few:
        return int(compiled_fold()(rows, starts, derived, 0, *gaps, state, out, np.array(room), np.array(slack)))
    plain_state, plain_out = state.tolist(), out.tolist()
    done = fold_many(
        rows.tolist(), starts.tolist(), derived.tolist(), 0, *gaps, plain_state, plain_out, list(room), list(slack)
    )
    state[:], out[:] = plain_state, plain_out
    return int(done)


def with_twins(names: npt.NDArray[np.uint64], starts: Int64s, flags: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """The flags of lines, those of repeated ones with TWIN."""
    if len(names) > FEW:
        marked: npt.NDArray[np.int8] = compiled_marking()(names, starts, flags.copy())
        return marked
    return np.array(mark_twins(names.tolist(), starts.tolist(), flags.tolist()), np.int8)
