"""The roster: who works when. Days and times are those of the merchant's first shop."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from goldensix.adapters.postgres.roster import Account, Roster
from goldensix.adapters.postgres.shifts import KeptShift, ShiftId
from goldensix.api.errors import ApiError, not_found
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import TheHouse
from goldensix.api.http.models import LAST_DAY, Answer, Ask, Day
from goldensix.events.ids import AccountId, GroupId
from goldensix.team.hours import DAY, Span, bounds, local_day, midnight
from goldensix.team.roles import Permission, Role, may
from goldensix.team.shifts import Shift

router = APIRouter(prefix="/api/shifts")

Planner = Annotated[Caller, Depends(requires(Permission.SET_SHIFTS))]
_MOST_DAYS: Final = 62
_A_YEAR: Final = timedelta(366)


class ShiftAnswer(Answer):
    id: int
    account: int
    starts: int
    ends: int
    group: int | None
    """The one group worked for; null: all of the account's."""
    series: int | None
    """Shifts that were made together, week after week, have the same."""


class Worker(Answer):
    """Somebody who can answer buyers."""

    id: int
    name: str
    groups: list[int]
    has_shifts: bool
    """False: nothing is on the roster, and he is routed to whenever he is ready."""


class RosterAnswer(Answer):
    zone: str
    first: date
    days: int
    people: list[Worker]
    shifts: list[ShiftAnswer]


class ShiftBody(Ask):
    day: Day
    begins: Annotated[int, Field(ge=0, lt=DAY)]
    """Minutes after midnight."""
    ends: Annotated[int, Field(ge=0, le=DAY)]
    """Not after the beginning: on the next day."""
    group: int | None = None


class NewShifts(ShiftBody):
    account: int
    weekdays: Annotated[frozenset[Annotated[int, Field(ge=0, le=6)]], Field(max_length=7)] = frozenset()
    """Repeated on these days of the week, 0 is Monday, until `until`; none: on the day only."""
    until: Day | None = None


class Removed(Answer):
    shifts: int


@router.get("")
async def shifts(
    house: TheHouse,
    caller: Planner,
    first: Day | None = None,
    days: Annotated[int, Field(ge=1, le=_MOST_DAYS)] = 7,
) -> RosterAnswer:
    merchant = caller.account.merchant
    roster = await house.people.roster(merchant)
    begin = first or local_day(house.now(), roster.zone)
    since, until = midnight(begin, roster.zone), midnight(begin + timedelta(days), roster.zone)
    known = await house.shifts.roster(merchant, since, until)
    return RosterAnswer(
        zone=roster.zone.key,
        first=begin,
        days=days,
        people=[
            Worker(id=each.id, name=each.name, groups=sorted(each.groups), has_shifts=each.id in known)
            for each in roster.accounts.values()
            if _works(each)
        ],
        shifts=[_shown(kept) for kept in await house.shifts.between(merchant, since, until)],
    )


@router.post("", status_code=201)
async def add_shifts(body: NewShifts, house: TheHouse, caller: Planner) -> list[ShiftAnswer]:
    """One, or one on each of the days named until a date; those are a series."""
    merchant = caller.account.merchant
    roster = await house.people.roster(merchant)
    _check(body, roster)
    wanted = [_on(day, body, roster) for day in _days(body)]
    made = await house.shifts.add(merchant, AccountId(body.account), wanted, caller.account.id)
    await house.on_roster_changed(merchant)
    return [_shown(kept) for kept in made]


@router.put("/{shift}")
async def change_shift(
    shift: int, body: ShiftBody, house: TheHouse, caller: Planner, later: bool = False
) -> list[ShiftAnswer]:
    """With `later`, those that follow it in its series too, each moved by as many days."""
    merchant = caller.account.merchant
    roster = await house.people.roster(merchant)
    changed = await house.shifts.change(
        merchant, ShiftId(shift), lambda before: _changed(before, body, roster), later=later, by=caller.account.id
    )
    if not changed:
        raise not_found("班", "shift")
    await house.on_roster_changed(merchant)
    return [_shown(kept) for kept in changed]


