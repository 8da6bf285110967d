"""What stands behind a figure, as a table: one row a turn, a buyer's line, or whatever else the caliber counts."""

from typing import Final

import ibis
import ibis.expr.types as ir

from goldensix.metrics.batch.clock import day_start, either, hour_start
from goldensix.metrics.batch.judged import Reasons, barred, out_of_hours
from goldensix.metrics.batch.moments import SUMMED
from goldensix.metrics.batch.reading import Reading
from goldensix.metrics.caliber import TURN_MEASURES, Caliber, Measure
from goldensix.metrics.tables import NEVER, ORDERED, PAID, RECEPTION, REFUNDED, SESSION, STATUS
from goldensix.metrics.zones import DAY, HOUR

_OTHERS: Final[dict[Measure, tuple[int, ...]]] = {
    "consulting": (SESSION,),
    "received": (RECEPTION,),
    "received_direct": (RECEPTION,),
    "received_in": (RECEPTION,),
    "passed_on": (RECEPTION,),
    "max_concurrent": (RECEPTION,),
    "conversion_order": (ORDERED,),
    "conversion_paid": (PAID,),
    "inquiring": (SESSION,),
    "refund_speed": (REFUNDED,),
    "status_time": (STATUS,),
}
"""Moments behind the measures that are no plain sums."""


def rows_behind(reading: Reading, caliber: Caliber) -> ir.Table:
    """Columns: shop, buyer, session, agent, group, start, said_at (of the buyer's line), reply_at, wait, has_wait, far
    (from the limit), why ('' where it counts), hit, day and hour of the wall clock in milliseconds."""
    return _turns(reading, caliber) if caliber.measure in TURN_MEASURES else _moments(reading, caliber)


def _turns(reading: Reading, caliber: Caliber) -> ir.Table:
    judged = reading.judged(caliber)
    turns = judged.turns
    local = reading.clock.local(judged.booked, turns.shop)
    far = judged.wait - (caliber.threshold or 0)
    rows = turns.filter(judged.is_turn).select(
        "shop", "buyer", "session", "agent", "group",
        start=judged.start,
        said_at=turns.at if caliber.unit == "message" else turns.first_at,
        reply_at=judged.reply,
        wait=judged.wait.cast("int64"),
        has_wait=judged.has_wait,
        far=either(judged.has_wait, either(far < 0, -far, far), 1 << 62).cast("int64"),
        why=_why(judged.reasons),
        hit=judged.is_good,
        day=day_start(local),
        hour=hour_start(local),
    )  # fmt: skip
    return _within(rows, reading)


def _moments(reading: Reading, caliber: Caliber) -> ir.Table:
    moments = reading.source.moments
    local = reading.clock.local(moments.at, moments.shop)
    reasons = out_of_hours(caliber, local) + barred(caliber, moments.flags)
    if reading.view.as_of is not None:
        reasons = [("future", moments.at > reading.view.as_of), *reasons]
    if caliber.measure in SUMMED:
        chosen, num, _ = SUMMED[caliber.measure](caliber, moments)
        hit = num > 0
    else:
        chosen, hit = moments.what.isin(_OTHERS[caliber.measure]), ibis.literal(True)
    ended = moments.until != NEVER
    rows = moments.filter(chosen).select(
        "shop", "buyer", "session", "agent", "group",
        start=moments.at,
        said_at=moments.at,
        reply_at=moments.until,
        wait=(moments.until - moments.at).cast("int64"),
        has_wait=ended,
        far=either(ended, moments.at - moments.until, 0).cast("int64"),
        why=_why(reasons),
        hit=hit,
        day=day_start(local),
        hour=hour_start(local),
    )  # fmt: skip
    return _within(rows, reading)


def _why(reasons: Reasons) -> ir.StringValue:
    why: ir.StringValue = ibis.literal("")
    for reason, holds in reversed(reasons):
        why = ibis.ifelse(holds, reason, why)
    return why


def _within(rows: ir.Table, reading: Reading) -> ir.Table:
    days = reading.view.days
    return rows if days is None else rows.filter((rows.day >= days[0] * DAY) & (rows.day <= days[1] * DAY))


def at_hour(rows: ir.Table, hour: int) -> ir.Table:
    return rows.filter(rows.hour == hour * HOUR)


def on_day(rows: ir.Table, day: int) -> ir.Table:
    return rows.filter(rows.day == day * DAY)
