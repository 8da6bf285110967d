"""Who a buyer is: a shop's page asks once each time it opens."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from goldensix.adapters.visitors import Claim
from goldensix.api.errors import not_found
from goldensix.api.http.guard import address, any_site
from goldensix.api.http.house import TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.api.limits import require
from goldensix.events.ids import ShopId

router = APIRouter(prefix="/api")

Word = Annotated[str | None, Field(max_length=1_000)]


class VisitorAsk(Ask):
    shop: int
    token: Word = None
    """The one this browser was given before, if it was."""
    customer: Word = None
    signature: Word = None
    """Hex HMAC-SHA256 of `customer` with the shop's secret; of "customer\\nname" if the name is to be shown."""
    name: Word = None


class VisitorAnswer(Answer):
    token: str
    """Keep it, and show it when asking again and when opening the socket."""
    buyer: str
    name: str
    customer: bool
    """The signature was right. False although one was sent: the shop's page signs wrongly."""


@router.post("/visitor", dependencies=[Depends(any_site)])
async def visitor(ask: VisitorAsk, request: Request, house: TheHouse) -> VisitorAnswer:
    claim = Claim(ask.token or "", ask.customer or "", ask.signature or "", ask.name or "")
    answer = await house.visitors.welcome(ShopId(ask.shop), claim)
    if answer is None:
        raise not_found("店铺", "shop")
    token, welcomed = answer
    if not welcomed.customer:  # whom the shop vouches for is nobody's invention
        held = await house.visitors.read(ask.token or "")
        if held is None or held.buyer != welcomed.buyer:
            require(house.limits.newcomers.take(address(request)))
    return VisitorAnswer(token=token, buyer=welcomed.buyer, name=welcomed.name, customer=welcomed.customer)
