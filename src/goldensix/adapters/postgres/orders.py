"""The shop platform's orders as the desk mirrors them, and what people of the desk change in them.

Whoever may change what is the caller's to check (`team.roles`); here stands what an order's state
allows, and that every change and every look at an address leaves its audit row, in the same transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, NewType

import asyncpg

from goldensix.actions.arrival import OrderFacts
from goldensix.actions.orders import STATUSES, Times
from goldensix.adapters.postgres import audit
from goldensix.adapters.postgres.audit import What
from goldensix.adapters.postgres.pool import Connection
from goldensix.adapters.postgres.shop import ProductId
from goldensix.adapters.postgres.times import instant
from goldensix.events.facts import OrderStatus
from goldensix.events.ids import AccountId, BuyerId, ConversationId, Instant, MerchantId, ShopId

OrderId = NewType("OrderId", int)
UNPAID: Final[frozenset[OrderStatus]] = frozenset({"placed"})
UNSHIPPED: Final[frozenset[OrderStatus]] = frozenset({"placed", "paid"})
Field = Literal["price_cents", "receiver", "remark"]
"""What people of the desk may change."""


@dataclass(frozen=True, slots=True)
class Item:
    product: ProductId | None
    title: str
    """As it was called when it was bought."""
    variant: str
    quantity: int
    price_cents: int


@dataclass(frozen=True, slots=True)
class Receiver:
    name: str
    phone: str
    address: str


NOBODY: Final = Receiver("", "", "")
"""What is sent to nobody, or to somebody who was erased."""


@dataclass(frozen=True, slots=True)
class Order:
    id: OrderId
    shop: ShopId
    buyer: BuyerId
    number: str
    status: OrderStatus
    times: Times
    price_cents: int
    items: tuple[Item, ...]
    receiver: Receiver
    """In clear: whoever shows it masks it first."""
    remark: str


@dataclass(frozen=True, slots=True)
class Change:
    """What to change; None stays as it is."""

    price_cents: int | None = None
    receiver_name: str | None = None
    receiver_phone: str | None = None
    receiver_address: str | None = None
    remark: str | None = None

    @property
    def fields(self) -> list[Field]:
        touched: dict[Field, bool] = {
            "price_cents": self.price_cents is not None,
            "receiver": self.moves,
            "remark": self.remark is not None,
        }
        return [field for field, is_touched in touched.items() if is_touched]

    @property
    def moves(self) -> bool:
        """The parcel would go to another receiver or place."""
        return any(part is not None for part in (self.receiver_name, self.receiver_phone, self.receiver_address))


class Refused(StrEnum):
    UNKNOWN_ORDER = "unknown_order"
    ALREADY_PAID = "order_paid"
    ALREADY_SHIPPED = "order_shipped"


class Orders:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def of_buyer(self, merchant: MerchantId, shop: ShopId, buyer: BuyerId) -> list[Order]:
        """Newest first."""
        async with self._pool.acquire() as connection:
            rows = await connection.fetch(
                "select * from orders where merchant_id = $1 and shop_id = $2 and buyer_id = $3"
                " order by placed_at desc, id desc limit 50",
                *(merchant, shop, buyer),
            )
            return await _with_items(connection, rows)

    async def facts(self, merchant: MerchantId, shop: ShopId, buyer: BuyerId) -> OrderFacts:
        """What rules for consults ask of a buyer's orders."""
        row = await self._pool.fetchrow(
            "select coalesce(max(price_cents) filter (where status = 'placed'), 0) as unpaid,"
            " coalesce(bool_or(status = 'refund_asked'), false) as refund,"
            " coalesce(sum(price_cents) filter (where status in ('paid', 'shipped', 'received')), 0)::bigint as paid"
            " from orders where merchant_id = $1 and shop_id = $2 and buyer_id = $3",
            *(merchant, shop, buyer),
        )
        assert row is not None
        return OrderFacts(row["unpaid"], row["refund"], row["paid"])

    async def order(self, merchant: MerchantId, order: OrderId) -> Order | None:
        async with self._pool.acquire() as connection:
            return await _read(connection, merchant, order)

    async def buyer_in(self, merchant: MerchantId, conversation: ConversationId) -> tuple[ShopId, BuyerId] | None:
        """Who wrote in it, and to which shop; None if the merchant has no such conversation."""
        row = await self._pool.fetchrow(
            "select facts ->> 'shop' as shop, facts ->> 'buyer' as buyer from events"
            " where merchant_id = $1 and stream = $2 and stream_position = 1"
            " and type = 'conversation_started'",
            *(merchant, conversation),
        )
        return None if row is None else (ShopId(int(row["shop"])), BuyerId(row["buyer"]))

    async def open_conversation(self, order: Order) -> ConversationId | None:
        """The one in which the order's buyer is in reception now."""
        found = await self._pool.fetchval(
            "select conversation from receptions where shop_id = $1 and buyer_id = $2",
            *(order.shop, order.buyer),
        )
        return None if found is None else ConversationId(found)

    async def reveal(self, merchant: MerchantId, order: OrderId, by: AccountId) -> Receiver | None:
        """The receiver in clear; that `by` looked is written down first."""
        async with self._pool.acquire() as connection, connection.transaction():
            found = await _read(connection, merchant, order)
            if found is None:
                return None
            await self._note(connection, merchant, by, "receiver revealed", f"order {found.number}")
            return found.receiver

    async def change(self, merchant: MerchantId, order: OrderId, change: Change, by: AccountId) -> Order | Refused:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("select from orders where id = $1 for update", order)
            before = await _read(connection, merchant, order)
            if before is None:
                return Refused.UNKNOWN_ORDER
            if (refusal := _refusal(before, change)) is not None:
                return refusal
            for what, subject in _notes(before, change):
                await self._note(connection, merchant, by, what, subject)
            await connection.execute(
                "update orders set price_cents = coalesce($2, price_cents), remark = coalesce($3, remark),"
                " receiver_name = coalesce($4, receiver_name), receiver_phone = coalesce($5, receiver_phone),"
                " receiver_address = coalesce($6, receiver_address),"
                " changed = array(select distinct unnest(changed || $7::text[]) order by 1) where id = $1",
                *(order, change.price_cents, change.remark),
                *(change.receiver_name, change.receiver_phone, change.receiver_address),
                change.fields,
            )
            return await _read(connection, merchant, order) or Refused.UNKNOWN_ORDER

    async def _note(
        self, connection: Connection, merchant: MerchantId, by: AccountId, what: What, subject: str
    ) -> None:
        await audit.write(connection, merchant, by, self._now(), what, subject)


