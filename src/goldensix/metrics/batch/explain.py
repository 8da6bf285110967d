"""A figure opened down to the turns that made it."""

from collections.abc import Mapping
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from goldensix.metrics.batch.clock import either
from goldensix.metrics.batch.fused import grains, within_days
from goldensix.metrics.batch.reading import Reading, Source
from goldensix.metrics.caliber import Caliber
from goldensix.metrics.contributions import View
from goldensix.metrics.figures import Grain, Reason


class Opened(NamedTuple):
    """One turn, or buyer line, behind a figure of a turn measure."""

    shop: int
    buyer: str
    session: str
    agent: str | None
    group: str | None
    start: int
    reply_at: int | None
    wait: int | None
    why: Reason | None
    """Why it is in neither side; None: it counts."""
    hit: bool
    weight: int


def explain(
    source: Source, caliber: Caliber, view: View, where: Mapping[Grain, int | str | None], limit: int = 1_000
) -> list[Opened]:
    """The turns under a key, nearest the threshold first where there is one."""
    reading = Reading(source, view, (caliber,))
    judged = reading.judged(caliber)
    local = reading.clock.local(judged.booked, judged.turns.shop)
    why: ir.StringValue = ibis.literal("")
    for reason, holds in reversed(judged.reasons):
        why = ibis.ifelse(holds, reason, why)
    columns = grains(("day", "hour"), judged.turns, local)
    rows = judged.turns.filter(judged.is_turn).select(
        "shop", "platform", "buyer", "session", "agent", "group", "n",
        start=judged.start, reply=judged.reply, waited=judged.wait, has_wait=judged.has_wait, why=why,
        hit=judged.is_good, wall=local, **columns,
    )  # fmt: skip
    rows = within_days(rows, rows.wall, view.days)
    for grain, value in where.items():
        rows = rows.filter(_is(rows, grain, value))
    if caliber.threshold is not None:
        far = rows.waited - caliber.threshold
        rows = rows.order_by(either(rows.has_wait, either(far < 0, -far, far), 1 << 62), rows.start)
    else:
        rows = rows.order_by(rows.start)
    return [
        Opened(
            row["shop"], row["buyer"], row["session"], row["agent"], row["group"], row["start"],
            row["reply"] if row["reply"] >= 0 else None, row["waited"] if row["has_wait"] else None,
            row["why"] or None, bool(row["hit"]) and not row["why"],
            row["n"] if caliber.unit == "message_run" else 1,
        )
        for row in source.run(rows.limit(limit)).to_pylist()
    ]  # fmt: skip


def _is(rows: ir.Table, grain: Grain, value: int | str | None) -> ir.BooleanValue:
    from datetime import date

    from goldensix.metrics.zones import DAY, HOUR, day_number

    if grain == "day":
        return rows.k_day == day_number(date.fromisoformat(str(value))) * DAY
    if grain == "hour":
        return rows.k_hour == int(value or 0) * HOUR
    return rows[grain].isnull() if value is None else rows[grain] == value
