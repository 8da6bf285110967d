"""The queries that calibers come to; over tables of the same columns they are written once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from goldensix.metrics.batch.fused import Grid, edges_of
from goldensix.metrics.batch.moments import SUMMED, moment_grids, most_grid, people_grid, status_grid
from goldensix.metrics.batch.orders import conversion_grid, refund_grid
from goldensix.metrics.batch.reading import Reading, Source
from goldensix.metrics.batch.shared import kept_apart
from goldensix.metrics.batch.turns import turn_grids
from goldensix.metrics.caliber import TURN_MEASURES, Caliber
from goldensix.metrics.contributions import View
from goldensix.metrics.figures import Grain
from goldensix.metrics.zones import DAY

_NAMES: Final = ("turns", "messages", "moments")
_YEAR: Final = 366 * DAY
_SOME_INSTANT: Final = 7_777_777_777_777_777
"""Stands in a query for the instant of the reading, which is another each time."""
_SOME_DAYS: Final = (77_777_771, 77_777_777)
"""Stand in a query for the days of the view."""


def grids(reading: Reading) -> Iterator[Grid]:
    """The queries that the calibers come to."""
    calibers = reading.calibers
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
        case "conversion_order" | "conversion_paid" | "inquiring":
            return conversion_grid(caliber, reading)
        case "refund_speed":
            return refund_grid(caliber, reading)
        case _:
            return status_grid(caliber, reading)


@dataclass(frozen=True)
class Plan:
    """A query that was written before, for any instant of reading, any days and any tables of the same columns."""

    grid: Grid
    texts: dict[ops.Node, str] = field(default_factory=dict)

    def written(self, table: ir.Table, view: View) -> str:
        text = self.texts.get(table.op())
        if text is None:
            with kept_apart():
                text = self.texts[table.op()] = str(ibis.to_sql(table, dialect="duckdb"))
        if view.days is not None:
            for some, edge in zip(edges_of(_SOME_DAYS), edges_of(view.days), strict=True):
                text = text.replace(str(some), str(edge))
        return text.replace(str(_SOME_INSTANT), str(view.as_of))


def is_plain(source: Source) -> bool:
    """Whether its tables are those that a written query names, and not a part of them."""
    tables = zip(_NAMES, (source.turns, source.messages, source.moments), strict=True)
    return all(isinstance(table.op(), ops.DatabaseTable) and table.get_name() == name for name, table in tables)


def plans_of(reading: Reading) -> tuple[Plan, ...]:
    """Writing a query takes Ibis longer than DuckDB the answer, unless the log is long."""
    view, source = reading.view, reading.source
    low, high = reading.stretch
    low, high = low // _YEAR * _YEAR, (high // _YEAR + 1) * _YEAR
    schemas = tuple(table.schema() for table in (source.turns, source.messages, source.moments))
    zones = tuple(sorted(view.zones.items()))
    has_days, has_instant = view.days is not None, view.as_of is not None
    return _plans(schemas, reading.calibers, view.by, zones, view.zone, has_days, has_instant, low, high)


@lru_cache(maxsize=32)
def _plans(
    schemas: tuple[ibis.Schema, ...], calibers: tuple[Caliber, ...], by: tuple[Grain, ...],
    zones: tuple[tuple[int, str], ...], zone: str, has_days: bool, has_instant: bool, low: int, high: int,
) -> tuple[Plan, ...]:  # fmt: skip
    source = Source(*(ibis.table(schema, name=name) for schema, name in zip(schemas, _NAMES, strict=True)))
    view = View(by, dict(zones), zone, _SOME_DAYS if has_days else None, _SOME_INSTANT if has_instant else None)
    return tuple(Plan(grid) for grid in grids(Reading(source, view, calibers, low, high)))
