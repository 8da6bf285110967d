"""Orders as expressions: conversion of consulting buyers, and how fast refunds are paid."""

import ibis
import ibis.expr.types as ir

from goldensix.metrics.batch.clock import day_start, either
from goldensix.metrics.batch.fused import Amounts, Grid, grains, total, total_where, within_days
from goldensix.metrics.batch.moments import counting
from goldensix.metrics.batch.reading import Reading
from goldensix.metrics.caliber import Caliber
from goldensix.metrics.tables import ORDERED, PAID, REFUND_ASKED, REFUNDED, TALK
from goldensix.metrics.zones import DAY

FAR: int = 1 << 62


def conversion_grid(caliber: Caliber, reading: Reading) -> Grid:
    """Buyers' days with a consult, against orders that follow."""
    days = _consult_days(caliber, reading)
    orders = _orders(caliber, reading)
    joined = days.left_join(orders, days.buyer_key == orders.o_buyer)
    until = joined.b_day + caliber.within_days * DAY if caliber.within_days is not None else None
    follows = joined.o_at.notnull() & (joined.o_at >= joined["at"])
    if until is not None:
        follows = follows & (joined.o_day <= until)
    if caliber.count == "orders":
        follows = follows & (joined.o_at < joined.next_at)
    before = (joined.o_at < joined["at"]).fill_null(False)
    names = [name for name in days.columns if name.startswith("k_")]
    per_day = joined.group_by([*names, "buyer_key", "b_day"]).aggregate(
        orders=total_where(follows.fill_null(False), 1), before=total_where(before, 1)
    )
    if caliber.measure == "conversion_paid":
        per_day = per_day.filter(per_day.before == 0)
    worth = per_day.orders if caliber.count == "orders" else either(per_day.orders > 0, 1, 0)
    grouped = per_day.group_by(names) if names else per_day
    sums = grouped.aggregate(num=total(worth), den=per_day.count())
    return Grid(sums, reading.view.by, [Amounts(caliber, "num", "den", "den")])


def _consult_days(caliber: Caliber, reading: Reading) -> ir.Table:
    """The first question of each buyer's day, booked on whoever answered last; and when the next such day began."""
    moments = reading.source.moments
    talk = moments.filter(moments.what == TALK)
    talk = talk.filter(counting(caliber, moments, reading))
    talk = talk.mutate(b_day=day_start(reading.clock.local(talk["at"], talk.shop)))
    asked = talk.filter(talk.n > 0)
    first = ibis.window(group_by=["buyer_key", "b_day"], order_by=[asked["at"], asked.session])
    asked = asked.mutate(place=ibis.row_number().over(first)).filter(ibis._.place == 0)
    following = ibis.window(group_by="buyer_key", order_by=asked["at"])
    asked = asked.mutate(next_at=asked["at"].lead().over(following).fill_null(FAR))
    answered = talk.filter((talk.m > 0) & talk.agent.notnull())
    last = ibis.window(group_by=["buyer_key", "b_day"], order_by=[answered["at"].desc(), answered.agent.desc()])
    answered = answered.mutate(place=ibis.row_number().over(last)).filter(ibis._.place == 0)
    answered = answered.select(a_buyer="buyer_key", a_day="b_day", a_agent="agent")
    days = asked.left_join(answered, [asked.buyer_key == answered.a_buyer, asked.b_day == answered.a_day])
    days = days.mutate(agent=ibis.coalesce(days.a_agent, days.agent))
    local = reading.clock.local(days["at"], days.shop)
    days = within_days(days.mutate(**grains(reading.view.by, days, local)), local, reading.view.days)
    names = [name for name in days.columns if name.startswith("k_")]
    return days.select(*names, "buyer_key", "b_day", "at", "next_at")


def _orders(caliber: Caliber, reading: Reading) -> ir.Table:
    """Each order once, when it was made or first paid. One without a number stands for itself."""
    moments = reading.source.moments
    what = ORDERED if caliber.measure == "conversion_order" else PAID
    orders = moments.filter(moments.what == what)
    if reading.view.as_of is not None:
        orders = orders.filter(orders["at"] <= reading.view.as_of)
    numbered = (
        orders.filter(orders.detail.notnull())
        .group_by("buyer_key", "shop", "detail")
        .aggregate(o_at=ibis._["at"].min())
    )
    single = orders.filter(orders.detail.isnull()).select("buyer_key", "shop", o_at="at")
    found = numbered.select("buyer_key", "shop", "o_at").union(single)
    local = reading.clock.local(found.o_at, found.shop)
    return found.select(o_buyer=found.buyer_key, o_at=found.o_at, o_day=day_start(local))


def refund_grid(caliber: Caliber, reading: Reading) -> Grid:
    """From the first request for an order's refund to its first payment."""
    moments = reading.source.moments
    requests = moments.filter(moments.what == REFUND_ASKED)
    window = ibis.window(group_by=["buyer_key", "detail"], order_by=requests["at"])
    requests = requests.mutate(place=ibis.row_number().over(window)).filter(ibis._.place == 0)
    paid = moments.filter(moments.what == REFUNDED)
    paid = paid.group_by("buyer_key", "detail").aggregate(paid_at=paid["at"].min())
    paid = paid.select(p_buyer="buyer_key", p_detail="detail", paid_at="paid_at")
    pairs = requests.join(paid, [requests.buyer_key == paid.p_buyer, requests.detail.identical_to(paid.p_detail)])
    pairs = pairs.filter(pairs.paid_at >= pairs["at"])
    local = reading.clock.local(pairs["at"], pairs.shop)
    pairs = within_days(pairs.mutate(**grains(reading.view.by, pairs, local)), local, reading.view.days)
    names = [name for name in pairs.columns if name.startswith("k_")]
    grouped = pairs.group_by(names) if names else pairs
    sums = grouped.aggregate(num=total(pairs.paid_at - pairs["at"]), den=pairs.count())
    return Grid(sums, reading.view.by, [Amounts(caliber, "num", "den", "den")])
