"""Local time, the same in both interpreters: a zone is a list of instants from which an offset holds."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from goldensix.events.ids import Instant

DAY: Final = 86_400_000
HOUR: Final = 3_600_000
_STRETCH: Final = 1 << 35
"""Offsets are looked up in stretches of about 398 days."""
_SHORT: Final = 1 << 26
"""What is asked for most is about now: a stretch of 18 hours seldom has a change in it."""
_EPOCH: Final = date(1970, 1, 1)


def _offset(zone: ZoneInfo, at: int) -> int:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return int(offset / timedelta(milliseconds=1))


def _change(zone: ZoneInfo, low: int, high: int) -> int:
    """The first instant with the offset of `high`, which that of `low` is not."""
    after = _offset(zone, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _offset(zone, middle) == after else (middle, high)
    return high


@lru_cache(maxsize=512)
def _stretch(name: str, number: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Instants from which an offset holds, and the offsets, in one stretch."""
    zone, start = ZoneInfo(name), number * _STRETCH
    starts, offsets = [start], [_offset(zone, start)]
    for day in range(start + DAY, start + _STRETCH + DAY, DAY):
        until = min(day, start + _STRETCH)
        offset = _offset(zone, until)
        if offset != offsets[-1]:
            change = _change(zone, starts[-1] if len(starts) > 1 and until - DAY < starts[-1] else until - DAY, until)
            if change < start + _STRETCH:
                starts.append(change)
                offsets.append(offset)
    return tuple(starts), tuple(offsets)


@lru_cache(maxsize=4_096)
def _short(name: str, number: int) -> tuple[int, bool]:
    """The offset at the start of a stretch of 18 hours, and whether it holds throughout."""
    first, last = number * _SHORT, (number + 1) * _SHORT - 1
    offset = _looked_up(name, first)
    return offset, offset == _looked_up(name, last)


def _looked_up(zone: str, at: int) -> int:
    starts, offsets = _stretch(zone, at // _STRETCH)
    return offsets[0] if len(offsets) == 1 else offsets[bisect_right(starts, at) - 1]


def offset_at(zone: str, at: int) -> int:
    """What to add to an instant for the wall clock of a zone, in milliseconds."""
    offset, holds = _short(zone, at // _SHORT)
    return offset if holds else _looked_up(zone, at)


def offsets_between(zone: str, low: int, high: int) -> list[tuple[int, int]]:
    """(from, offset) in order, over all instants from `low` to `high`; the first holds before as well."""
    found: list[tuple[int, int]] = []
    for number in range(low // _STRETCH, high // _STRETCH + 1):
        for start, offset in zip(*_stretch(zone, number), strict=True):
            if not found or found[-1][1] != offset:
                found.append((start, offset))
    return found


def local(zone: str, at: int) -> int:
    """Milliseconds of the wall clock since its own 1970."""
    return at + offset_at(zone, at)


def day_start(zone: str, now: Instant) -> Instant:
    """The instant at which the local day began."""
    midnight = local(zone, now) // DAY * DAY
    return Instant(midnight - offset_at(zone, midnight - offset_at(zone, now)))


def day_number(day: date) -> int:
    return (day - _EPOCH).days


@lru_cache(maxsize=4_096)
def day_name(number: int) -> str:
    """Such as 2026-11-11."""
    return (_EPOCH + timedelta(days=number)).isoformat()


def weekday(number: int) -> int:
    """0 = Monday, of a day's number."""
    return (number + 3) % 7
