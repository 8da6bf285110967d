"""Local time as expressions, portable: offsets of a zone as a chain of comparisons, days and hours by remainders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from goldensix.metrics.caliber import Caliber, Hours
from goldensix.metrics.service import jumps
from goldensix.metrics.zones import DAY, HOUR, day_number, offsets_between, weekday


def either(condition: ir.BooleanValue, yes: ir.Value | int, no: ir.Value | int) -> ir.IntegerValue:
    return ibis.ifelse(condition, yes, no)


def largest(first: ir.IntegerValue, *others: ir.IntegerValue | int) -> ir.IntegerValue:
    """Without nulls, which engines treat differently in GREATEST."""
    for other in others:
        first = either(first >= other, first, other)
    return first


def smallest(first: ir.IntegerValue, other: ir.IntegerValue | int) -> ir.IntegerValue:
    return either(first <= other, first, other)


def divided(number: ir.IntegerValue, by: ir.IntegerValue | int) -> ir.IntegerValue:
    """Whole part; exact, unlike the division of floats that `//` means on some engines."""
    return ((number - number % by) / by).cast("int64")


@dataclass(frozen=True)
class Clock:
    """Zones of shops, over the instants from `low` to `high`."""

    zones: Mapping[int, str]
    zone: str
    low: int
    high: int

    def local(self, at: ir.IntegerValue, shop: ir.IntegerValue) -> ir.IntegerValue:
        return at + self._by_zone(shop, lambda zone: self._shift(zone, at))

    def served(
        self, caliber: Caliber, start: ir.IntegerValue, until: ir.IntegerValue, shop: ir.IntegerValue
    ) -> ir.IntegerValue:
        """Service time from one instant to another; not below 0."""
        passed = served_until(caliber, self.local(until, shop)) - served_until(caliber, self.local(start, shop))
        return largest(passed - self.jumped(caliber, start, until, shop), 0)

    def jumped(
        self, caliber: Caliber, start: ir.IntegerValue, until: ir.IntegerValue, shop: ir.IntegerValue
    ) -> ir.IntegerValue:
        """Service time that the wall clock skipped between two instants, as `metrics.service.served` takes it out."""

        def of(zone: str) -> ir.IntegerValue:
            total: ir.IntegerValue = ibis.literal(0, "int64")
            for at, jump in jumps(caliber, zone, self.low, self.high):
                total = total + either((start < at) & (until >= at), jump, 0)
            return total

        return self._by_zone(shop, of)

    def _by_zone(self, shop: ir.IntegerValue, of: Callable[[str], ir.IntegerValue]) -> ir.IntegerValue:
        found = of(self.zone)
        for zone in sorted(set(self.zones.values()) - {self.zone}):
            shops = [each for each, own in self.zones.items() if own == zone]
            found = either(shop.isin(shops), of(zone), found)
        return found

    def _shift(self, zone: str, at: ir.IntegerValue) -> ir.IntegerValue:
        (_, first), *rest = offsets_between(zone, self.low, self.high)
        shift: ir.IntegerValue = ibis.literal(first, "int64")
        for start, offset in rest:
            shift = either(at >= start, ibis.literal(offset, "int64"), shift)
        return shift


def day_start(local: ir.IntegerValue) -> ir.IntegerValue:
    return local - local % DAY


def hour_start(local: ir.IntegerValue) -> ir.IntegerValue:
    """Milliseconds of the day at which the hour began."""
    return local % DAY - local % HOUR


def weekday_of(local: ir.IntegerValue) -> ir.IntegerValue:
    return (divided(local, DAY) + 3) % 7


def is_inside(hours: Hours, local: ir.IntegerValue) -> ir.BooleanValue:
    time = local % DAY
    if hours.start < hours.end:
        return (time >= hours.start) & (time < hours.end)
    return (time >= hours.start) | (time < hours.end)


def served_until(caliber: Caliber, local: ir.IntegerValue) -> ir.IntegerValue:
    """As `metrics.service.served_until`."""
    hours = caliber.service_hours
    assert hours is not None
    length, days = hours.end - hours.start, caliber.service_days
    day, time = divided(local, DAY), local % DAY
    counts = [sum(weekday(each) in days for each in range(rest)) for rest in range(7)]
    rest = day % 7
    before: ir.IntegerValue = ibis.literal(0, "int64")
    for number in range(1, 7):
        before = either(rest == number, counts[number], before)
    served = (divided(day, 7) * len(days) + before) * length
    today = smallest(largest(time - hours.start, 0), length)
    served = served + either(((day + 3) % 7).isin(sorted(days)), today, 0)
    for exempt in sorted(caliber.exempt_days):
        number = day_number(exempt)
        if weekday(number) in days:
            served = served - smallest(largest(local - (number * DAY + hours.start), 0), length)
    return served