def _refusal(order: Order, change: Change) -> Refused | None:
    if change.price_cents is not None and order.status not in UNPAID:
        return Refused.ALREADY_PAID
    if change.moves and order.status not in UNSHIPPED:
        return Refused.ALREADY_SHIPPED
    return None


def _notes(before: Order, change: Change) -> list[tuple[What, str]]:
    """What the audit says of a change. Of addresses and remarks, a buyer's own, only that they changed."""
    subject = f"order {before.number}"
    notes: list[tuple[What, str]] = []
    if change.price_cents is not None:
        notes.append(("price changed", f"{subject}: {before.price_cents} -> {change.price_cents} cents"))
    if change.moves:
        notes.append(("receiver changed", subject))
    if change.remark is not None:
        notes.append(("remark changed", subject))
    return notes


async def _read(connection: Connection, merchant: MerchantId, order: OrderId) -> Order | None:
    rows = await connection.fetch("select * from orders where merchant_id = $1 and id = $2", *(merchant, order))
    found = await _with_items(connection, rows)
    return found[0] if found else None


async def _with_items(connection: Connection, rows: list[asyncpg.Record]) -> list[Order]:
    lines = await connection.fetch(
        "select * from order_items where order_id = any($1) order by order_id, place",
        [row["id"] for row in rows],
    )
    items: dict[int, list[Item]] = {}
    for line in lines:
        item = Item(line["product_id"], line["title"], line["variant"], line["quantity"], line["price_cents"])
        items.setdefault(line["order_id"], []).append(item)
    return [_order(row, tuple(items.get(row["id"], ()))) for row in rows]


def _order(row: asyncpg.Record, items: tuple[Item, ...]) -> Order:
    return Order(
        id=OrderId(row["id"]),
        shop=ShopId(row["shop_id"]),
        buyer=BuyerId(row["buyer_id"]),
        number=row["number"],
        status=row["status"],
        times=times_of(row),
        price_cents=row["price_cents"],
        items=items,
        receiver=Receiver(row["receiver_name"], row["receiver_phone"], row["receiver_address"]),
        remark=row["remark"],
    )


def times_of(row: asyncpg.Record) -> dict[OrderStatus, Instant]:
    return {status: instant(at) for status in STATUSES if (at := row[f"{status}_at"]) is not None}
