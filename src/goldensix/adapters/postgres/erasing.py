"""All that is known of one buyer, forgotten. The facts (who asked when, who answered) stay, of nobody any more."""

from typing import NamedTuple

import asyncpg

from goldensix.adapters.postgres import audit
from goldensix.adapters.postgres.findings import FORGET_FINDINGS
from goldensix.events.ids import BuyerId, Instant, MerchantId


class StillOpen(Exception):
    """The buyer is in conversation: the desk that runs still holds what it would have to forget."""


class ErasedBuyer(NamedTuple):
    conversations: int
    words: int
    orders: int
    pictures: tuple[str, ...]
    """Whose files have yet to go."""


async def buyer_of_conversation(pool: asyncpg.Pool, merchant: MerchantId, conversation: str) -> BuyerId | None:
    found = await pool.fetchval(
        "select facts ->> 'buyer' from events"
        " where merchant_id = $1 and stream = $2 and type = 'conversation_started' limit 1",
        *(merchant, conversation),
    )
    return None if found is None else BuyerId(found)


async def buyer_of_customer(pool: asyncpg.Pool, merchant: MerchantId, shop: int, customer: str) -> BuyerId | None:
    """By the shop's own id of the customer."""
    found = await pool.fetchval(
        "select id from buyers where merchant_id = $1 and shop_id = $2 and customer = $3", merchant, shop, customer
    )
    return None if found is None else BuyerId(found)


async def erase_buyer(pool: asyncpg.Pool, merchant: MerchantId, buyer: BuyerId, now: Instant) -> ErasedBuyer:
    """In one transaction, with its audit row. Raises StillOpen."""
    async with pool.acquire() as connection, connection.transaction():
        own = (merchant, buyer)
        if await connection.fetchval("select 1 from receptions where merchant_id = $1 and buyer_id = $2", *own):
            raise StillOpen
        streams = await connection.fetch(
            "select distinct stream from events"
            " where merchant_id = $1 and type = 'conversation_started' and facts ->> 'buyer' = $2",
            *own,
        )
        words = await connection.execute(
            "update bodies set body = null where merchant_id = $1 and stream = any($2::text[]) and body is not null",
            *(merchant, [row["stream"] for row in streams]),
        )
        orders = await connection.execute(
            "update orders set receiver_name = '', receiver_phone = '', receiver_address = '', remark = ''"
            " where merchant_id = $1 and buyer_id = $2",
            *own,
        )
        # A customer who comes again is a new buyer: nothing leads from the shop's id to the old one.
        await connection.execute(
            "update buyers set name = '', customer = 'erased ' || id where merchant_id = $1 and id = $2", *own
        )
        pictures = await connection.fetch(
            "delete from pictures where merchant_id = $1 and author = 'b' || $2 returning id", *own
        )
        await connection.execute(
            "update blocks set note = '', addresses = '{}' where merchant_id = $1 and buyer_id = $2", *own
        )
        await connection.execute(FORGET_FINDINGS, merchant)
        await audit.write(connection, merchant, None, now, "buyer erased", f"buyer {buyer}")
    return ErasedBuyer(len(streams), _count(words), _count(orders), tuple(row["id"] for row in pictures))


def _count(done: str) -> int:
    return int(done.split()[-1])
