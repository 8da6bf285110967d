"""When a shop is open: hours of the week in its time zone, and days that are special.

A span belongs to the day on which it begins, also when it ends after midnight. Where clocks are put forward, a time
that does not exist is the one an hour later; where they are put back, a time that comes twice is the first for a
beginning and the second for an end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from goldensix.events.ids import Instant

DAY: Final = 1440
"""Minutes of a day; also the end of a span that ends at midnight."""
_LOOKED_AHEAD: Final = 62
"""Days: whoever closes for longer sees the opening when it is nearer."""

Bounds = tuple[Instant, Instant]
"""From, and until: the second no longer belongs to it."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Of a day, in minutes after its midnight. An end that is not after the beginning is on the next day."""

    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """Days on which other hours hold than in the rest of the year; no span: closed."""

    first: date
    last: date
    name: str
    spans: tuple[Span, ...] = ()

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Opening:
    """What was set for a shop, or for a group."""

    week: tuple[tuple[Span, ...], ...] | None = None
    """Seven days from Monday; None: not set, so a shop is always open, and a group has its shop's hours."""
    special: tuple[SpecialDay, ...] = ()

    @property
    def is_set(self) -> bool:
        return self.week is not None or bool(self.special)


ALWAYS: Final = Opening()
"""Nothing is set."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a group in a shop."""

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...] | None
    special: tuple[SpecialDay, ...]
    """The first that covers a day holds."""

    def on(self, day: date) -> Sequence[Span]:
        """The spans that begin on a day."""
        for special in self.special:
            if special.covers(day):
                return special.spans
        return (Span(0, DAY),) if self.week is None else self.week[day.weekday()]

    def opened(self, since: Instant, until: Instant) -> list[Bounds]:
        """When it is open in that time, in order; spans that touch are one."""
        found: list[Bounds] = []
        for begins, ends in sorted(self._spans(since, until)):
            if found and begins <= found[-1][1]:
                found[-1] = found[-1][0], max(found[-1][1], ends)
            else:
                found.append((begins, ends))
        return found

    def _spans(self, since: Instant, until: Instant) -> Iterator[Bounds]:
        day, last = local_day(since, self.zone) - timedelta(1), local_day(until, self.zone)
        while day <= last:
            for span in self.on(day):
                begins, ends = bounds(day, span, self.zone)
                begins, ends = max(begins, since), min(ends, until)
                if begins < ends:
                    yield begins, ends
            day += timedelta(1)


def hours(shop: Opening, group: Opening, zone: ZoneInfo) -> Hours | None:
    """A group's own week goes before the shop's, and special days, the group's first, before any week; None: always."""
    if not (shop.is_set or group.is_set):
        return None
    return Hours(zone, shop.week if group.week is None else group.week, (*group.special, *shop.special))


def look(hours: Hours, at: Instant) -> tuple[bool, Instant]:
    """Whether it is open, and until when that stays so: at least until then, where nothing changes for very long."""
    for days in (2, _LOOKED_AHEAD):  # nearly always two are enough
        horizon = Instant(at + days * DAY * 60_000)
        opened = hours.opened(at, horizon)
        if opened and opened[0][0] > at:
            return False, opened[0][0]
        if opened and opened[0][1] < horizon:
            return True, opened[0][1]
    return bool(opened), horizon


def opens_next(hours: Hours, at: Instant) -> Instant | None:
    """When a closed shop opens; None: not in the next two months."""
    opened = hours.opened(at, Instant(at + _LOOKED_AHEAD * DAY * 60_000))
    return opened[0][0] if opened else None


def bounds(day: date, span: Span, zone: ZoneInfo) -> Bounds:
    """The instants of a span that begins on this day."""
    over = DAY if span.ends <= span.begins else 0
    return min(_instants(day, span.begins, zone)), max(_instants(day, span.ends + over, zone))


def local_day(at: Instant, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at / 1000, zone).date()


def midnight(day: date, zone: ZoneInfo) -> Instant:
    """When a day begins there."""
    return bounds(day, Span(0, DAY), zone)[0]


def _instants(day: date, minutes: int, zone: ZoneInfo) -> tuple[Instant, ...]:
    """Those of a local time: two where it comes twice, and the later one where it does not exist."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    first, second = (wall.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1))
    return tuple(Instant(round(each * 1000)) for each in ((first, second) if first <= second else (first,)))