@router.delete("/{shift}")
async def remove_shift(shift: int, house: TheHouse, caller: Planner, later: bool = False) -> Removed:
    """With `later`, those that follow it in its series too."""
    merchant = caller.account.merchant
    removed = await house.shifts.remove(merchant, ShiftId(shift), later=later, by=caller.account.id)
    if not removed:
        raise not_found("班", "shift")
    await house.on_roster_changed(merchant)
    return Removed(shifts=removed)


@router.delete("/of/{account}")
async def clear_shifts(account: int, house: TheHouse, caller: Planner) -> Removed:
    """All of an account's, past ones too: from now on it is routed to whenever it is ready."""
    merchant = caller.account.merchant
    if AccountId(account) not in (await house.people.roster(merchant)).accounts:
        raise not_found("账号", "account")
    removed = await house.shifts.clear(merchant, AccountId(account), caller.account.id)
    await house.on_roster_changed(merchant)
    return Removed(shifts=removed)


def _check(body: NewShifts, roster: Roster) -> None:
    account = roster.accounts.get(AccountId(body.account))
    if account is None or not _works(account):
        raise _unfit("account", "account 不是能接待的账号。", "account is nobody who answers buyers.")
    _check_group(body, account)
    if bool(body.weekdays) != (body.until is not None):
        raise _unfit("until", "weekdays 和 until 要一起填写。", "weekdays and until are given together.")
    if body.until is not None and not body.day <= body.until <= body.day + _A_YEAR:
        raise _unfit(
            "until",
            "until 须在 day 之后一年以内。",
            "until must not be before day, nor more than a year after it.",
        )
    if not any(True for _ in _days(body)):
        raise _unfit("weekdays", "这些日子里没有 weekdays。", "none of the weekdays is between day and until.")


def _check_group(body: ShiftBody, account: Account) -> None:
    if body.group is not None and body.group not in account.groups:
        raise _unfit("group", "group 不是这个账号的组。", "group is none of this account's.")


def _changed(before: Sequence[KeptShift], body: ShiftBody, roster: Roster) -> tuple[Sequence[Shift], str]:
    first, account = before[0].shift, roster.accounts[before[0].account]
    _check_group(body, account)
    known = [local_day(kept.shift.starts, roster.zone) for kept in before]
    moved = body.day - known[0]
    if known[-1] + moved > LAST_DAY:
        raise _unfit("day", f"day 会把以后的班排到 {LAST_DAY} 之后。", f"day moves later shifts beyond {LAST_DAY}.")
    after = [_on(day + moved, body, roster) for day in known]
    if after == [kept.shift for kept in before]:
        return after, ""
    said = f"account {account.id}: {_words(first, roster)} -> {_words(after[0], roster)}"
    return after, said if len(after) == 1 else f"{said}; {len(after)} shifts"


def _words(shift: Shift, roster: Roster) -> str:
    begins, ends = (datetime.fromtimestamp(at / 1000, roster.zone) for at in (shift.starts, shift.ends))
    group = "" if shift.group is None else f", {roster.groups[shift.group].name}"
    return f"{begins:%Y-%m-%d %H:%M}-{ends:%H:%M}{group}"


def _on(day: date, body: ShiftBody, roster: Roster) -> Shift:
    group = None if body.group is None else GroupId(body.group)
    return Shift(*bounds(day, Span(body.begins, body.ends), roster.zone), group)


def _unfit(field: str, zh: str, en: str) -> ApiError:
    return ApiError(422, f"bad_{field}", zh=zh, en=en)


def _days(body: NewShifts) -> Iterator[date]:
    if body.until is None:
        yield body.day
        return
    day = body.day
    while day <= body.until:
        if day.weekday() in body.weekdays:
            yield day
        day += timedelta(1)


def _works(account: Account) -> bool:
    """Whoever routing could give a buyer to."""
    asked = bool(account.groups) or account.role is Role.SERVICE_MANAGER
    return asked and account.active and not account.rehearsal and may(account.role, Permission.CONSULT)


def _shown(kept: KeptShift) -> ShiftAnswer:
    shift = kept.shift
    return ShiftAnswer(
        id=kept.id,
        account=kept.account,
        starts=shift.starts,
        ends=shift.ends,
        group=shift.group,
        series=kept.series,
    )
