"""The door for a shop's own server: it tells of orders, signed with the shop's secret."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import AfterValidator, Field, model_validator

from goldensix.actions.orders import STATUSES, Times, status_of
from goldensix.adapters.postgres.mirror import OrderDraft, OtherCustomer
from goldensix.adapters.postgres.orders import Item, Receiver
from goldensix.adapters.visitors import LONGEST_CUSTOMER, printable
from goldensix.api.errors import ApiError, Unfit
from goldensix.api.http.guard import by_signature
from goldensix.api.http.house import TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.api.limits import require
from goldensix.events.facts import OrderStatus
from goldensix.events.ids import Instant, MerchantId, ShopId

router = APIRouter(prefix="/api")

MOST: Final = 100
"""Orders of one call."""
AHEAD: Final = 300_000
"""Milliseconds by which clocks may differ; so old may a signature be."""
_YEAR_2000, _YEAR_2100 = 946_684_800_000, 4_102_444_800_000
_MOST_CENTS: Final = 100_000_000_000


def _clean(text: str) -> str:
    if "\0" in text:
        raise Unfit(zh="含有不能用的字符", en="holds a sign of no use")
    return text


def _one_line(text: str) -> str:
    if text and not printable(text, LONGEST_CUSTOMER):
        raise Unfit(zh="含有不能用的字符", en="holds a sign of no use")
    return text


Line = Annotated[str, AfterValidator(_one_line)]
At = Annotated[int, Field(ge=_YEAR_2000, le=_YEAR_2100)]
"""Milliseconds since 1970 UTC: seconds would lie before 2000."""
Cents = Annotated[int, Field(ge=0, le=_MOST_CENTS)]


class ItemTold(Ask):
    title: Annotated[Line, Field(min_length=1, max_length=200)]
    variant: Annotated[Line, Field(max_length=100)] = ""
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1
    price_cents: Cents

    def item(self) -> Item:
        return Item(None, self.title, self.variant, self.quantity, self.price_cents)


class ReceiverTold(Ask):
    name: Annotated[Line, Field(max_length=60)] = ""
    phone: Annotated[Line, Field(max_length=30)] = ""
    address: Annotated[str, Field(max_length=300), AfterValidator(_clean)] = ""


class OrderTold(Ask):
    """An order as it is now. Times are of the platform's clock; a status that was not reached has none."""

    number: Annotated[Line, Field(min_length=1, max_length=60)]
    customer: Annotated[Line, Field(min_length=1, max_length=LONGEST_CUSTOMER)]
    """The shop's own id, as the chat window is given it."""
    status: OrderStatus
    price_cents: Cents
    items: Annotated[list[ItemTold], Field(max_length=50)] | None = None
    """Like receiver and remark: null or absent, what is known stays."""
    receiver: ReceiverTold | None = None
    remark: Annotated[str, Field(max_length=500), AfterValidator(_clean)] | None = None
    placed_at: At
    paid_at: At | None = None
    shipped_at: At | None = None
    received_at: At | None = None
    refund_asked_at: At | None = None
    refunded_at: At | None = None

    @model_validator(mode="after")
    def _times_agree(self) -> "OrderTold":
        early = next((status for status, at in self.times.items() if at < self.placed_at), None)
        if early is not None:
            raise _unfit(self, f"{early}_at 早于 placed_at", f"{early}_at is before placed_at")
        latest = status_of(self.times)
        if latest != self.status:
            raise _unfit(
                self,
                f"status 是 {self.status}，但各时间中最晚的是 {latest}_at",
                f"status is {self.status}, but the latest of its times is {latest}_at",
            )
        return self

    @property
    def times(self) -> Times:
        told = {status: getattr(self, f"{status}_at") for status in STATUSES}
        return {status: Instant(at) for status, at in told.items() if at is not None}

    def draft(self) -> OrderDraft:
        to, items = self.receiver, self.items
        return OrderDraft(
            customer=self.customer,
            number=self.number,
            times=self.times,
            price_cents=self.price_cents,
            items=None if items is None else tuple(each.item() for each in items),
            receiver=None if to is None else Receiver(to.name, to.phone, to.address),
            remark=self.remark,
        )


