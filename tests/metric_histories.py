"""Logs of shops, generated: bursts, transfers, recalls, copies, late lines, midnights, skew, robots, queues.

And calibers, generated: every field of a caliber takes part.
"""

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from goldensix.log.columns import CLOSING_WORDS, GREETING, NO_REPLY_NEEDED, ROBOT_HAS, SPAM
from goldensix.metrics.caliber import MEASURES, BadCaliber, Caliber
from goldensix.metrics.order import Line
from goldensix.wire.declared import read_caliber

_ZONES = ("Asia/Shanghai", "America/New_York", "Asia/Kolkata")
ZONES = {shop: _ZONES[(shop - 1) % 3] for shop in range(1, 31)}
AGENTS = ("a1", "a2", "a3")
BEGINNINGS = [
    datetime(2026, 11, 10, 1, 59, 50, tzinfo=UTC),  # 9:59:50 in Shanghai
    datetime(2026, 11, 10, 15, 58, 30, tzinfo=UTC),  # before midnight in Shanghai
    datetime(2026, 11, 1, 4, 30, tzinfo=UTC),  # before New York's clocks go back
    datetime(2026, 11, 10, 14, 59, 0, tzinfo=UTC),  # before 23:00 in Shanghai
]
_SAYINGS = f"{'ask ' * 8}{'answer ' * 6}assist auto auto system note"
_EVENTS = (
    f"{'transfer ' * 3}queue_enter queue_enter assign assign to_human leave_message close close rating_invite rating"
)
_ORDERS = "order_created paid refund_requested refund_done status status"
DEEDS = tuple(f"{_SAYINGS} {_EVENTS} {_ORDERS}".split())
_BY = {"ask": "buyer", "answer": "agent", "assist": "bot_assist", "auto": "bot_auto"}
_ROBOTS = ("assist", "auto", "system", "note")


@dataclass(frozen=True)
class Deed:
    what: str
    shop: int
    buyer: int
    agent: str
    other: str
    after: int
    """Milliseconds since the deed before."""
    flags: int
    number: int
    skew: int
    """The clock of who did it, in milliseconds."""


seconds = st.one_of(
    st.integers(0, 12),
    st.sampled_from([0, 6, 30, 60, 180, 600]),
    st.sampled_from([29, 31, 179, 181, 300, 599, 601, 1_799, 1_800, 1_801, 3_600]),
    st.sampled_from([6 * 3_600, 25 * 3_600]),
)
deeds = st.builds(
    Deed,
    what=st.sampled_from(DEEDS),
    shop=st.sampled_from([1, 1, 1, 1, 1, 1, 2, 3]),
    buyer=st.sampled_from([0, 0, 0, 1, 2]),
    agent=st.sampled_from(AGENTS),
    other=st.sampled_from(AGENTS),
    after=st.builds(lambda whole, part: whole * 1000 + part, seconds, st.sampled_from([0, 0, 0, 1, 500])),
    flags=st.sampled_from([0, 0, 0, 0, 0, 0, SPAM, NO_REPLY_NEEDED, GREETING, CLOSING_WORDS, ROBOT_HAS]),
    number=st.integers(0, 9),
    skew=st.sampled_from([0, 0, 0, 0, -2_000, -5_000, -5_001, -60_000]),
)


LIMITS = [0, 6, 30, 60, 180, 600]


