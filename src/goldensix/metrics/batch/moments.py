"""Moment measures as expressions: talk, conversations, receptions, the queue, ratings, orders, statuses."""

from collections.abc import Callable, Iterable
from typing import Final

import ibis
import ibis.expr.types as ir

from goldensix.metrics.batch.clock import day_start, either
from goldensix.metrics.batch.fused import Amounts, Fused, Grid, grains, total, total_where, within_days
from goldensix.metrics.batch.judged import barred, has, out_of_hours
from goldensix.metrics.batch.reading import Reading
from goldensix.metrics.caliber import Caliber, Measure
from goldensix.metrics.moments import spoken_mask
from goldensix.metrics.tables import (
    ASKED,
    BY_TRANSFER,
    CLOSED,
    INVITED,
    LEAVE,
    NEVER,
    QUEUE,
    RATED,
    RECEPTION,
    SESSION,
    SPOKE,
    STATUS,
    TALK,
    TICKET,
)

Amount = tuple[ir.BooleanValue, ir.IntegerValue, ir.IntegerValue]
"""Which moments count, and what each adds to either side."""


def counting(caliber: Caliber, moments: ir.Table, reading: Reading) -> ir.BooleanValue:
    """Moments that nothing in the caliber leaves out."""
    local = reading.clock.local(moments.at, moments.shop)
    reasons = out_of_hours(caliber, local) + barred(caliber, moments.flags, None)
    counted: ir.BooleanValue = ibis.literal(True)
    if reading.view.as_of is not None:
        counted = moments.at <= reading.view.as_of
    for _, holds in reasons:
        counted = counted & ~holds
    return counted


def _one() -> ir.IntegerValue:
    return ibis.literal(1, "int64")


def _whole(value: ir.Value) -> ir.IntegerValue:
    return value.cast("int64")


def _flag(condition: ir.BooleanValue) -> ir.IntegerValue:
    return either(condition, _one(), ibis.literal(0, "int64"))


def _talk(amount: Callable[[ir.Table], tuple[ir.Value, ir.Value]]) -> Callable[[Caliber, ir.Table], Amount]:
    def of(_: Caliber, moments: ir.Table) -> Amount:
        num, den = amount(moments)
        return moments.what == TALK, _whole(num), _whole(den)

    return of


def _session(worth: Callable[[Caliber, ir.Table], ir.BooleanValue]) -> Callable[[Caliber, ir.Table], Amount]:
    def of(caliber: Caliber, moments: ir.Table) -> Amount:
        consulted = (moments.what == SESSION) & has(moments.flags, ASKED | LEAVE)
        return consulted, _flag(worth(caliber, moments)), _one()

    return of


def _long(caliber: Caliber, moments: ir.Table) -> ir.BooleanValue:
    return moments.until - moments.at > (caliber.limit or 0)


def _unserved(caliber: Caliber, moments: ir.Table) -> ir.BooleanValue:
    return has(moments.flags, LEAVE) | ~has(moments.flags, spoken_mask(caliber))


def _firsts(counted: int, base: int) -> Callable[[Caliber, ir.Table], Amount]:
    def of(_: Caliber, moments: ir.Table) -> Amount:
        chosen = moments.what.isin([counted, base]) & (moments.n == 1)
        return chosen, _flag(moments.what == counted), _flag(moments.what == base)

    return of


def _span(chosen: Callable[[ir.Table], ir.BooleanValue]) -> Callable[[Caliber, ir.Table], Amount]:
    return lambda _, moments: ((moments.what == RECEPTION) & chosen(moments), _one(), _one())


def _lasting(what: int) -> Callable[[Caliber, ir.Table], Amount]:
    return lambda _, moments: (
        (moments.what == what) & (moments.until != NEVER),
        moments.until - moments.at,
        _one(),
    )


SUMMED: Final[dict[Measure, Callable[[Caliber, ir.Table], Amount]]] = {
    "answer_ratio": _talk(lambda moments: (moments.m, moments.n)),
    "message_total": _talk(lambda moments: (moments.n + moments.m, moments.n + moments.m)),
    "buyer_messages": _talk(lambda moments: (moments.n, moments.n)),
    "agent_messages": _talk(lambda moments: (moments.m, moments.m)),
    "agent_characters": _talk(lambda moments: (moments.value, moments.m)),
    "sessions": lambda _, moments: (moments.what == SESSION, _one(), _one()),
    "leave_rate": _session(lambda _, moments: has(moments.flags, LEAVE)),
    "no_service_rate": _session(_unserved),
    "long_sessions": _session(_long),
    "ticket_first_reply": lambda _, moments: (moments.what == TICKET, moments.value, _one()),
    "transfers_in": _span(lambda moments: moments.n == BY_TRANSFER),
    "transfers_out": _span(lambda moments: moments.m == 1),
    "reception_time": _lasting(RECEPTION),
    "queue_mean": _lasting(QUEUE),
    "queue_max": _lasting(QUEUE),
    "abandon_rate": lambda _, moments: (moments.what == QUEUE, _flag(moments.until == NEVER), _one()),
    "satisfaction": lambda caliber, moments: (
        moments.what == RATED,
        _flag(moments.value >= (caliber.limit or 0)),
        _one(),
    ),
    "invite_rate": _firsts(INVITED, CLOSED),
    "participation_rate": _firsts(RATED, INVITED),
}
"""Measures that are sums over moments."""


