"""What a shop says by itself: the welcome, to who still waits, when nobody is there; in several wordings."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field, model_validator

from goldensix.adapters.postgres.roster import Refused, Reminder, ShopSettings, Wording
from goldensix.api.errors import Unfit, not_found
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.events.ids import Milliseconds, ShopId
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/autoreplies")

Speaker = Annotated[Caller, Depends(requires(Permission.SET_AUTOREPLIES))]
_LONGEST = 300
_DAY = 86_400_000


class WordingBody(Ask):
    zh: Annotated[str, Field(max_length=_LONGEST)]
    en: Annotated[str, Field(max_length=_LONGEST)]

    @model_validator(mode="after")
    def _says_something(self) -> "WordingBody":
        if not (self.zh or self.en):
            raise Unfit(zh="里有一条中英文都是空的", en="has a wording that is empty in both languages")
        return self


Wordings = Annotated[list[WordingBody], Field(max_length=10)]
"""One of them is taken; none: nothing is said."""


class ReminderBody(Ask):
    after: Annotated[int, Field(ge=1_000, le=_DAY)]
    """Milliseconds that the buyer has waited."""
    wordings: Annotated[list[WordingBody], Field(min_length=1, max_length=10)]


class AutorepliesBody(Ask):
    welcome: Wordings
    still_waiting: Annotated[list[ReminderBody], Field(max_length=10)]
    away: Wordings
    off_hours: Wordings
    """`{opens}` stands for when the shop opens."""
    ending: Wordings
    notice: Wordings
    """Of the robot that hands over, and to who has heard nothing for 5 s."""
    which: Wordings
    """Before the questions of which the robot asks one back."""
    asks_rating: bool
    """Whether buyers are asked at the end how it was."""

    @model_validator(mode="after")
    def _are_told_apart(self) -> "AutorepliesBody":
        afters = [each.after for each in self.still_waiting]
        if len(set(afters)) < len(afters):
            raise Unfit(zh="的 still_waiting 有两条时间相同", en="has two still_waiting notices at the same time")
        return self


class AutorepliesOfShop(Answer):
    id: int
    name: str
    replies: AutorepliesBody


@router.get("")
async def autoreplies(house: TheHouse, caller: Speaker) -> list[AutorepliesOfShop]:
    account = caller.account
    shops = (await house.people.roster(account.merchant)).shops.values()
    return [
        AutorepliesOfShop(id=each.id, name=each.name, replies=_shown(each.settings))
        for each in shops
        if account.serves_shop(each.id)
    ]


@router.put("/{shop}", status_code=204)
async def set_autoreplies(shop: int, body: AutorepliesBody, house: TheHouse, caller: Speaker) -> None:
    if not caller.account.serves_shop(ShopId(shop)):
        raise not_found("店铺", "shop")
    merchant = caller.account.merchant
    changed = await house.people.change_shop(
        merchant,
        ShopId(shop),
        lambda before: replace(before, settings=_changed(before.settings, body)),
        caller.account.id,
    )
    if isinstance(changed, Refused):
        raise not_found("店铺", "shop")
    await house.on_roster_changed(merchant)


def _changed(before: ShopSettings, body: AutorepliesBody) -> ShopSettings:
    reminders = sorted(body.still_waiting, key=lambda each: each.after)
    return replace(
        before,
        welcome=_kept(body.welcome),
        still_waiting=tuple(Reminder(Milliseconds(each.after), _kept(each.wordings)) for each in reminders),
        away=_kept(body.away),
        off_hours=_kept(body.off_hours),
        ending=_kept(body.ending),
        notice=_kept(body.notice),
        which=_kept(body.which),
        asks_rating=body.asks_rating,
    )


def _kept(wordings: list[WordingBody]) -> tuple[Wording, ...]:
    return tuple(Wording(each.zh, each.en) for each in wordings)


def _told(wordings: tuple[Wording, ...]) -> list[WordingBody]:
    return [WordingBody(zh=each.zh, en=each.en) for each in wordings if each.zh or each.en]


def _shown(settings: ShopSettings) -> AutorepliesBody:
    return AutorepliesBody(
        welcome=_told(settings.welcome),
        still_waiting=[
            ReminderBody(after=each.after, wordings=_told(each.wordings)) for each in settings.still_waiting
        ],
        away=_told(settings.away),
        off_hours=_told(settings.off_hours),
        ending=_told(settings.ending),
        notice=_told(settings.notice),
        which=_told(settings.which),
        asks_rating=settings.asks_rating,
    )
