"""All that is known of one buyer, forgotten. The facts (who asked when, who answered) stay, of nobody any more."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import asyncpg

from goldensix.adapters.importers.masking import masked_texts
from goldensix.adapters.postgres import audit
from goldensix.adapters.postgres.findings import FORGET_FINDINGS
from goldensix.adapters.postgres.pool import Connection
from goldensix.adapters.postgres.retention import IN_USE
from goldensix.adapters.postgres.spoken import spoken
from goldensix.events.ids import BuyerId, Instant, MerchantId
from goldensix.robot.asked import asked

_PICTURES: Final = f"""
select id from pictures where merchant_id = $1 and (author = 'b' || $2 or not {IN_USE} and id in
 (select body -> 'picture' ->> 'id' from bodies where merchant_id = $1 and stream = any($3::text[])))
"""  # noqa: S608 - of our own constant
_LONGEST_PHRASING: Final = 500
_PHRASINGS: Final = """
update bank_versions v set content = jsonb_set(v.content, '{phrasings}', coalesce(
 (select jsonb_agg(text order by place) from jsonb_array_elements_text(v.content -> 'phrasings') with ordinality
   as p (text, place) where text <> all($2::text[])), '[]'))
from bank_questions q where q.id = v.question_id and q.merchant_id = $1 and v.content -> 'phrasings' ?| $2::text[]
"""


class StillOpen(Exception):
    """The buyer is in conversation: the desk that runs still holds what it would have to forget."""


class Known(NamedTuple):
    """What there is of a buyer besides rows of his own."""

    conversations: tuple[str, ...]
    words: tuple[str, ...]
    """As people may have marked them for the robot, or taken them into its questions: messages, and turns."""
    pictures: tuple[str, ...]
    """His, and what he was sent, where nothing else shows it."""


class ErasedBuyer(NamedTuple):
    words: int
    orders: int
    taught: int
    """Labels and questions of the robot that had his words."""


async def buyer_of_conversation(pool: asyncpg.Pool, merchant: MerchantId, conversation: str) -> BuyerId | None:
    found = await pool.fetchval(
        "select facts ->> 'buyer' from events"
        " where merchant_id = $1 and stream = $2 and type = 'conversation_started' limit 1",
        *(merchant, conversation),
    )
    return None if found is None else BuyerId(found)


async def buyer_of_id(pool: asyncpg.Pool, merchant: MerchantId, buyer: str) -> BuyerId | None:
    """If this merchant has one of this id."""
    found = await pool.fetchval(
        "select 1 from events"
        " where merchant_id = $1 and type = 'conversation_started' and facts ->> 'buyer' = $2 limit 1",
        *(merchant, buyer),
    )
    return None if found is None else BuyerId(buyer)


async def buyer_of_customer(pool: asyncpg.Pool, merchant: MerchantId, shop: int, customer: str) -> BuyerId | None:
    """By the shop's own id of the customer."""
    found = await pool.fetchval(
        "select id from buyers where merchant_id = $1 and shop_id = $2 and customer = $3", merchant, shop, customer
    )
    return None if found is None else BuyerId(found)


async def known_of(pool: asyncpg.Pool, merchant: MerchantId, buyer: BuyerId) -> Known:
    """Raises StillOpen."""
    await _require_closed(pool, merchant, buyer)
    rows = await pool.fetch(
        "select distinct stream from events"
        " where merchant_id = $1 and type = 'conversation_started' and facts ->> 'buyer' = $2",
        *(merchant, buyer),
    )
    streams = [row["stream"] for row in rows]
    said = await spoken(pool, merchant, Instant(0), played=True, within=streams)
    words = {each.text for each in said if each.by == "buyer"}
    words |= {text for turn in asked(said) for text in (turn.text, turn.previous) if text}
    words |= {text[:_LONGEST_PHRASING] for text in (*words, *masked_texts([*words]))}  # as they are proposed
    pictures = await pool.fetch(_PICTURES, merchant, buyer, streams)
    return Known(tuple(streams), tuple(words), tuple(row["id"] for row in pictures))


async def erase_buyer(
    pool: asyncpg.Pool, merchant: MerchantId, buyer: BuyerId, known: Known, now: Instant
) -> ErasedBuyer:
    """In one transaction, with its audit row. The files of his pictures are gone by now, or nobody would find them any
    more. Raises StillOpen."""
    async with pool.acquire() as connection, connection.transaction():
        own = (merchant, buyer)
        await _require_closed(connection, merchant, buyer)
        words = await connection.execute(
            "update bodies set body = null where merchant_id = $1 and stream = any($2::text[]) and body is not null",
            *(merchant, known.conversations),
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
        await connection.execute(
            "delete from pictures where merchant_id = $1 and id = any($2::text[])", merchant, known.pictures
        )
        await connection.execute(
            "update blocks set note = '', addresses = '{}' where merchant_id = $1 and buyer_id = $2", *own
        )
        taught = await _unteach(connection, merchant, known.words)
        await audit.write(connection, merchant, None, now, "buyer erased", f"buyer {buyer}")
    return ErasedBuyer(_count(words), _count(orders), taught)


async def _unteach(connection: Connection, merchant: MerchantId, words: Sequence[str]) -> int:
    """What the robot was taught in these words; the rest it learns anew."""
    await connection.execute(FORGET_FINDINGS, merchant)
    labels = await connection.execute(
        "delete from bank_labelled where merchant_id = $1 and (text = any($2::text[]) or previous = any($2::text[]))",
        *(merchant, words),
    )
    questions = await connection.execute(_PHRASINGS, merchant, words)
    taught = _count(labels) + _count(questions)
    if taught:
        await connection.execute("update bank_heads set version = version + 1 where merchant_id = $1", merchant)
    return taught


async def _require_closed(connection: "asyncpg.Pool | Connection", merchant: MerchantId, buyer: BuyerId) -> None:
    open_ = "select 1 from receptions where merchant_id = $1 and buyer_id = $2"
    if await connection.fetchval(open_, merchant, buyer):
        raise StillOpen


def _count(done: str) -> int:
    return int(done.split()[-1])
