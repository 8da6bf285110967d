"""Buyers whose messages are not taken: who said so, why, and until when."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import asyncpg

from goldensix.actions.premises import Block
from goldensix.adapters.postgres import audit
from goldensix.adapters.postgres.times import instant, timestamp
from goldensix.events.ids import AccountId, BuyerId, ConversationId, Instant, MerchantId, Milliseconds, ShopId

Why = Literal["spam", "abuse", "fraud", "other"]
UNDO_WITHIN: Final = Milliseconds(120_000)
"""So long whoever blocked a buyer may take it back, as with words of one's own."""
_SHOWN: Final = 500


@dataclass(frozen=True, slots=True)
class Blocked:
    id: int
    buyer: BuyerId
    name: str
    """As the conversation knew the buyer; empty: erased."""
    conversation: ConversationId
    why: Why
    note: str
    addresses: int
    by: AccountId
    at: Instant
    until: Instant | None
    lifted_by: AccountId | None
    lifted_at: Instant | None


class Blocks:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def add(
        self,
        merchant: MerchantId,
        buyer: BuyerId,
        conversation: ConversationId,
        by: AccountId,
        *,
        why: Why,
        note: str = "",
        until: Instant | None = None,
        addresses: Sequence[str] = (),
    ) -> int:
        """Its number."""
        now = self._now()
        async with self._pool.acquire() as connection, connection.transaction():
            id: int = await connection.fetchval(
                "insert into blocks (merchant_id, buyer_id, conversation, reason, note, addresses, blocked_by,"
                " blocked_at, until) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
                *(merchant, buyer, conversation, why, note, list(addresses), by, timestamp(now)),
                None if until is None else timestamp(until),
            )
            subject = f"buyer {buyer} in {conversation}: {why}" + (", with the address" if addresses else "")
            await audit.write(connection, merchant, by, now, "buyer blocked", subject)
        return id

    async def lift(
        self, merchant: MerchantId, id: int, by: AccountId, shops: Collection[ShopId], *, own_only: bool
    ) -> bool:
        """False: none of these shops holds; or, with `own_only`, it is another's or too old to be taken back."""
        now = self._now()
        async with self._pool.acquire() as connection, connection.transaction():
            buyer = await connection.fetchval(
                "update blocks set lifted_by = $3, lifted_at = $4 where merchant_id = $1 and id = $2"
                " and lifted_at is null and ($5::timestamptz is null or (blocked_by = $3 and blocked_at > $5))"
                " and (cardinality($6::bigint[]) = 0 or (select (facts ->> 'shop')::bigint from events e"
                " where e.merchant_id = $1 and e.stream = conversation and e.stream_position = 1) = any($6))"
                " returning buyer_id",
                *(merchant, id, by, timestamp(now)),
                timestamp(now - UNDO_WITHIN) if own_only else None,
                list(shops),
            )
            if buyer is not None:
                await audit.write(connection, merchant, by, now, "block lifted", f"buyer {buyer}")
        return buyer is not None

    async def of(self, merchant: MerchantId, shops: Collection[ShopId] = ()) -> list[Blocked]:
        """The newest first, those that hold before those that do not; of these shops, or of all."""
        rows = await self._pool.fetch(
            "select b.*, coalesce(w.body ->> 'name', '') as name from blocks b"
            " left join events e on e.merchant_id = b.merchant_id and e.stream = b.conversation"
            " and e.stream_position = 1"
            " left join bodies w on w.merchant_id = b.merchant_id and w.id = e.body_id and w.stream = e.stream"
            " where b.merchant_id = $1"
            " and (cardinality($4::bigint[]) = 0 or (e.facts ->> 'shop')::bigint = any($4))"
            " order by (b.lifted_at is null and (b.until is null or b.until > $2)) desc,"
            " b.id desc limit $3",
            *(merchant, timestamp(self._now()), _SHOWN, list(shops)),
        )
        return [_blocked(row) for row in rows]

    async def that_hold(self, merchant: MerchantId) -> Mapping[str, Block]:
        """What the desk goes by: by buyer and by address, the longest of each."""
        rows = await self._pool.fetch(
            "select buyer_id, addresses, blocked_by, until from blocks"
            " where merchant_id = $1 and lifted_at is null and (until is null or until > $2) order by id",
            *(merchant, timestamp(self._now())),
        )
        found: dict[str, Block] = {}
        for row in rows:
            block = Block(AccountId(row["blocked_by"]), None if row["until"] is None else instant(row["until"]))
            for key in (row["buyer_id"], *row["addresses"]):
                found[key] = _longer(found.get(key), block)
        return found


def _longer(known: Block | None, other: Block) -> Block:
    if known is None or (known.until is not None and (other.until is None or other.until > known.until)):
        return other
    return known


def _blocked(row: asyncpg.Record) -> Blocked:
    def at(name: str) -> Instant | None:
        return None if row[name] is None else instant(row[name])

    return Blocked(
        id=row["id"],
        buyer=BuyerId(row["buyer_id"]),
        name=row["name"],
        conversation=ConversationId(row["conversation"]),
        why=row["reason"],
        note=row["note"],
        addresses=len(row["addresses"]),
        by=AccountId(row["blocked_by"]),
        at=instant(row["blocked_at"]),
        until=at("until"),
        lifted_by=None if row["lifted_by"] is None else AccountId(row["lifted_by"]),
        lifted_at=at("lifted_at"),
    )