def _unfit(order: OrderTold, zh: str, en: str) -> Unfit:
    return Unfit(zh=f"（订单 {order.number}）：{zh}", en=f"(order {order.number}): {en}")


class OrdersTold(Ask):
    orders: Annotated[list[OrderTold], Field(min_length=1, max_length=MOST)]


class KeptField(Answer):
    number: str
    field: Literal["price_cents", "receiver", "remark"]


class OrdersTaken(Answer):
    taken: int
    moved: int
    """Those that are new or came to another status."""
    kept: list[KeptField]
    """What stays as somebody of the desk changed it, though it was told otherwise."""


@dataclass(frozen=True, slots=True)
class ShopServer:
    """Who signed."""

    merchant: MerchantId
    shop: ShopId
    at: Instant


async def _shop_server(shop: int, request: Request, house: TheHouse) -> ShopServer:
    """Of a shop that does not exist no more is said than of a wrong signature."""
    stamp = request.headers.get("golden-six-timestamp", "")
    at = Instant(int(stamp) * 1_000) if stamp.isascii() and stamp.isdigit() and len(stamp) < 12 else Instant(0)
    if abs(house.now() - at) > AHEAD:
        raise ApiError(
            401,
            "bad_timestamp",
            zh="golden-six-timestamp 与服务器时间相差超过五分钟。",
            en="golden-six-timestamp is more than five minutes away from the desk's clock.",
        )
    found = await house.shops.shop_secrets(ShopId(shop))
    key = secrets.token_bytes(32) if found is None else found.shop_secret
    given = request.headers.get("golden-six-signature", "").strip()
    right = f"v1={signature(stamp, await request.body(), key)}"
    if not hmac.compare_digest(right.encode(), given.encode(errors="replace")) or found is None:
        raise ApiError(
            401,
            "bad_signature",
            zh="golden-six-signature 与本店密钥不符。",
            en="golden-six-signature is not made with this shop's secret.",
        )
    require(house.limits.shops.take(shop))
    return ShopServer(found.merchant, ShopId(shop), at)


def signature(stamp: str, body: bytes, key: bytes) -> str:
    """No customer id holds a line feed, so none that the shop signs for its pages can be taken for a list of orders."""
    return hmac.new(key, f"{stamp}\n".encode() + body, hashlib.sha256).hexdigest()


@router.post("/shops/{shop}/orders", dependencies=[Depends(by_signature)])
async def tell_orders(
    body: OrdersTold, server: Annotated[ShopServer, Depends(_shop_server)], house: TheHouse
) -> OrdersTaken:
    """A shop's server tells how its orders are now: all of them are taken, or none."""
    _require_past(body.orders, house.now())
    drafts = [each.draft() for each in body.orders]
    try:
        done = await house.mirror.take(server.merchant, server.shop, drafts, server.at)
    except OtherCustomer as other:
        raise ApiError(
            409,
            "other_customer",
            zh=f"订单 {other.number}：customer 与此前不同。",
            en=f"Order {other.number}: customer is another than before.",
        ) from None
    if done.moved:
        await house.on_orders_moved(server.merchant)
    kept = [KeptField(number=each.number, field=each.field) for each in done.kept]
    return OrdersTaken(taken=len(drafts), moved=done.moved, kept=kept)


def in_future(order: OrderTold, now: Instant) -> OrderStatus | None:
    """A status that it cannot have reached yet."""
    return next((status for status, at in order.times.items() if at > now + AHEAD), None)


def _require_past(orders: list[OrderTold], now: Instant) -> None:
    for order in orders:
        if (late := in_future(order, now)) is not None:
            raise ApiError(
                422,
                "invalid",
                zh=f"订单 {order.number}：{late}_at 在将来。",
                en=f"Order {order.number}: {late}_at lies in the future.",
            )
