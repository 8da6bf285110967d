"""All calibers of one session rule over stored rows."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from goldensix.metrics.batch.fused import Found, Grid
from goldensix.metrics.batch.moments import SUMMED, moment_grids, most_grid, people_grid, status_grid
from goldensix.metrics.batch.orders import conversion_grid, refund_grid
from goldensix.metrics.batch.reading import Reading, Source
from goldensix.metrics.batch.turns import turn_grids
from goldensix.metrics.caliber import TURN_MEASURES, Caliber
from goldensix.metrics.contributions import View
from goldensix.metrics.figures import FigureRow, rows_of

if TYPE_CHECKING:
    import pyarrow as pa


def evaluate(source: Source, calibers: Sequence[Caliber], view: View) -> list[FigureRow]:
    """Figures in the order of their keys, then of the calibers: the same as the live interpreter's."""
    found: Found = {}
    for grid in grids(source, calibers, view):
        found.update(grid.figures())
    return rows_of(calibers, view.by, found)


def tabulate(source: Source, calibers: Sequence[Caliber], view: View) -> "pa.Table":
    """The same figures as columns, for very many keys: `k_...` of the key (a day as the milliseconds since 1970 at
    which it begins on the wall clock, an hour as those of the day), caliber, num, den, over, left_out and value."""
    import pyarrow as pa

    return pa.concat_tables(table for grid in grids(source, calibers, view) for table in grid.tabulated())


def grids(source: Source, calibers: Sequence[Caliber], view: View) -> Iterator[Grid]:
    """The queries that the calibers come to."""
    reading = Reading(source, view)
    yield from turn_grids([each for each in calibers if each.measure in TURN_MEASURES], reading)
    yield from moment_grids([each for each in calibers if each.measure in SUMMED], reading)
    for caliber in calibers:
        if caliber.measure not in TURN_MEASURES and caliber.measure not in SUMMED:
            yield _special(caliber, reading)


def _special(caliber: Caliber, reading: Reading) -> Grid:
    match caliber.measure:
        case "consulting" | "received" | "received_direct" | "received_in" | "passed_on":
            return people_grid(caliber, reading)
        case "max_concurrent":
            return most_grid(caliber, reading)
        case "conversion_order" | "conversion_paid":
            return conversion_grid(caliber, reading)
        case "refund_speed":
            return refund_grid(caliber, reading)
        case _:
            return status_grid(caliber, reading)
