"""The merchant's shops, as the administrator sees, adds and changes them."""

from dataclasses import replace
from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, Request
from pydantic import AfterValidator, Field

from goldensix.adapters.postgres import roster
from goldensix.adapters.postgres.roster import Refused
from goldensix.api.errors import Unfit, not_found
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.api.http.naming import Name, refusal
from goldensix.events.ids import GroupId, ShopId
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/shops")

Administrator = Annotated[Caller, Depends(requires(Permission.MANAGE_ACCOUNTS))]


@cache
def _zones() -> frozenset[str]:
    """Those that browsers know, too: not `localtime` and the like."""
    return frozenset(zone for zone in available_timezones() if "/" in zone or zone == "UTC")


def _zone(name: str) -> str:
    if name not in _zones():
        raise Unfit(zh="不是时区，时区例如 Asia/Shanghai", en="is no time zone; one is called Asia/Shanghai")
    return name


Letter = Annotated[str, Field(pattern="^[A-Z]$")]
"""At the corner of a buyer's face: where he writes from."""
Zone = Annotated[str, Field(max_length=64), AfterValidator(_zone)]


class ShopAnswer(Answer):
    id: int
    name: str
    letter: str
    zone: str
    default_group: int
    """Where a buyer goes who chose no question."""
    url: str
    """Where its buyers write."""
    script: str
    """The line that puts the chat window into the shop's own pages."""


class NewShop(Ask):
    name: Name
    default_group: int
    zone: Zone
    """For good: days that were counted in it stay as they are."""
    letter: Letter = "S"


class ShopChange(Ask):
    """What is not sent stays as it is."""

    name: Name = ""
    default_group: int = 0
    letter: Letter = "S"


@router.get("")
async def shops(request: Request, house: TheHouse, caller: Administrator) -> list[ShopAnswer]:
    found = (await house.people.roster(caller.account.merchant)).shops
    return [_shown(request, house, shop) for shop in found.values() if caller.account.serves_shop(shop.id)]


@router.post("", status_code=201)
async def add_shop(request: Request, body: NewShop, house: TheHouse, caller: Administrator) -> ShopAnswer:
    added = await house.people.open_shop(
        caller.account.merchant,
        body.name,
        default_group=GroupId(body.default_group),
        letter=body.letter,
        zone=body.zone,
        by=caller.account.id,
    )
    return await _after(request, house, added)


@router.patch("/{shop}")
async def change_shop(
    shop: int, request: Request, body: ShopChange, house: TheHouse, caller: Administrator
) -> ShopAnswer:
    if not caller.account.serves_shop(ShopId(shop)):
        raise not_found("店铺", "shop")
    sent: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set}
    changed = await house.people.change_shop(
        caller.account.merchant, ShopId(shop), lambda before: replace(before, **sent), caller.account.id
    )
    return await _after(request, house, changed)


async def _after(request: Request, house: House, changed: roster.Shop | Refused) -> ShopAnswer:
    """The desk is told."""
    if isinstance(changed, Refused):
        raise refusal(changed, "店铺", "shop")
    await house.on_roster_changed(changed.merchant)
    return _shown(request, house, changed)


def _shown(request: Request, house: House, shop: roster.Shop) -> ShopAnswer:
    return ShopAnswer(
        id=shop.id,
        name=shop.name,
        letter=shop.letter,
        zone=shop.zone,
        default_group=shop.default_group,
        url=house.shop_address(request, shop),
        script=house.shop_script(request, shop),
    )
