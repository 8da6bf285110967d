"""The fold, compiled by numba from the functions that the live desk calls as they are."""

from functools import lru_cache
from typing import Any

import numpy as np

from goldensix.metrics import fold
from goldensix.metrics.runs import ASKED_MADE, LINE_SIZE, MOMENTS_MADE, PLACE, TURNS_MADE


@lru_cache(maxsize=1)
def fold_all() -> Any:
    """`run(lines, starts, derived, first, gap, idle, state, out, room, slack)`: see below. Compiles on first use."""
    import numba
    from numba.extending import register_jitable

    for part in fold.PARTS:
        register_jitable(part)
    fold_one = register_jitable(fold.fold_conversation)

    @numba.njit(nogil=True)  # type: ignore[misc, unused-ignore]
    def run(lines, starts, derived, first, gap, idle, state, out, room, slack):  # type: ignore[no-untyped-def]
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
            fold_one(lines, starts[place], starts[place + 1], derived[place], gap, idle, state, out)
        return len(starts) - 1

    return run


def line_rows(columns: list[Any]) -> Any:
    """Coded columns as the fold reads them: one line behind the other."""
    rows = np.empty((len(columns[0]), LINE_SIZE), np.int64)
    for place, column in enumerate(columns):
        rows[:, place] = column
    return rows.reshape(-1)
