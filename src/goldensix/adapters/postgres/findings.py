"""What was last worked out beside the desk for the robot's pages, each with its time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import asyncpg
import msgspec

from goldensix.adapters.bank.findings import ModelFound, Proposals, TrialFound
from goldensix.adapters.postgres.times import instant, timestamp
from goldensix.events.ids import Instant, MerchantId

T = TypeVar("T", Proposals, TrialFound, ModelFound)
_KINDS: Final[dict[type, str]] = {Proposals: "proposals", TrialFound: "trial", ModelFound: "model"}

FORGET_FINDINGS: Final = "delete from bank_findings where merchant_id = $1 and kind <> 'model'"
"""They quote buyers: where words are forgotten, they are worked out again from what is left."""


@dataclass(frozen=True, slots=True)
class Finding(Generic[T]):
    found_at: Instant
    content: T


class Findings:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def find(self, merchant: MerchantId, kind: type[T]) -> Finding[T] | None:
        """None: never worked out, or forgotten."""
        row = await self._pool.fetchrow(
            "select found_at, content from bank_findings where merchant_id = $1 and kind = $2",
            *(merchant, _KINDS[kind]),
        )
        if row is None:
            return None
        return Finding(instant(row["found_at"]), msgspec.json.decode(row["content"], type=kind))

    async def put(self, merchant: MerchantId, found: Proposals | TrialFound | ModelFound) -> None:
        await self._pool.execute(
            "insert into bank_findings (merchant_id, kind, found_at, content) values ($1, $2, $3, $4)"
            " on conflict (merchant_id, kind) do update set found_at = excluded.found_at, content = excluded.content",
            *(merchant, _KINDS[type(found)], timestamp(self._now()), msgspec.json.encode(found).decode()),
        )

    async def change(self, merchant: MerchantId, kind: type[T], changed: Callable[[T], T | None]) -> bool:
        """Nobody else changes it meanwhile; its time stays. False: there is nothing to change."""
        async with self._pool.acquire() as connection, connection.transaction():
            content = await connection.fetchval(
                "select content from bank_findings where merchant_id = $1 and kind = $2 for update",
                *(merchant, _KINDS[kind]),
            )
            after = None if content is None else changed(msgspec.json.decode(content, type=kind))
            if after is None:
                return False
            await connection.execute(
                "update bank_findings set content = $3 where merchant_id = $1 and kind = $2",
                *(merchant, _KINDS[kind], msgspec.json.encode(after).decode()),
            )
        return True
