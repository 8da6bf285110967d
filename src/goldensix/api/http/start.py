"""The start page: from nothing to the first answered question."""

from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Request

from goldensix.api.errors import not_found
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import TheHouse
from goldensix.api.http.models import Answer
from goldensix.events.ids import ShopId
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api")


class StartShop(Answer):
    id: int
    name: str
    url: str
    """Where its buyers write."""
    script: str
    """The line a shop puts into its pages to have the chat window there."""


class StartAnswer(Answer):
    shop: StartShop
    qr_svg: str
    """The shop's address, to be scanned with a phone."""
    first_question_at: int | None
    first_answer_ms: int | None
    """How long the first buyer whom a person answered had waited."""
    agents_ready: int
    demo: bool


@router.get("/start")
async def start(
    request: Request,
    caller: Annotated[Caller, Depends(requires(Permission.SET_UP))],
    house: TheHouse,
    shop: int | None = None,
) -> StartAnswer:
    """Of the merchant's first shop, or of the one asked for."""
    merchant = caller.account.merchant
    roster = await house.people.roster(merchant)
    chosen = next(iter(roster.shops.values()), None) if shop is None else roster.shops.get(ShopId(shop))
    if chosen is None:
        raise not_found("店铺", "shop")
    firsts = await house.shops.firsts(merchant)
    url = house.shop_address(request, chosen)
    return StartAnswer(
        shop=StartShop(id=chosen.id, name=chosen.name, url=url, script=house.shop_script(request, chosen)),
        qr_svg=segno.make(url, error="m", micro=False).svg_inline(border=4, light="#fff", omitsize=True),
        first_question_at=firsts.question_at,
        first_answer_ms=firsts.answered_after,
        agents_ready=await house.agents_ready(merchant),
        demo=roster.merchant.demo,
    )
