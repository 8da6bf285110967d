"""Lines become turns, messages and moments: columns in, columns out, by the compiled fold."""

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from goldensix.adapters.columnar.arrange import Arranged, arrange
from goldensix.adapters.columnar.compiled import FEW, run_fold
from goldensix.metrics.caliber import TURN_MEASURES, Caliber, SessionRule
from goldensix.metrics.runs import (
    ASKED_BASE,
    ASKED_MADE,
    ASKED_SIZE,
    MOMENT_BASE,
    MOMENTS_MADE,
    TURNS_MADE,
    WHOLE_STATE,
    prepare,
)
from goldensix.metrics.tables import MOMENT, TURN, VARIANTS

Int64s = npt.NDArray[np.int64]

CHUNK: Final = 50_000
"""Lines folded at a time: what bounds the memory."""
WORKERS: Final = min(4, os.cpu_count() or 1)
"""The compiled fold lets other threads work."""
_SLACK: Final = (VARIANTS, VARIANTS, 5)
"""Most turns, messages and moments that a line can make."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What figures are made of; `metrics.tables` says what the columns mean."""

    turns: pl.DataFrame
    messages: pl.DataFrame
    """As turns, one row for each buyer line, with its instant `at`; empty unless asked for."""
    moments: pl.DataFrame


_TURN_TYPES: Final[dict[str, Any]] = {
    "variants": np.int32,
    "first": np.int32,
    "part": np.int8,
    "n": np.int32,
    "by": np.int8,
    "flags": np.int16,
}
_MOMENT_TYPES: Final[dict[str, Any]] = {"what": np.int8, "n": np.int32, "m": np.int32, "flags": np.int16}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is made of a log: less is made sooner."""

    messages: bool = False
    moments: bool = True
    names: bool = True
    """Buyers and conversations by name, which only those read who open a figure; and agents as plain text."""


def wanted_by(calibers: Iterable[Caliber]) -> Wanted:
    """The least that figures of these need."""
    asked = list(calibers)
    moments = any(caliber.measure not in TURN_MEASURES for caliber in asked)
    return Wanted(any(caliber.unit == "message" for caliber in asked), moments, moments)


EVERYTHING: Final = Wanted(messages=True)
WITHOUT_MESSAGES: Final = Wanted()


def derive(
    lines: pl.DataFrame | pl.LazyFrame, rule: SessionRule | None = None, wanted: Wanted = WITHOUT_MESSAGES
) -> Tables:
    """All of a log at once."""
    parts = list(derive_parts(lines, rule, wanted))
    return Tables(
        pl.concat([part.turns for part in parts]),
        pl.concat([part.messages for part in parts]),
        pl.concat([part.moments for part in parts]),
    )


def derive_parts(
    lines: pl.DataFrame | pl.LazyFrame, rule: SessionRule | None = None, wanted: Wanted = WITHOUT_MESSAGES
) -> Iterator[Tables]:
    """The same in parts, each of whole conversations. While one is read the next ones are being made."""
    rule = rule or SessionRule()
    arranged = arrange(lines)
    stretches = _stretches(arranged)
    with ThreadPoolExecutor(WORKERS) as pool:
        ahead: deque[Future[Tables]] = deque()
        for first, until in stretches:
            ahead.append(pool.submit(_fold, arranged, first, until, rule, wanted))
            if len(ahead) > WORKERS:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _stretches(arranged: Arranged) -> list[tuple[int, int]]:
    """Conversations from, to: about CHUNK lines each, and at least one stretch."""
    found: list[tuple[int, int]] = []
    first, last = 0, len(arranged.starts) - 1
    while first < last:
        until = int(np.searchsorted(arranged.starts, arranged.starts[first] + CHUNK, "right")) - 1
        until = min(last, max(until, first + 1))
        found.append((first, until))
        first = until
    return found or [(0, 0)]


class _Room(threading.local):
    """Where a thread's folds write, used again and again: fresh memory costs more than the fold."""

    out: Int64s = np.empty(0, np.int64)

    def of(self, size: int) -> Int64s:
        if len(self.out) < size:
            self.out = np.empty(size, np.int64)
        return self.out


_room = _Room()


