"""Campaigns, such as Double Eleven: when they run, for the texts that belong to them."""

from collections.abc import Callable
from dataclasses import dataclass

import asyncpg

from goldensix.adapters.postgres.times import instant, timestamp
from goldensix.events.ids import Instant, MerchantId


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    name: str
    starts_at: Instant
    ends_at: Instant
    """Exclusive, and later."""


@dataclass(frozen=True, slots=True)
class Campaign:
    id: int
    draft: CampaignDraft
    running: bool


class NameTaken(Exception):
    """The merchant has another campaign of this name."""


class Campaigns:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def all(self, merchant: MerchantId) -> list[Campaign]:
        """The latest first."""
        rows = await self._pool.fetch(
            "select * from campaigns where merchant_id = $1 order by starts_at desc, id desc", merchant
        )
        now = self._now()
        drafts = [(row, CampaignDraft(row["name"], instant(row["starts_at"]), instant(row["ends_at"]))) for row in rows]
        return [Campaign(row["id"], draft, draft.starts_at <= now < draft.ends_at) for row, draft in drafts]

    async def add(self, merchant: MerchantId, draft: CampaignDraft) -> int:
        """Raises NameTaken."""
        try:
            added: int = await self._pool.fetchval(
                "insert into campaigns (merchant_id, name, starts_at, ends_at) values ($1, $2, $3, $4) returning id",
                merchant,
                *_values(draft),
            )
        except asyncpg.UniqueViolationError:
            raise NameTaken from None
        return added

    async def change(self, merchant: MerchantId, campaign: int, draft: CampaignDraft) -> bool:
        """False: there is none. Raises NameTaken."""
        try:
            found = await self._pool.fetchval(
                "update campaigns set name = $3, starts_at = $4, ends_at = $5"
                " where merchant_id = $1 and id = $2 returning id",
                merchant,
                campaign,
                *_values(draft),
            )
        except asyncpg.UniqueViolationError:
            raise NameTaken from None
        return found is not None

    async def remove(self, merchant: MerchantId, campaign: int) -> bool:
        """Its texts stay, and belong to no campaign. False: there is none."""
        found = await self._pool.fetchval(
            "delete from campaigns where merchant_id = $1 and id = $2 returning id", merchant, campaign
        )
        return found is not None


def _values(draft: CampaignDraft) -> tuple[object, ...]:
    return draft.name, timestamp(draft.starts_at), timestamp(draft.ends_at)
