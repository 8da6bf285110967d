"""The last five minutes in columns of ten seconds: conversations that began, and first human answers by their wait.

Counted turn by turn, as these come to count and are taken back; so recalls and late lines need no care of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from goldensix.events.ids import Milliseconds
from goldensix.metrics.caliber import Caliber
from goldensix.metrics.contributions import View
from goldensix.metrics.judge import TurnRow, is_within, judge
from goldensix.metrics.tables import NEVER, WHOLE, variant_of

GOLDEN: Final = Milliseconds(6_000)
"""Within six seconds; exactly six counts."""
DUE: Final = Milliseconds(30_000)
COLUMN: Final = Milliseconds(10_000)
COLUMNS: Final = 30


@dataclass(slots=True)
class Share:
    num: int = 0
    den: int = 0
    pending: int = 0

    def add(self, other: "Share") -> None:
        self.num += other.num
        self.den += other.den
        self.pending += other.pending


@dataclass(slots=True)
class Column:
    """Ten seconds of one shop and group."""

    arrivals: int = 0
    golden: int = 0
    due: int = 0
    slow: int = 0
    human: Share = field(default_factory=Share)
    """Golden six of the conversations that began in these ten seconds, however late their answer."""
    anyone: Share = field(default_factory=Share)

    def add(self, other: "Column") -> None:
        self.arrivals += other.arrivals
        self.golden += other.golden
        self.due += other.due
        self.slow += other.slow
        self.human.add(other.human)
        self.anyone.add(other.anyone)


Slice = tuple[int, int, str | None]
"""Number of the ten seconds since 1970, shop, group."""


@dataclass(slots=True)
class Columns:
    each: dict[Slice, Column] = field(default_factory=dict)
    oldest: int = 0
    """Earlier ones are not kept."""

    def change(self, human: Caliber, anyone: Caliber, turn: TurnRow, view: View, sign: int) -> None:
        """A turn comes to count, or is taken back; `human` and `anyone` are the two calibers of golden six."""
        if not turn.part & WHOLE or turn.at != NEVER:
            return
        if turn.first & 1 << variant_of(human):
            if (column := self._column(turn, turn.asked_at)) is not None:
                column.arrivals += sign
                _judge(human, column.human, turn, view, sign)
            if turn.reply_at != NEVER and (column := self._column(turn, turn.reply_at)) is not None:
                _answered(column, turn.reply_at - turn.first_at, sign)
        if turn.first & 1 << variant_of(anyone) and (column := self._column(turn, turn.asked_at)) is not None:
            _judge(anyone, column.anyone, turn, view, sign)

    def forget(self, now: int) -> None:
        oldest = now // COLUMN - COLUMNS + 1
        if oldest > self.oldest:
            self.oldest = oldest
            self.each = {key: column for key, column in self.each.items() if key[0] >= oldest}

    def _column(self, turn: TurnRow, at: int) -> Column | None:
        number = at // COLUMN
        if number < self.oldest:
            return None
        key = (number, turn.shop, turn.group)
        if (column := self.each.get(key)) is None:
            column = self.each[key] = Column()
        return column


def _judge(caliber: Caliber, share: Share, turn: TurnRow, view: View, sign: int) -> None:
    zone = view.zone_of(turn.shop)
    found = judge(caliber, turn, zone, view.as_of)
    share.pending += sign * (found.why == "pending")
    if found.why is None:
        share.den += sign
        share.num += sign * is_within(caliber, found, zone)


def _answered(column: Column, wait: int, sign: int) -> None:
    column.golden += sign * (wait <= GOLDEN)
    column.due += sign * (GOLDEN < wait <= DUE)
    column.slow += sign * (wait > DUE)


def pooled(columns: Iterable[Column]) -> Column:
    total = Column()
    for column in columns:
        total.add(column)
    return total
