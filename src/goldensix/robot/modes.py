"""When the robot is at work: modes by shop, group and hour."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from goldensix.events.ids import GroupId, Instant, ShopId
from goldensix.robot.bands import PRECISION
from goldensix.team.hours import Span, bounds, local_day

Mode = Literal["off", "assist", "busy", "always"]
"""Nothing; suggestions for the agent, never a word to the buyer; where nobody has a free hand, nobody is there or the
shop is closed; before anybody."""


@dataclass(frozen=True, slots=True)
class ModeRule:
    """Holds where all that it names is so."""

    mode: Mode
    shop: ShopId | None = None
    group: GroupId | None = None
    span: Span | None = None
    """Of every day, in the shop's time; None: at any hour."""

    def is_for(self, shop: ShopId, group: GroupId) -> bool:
        return self.shop in (None, shop) and self.group in (None, group)


@dataclass(frozen=True, slots=True)
class RobotRules:
    """A merchant's robot: when it is at work, and how sure it has to be."""

    stopped: bool = False
    """Everything is off, whatever follows."""
    mode: Mode = "off"
    """Where no rule holds."""
    rules: tuple[ModeRule, ...] = ()
    """The first that holds decides."""
    precision: float = PRECISION
    """Of its answers: so many are to be right, at least."""
    refit_at: int | None = 180
    """The minute of the night at which it learns from the log, in the first shop's time; None: only on command."""

    def mode_of(self, shop: ShopId, group: GroupId, zone: ZoneInfo, at: Instant) -> Mode:
        if self.stopped:
            return "off"
        own = (rule for rule in self.rules if rule.is_for(shop, group))
        return next((rule.mode for rule in own if _within(rule.span, zone, at)), self.mode)

    def changes_next(self, zones: Iterable[ZoneInfo], at: Instant) -> Instant | None:
        """The next beginning or end of a rule's hours."""
        spans = {rule.span for rule in self.rules if rule.span is not None}
        edges = (edge for zone in set(zones) for span in spans for edge in _edges(span, zone, at))
        return None if self.stopped else min((edge for edge in edges if edge > at), default=None)


Preset = Literal["night", "double11"]
PRESETS: Final[Mapping[Preset, RobotRules]] = {
    "night": RobotRules(mode="assist", rules=(ModeRule("always", span=Span(22 * 60, 8 * 60)),)),
    "double11": RobotRules(mode="busy", rules=(ModeRule("always", span=Span(20 * 60, 2 * 60)),)),
}
"""To begin with: their mode and rules."""


def _edges(span: Span, zone: ZoneInfo, at: Instant) -> Iterator[Instant]:
    """Of the days around an instant."""
    today = local_day(at, zone)
    for day in (today - timedelta(1), today, today + timedelta(1)):
        yield from bounds(day, span, zone)


def _within(span: Span | None, zone: ZoneInfo, at: Instant) -> bool:
    if span is None:
        return True
    edges = list(_edges(span, zone, at))
    return any(begins <= at < ends for begins, ends in zip(edges[::2], edges[1::2], strict=True))
