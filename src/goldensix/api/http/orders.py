"""A buyer's orders beside the chat.

An agent reaches the orders of a buyer they are talking with, not any order by its number; whoever may read the
whole desk reaches every order of the merchant. Receivers are masked until somebody asks, which is written down.
"""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from goldensix.adapters.postgres.orders import NOBODY, Change, Item, Order, OrderId, Receiver, Refused
from goldensix.adapters.postgres.roster import Account
from goldensix.api.errors import ApiError, not_found
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.events.facts import OrderStatus
from goldensix.events.ids import ConversationId
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api")

Viewer = Annotated[Caller, Depends(requires(Permission.VIEW_ORDERS))]
_PLACE: Final = "[^省市区县]{1,8}"
_DISTRICT: Final = re.compile(f"(?:{_PLACE}(?:省|自治区))?(?:{_PLACE}市)?(?:{_PLACE}(?<!小)[区县市])?")


class OrderItem(Answer):
    product: int | None
    title: str
    variant: str
    quantity: int
    price_cents: int


class OrderAnswer(Answer):
    id: int
    number: str
    status: OrderStatus
    placed_at: int
    paid_at: int | None
    shipped_at: int | None
    received_at: int | None
    refund_asked_at: int | None
    refunded_at: int | None
    price_cents: int
    items: list[OrderItem]
    receiver_name: str
    receiver_phone: str
    receiver_address: str
    remark: str


class ReceiverAnswer(Answer):
    receiver_name: str
    receiver_phone: str
    receiver_address: str


class OrderChange(Ask):
    """What to change; a field that is absent or null stays as it is."""

    price_cents: int | None = Field(None, ge=0, le=100_000_000)
    receiver_name: str | None = Field(None, min_length=1, max_length=60)
    receiver_phone: str | None = Field(None, min_length=3, max_length=30)
    receiver_address: str | None = Field(None, min_length=1, max_length=300)
    remark: str | None = Field(None, max_length=500)


@router.get("/conversations/{conversation}/orders")
async def orders(conversation: str, caller: Viewer, house: TheHouse) -> list[OrderAnswer]:
    account, its_name = caller.account, ConversationId(conversation)
    found = await house.orders.buyer_in(account.merchant, its_name)
    if found is None or not await house.may_open(account, its_name):
        raise not_found("会话", "conversation")
    shop, buyer = found
    return [_masked(order) for order in await house.orders.of_buyer(account.merchant, shop, buyer)]


@router.post("/orders/{order}/reveal")
async def reveal(order: int, caller: Viewer, house: TheHouse) -> ReceiverAnswer:
    account = caller.account
    await _reach(house, account, OrderId(order))
    receiver = await house.orders.reveal(account.merchant, OrderId(order), account.id)
    if receiver is None:
        raise not_found("订单", "order")
    return ReceiverAnswer(receiver_name=receiver.name, receiver_phone=receiver.phone, receiver_address=receiver.address)


@router.patch("/orders/{order}")
async def change(order: int, ask: OrderChange, request: Request, caller: Viewer, house: TheHouse) -> OrderAnswer:
    wanted = Change(**ask.model_dump())
    for permission in _needed(wanted):
        await requires(permission)(request)
    account = caller.account
    await _reach(house, account, OrderId(order))
    changed = await house.orders.change(account.merchant, OrderId(order), wanted, account.id)
    if isinstance(changed, Refused):
        raise _refusal(changed)
    return _masked(changed)


async def _reach(house: House, account: Account, order: OrderId) -> None:
    """Raises unless the account may have to do with this order's buyer."""
    found = await house.orders.order(account.merchant, order)
    if found is None or not account.serves_shop(found.shop):
        raise not_found("订单", "order")
    if account.may(Permission.READ_DESK):
        return
    conversation = await house.orders.open_conversation(found)
    if conversation is None or not await house.may_open(account, conversation):
        raise not_found("订单", "order")


def _needed(change: Change) -> list[Permission]:
    needs = {
        Permission.CHANGE_PRICE: change.price_cents is not None,
        Permission.CHANGE_ADDRESS: change.moves,
        Permission.ADD_REMARK: change.remark is not None,
    }
    return [permission for permission, needed in needs.items() if needed]


def _refusal(why: Refused) -> ApiError:
    match why:
        case Refused.UNKNOWN_ORDER:
            return not_found("订单", "order")
        case Refused.ALREADY_PAID:
            return ApiError(
                409,
                why,
                zh="订单已付款，价格不能再改。",
                en="The order is paid: its price cannot be changed any more.",
            )
        case Refused.ALREADY_SHIPPED:
            return ApiError(
                409,
                why,
                zh="订单已发货，收件信息不能再改。",
                en="The order is shipped: its receiver cannot be changed any more.",
            )


def _masked(order: Order) -> OrderAnswer:
    receiver = order.receiver if order.receiver == NOBODY else masked(order.receiver)
    return OrderAnswer(
        id=order.id,
        number=order.number,
        status=order.status,
        placed_at=order.times["placed"],
        paid_at=order.times.get("paid"),
        shipped_at=order.times.get("shipped"),
        received_at=order.times.get("received"),
        refund_asked_at=order.times.get("refund_asked"),
        refunded_at=order.times.get("refunded"),
        price_cents=order.price_cents,
        items=[_item(item) for item in order.items],
        receiver_name=receiver.name,
        receiver_phone=receiver.phone,
        receiver_address=receiver.address,
        remark=order.remark,
    )


def _item(item: Item) -> OrderItem:
    return OrderItem(
        product=item.product,
        title=item.title,
        variant=item.variant,
        quantity=item.quantity,
        price_cents=item.price_cents,
    )


def masked(receiver: Receiver) -> Receiver:
    """Enough to ask "is it the one in Xuhui, ending 1234?", not enough to go there."""
    phone, address = receiver.phone, receiver.address
    district = _DISTRICT.match(address)
    return Receiver(
        name=receiver.name[:1] + "**",
        phone=f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else "****",
        address=(district[0] if district and district[0] else address[:2]) + "****",
    )