@st.composite
def exchanges(draw: Any) -> list[Deed]:
    """A question, perhaps something in between, and what answers it after a time that some limit is about."""
    question = replace(draw(deeds), what="ask")
    wait = draw(st.sampled_from(LIMITS)) * 1000 + draw(st.sampled_from([0, 0, 0, 1, -1]))
    whose = {"shop": question.shop, "buyer": question.buyer, "number": question.number}
    between = [replace(each, **whose, after=max(0, wait) // 2) for each in draw(st.lists(deeds, max_size=1))]
    spent = sum(each.after for each in between)
    reply = replace(draw(deeds), **whose, what=draw(_REPLIES), after=max(0, wait) - spent)
    return [question, *between, reply]


_REPLIES = st.sampled_from(["answer", "answer", "answer", "answer", "assist", "auto"])
scenes = st.lists(st.one_of(exchanges(), exchanges(), st.builds(lambda deed: [deed], deeds)), min_size=1, max_size=16)


@dataclass(frozen=True)
class History:
    lines: tuple[Line, ...]
    """In the order in which they arrive: late ones late, copies and recalls after."""
    as_of: int


def _line(deed: Deed, place: int, at: int, named: bool, numbered: bool) -> Line:
    said = deed.what in _BY or deed.what in ("system", "note")
    by = _BY.get(deed.what, deed.what) if said else None
    buyer = f"b{deed.buyer}"
    ordered = deed.what in ("order_created", "paid", "refund_requested", "refund_done")
    session = f"s{deed.buyer}.{deed.number // 5}" if named and not ordered else None
    anonymous = not said and session is not None and deed.number % 2
    return Line(
        shop=deed.shop,
        platform="taobao",
        buyer="" if anonymous else buyer,
        session=session,
        line=f"l{place:04}",
        what="message" if said else deed.what,  # type: ignore[arg-type]  # drawn from the words that it takes
        by=by,  # type: ignore[arg-type]  # drawn from the words that it takes
        agent=_agent(deed),
        from_agent=deed.other if deed.what == "transfer" and deed.number % 3 else None,
        group=f"g{deed.number % 2}" if deed.number > 4 else None,
        kind="text" if said else "",
        at=at + (deed.skew if numbered else 0),
        seq=place if numbered and said else None,
        flags=deed.flags if said else 0,
        chars=deed.number,
        value=deed.number % 5 + 1 if deed.what == "rating" else None,
        detail=f"o{deed.number % 3}" if ordered else "open" if deed.number % 2 else "pending",
    )


def _agent(deed: Deed) -> str | None:
    if deed.what in ("answer", "assign", "transfer"):
        return deed.agent
    return deed.agent if deed.what == "assist" and deed.number % 2 else None


@st.composite
def histories(draw: Any) -> History:
    """Conversations that the source names, or not; a server's order, or none."""
    named, numbered = draw(st.booleans()), draw(st.booleans())
    at = int(draw(st.sampled_from(BEGINNINGS)).timestamp() * 1000)
    lines = []
    for place, deed in enumerate(deed for scene in draw(scenes) for deed in scene):
        at += deed.after
        lines.append(_line(deed, place, at, named, numbered))
    copies = draw(st.lists(st.sampled_from(lines), max_size=4)) if lines else []
    recalled = draw(st.lists(st.sampled_from(lines), max_size=3)) if lines else []
    late = draw(st.permutations(lines)) if draw(st.booleans()) else lines
    arriving = [*late, *copies, *(line._replace(recalled=True) for line in recalled)]
    instants = [line.at for line in lines] or [at]
    as_of = draw(st.sampled_from(instants)) + draw(st.sampled_from([0, 1, 30_000, 100_000, 181_000, 10**8]))
    return History(tuple(arriving), as_of)


def together(logs: list[History]) -> History:
    """Independent logs as one, each with shops of its own, in the same zones."""
    lines = [line._replace(shop=line.shop + 3 * number) for number, log in enumerate(logs) for line in log.lines]
    return History(tuple(lines), max(log.as_of for log in logs))


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


_SWITCHES = (
    "exclude_zero same_day split_transfer exclude_agent_started exclude_bot_only exclude_robot_alone "
    "exclude_robot_kept exclude_leave ignore_greeting ignore_closers human_stage"
)
_REPLIERS = st.lists(st.sampled_from(["agent", "bot_assist", "bot_auto"]), min_size=1, unique=True)
_UNITS = ["turn", "message", "message_run", "session_first", "session_mean", "session_all", "customer_day"]
_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "unit": st.sampled_from(_UNITS),
    "valid": _REPLIERS,
    "clock": st.sampled_from(["shop", "queue", "agent", "human_stage"]),
    "anchor": st.sampled_from(["first", "last"]),
    "booked": st.sampled_from(["start", "session", "reply"]),
    "reached": st.sampled_from(["events", "reply"]),
    "threshold": st.sampled_from([0, 6, 30, 60, 180, 600, 86_400]),
    "op": st.sampled_from(["<=", "<"]),
    "window": st.sampled_from([[8, 24], [8, 23], [9, 23], [22, 6], [9.5, 18]]),
    "days": st.sampled_from([[0, 1, 2, 3, 4], [6], [0, 6]]),
    "exempt_days": st.sampled_from([["2026-11-10"], ["2026-11-01", "2026-11-11"]]),
    "service_hours": st.sampled_from([[9, 18], [0, 24], [8, 23.5]]),
    "service_days": st.sampled_from([[0, 1, 2, 3, 4], [1, 6]]),
    "cap": st.sampled_from([60, 600]),
    "unanswered": st.sampled_from(["fail", "exclude", "cap"]),
    "cross_day": st.sampled_from(["count", "exclude"]),
    "skew_tolerance": st.sampled_from([0, 1, 5, 60]),
    "cycle_hour": st.sampled_from([0, 18]),
    "p": st.sampled_from([1, 50, 90, 99, 100]),
    "limit": st.sampled_from([2, 30, 60, 1800]),
    "count": st.sampled_from(["orders", "buyers"]),
    "within_days": st.sampled_from([0, 1, 4]),
    "statuses": st.sampled_from([["open"], ["pending"], ["open", "pending"]]),
    **{name: st.booleans() for name in _SWITCHES.split()},
}
_SELDOM = {"cycle_hour", "service_hours", "days", "exempt_days"}


@st.composite
def calibers(draw: Any) -> Caliber:
    """Any caliber whose fields fit each other; sessions are told apart as usual."""
    declared: dict[str, Any] = {"id": "drawn", "measure": draw(st.sampled_from(_MEASURES))}
    for name, values in _FIELDS.items():
        one_in = 8 if name in _SELDOM else 2
        if draw(st.integers(1, one_in)) == 1:
            declared[name] = draw(values)
    for name in ("threshold", "p", "limit", "cap", "statuses"):
        declared.setdefault(name, draw(_FIELDS[name]))
    try:
        return read_caliber(declared)
    except BadCaliber:
        for name in ("cycle_hour", "booked"):
            declared.pop(name, None)
        declared["unit"] = "turn"
        return read_caliber(declared)


_OFTEN = ["within", "late", "mean", "median", "percentile", "answered"]
_NOW_AND_THEN = ["recent_weighted", "unanswered", "inquiring", "ticket_first_reply", "status_time"]
_MEASURES = (*MEASURES, *_OFTEN * 6, *_NOW_AND_THEN * 2)
days_asked = _maybe(
    st.sampled_from([(date(2026, 11, 1), date(2026, 11, 10)), (date(2026, 11, 10), date(2026, 11, 10))])
)
grains_asked = st.lists(st.sampled_from(["shop", "agent", "group", "day", "hour"]), max_size=3, unique=True)


def a_busy_week(size: int, seed: int = 6) -> list[Line]:
    """One long log in which everything happens, the same every time; every conversation has a name."""
    dice, at = random.Random(seed), int(BEGINNINGS[0].timestamp() * 1000)
    lines = []
    for place in range(size):
        at += dice.choice([0, 500, 3_000, 6_000, 30_000, 180_000, 700_000])
        deed = Deed(
            what=dice.choice(DEEDS),
            shop=dice.choice([1, 1, 2]),
            buyer=dice.randrange(1 + size // 40),
            agent=dice.choice(AGENTS),
            other=dice.choice(AGENTS),
            after=0,
            flags=dice.choice([0, 0, 0, 0, 0, SPAM, NO_REPLY_NEEDED, GREETING, CLOSING_WORDS, ROBOT_HAS]),
            number=dice.randrange(10),
            skew=0,
        )
        lines.append(_line(deed, place, at, named=True, numbered=False))
    return lines
