"""What one buyer's moments add to each figure: talk, conversations, receptions, the queue, ratings, orders."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from goldensix.metrics.caliber import (
    ORDER_MEASURES,
    QUEUE_MEASURES,
    RATING_MEASURES,
    RECEPTION_MEASURES,
    SESSION_MEASURES,
    TALK_MEASURES,
    Caliber,
    Replier,
)
from goldensix.metrics.contributions import Share, Shares, View
from goldensix.metrics.judge import Whose, barred, out_of_hours
from goldensix.metrics.service import served
from goldensix.metrics.tables import (
    ASKED,
    ASSIST_SPOKE,
    AUTO_SPOKE,
    BY_TRANSFER,
    CLOSED,
    HUMAN_SPOKE,
    INVITED,
    LEAVE,
    NEVER,
    ORDERED,
    PAID,
    QUEUE,
    RATED,
    RECEPTION,
    REFUND_ASKED,
    REFUNDED,
    SESSION,
    SPOKE,
    STATUS,
    TALK,
    TICKET,
)
from goldensix.metrics.zones import DAY, local


class MomentRow(NamedTuple):
    """A row of moments (`metrics.tables`), with names instead of codes."""

    shop: int
    platform: str
    buyer: str
    session: str
    agent: str | None
    group: str | None
    detail: str | None
    what: int
    at: int
    until: int
    n: int
    m: int
    value: int
    flags: int


SPOKEN: Final[dict[Replier, int]] = {"agent": HUMAN_SPOKE, "bot_assist": ASSIST_SPOKE, "bot_auto": AUTO_SPOKE}
"""The flag of a conversation in which one of them wrote."""


def spoken_mask(caliber: Caliber) -> int:
    return sum(SPOKEN[replier] for replier in caliber.valid)


def shares_of_moments(caliber: Caliber, moments: Sequence[MomentRow], view: View) -> Shares:
    """`moments` are one buyer's."""
    kept = [each for each in moments if _reason(caliber, each, view) is None]
    if caliber.measure in TALK_MEASURES:
        return _talk(caliber, kept, view)
    if caliber.measure in SESSION_MEASURES:
        return _sessions(caliber, kept, view)
    if caliber.measure in RECEPTION_MEASURES:
        return _receptions(caliber, kept, view)
    if caliber.measure in QUEUE_MEASURES:
        return _queues(caliber, kept, view)
    if caliber.measure in RATING_MEASURES:
        return _ratings(caliber, kept, view)
    if caliber.measure in ORDER_MEASURES:
        return _refunds(moments, view) if caliber.measure == "refund_speed" else _orders(caliber, kept, moments, view)
    return _statuses(caliber, kept, view)


def _reason(caliber: Caliber, moment: MomentRow, view: View) -> str | None:
    """Why a moment does not count."""
    if view.as_of is not None and moment.at > view.as_of:
        return "future"
    away = out_of_hours(caliber, local(view.zone_of(moment.shop), moment.at))
    return away or barred(caliber, moment.flags)


def _whose(moment: MomentRow) -> Whose:
    return Whose(moment.shop, moment.platform, moment.agent, moment.group)


def _add(shares: Shares, view: View, moment: MomentRow, num: int, den: int, each: int | None = None) -> None:
    key = view.key(_whose(moment), moment.at)
    if key is None:
        return
    share = shares.setdefault(key, Share())
    share.num += num
    share.den += den
    if each is not None:
        share.each.append(each)


def _talk(caliber: Caliber, moments: Iterable[MomentRow], view: View) -> Shares:
    if caliber.measure == "consulting":
        return _people(moments, view, lambda each: each.what == TALK and each.n > 0)
    shares: Shares = {}
    for each in moments:
        if each.what != TALK:
            continue
        match caliber.measure:
            case "answer_ratio":
                _add(shares, view, each, each.m, each.n)
            case "message_total":
                _add(shares, view, each, each.n + each.m, each.n + each.m)
            case "buyer_messages":
                _add(shares, view, each, each.n, each.n)
            case "agent_messages":
                _add(shares, view, each, each.m, each.m)
            case _:
                _add(shares, view, each, each.value, each.m)
    return shares


