"""Time inside service hours: how much of a wait falls where the shop is open."""

from itertools import pairwise

from goldensix.metrics.caliber import Caliber
from goldensix.metrics.zones import DAY, day_number, local, offsets_between, weekday


def served(caliber: Caliber, zone: str, start: int, end: int) -> int:
    """Service time from one instant to another; not below 0."""
    passed = served_until(caliber, local(zone, end)) - served_until(caliber, local(zone, start))
    return max(0, passed - sum(jump for at, jump in jumps(caliber, zone, start, end) if start < at <= end))


def jumps(caliber: Caliber, zone: str, low: int, high: int) -> list[tuple[int, int]]:
    """Where the wall clock jumps, and how much service time it skips that nobody waited; repeated time is below 0."""
    changes = pairwise(offsets_between(zone, low, high))
    found = [(at, served_until(caliber, at + new) - served_until(caliber, at + old)) for (_, old), (at, new) in changes]
    return [(at, jump) for at, jump in found if jump]


def served_until(caliber: Caliber, local: int) -> int:
    """Service time from the wall clock's 1970 to `local`, exempt days taken out; a wait is a difference of two."""
    hours = caliber.service_hours
    assert hours is not None
    day, time = divmod(local, DAY)
    length = hours.end - hours.start
    weeks, rest = divmod(day, 7)
    full = weeks * len(caliber.service_days) + sum(weekday(each) in caliber.service_days for each in range(rest))
    served = full * length
    if weekday(day) in caliber.service_days:
        served += min(max(time - hours.start, 0), length)
    for exempt in caliber.exempt_days:
        number = day_number(exempt)
        if weekday(number) in caliber.service_days:
            served -= min(max(local - number * DAY - hours.start, 0), length)
    return served
