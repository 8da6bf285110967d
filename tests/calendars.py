"""Generated calendars: hours, special days, shifts, dates and skills of a small merchant."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from builders import AFTER_SALE, OTHER_SHOP, PRE_SALE, SHOP, agent, premises
from goldensix.actions.premises import Premises
from goldensix.events.ids import AccountId, Instant, Milliseconds, Skill
from goldensix.team.hours import DAY, Opening, Span, SpecialDay, midnight
from goldensix.team.roles import Role
from goldensix.team.shifts import Shift
from goldensix.team.team import Member

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo")
HOUR = Milliseconds(3_600_000)
FIRST, DAYS = date(2026, 3, 20), 14
"""In these days clocks are changed in most of the zones."""
BEGIN = midnight(FIRST, ZoneInfo("UTC"))
END = Instant(BEGIN + DAYS * 24 * HOUR)

minutes = st.integers(0, DAY // 30).map(lambda half_hours: half_hours * 30)
spans = st.builds(Span, minutes.filter(lambda each: each < DAY), minutes)
weeks = st.lists(st.lists(spans, max_size=2).map(tuple), min_size=7, max_size=7).map(tuple)
instants = st.integers(0, DAYS * 24 * 4 - 1).map(lambda quarters: Instant(BEGIN + quarters * HOUR // 4))


@st.composite
def special_days(draw: st.DrawFn) -> SpecialDay:
    first = FIRST + timedelta(draw(st.integers(0, DAYS)))
    last = first + timedelta(draw(st.integers(0, 3)))
    return SpecialDay(first, last, "Spring Festival", tuple(draw(st.lists(spans, max_size=2))))


openings = st.builds(Opening, st.none() | weeks, st.lists(special_days(), max_size=2).map(tuple))


@st.composite
def shifts(draw: st.DrawFn) -> tuple[Shift, ...]:
    starts = draw(st.lists(instants, max_size=4))
    groups = st.sampled_from([None, None, PRE_SALE, AFTER_SALE])
    made = [Shift(each, Instant(each + draw(st.integers(1, 16)) * HOUR), draw(groups)) for each in starts]
    return tuple(sorted(made, key=lambda shift: shift.starts))


@st.composite
def members(draw: st.DrawFn, number: int) -> Member:
    role = Role.SERVICE_MANAGER if number == 3 else Role.AGENT
    groups = draw(st.lists(st.sampled_from([PRE_SALE, AFTER_SALE]), unique=True))
    shops = draw(st.sampled_from([(), (), (SHOP,), (OTHER_SHOP,)]))
    made = agent(number, limit=draw(st.sampled_from([0, 1, 3])), groups=groups, shops=shops, role=role)
    return replace(
        made,
        skills=draw(st.sampled_from([frozenset[Skill](), frozenset({Skill("wine")})])),
        begins=draw(st.none() | instants),
        ends=draw(st.none() | instants),
        group_limits=draw(st.sampled_from([{}, {PRE_SALE: 0}, {AFTER_SALE: 1}])),
    )


@st.composite
def merchants(draw: st.DrawFn) -> Premises:
    people = [draw(members(number)) for number in range(1, 4)]
    base = premises(people, draw(st.sampled_from(ZONES)))
    groups = {
        id: replace(
            rules,
            opening=draw(openings | st.just(Opening())),
            overflow=draw(st.sampled_from([(), (AFTER_SALE if id == PRE_SALE else PRE_SALE,)])),
            must=draw(st.sampled_from([frozenset(), frozenset({Skill("wine")})])),
        )
        for id, rules in base.groups.items()
    }
    shops = {
        id: replace(rules, opening=draw(openings), groups=frozenset({PRE_SALE, AFTER_SALE}))
        for id, rules in base.shops.items()
    }
    rostered = draw(st.lists(st.sampled_from([AccountId(1), AccountId(2), AccountId(3)]), unique=True))
    return replace(base, groups=groups, shops=shops, shifts={each: draw(shifts()) for each in rostered})
