"""When shops are open, where a group differs, and what who writes at another time is told."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field, model_validator

from goldensix.adapters.postgres.roster import Refused, Wording
from goldensix.api.errors import Unfit, not_found
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.events.ids import GroupId, ShopId
from goldensix.team.hours import DAY, Opening, Span, SpecialDay
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/hours")

Planner = Annotated[Caller, Depends(requires(Permission.SET_SHIFTS))]


class SpanBody(Ask):
    """Minutes after midnight; an end that is not after the beginning is on the next day."""

    begins: Annotated[int, Field(ge=0, lt=DAY)]
    ends: Annotated[int, Field(ge=0, le=DAY)]


Spans = Annotated[list[SpanBody], Field(max_length=6)]


class SpecialDayBody(Ask):
    first: date
    last: date
    name: Annotated[str, Field(min_length=1, max_length=40)]
    spans: Spans
    """None: closed."""

    @model_validator(mode="after")
    def _in_order(self) -> "SpecialDayBody":
        if self.last < self.first:
            raise Unfit(zh="的 last 早于 first", en="has a last day before its first")
        return self


class HoursBody(Ask):
    week: Annotated[list[Spans], Field(min_length=7, max_length=7)] | None = None
    """Seven days from Monday; null: always open, and of a group as its shop is."""
    special: Annotated[list[SpecialDayBody], Field(max_length=100)] = Field(default_factory=list)


class OffHoursWording(Ask):
    """`{opens}` stands for when the shop opens."""

    zh: Annotated[str, Field(max_length=300)]
    en: Annotated[str, Field(max_length=300)]


class ShopHoursBody(HoursBody):
    off_hours: Annotated[list[OffHoursWording], Field(max_length=5)] | None = None
    """One of them is told to who writes while it is closed; null: as they were."""


class HoursShown(Answer):
    week: list[Spans] | None
    special: list[SpecialDayBody]


class ShopHours(Answer):
    id: int
    name: str
    zone: str
    hours: HoursShown
    off_hours: list[OffHoursWording]


class GroupHours(Answer):
    id: int
    name: str
    hours: HoursShown


class HoursAnswer(Answer):
    shops: list[ShopHours]
    groups: list[GroupHours]


@router.get("")
async def hours(house: TheHouse, caller: Planner) -> HoursAnswer:
    roster = await house.people.roster(caller.account.merchant)
    return HoursAnswer(
        shops=[
            ShopHours(
                id=shop.id,
                name=shop.name,
                zone=shop.zone,
                hours=_shown(shop.settings.opening),
                off_hours=[OffHoursWording(zh=each.zh, en=each.en) for each in shop.settings.off_hours],
            )
            for shop in roster.shops.values()
            if caller.account.serves_shop(shop.id)
        ],
        groups=[
            GroupHours(id=group.id, name=group.name, hours=_shown(group.settings.opening))
            for group in roster.groups.values()
        ],
    )


@router.put("/shops/{shop}", status_code=204)
async def set_shop_hours(shop: int, body: ShopHoursBody, house: TheHouse, caller: Planner) -> None:
    if not caller.account.serves_shop(ShopId(shop)):
        raise not_found("店铺", "shop")
    said: dict[str, Any] = {"opening": _opening(body)}
    if body.off_hours is not None:
        said["off_hours"] = tuple(Wording(each.zh, each.en) for each in body.off_hours)
    merchant = caller.account.merchant
    changed = await house.people.change_shop(
        merchant,
        ShopId(shop),
        lambda before: replace(before, settings=replace(before.settings, **said)),
        caller.account.id,
    )
    if isinstance(changed, Refused):
        raise not_found("店铺", "shop")
    await house.on_roster_changed(merchant)


@router.put("/groups/{group}", status_code=204)
async def set_group_hours(group: int, body: HoursBody, house: TheHouse, caller: Planner) -> None:
    merchant, opening = caller.account.merchant, _opening(body)
    changed = await house.people.change_group(
        merchant,
        GroupId(group),
        lambda before: replace(before, settings=replace(before.settings, opening=opening)),
        caller.account.id,
    )
    if isinstance(changed, Refused):
        raise not_found("组", "group")
    await house.on_roster_changed(merchant)


def _opening(body: HoursBody) -> Opening:
    return Opening(
        None if body.week is None else tuple(_spans(day) for day in body.week),
        tuple(SpecialDay(each.first, each.last, each.name, _spans(each.spans)) for each in body.special),
    )


def _spans(spans: Spans) -> tuple[Span, ...]:
    return tuple(sorted(Span(each.begins, each.ends) for each in spans))


def _shown(opening: Opening) -> HoursShown:
    return HoursShown(
        week=None if opening.week is None else [_told(day) for day in opening.week],
        special=[
            SpecialDayBody(first=each.first, last=each.last, name=each.name, spans=_told(each.spans))
            for each in opening.special
        ],
    )


def _told(spans: tuple[Span, ...]) -> list[SpanBody]:
    return [SpanBody(begins=each.begins, ends=each.ends) for each in spans]
