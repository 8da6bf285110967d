"""Time inside service hours: how much of a wait falls where the shop is open."""

from goldensix.metrics.caliber import Caliber
from goldensix.metrics.zones import DAY, day_number, weekday


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
