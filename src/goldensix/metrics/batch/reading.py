"""What one evaluation shares: the tables, the view, the clock of the zones."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import ibis.expr.types as ir

from goldensix.metrics.batch.clock import Clock
from goldensix.metrics.batch.fused import Run, by_its_own
from goldensix.metrics.batch.judged import Judged
from goldensix.metrics.caliber import TURN_MEASURES, Caliber
from goldensix.metrics.contributions import View

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Source:
    """The tables of one session rule, on any engine that Ibis speaks to."""

    turns: ir.Table
    messages: ir.Table
    moments: ir.Table
    run: Run = by_its_own
    """Another engine's, for tables that Ibis only has the columns of."""
    ask: "Callable[[str], pa.Table] | None" = None
    """Runs DuckDB's SQL where the tables are called turns, messages and moments: queries are then written only once."""


@dataclass(frozen=True)
class Reading:
    """`low` and `high`: all instants lie between, if that is known already."""

    source: Source
    view: View
    calibers: tuple[Caliber, ...]
    low: int | None = None
    high: int | None = None

    @cached_property
    def clock(self) -> Clock:
        low, high = self.stretch if self.low is None or self.high is None else (self.low, self.high)
        return Clock(self.view.zones, self.view.zone, low, high)

    @cached_property
    def stretch(self) -> tuple[int, int]:
        """The first and the last instant there is."""
        found = [self.view.as_of] if self.view.as_of is not None else []
        if any(caliber.measure in TURN_MEASURES for caliber in self.calibers):
            found += self._instants(self.source.turns, "first_at", "reply_at", "last_at")
        if any(caliber.measure not in TURN_MEASURES for caliber in self.calibers):
            found += self._instants(self.source.moments, "at", "until")
        return min(found, default=0), max(found, default=0)

    def _instants(self, table: ir.Table, low: str, *high: str) -> list[int]:
        ends = {f"high_{name}": table[name].max() for name in (low, *high)}
        row = self.source.run(table.aggregate(low=table[low].min(), **ends)).to_pylist()[0]
        return [value for value in row.values() if value is not None and value > 0]

    def judged(self, caliber: Caliber) -> Judged:
        table = self.source.messages if caliber.unit == "message" else self.source.turns
        return Judged(caliber, table, self.clock, self.view.as_of)
