"""What a shop tells the desk: its secrets, its signed customers, what it sells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NewType

import asyncpg

from goldensix.adapters.postgres.pool import Connection
from goldensix.adapters.postgres.times import instant, timestamp
from goldensix.adapters.visitors import ShopSecrets
from goldensix.events.ids import BuyerId, Instant, MerchantId, Milliseconds, ShopId

ProductId = NewType("ProductId", int)


@dataclass(frozen=True, slots=True)
class Product:
    id: ProductId
    title: str
    price_cents: int
    stock: int
    picture_colour: str
    """`#RRGGBB`, painted where there is no picture."""


@dataclass(frozen=True, slots=True)
class ProductDraft:
    title: str
    price_cents: int
    stock: int
    picture_colour: str


@dataclass(frozen=True, slots=True)
class Firsts:
    """How a merchant's desk began."""

    question_at: Instant | None
    answered_after: Milliseconds | None
    """How long the first buyer whom a person answered had waited."""


class Shops:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def shop_secrets(self, shop: ShopId) -> ShopSecrets | None:
        row = await self._pool.fetchrow(
            "select s.merchant_id as merchant, m.secret as merchant_secret, s.secret as shop_secret"
            " from shops s join merchants m on m.id = s.merchant_id where s.id = $1",
            shop,
        )
        return None if row is None else ShopSecrets(**row)

    async def products(self, merchant: MerchantId, shop: ShopId) -> list[Product]:
        """In the order they came, so that a list does not jump when prices or stock change."""
        rows = await self._pool.fetch(
            "select id, title, price_cents, stock, picture_colour from products"
            " where merchant_id = $1 and shop_id = $2 order by id",
            merchant,
            shop,
        )
        return [Product(**row) for row in rows]

    async def product(self, shop: ShopId, product: int) -> Product | None:
        row = await self._pool.fetchrow(
            "select id, title, price_cents, stock, picture_colour from products where shop_id = $1 and id = $2",
            shop,
            product,
        )
        return None if row is None else Product(**row)

    async def firsts(self, merchant: MerchantId) -> Firsts:
        """Played buyers, of a rehearsal, are not the desk's beginning."""
        asked = await self._pool.fetchval(
            "select occurred_at from events where merchant_id = $1 and type = 'conversation_started'"
            " and facts ->> 'channel' <> 'rehearsal' order by position limit 1",
            merchant,
        )
        waited = await self._pool.fetchval(
            "select answer.occurred_at - question.occurred_at from events answer"
            " join events question on question.merchant_id = $1 and question.stream = answer.stream"
            " and question.stream_position = 1 and question.facts ->> 'channel' <> 'rehearsal'"
            " where answer.merchant_id = $1 and answer.type = 'message_sent'"
            " and answer.facts ->> 'by' = 'agent' order by answer.position limit 1",
            merchant,
        )
        return Firsts(
            question_at=None if asked is None else instant(asked),
            answered_after=None if waited is None else Milliseconds(waited // timedelta(milliseconds=1)),
        )

    async def list_products(
        self, merchant: MerchantId, shop: ShopId, drafts: Sequence[ProductDraft]
    ) -> dict[str, ProductId]:
        """Takes over the shop platform's word on products, which a title names. Their ids by title."""
        async with self._pool.acquire() as connection, connection.transaction():
            rows = [
                await connection.fetchrow(
                    "insert into products (merchant_id, shop_id, title, price_cents, stock, picture_colour)"
                    " values ($1, $2, $3, $4, $5, $6) on conflict (shop_id, title) do update set"
                    " price_cents = excluded.price_cents, stock = excluded.stock,"
                    " picture_colour = excluded.picture_colour returning id, title",
                    *(merchant, shop, draft.title, draft.price_cents, draft.stock, draft.picture_colour),
                )
                for draft in drafts
            ]
        return {row["title"]: ProductId(row["id"]) for row in rows if row is not None}


class Buyers:
    """The customers a shop has vouched for."""

    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def buyer_of(
        self, merchant: MerchantId, shop: ShopId, customer: str, name: str | None, new: BuyerId
    ) -> tuple[BuyerId, str]:
        return await buyer_of(self._pool, merchant, shop, customer, name, new, self._now())


async def buyer_of(
    connection: asyncpg.Pool | Connection,
    merchant: MerchantId,
    shop: ShopId,
    customer: str,
    name: str | None,
    new: BuyerId,
    now: Instant,
) -> tuple[BuyerId, str]:
    """As `adapters.visitors.Customers`, within a transaction or without."""
    known = await connection.fetchrow(
        "select id, name from buyers where shop_id = $1 and customer = $2", shop, customer
    )
    if known is None or name not in (None, known["name"]):
        # Two first visits at once: the second finds the first one's row, and both get the same buyer.
        known = await connection.fetchrow(
            "insert into buyers (id, merchant_id, shop_id, customer, name, created_at)"
            " values ($1, $2, $3, $4, coalesce($5, ''), $6)"
            " on conflict (shop_id, customer) do update set name = coalesce($5, buyers.name)"
            " returning id, name",
            *(new, merchant, shop, customer, name, timestamp(now)),
        )
    assert known is not None
    return BuyerId(known["id"]), known["name"]