def _fold(arranged: Arranged, first: int, until: int, rule: SessionRule, wanted: Wanted) -> Tables:
    """Conversations `first` to `until`, with more room each time that it does not suffice."""
    starts = arranged.starts[first : until + 1]
    rows = arranged.rows(int(starts[0]), int(starts[-1]))
    starts = starts - starts[0]
    longest, size, factor = int(np.max(np.diff(starts), initial=0)) + 1, int(starts[-1]), 1
    slack = _SLACK if wanted.messages else (_SLACK[0], 0, _SLACK[2])
    few = len(arranged.coded) <= FEW
    while True:
        room = tuple(factor * size * 3 // 4 + each * longest for each in _SLACK)
        room = (room[0], room[1] if wanted.messages else 0, room[2])
        state = np.zeros(WHOLE_STATE, np.int64)
        out = _room.of(prepare(state, room, wanted.messages))  # type: ignore[arg-type]  # the fold writes in what it is given, list or array
        gaps = (rule.gap_after_close, rule.idle_gap)
        done = run_fold(rows, starts, arranged.derived[first:until], gaps, state, out, room, slack, few)
        if done == len(starts) - 1:
            return _tables(arranged, first, state, out, wanted)
        factor *= 2


def _columns(names: tuple[str, ...], out: Int64s, base: int, made: int, types: dict[str, Any]) -> pl.DataFrame:
    rows = out[base : base + len(names) * made].reshape(made, len(names))
    return pl.DataFrame(
        [pl.Series(name, rows[:, place].astype(types.get(name, np.int64))) for place, name in enumerate(names)]
    )


def _tables(arranged: Arranged, first: int, state: Int64s, out: Int64s, wanted: Wanted) -> Tables:
    turns = _columns(TURN._fields, out, 0, int(state[TURNS_MADE]), _TURN_TYPES)
    turns = _named(arranged, first, turns, wanted)
    made = int(state[MOMENTS_MADE]) if wanted.moments else 0
    moments = _columns(MOMENT._fields, out, int(state[MOMENT_BASE]), made, _MOMENT_TYPES)
    moments = moments.with_columns(detail=_decoded(arranged.details, moments["detail"]))
    base, count = int(state[ASKED_BASE]), int(state[ASKED_MADE])
    asked = out[base : base + ASKED_SIZE * count].reshape(count, ASKED_SIZE)
    messages = turns[asked[:, 0].copy()].with_columns(pl.Series("at", asked[:, 1].copy()))
    return Tables(turns, messages, _named(arranged, first, moments, wanted))


def _named(arranged: Arranged, first: int, rows: pl.DataFrame, wanted: Wanted) -> pl.DataFrame:
    """Codes become names again, and each row says whose it is."""
    place = rows["conversation"].to_numpy() + first
    derived = arranged.derived[place]
    whose = arranged.conversations[place]
    key = whose["key"]
    if derived.any():
        key = key.zip_with(pl.Series(~derived), key ^ rows["opened_at"].hash(4))
    columns = [
        whose["shop"],
        whose["platform"],
        whose["buyer_key"],
        key.reinterpret(signed=True).alias("session_key"),
    ]
    decoded = _decoded if wanted.names else _counted_off
    columns += [decoded(arranged.agents, rows["agent"]), decoded(arranged.groups, rows["group"])]
    if wanted.names:
        columns += [whose["buyer"], _session(derived, rows, whose)]
    return rows.drop("conversation", "number", "opened_at").with_columns(columns)


def _session(derived: npt.NDArray[np.bool_], rows: pl.DataFrame, whose: pl.DataFrame) -> pl.Series:
    """The source's name, or for a derived one the buyer and when it began."""
    if not derived.any():
        return whose["session"]
    made = (
        pl.DataFrame([whose["buyer"], rows["opened_at"]]).select(pl.format("{}@{}", "buyer", "opened_at")).to_series()
    )
    return whose["session"].zip_with(pl.Series(~derived), made).alias("session")


def _decoded(names: pl.Series, codes: pl.Series) -> pl.Series:
    """Text of codes; NEVER is null."""
    index = codes.replace(-1, None) if codes.dtype == pl.Int64 else codes
    return (
        names.gather(index).alias(codes.name) if len(names) else pl.Series(codes.name, [None] * len(codes), pl.String)
    )


def _counted_off(names: pl.Series, codes: pl.Series) -> pl.Series:
    """The same as numbers that stand for the names: engines group by them faster."""
    index = codes.set(codes == -1, None).cast(pl.UInt32)
    return index.cat.to(pl.Enum(names))
