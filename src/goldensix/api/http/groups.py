"""Consults by their first words: what was said of them, where they ended, and putting that right."""

import asyncio
from collections import Counter
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from goldensix.adapters.classifying import NEEDED
from goldensix.adapters.postgres.classification import Consult
from goldensix.adapters.postgres.roster import Account
from goldensix.api.errors import ApiError, not_found
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.events.ids import ConversationId, GroupId, Instant
from goldensix.robot.groups import Sorting
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/robot/groups")

Teacher = Annotated[Caller, Depends(requires(Permission.TEACH_ROBOT))]
_DAYS: Final = 30
_PAGE: Final = 50
_UNSURE: Final = 0
"""Stands for no group in the table."""
Stage = Literal["words", "learned"]


class SortedGroup(Answer):
    id: int
    name: str
    words: list[str]
    """What it is known by from the beginning."""


class Cell(Answer):
    said: int
    """A group; 0: not sure enough, or nothing was said."""
    ended: int
    count: int


class GroupsAnswer(Answer):
    on: bool
    least: float
    """Less sure, a consult stays in the queue it came to."""
    by: Stage
    """By the groups' own words, or by what was learned."""
    labels: int
    """Consults that were learned from, or could be."""
    needed: int
    """So many are needed to learn."""
    right: float
    """Share of them that came out right when held back."""
    taught_at: int | None
    days: int
    groups: list[SortedGroup]
    cells: list[Cell]
    consults: int
    shown: int
    """Of them those that people have shown a group, by a label or by passing them on."""
    said_now: int
    """Of them those of which nothing was said at the time: what would be said now."""


class ConsultRow(Answer):
    conversation: str
    at: int
    shop: int
    words: str
    said: int
    confidence: float
    ended: int
    label: int | None
    passed_on: bool
    now: bool
    """Nothing was said at the time: this is what would be said now."""


class ConsultsAnswer(Answer):
    rows: list[ConsultRow]
    found: int


class GroupsAsk(Ask):
    on: bool
    least: Annotated[float, Field(ge=0.3, le=0.95)]


class LabelAsk(Ask):
    group: Annotated[int, Field(ge=1, lt=2**63)] | None
    """None takes the label away."""


@router.get("")
async def groups(caller: Teacher, house: TheHouse) -> GroupsAnswer:
    account = caller.account
    kept = await house.classification.of(account.merchant)
    sorting, rows = await _rows(house, account)
    counted = Counter((row.said, row.ended) for row in rows)
    shown = sum(row.label is not None or row.passed_on for row in rows)
    roster = await house.people.roster(account.merchant)
    return GroupsAnswer(
        on=kept.on,
        least=kept.least,
        by="words" if sorting.weights is None else "learned",
        labels=kept.labels if sorting.weights else shown,
        needed=NEEDED,
        right=kept.right,
        taught_at=kept.taught_at,
        days=_DAYS,
        groups=[
            SortedGroup(id=each.id, name=each.name, words=list(sorting.words.get(each.id, ())))
            for each in roster.groups.values()
        ],
        cells=[Cell(said=said, ended=ended, count=count) for (said, ended), count in sorted(counted.items())],
        consults=len(rows),
        shown=shown,
        said_now=sum(row.now for row in rows),
    )


@router.get("/consults")
async def consults(
    caller: Teacher,
    house: TheHouse,
    said: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    ended: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> ConsultsAnswer:
    """Those of a cell of the table, the newest first."""
    _, rows = await _rows(house, caller.account)
    found = [row for row in rows if said in (None, row.said) and ended in (None, row.ended)]
    return ConsultsAnswer(rows=found[offset : offset + _PAGE], found=len(found))


@router.put("", status_code=204)
async def set_groups(body: GroupsAsk, caller: Teacher, house: TheHouse) -> None:
    merchant = caller.account.merchant
    await house.classification.set(merchant, body.on, body.least)
    subject = f"groups {'on' if body.on else 'off'}, from {body.least:.2f}"
    await house.audit.note(merchant, caller.account.id, "robot changed", subject)
    await house.on_roster_changed(merchant)
    house.classifying.soon(merchant)


@router.put("/labels/{conversation}", status_code=204)
async def label(conversation: str, body: LabelAsk, caller: Teacher, house: TheHouse) -> None:
    """Where it belonged, in a person's word; it is learned from in a moment."""
    account = caller.account
    if all(each.conversation != conversation for each in await _seen(house, account)):
        raise not_found("咨询", "consult")
    group = None if body.group is None else GroupId(body.group)
    if not await house.classification.label(account.merchant, ConversationId(conversation), group, account.id):
        raise ApiError(422, "no_group", zh="group：没有这个组。", en="group: there is no such group.")
    house.classifying.soon(account.merchant)


async def _rows(house: House, account: Account) -> tuple[Sorting, list[ConsultRow]]:
    sorting = await house.classifying.sorting(account.merchant)
    found = await _seen(house, account)
    # Long words of many buyers take a second to read: the desk must not stand still for that.
    return sorting, await asyncio.to_thread(lambda: [_row(each, sorting) for each in found])


async def _seen(house: House, account: Account) -> list[Consult]:
    since = Instant(house.now() - _DAYS * 86_400_000)
    found = await house.classification.consults(account.merchant, since)
    return [each for each in found if account.serves_shop(each.shop)]


def _row(consult: Consult, sorting: Sorting) -> ConsultRow:
    said, confidence, now = consult.said, consult.confidence, False
    if said is None and (found := sorting.sort(consult.words)) is not None:
        said, confidence, now = found.group, found.confidence, True
    sure = said is not None and confidence >= sorting.least
    return ConsultRow(
        conversation=consult.conversation,
        at=consult.at,
        shop=consult.shop,
        words=consult.words[:200],
        said=said if sure and said is not None else _UNSURE,
        confidence=round(confidence, 4),
        ended=consult.ended,
        label=consult.label,
        passed_on=consult.passed_to is not None,
        now=now,
    )
