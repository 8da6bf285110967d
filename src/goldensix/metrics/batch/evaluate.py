"""All calibers of one session rule over stored rows."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import ibis.expr.types as ir

from goldensix.metrics.batch.fused import Found, Grid
from goldensix.metrics.batch.queries import grids, is_plain, plans_of
from goldensix.metrics.batch.reading import Reading, Source
from goldensix.metrics.caliber import Caliber
from goldensix.metrics.contributions import View
from goldensix.metrics.figures import FigureRow, rows_of

if TYPE_CHECKING:
    import pyarrow as pa


def evaluate(source: Source, calibers: Sequence[Caliber], view: View) -> list[FigureRow]:
    """Figures in the order of their keys, then of the calibers: the same as the live interpreter's."""
    found: Found = {}
    for grid, rows in _answered(source, calibers, view, lambda grid: grid.table):
        found.update(grid.figures(rows))
    return rows_of(calibers, view.by, found)


def tabulate(source: Source, calibers: Sequence[Caliber], view: View) -> "pa.Table":
    """The same figures as columns, for very many keys: `k_...` of the key (a day as the milliseconds since 1970 at
    which it begins on the wall clock, an hour as those of the day), caliber, num, den, over, left_out and value."""
    import pyarrow as pa

    answered = _answered(source, calibers, view, lambda grid: grid.valued)
    return pa.concat_tables(table for grid, rows in answered for table in grid.tabulated(rows))


def _answered(
    source: Source, calibers: Sequence[Caliber], view: View, table: Callable[[Grid], ir.Table]
) -> "Iterator[tuple[Grid, pa.Table]]":
    """Each query that the calibers come to, with its rows."""
    reading = Reading(source, view, tuple(calibers))
    if source.ask is None or not is_plain(source):
        for grid in grids(reading):
            yield grid, source.run(table(grid))
        return
    for plan in plans_of(reading):
        asked = table(plan.grid)
        rows = source.ask(plan.written(asked, view))
        yield plan.grid, rows.cast(asked.schema().to_pyarrow())
