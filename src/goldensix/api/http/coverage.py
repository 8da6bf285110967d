"""The check: whom each group could route to in the days to come, and where that is nobody."""

import asyncio
from bisect import bisect_right
from datetime import date, timedelta
from itertools import islice, takewhile
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from goldensix.actions.coverage import Cover, Hole, Remedy, State, Unmet, coverage, holes, unmet
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import TheHouse
from goldensix.api.http.models import Answer
from goldensix.events.ids import Instant
from goldensix.team.hours import DAY, Bounds, Span, bounds, local_day, midnight
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/coverage")

_CELL: Final = 30
"""Minutes."""
CLOSED: Final = -1
_SPANS: Final = [Span(minute, minute + _CELL) for minute in range(0, DAY, _CELL)]


class HoleAnswer(Answer):
    group: int
    shop: int | None
    begins: int
    ends: int
    remedies: list[Remedy]
    """What would mend it, the nearest first."""
    helper: int | None
    """Of `add_helper`: the group that has people then."""
    extend: int | None
    """Of `extend_shift`: the account that works until then."""


class StretchAnswer(Answer):
    begins: int
    ends: int
    state: State
    people: list[int]


class CoverAnswer(Answer):
    group: int
    shop: int | None
    """Whose buyers are led there; null: no shop's, colleagues pass conversations on to it."""
    days: list[list[int]]
    """For each day its half-hours: the fewest people who could have a consult; -1: closed all the time."""
    stretches: list[StretchAnswer]


class PlaceAnswer(Answer):
    group: int
    shop: int | None


class UnmetAnswer(Answer):
    rule: str
    skill: str
    holders: list[int]
    """Who has the skill, and could not have these consults; none: nobody has it."""
    places: list[PlaceAnswer]


class CoverageAnswer(Answer):
    zone: str
    first: date
    since: int
    """The check looks from now on; what is before is of today, and past."""
    names: dict[int, str]
    """Of the accounts named."""
    without_shifts: int
    """Accounts that count at every hour, as they have no shifts."""
    holes: list[HoleAnswer]
    unmet: list[UnmetAnswer]
    """Rules that ask for a skill which nobody in their reach has, in all that time."""
    covers: list[CoverAnswer]


@router.get("")
async def check(
    house: TheHouse,
    caller: Annotated[Caller, Depends(requires(Permission.SET_SHIFTS))],
    days: Annotated[int, Field(ge=1, le=31)] = 7,
) -> CoverageAnswer:
    merchant, now = caller.account.merchant, house.now()
    roster = await house.people.roster(merchant)
    first = local_day(now, roster.zone)
    begin, end = midnight(first, roster.zone), midnight(first + timedelta(days), roster.zone)
    premises = await house.premises(merchant, begin, end)
    covers = await asyncio.to_thread(coverage, premises, begin, end)  # a tenth of a second for hundreds of people
    lacking = await asyncio.to_thread(unmet, premises, now, end)
    there = {id for cover in covers for each in cover.stretches for id in each.people}
    named = there.union(*(each.holders for each in lacking))
    ahead = [hole for hole in holes(premises, covers) if hole.ends > now]
    half_hours = [[bounds(first + timedelta(day), span, roster.zone) for span in _SPANS] for day in range(days)]
    return CoverageAnswer(
        zone=roster.zone.key,
        first=first,
        since=now,
        names={id: member.name for id, member in premises.members.items() if id in named},
        without_shifts=sum(id not in premises.shifts for id in there),
        holes=[_told(hole, now) for hole in ahead],
        unmet=[_unmet(each) for each in lacking],
        covers=[_shown(cover, half_hours) for cover in covers],
    )


def _told(hole: Hole, now: Instant) -> HoleAnswer:
    return HoleAnswer(
        group=hole.group,
        shop=hole.shop,
        begins=max(hole.begins, now),
        ends=hole.ends,
        remedies=list(hole.remedies),
        helper=hole.helper,
        extend=hole.extend,
    )


def _unmet(found: Unmet) -> UnmetAnswer:
    return UnmetAnswer(
        rule=found.rule,
        skill=found.skill,
        holders=[int(id) for id in found.holders],
        places=[PlaceAnswer(group=group, shop=shop) for group, shop in found.places],
    )


def _shown(cover: Cover, half_hours: list[list[Bounds]]) -> CoverAnswer:
    return CoverAnswer(
        group=cover.group,
        shop=cover.shop,
        days=[[_fewest(cover, each) for each in day] for day in half_hours],
        stretches=[
            StretchAnswer(begins=each.begins, ends=each.ends, state=each.state, people=[int(id) for id in each.people])
            for each in cover.stretches
        ],
    )


def _fewest(cover: Cover, half_hour: Bounds) -> int:
    begins, ends = half_hour
    after = bisect_right(cover.stretches, begins, key=lambda each: each.ends)
    overlapping = takewhile(lambda each: each.begins < ends, islice(cover.stretches, after, None))
    return min((len(each.people) for each in overlapping if each.state != "closed"), default=CLOSED)