def moment_grids(calibers: Iterable[Caliber], reading: Reading) -> list[Grid]:
    """All that are sums, in one GROUP BY."""
    moments = reading.source.moments
    local = reading.clock.local(moments.at, moments.shop)
    fused = Fused(moments, grains(reading.view.by, moments, local), reading.view.by, reading.view.days, local)
    for caliber in calibers:
        _ask(fused, caliber, reading)
    return [fused.grid()] if fused.sums else []


def _ask(fused: Fused, caliber: Caliber, reading: Reading) -> None:
    chosen, num, den = SUMMED[caliber.measure](caliber, fused.table)
    counted = chosen & counting(caliber, fused.table, reading)
    dens = fused.ask("den", total_where(counted, den))
    if caliber.measure == "queue_max":
        longest = either(counted, num, ibis.literal(NEVER, "int64")).max()
        most = fused.ask("num", either(total_where(counted, den) > 0, longest, ibis.literal(0, "int64")))
        fused.add(caliber, most, dens, None)
        return
    nums = fused.ask("num", total_where(counted, num))
    fused.add(caliber, nums, dens, dens)


def people_grid(caliber: Caliber, reading: Reading) -> Grid:
    """Distinct buyers and local days under each key: consulting, received, passed on."""
    table, keys, local = _chosen(caliber, reading, TALK if caliber.measure == "consulting" else RECEPTION)
    table = table.mutate(**keys, b_day=day_start(local))
    names = list(keys)
    person = [*names, "buyer_key", "b_day"]
    match caliber.measure:
        case "consulting":
            table = table.filter(table.n > 0)
        case "passed_on":
            table = table.filter(table.m == 1)
        case "received_direct" | "received_in":
            table = table.mutate(by_transfer=_flag(table.n == BY_TRANSFER))
            window = ibis.window(group_by=person, order_by=[table["at"], table.by_transfer])
            table = table.mutate(place=ibis.row_number().over(window)).filter(ibis._.place == 0)
            table = table.filter(table.by_transfer == int(caliber.measure == "received_in"))
    people = table.select(*person).distinct()
    return _counted(caliber, reading, people, names)


def _counted(caliber: Caliber, reading: Reading, table: ir.Table, names: list[str]) -> Grid:
    grouped = table.group_by(names) if names else table
    return Grid(grouped.aggregate(size=table.count()), reading.view.by, [Amounts(caliber, "size", "size", "size")])


def _chosen(caliber: Caliber, reading: Reading, what: int) -> tuple[ir.Table, dict[str, ir.Value], ir.IntegerValue]:
    moments = reading.source.moments
    local = reading.clock.local(moments.at, moments.shop)
    table = within_days(moments.filter(moments.what == what), local, reading.view.days)
    table = table.filter(counting(caliber, moments, reading))
    local = reading.clock.local(table["at"], table.shop)
    return table, grains(reading.view.by, table, local), local


def most_grid(caliber: Caliber, reading: Reading) -> Grid:
    """As `metrics.concurrency.most_at_a_time`, by a running sum over begins and ends."""
    moments = reading.source.moments
    spans = moments.filter((moments.what == RECEPTION) & (moments.n != SPOKE) & moments.agent.notnull())
    spans = spans.filter(counting(caliber, moments, reading))
    local = reading.clock.local(spans["at"], spans.shop)
    keys = grains(reading.view.by, spans, local)
    ends = spans.filter(spans.until != NEVER)
    end_keys = {name: ibis.null().cast(value.type()) for name, value in keys.items()}
    whose = {"o_shop": spans.shop, "o_agent": spans.agent}
    events = spans.select(**whose, t=spans["at"], step=_one(), wall=local, **keys).union(
        ends.select(o_shop=ends.shop, o_agent=ends.agent, t=ends.until, step=-_one(), wall=_one(), **end_keys)
    )
    running = _running(events)
    begun = within_days(running.filter(running.step == 1), running.wall, reading.view.days)
    names = list(keys)
    grouped = begun.group_by(names) if names else begun
    return Grid(grouped.aggregate(most=begun.open.max()), reading.view.by, [Amounts(caliber, "most", "most", None)])


def _running(events: ir.Table) -> ir.Table:
    """How many are open once everything of the same instant has happened: begins of one instant count together."""
    instants = events.group_by("o_shop", "o_agent", "t").aggregate(change=total(events.step))
    window = ibis.cumulative_window(group_by=["o_shop", "o_agent"], order_by="t")
    opened = instants.mutate(open=instants.change.sum().over(window).cast("int64"))
    opened = opened.select(s_shop="o_shop", s_agent="o_agent", s_t="t", open="open")
    same = [events.o_shop == opened.s_shop, events.o_agent == opened.s_agent, events.t == opened.s_t]
    return events.join(opened, same)


def status_grid(caliber: Caliber, reading: Reading) -> Grid:
    """Time in the statuses, over the conversations that have any status."""
    table, keys, _ = _chosen(caliber, reading, STATUS)
    table = table.mutate(**keys)
    names = list(keys)
    inside = table.detail.isin(sorted(caliber.statuses)) & (table.until != NEVER)
    sums = {"num": total_where(inside.fill_null(False), table.until - table["at"]), "den": table.session_key.nunique()}
    grouped = table.group_by(names) if names else table
    return Grid(grouped.aggregate(**sums), reading.view.by, [Amounts(caliber, "num", "den", "den")])