def _people(moments: Iterable[MomentRow], view: View, counts: Callable[[MomentRow], bool]) -> Shares:
    """Distinct buyers and local days under each key."""
    shares: Shares = {}
    seen: set[object] = set()
    for each in moments:
        key = view.key(_whose(each), each.at)
        if key is None or not counts(each):
            continue
        person = (key, each.shop, each.buyer, local(view.zone_of(each.shop), each.at) // DAY)
        if person not in seen:
            seen.add(person)
            share = shares.setdefault(key, Share())
            share.num += 1
            share.den += 1
    return shares


def _sessions(caliber: Caliber, moments: Iterable[MomentRow], view: View) -> Shares:
    shares: Shares = {}
    spoken = spoken_mask(caliber)
    for each in moments:
        if caliber.measure == "ticket_first_reply":
            if each.what == TICKET:
                _add(shares, view, each, _lasted(caliber, each, each.at + each.value, view), 1)
            continue
        consulted = bool(each.flags & (ASKED | LEAVE))
        if each.what != SESSION or not (consulted or caliber.measure == "sessions"):
            continue
        match caliber.measure:
            case "leave_rate":
                num = int(each.flags & LEAVE > 0)
            case "no_service_rate":
                num = int(each.flags & LEAVE > 0 or not each.flags & spoken)
            case "long_sessions":
                num = int(each.until - each.at > (caliber.limit or 0))
            case _:
                num = 1
        _add(shares, view, each, num, 1)
    return shares


def _lasted(caliber: Caliber, moment: MomentRow, until: int, view: View) -> int:
    if caliber.service_hours is None:
        return until - moment.at
    return served(caliber, view.zone_of(moment.shop), moment.at, until)


def _receptions(caliber: Caliber, moments: Iterable[MomentRow], view: View) -> Shares:
    spans = [each for each in moments if each.what == RECEPTION]
    shares: Shares = {}
    match caliber.measure:
        case "received":
            return _people(spans, view, lambda _: True)
        case "received_direct":
            return _people(_firsts(spans, view), view, lambda each: each.n != BY_TRANSFER)
        case "received_in":
            return _people(_firsts(spans, view), view, lambda each: each.n == BY_TRANSFER)
        case "passed_on":
            return _people(spans, view, lambda each: each.m == 1)
        case "transfers_in":
            for each in spans:
                if each.n == BY_TRANSFER:
                    _add(shares, view, each, 1, 1)
        case "transfers_out":
            for each in spans:
                if each.m == 1:
                    _add(shares, view, each, 1, 1)
        case "reception_time":
            for each in spans:
                if each.until != NEVER:
                    _add(shares, view, each, each.until - each.at, 1)
        case _:
            return {}
    return shares


def _firsts(spans: Iterable[MomentRow], view: View) -> list[MomentRow]:
    """Each buyer's first reception of the day under each key; of two at one instant, the direct one."""
    firsts: dict[object, MomentRow] = {}
    for each in spans:
        wall = local(view.zone_of(each.shop), each.at)
        person = (view.key(_whose(each), each.at), each.shop, each.buyer, wall // DAY)
        known = firsts.get(person)
        if known is None or (each.at, each.n == BY_TRANSFER) < (known.at, known.n == BY_TRANSFER):
            firsts[person] = each
    return list(firsts.values())


def spans_of(moments: Iterable[MomentRow], caliber: Caliber, view: View) -> list[MomentRow]:
    """Assigned receptions, which the sweep for `max_concurrent` takes from all buyers together."""
    kept = [each for each in moments if each.what == RECEPTION and each.n != SPOKE]
    return [each for each in kept if _reason(caliber, each, view) is None]


def _queues(caliber: Caliber, moments: Iterable[MomentRow], view: View) -> Shares:
    shares: Shares = {}
    for each in moments:
        if each.what != QUEUE:
            continue
        if caliber.measure == "abandon_rate":
            _add(shares, view, each, int(each.until == NEVER), 1)
        elif each.until != NEVER:
            wait = each.until - each.at
            _add(shares, view, each, wait, 1, wait if caliber.measure == "queue_max" else None)
    return shares


def _ratings(caliber: Caliber, moments: Iterable[MomentRow], view: View) -> Shares:
    shares: Shares = {}
    good = caliber.limit or 0
    base, counted = (CLOSED, INVITED) if caliber.measure == "invite_rate" else (INVITED, RATED)
    for each in moments:
        if caliber.measure == "satisfaction":
            if each.what == RATED:
                _add(shares, view, each, int(each.value >= good), 1)
        elif each.what in (base, counted) and each.n == 1:
            _add(shares, view, each, int(each.what == counted), int(each.what == base))
    return shares


def _statuses(caliber: Caliber, moments: Iterable[MomentRow], view: View) -> Shares:
    """Time in the statuses, over the conversations that have any status."""
    shares: Shares = {}
    seen: set[object] = set()
    for each in moments:
        if each.what != STATUS:
            continue
        key = view.key(_whose(each), each.at)
        fresh = (key, each.session) not in seen
        seen.add((key, each.session))
        inside = each.detail in caliber.statuses and each.until != NEVER
        _add(shares, view, each, _lasted(caliber, each, each.until, view) if inside else 0, int(fresh))
    return shares


def _refunds(moments: Iterable[MomentRow], view: View) -> Shares:
    """From the first request for an order's refund to its first payment."""
    asked: dict[str | None, MomentRow] = {}
    paid: dict[str | None, int] = {}
    for each in moments:
        if (each.what == REFUND_ASKED and each.detail not in asked) or (
            each.what == REFUND_ASKED and each.at < asked[each.detail].at
        ):
            asked[each.detail] = each
        elif each.what == REFUNDED:
            paid[each.detail] = min(each.at, paid.get(each.detail, each.at))
    shares: Shares = {}
    for order, request in asked.items():
        if order in paid and paid[order] >= request.at:
            _add(shares, view, request, paid[order] - request.at, 1)
    return shares


def _orders(caliber: Caliber, kept: Iterable[MomentRow], all_moments: Iterable[MomentRow], view: View) -> Shares:
    """Of the buyer's days with a consult: orders, or whether there was one."""
    wanted = ORDERED if caliber.measure == "conversion_order" else PAID
    orders = _order_days(all_moments, wanted, view)
    shares: Shares = {}
    days = _consult_days(kept, view)
    for number, (day, first) in enumerate(days):
        if caliber.measure != "conversion_order" and any(at < first.at for at, _ in orders):
            continue
        key = view.key(_whose(first), first.at)
        if key is None:
            continue
        until = None if caliber.within_days is None else day + caliber.within_days
        found = [at for at, on in orders if at >= first.at and (until is None or on <= until)]
        if caliber.count == "orders":
            following = days[number + 1][1].at if number + 1 < len(days) else None
            found = [at for at in found if following is None or at < following]
        share = shares.setdefault(key, Share())
        share.den += 1
        if caliber.measure == "inquiring":
            share.num += 1
        else:
            share.num += len(found) if caliber.count == "orders" else int(bool(found))
    return shares


def _order_days(moments: Iterable[MomentRow], what: int, view: View) -> list[tuple[int, int]]:
    """When each order was made or first paid, and the local day."""
    first: dict[object, MomentRow] = {}
    for number, each in enumerate(moments):
        if each.what != what or (view.as_of is not None and each.at > view.as_of):
            continue
        order = each.detail if each.detail is not None else number
        if order not in first or each.at < first[order].at:
            first[order] = each
    return sorted((each.at, local(view.zone_of(each.shop), each.at) // DAY) for each in first.values())


def _consult_days(moments: Iterable[MomentRow], view: View) -> list[tuple[int, MomentRow]]:
    """The local days on which the buyer asked: the day, and its first question, booked on whoever answered last."""
    asked: dict[int, MomentRow] = {}
    answered: dict[int, MomentRow] = {}
    for each in moments:
        if each.what != TALK:
            continue
        day = local(view.zone_of(each.shop), each.at) // DAY
        if each.n > 0 and (day not in asked or (each.at, each.session) < (asked[day].at, asked[day].session)):
            asked[day] = each
        if each.m > 0 and each.agent is not None:
            known = answered.get(day)
            if known is None or (each.at, each.agent) > (known.at, known.agent or ""):
                answered[day] = each
    booked = {
        day: first._replace(agent=answered[day].agent) if day in answered else first for day, first in asked.items()
    }
    return sorted(booked.items(), key=lambda each: each[1].at)
