"""Answers of the robot that people marked right or wrong: its bands are made from these."""

from collections.abc import Callable
from typing import Final

import asyncpg

from goldensix.adapters.postgres.times import timestamp
from goldensix.events.ids import AccountId, ConversationId, Instant, MerchantId
from goldensix.robot.bands import Mark

NEWEST: Final = 2_000
"""So many count: what a robot did with the bank of last year says little of today's."""


class Marks:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def put(
        self, merchant: MerchantId, key: str, confidence: float, right: bool, among: bool, by: AccountId | None
    ) -> None:
        """One a decision: the last word on it holds."""
        await self._pool.execute(
            "insert into robot_marks (merchant_id, key, confidence, is_right, among, marked_at, marked_by)"
            " values ($1, $2, $3, $4, $5, $6, $7) on conflict (merchant_id, key) do update set confidence = $3,"
            " is_right = $4, among = $5, marked_at = $6, marked_by = $7",
            *(merchant, key, confidence, right, among, timestamp(self._now()), by),
        )

    async def take(self, merchant: MerchantId, key: str) -> None:
        """As if it had never been marked."""
        await self._pool.execute("delete from robot_marks where merchant_id = $1 and key = $2", merchant, key)

    async def of(self, merchant: MerchantId, conversation: ConversationId) -> dict[str, bool]:
        """By decision: whether it was right."""
        rows = await self._pool.fetch(
            "select key, is_right from robot_marks where merchant_id = $1 and starts_with(key, $2)",
            *(merchant, f"d{conversation}."),
        )
        return {row["key"]: row["is_right"] for row in rows}

    async def all(self, merchant: MerchantId) -> tuple[Mark, ...]:
        """The newest first."""
        rows = await self._pool.fetch(
            "select confidence, is_right, among from robot_marks where merchant_id = $1"
            " order by marked_at desc, key limit $2",
            *(merchant, NEWEST),
        )
        return tuple(Mark(round(row["confidence"], 6), row["is_right"], row["among"]) for row in rows)
