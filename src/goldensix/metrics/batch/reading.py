"""What one evaluation shares: the tables, the view, the clock of the zones."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import ibis.expr.types as ir

from goldensix.metrics.batch.clock import Clock
from goldensix.metrics.batch.judged import Judged
from goldensix.metrics.caliber import Caliber
from goldensix.metrics.contributions import View


@dataclass(frozen=True)
class Source:
    """The tables of one session rule, on any engine that Ibis speaks to."""

    turns: ir.Table
    messages: ir.Table
    moments: ir.Table


@dataclass(frozen=True)
class Reading:
    source: Source
    view: View

    @cached_property
    def clock(self) -> Clock:
        turns, moments = self.source.turns, self.source.moments
        bounds: Mapping[str, int | None] = (
            turns.aggregate(low=turns.first_at.min(), high=turns.reply_at.max(), last=turns.last_at.max())
            .to_pyarrow()
            .to_pylist()[0]
        )
        others: Mapping[str, int | None] = (
            moments.aggregate(low=moments.at.min(), high=moments.until.max(), last=moments.at.max())
            .to_pyarrow()
            .to_pylist()[0]
        )
        found = [value for each in (bounds, others) for value in each.values() if value is not None and value > 0]
        found += [self.view.as_of] if self.view.as_of is not None else []
        return Clock(self.view.zones, self.view.zone, min(found, default=0), max(found, default=0))

    def judged(self, caliber: Caliber) -> Judged:
        table = self.source.messages if caliber.unit == "message" else self.source.turns
        return Judged(caliber, table, self.clock, self.view.as_of)
