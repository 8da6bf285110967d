"""Robots of others: where they are asked, by what they prove who they are, and what came of the last questions."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

import asyncpg

from goldensix.adapters.postgres.times import instant, timestamp
from goldensix.events.ids import ConversationId, Instant, MerchantId

Outcome = Literal["answered", "asked_back", "handed_over", "late", "failed", "tested"]
BOTH_SIGN: Final = timedelta(days=1)
"""How long a secret that was replaced still signs."""
_DELIVERIES: Final = 50
_MARK: Final = "gsr_"
"""What every token begins with, so that whoever finds one knows what it is."""


@dataclass(frozen=True, slots=True)
class OutsideRobot:
    id: int
    merchant: MerchantId
    name: str
    url: str
    on: bool
    secrets: tuple[str, ...]
    """The one of now, and for a day the one before."""
    rotated_at: Instant


@dataclass(frozen=True, slots=True)
class Keys:
    """Shown once."""

    robot: int
    secret: str
    """Signs what the desk sends."""
    token: str
    """What the robot brings along when it answers."""


@dataclass(frozen=True, slots=True)
class Delivery:
    at: Instant
    conversation: ConversationId | None
    """None: a test."""
    outcome: Outcome
    detail: str
    took_ms: int


class NameTaken(Exception):
    """The merchant has another robot of this name."""


class OutsideRobots:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def all(self, merchant: MerchantId) -> list[OutsideRobot]:
        """The oldest first: the first that is on is asked."""
        rows = await self._pool.fetch("select * from outside_robots where merchant_id = $1 order by id", merchant)
        return [self._robot(row) for row in rows]

    async def by_token(self, token: str) -> OutsideRobot | None:
        if not token.startswith(_MARK):
            return None
        row = await self._pool.fetchrow("select * from outside_robots where token_hash = $1", _hash(token))
        return None if row is None else self._robot(row)

    async def add(self, merchant: MerchantId, name: str, url: str, on: bool) -> Keys:
        """Raises NameTaken."""
        secret, token = _new_secret(), _new_token()
        try:
            added = await self._pool.fetchval(
                "insert into outside_robots (merchant_id, name, url, is_on, secret, rotated_at, token_hash)"
                " values ($1, $2, $3, $4, $5, $6, $7) returning id",
                merchant,
                name,
                url,
                on,
                secret,
                timestamp(self._now()),
                _hash(token),
            )
        except asyncpg.UniqueViolationError:
            raise NameTaken from None
        return Keys(added, secret, token)

    async def change(self, merchant: MerchantId, robot: int, name: str, url: str, on: bool) -> bool:
        """False: there is none. Raises NameTaken."""
        try:
            found = await self._pool.fetchval(
                "update outside_robots set name = $3, url = $4, is_on = $5 where merchant_id = $1 and id = $2"
                " returning id",
                merchant,
                robot,
                name,
                url,
                on,
            )
        except asyncpg.UniqueViolationError:
            raise NameTaken from None
        return found is not None

    async def rotate(self, merchant: MerchantId, robot: int) -> Keys | None:
        """A new secret, beside which the old one signs for a day, and a new token: the old one is over at once."""
        secret, token = _new_secret(), _new_token()
        found = await self._pool.fetchval(
            "update outside_robots set secret = $3, secret_before = secret, rotated_at = $4, token_hash = $5"
            " where merchant_id = $1 and id = $2 returning id",
            merchant,
            robot,
            secret,
            timestamp(self._now()),
            _hash(token),
        )
        return None if found is None else Keys(robot, secret, token)

    async def remove(self, merchant: MerchantId, robot: int) -> bool:
        found = await self._pool.fetchval(
            "delete from outside_robots where merchant_id = $1 and id = $2 returning id", merchant, robot
        )
        return found is not None

    async def note(self, robot: int, delivery: Delivery) -> None:
        """Keeps the newest; one that was removed meanwhile keeps nothing."""
        await self._pool.execute(
            "insert into outside_deliveries (robot_id, at, conversation, outcome, detail, took_ms)"
            " select id, $2, $3, $4, $5, $6 from outside_robots where id = $1",
            robot,
            timestamp(delivery.at),
            delivery.conversation,
            delivery.outcome,
            delivery.detail,
            delivery.took_ms,
        )
        await self._pool.execute(
            "delete from outside_deliveries where robot_id = $1 and id < (select min(id) from (select id"
            " from outside_deliveries where robot_id = $1 order by id desc limit $2) newest)",
            robot,
            _DELIVERIES,
        )

    async def deliveries(self, robot: int) -> list[Delivery]:
        """The newest first."""
        rows = await self._pool.fetch(
            "select * from outside_deliveries where robot_id = $1 order by id desc limit $2", robot, _DELIVERIES
        )
        return [
            Delivery(instant(row["at"]), row["conversation"], row["outcome"], row["detail"], row["took_ms"])
            for row in rows
        ]

    def _robot(self, row: asyncpg.Record) -> OutsideRobot:
        both = row["secret_before"] and timestamp(self._now()) < row["rotated_at"] + BOTH_SIGN
        signing = (row["secret"], row["secret_before"]) if both else (row["secret"],)
        merchant = MerchantId(row["merchant_id"])
        return OutsideRobot(
            row["id"], merchant, row["name"], row["url"], row["is_on"], signing, instant(row["rotated_at"])
        )


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _new_token() -> str:
    return _MARK + secrets.token_urlsafe(32)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
