"""A merchant with one shop in a real database, and a clock that a test moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg

from goldensix.adapters.postgres import schema
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.pool import open_pool
from goldensix.adapters.postgres.roster import Group, Merchant, Shop
from goldensix.events.ids import Instant, MerchantId, Milliseconds, ShopId


@dataclass
class Clock:
    instant: int = 1_763_000_000_000

    def __call__(self) -> Instant:
        return Instant(self.instant)

    def forward(self, *, days: int = 0, minutes: int = 0) -> None:
        self.instant += days * 86_400_000 + minutes * 60_000


@dataclass(frozen=True)
class Counter:
    """What a test of the shop's side stands at."""

    pool: asyncpg.Pool
    people: People
    merchant: Merchant
    group: Group
    shop: Shop
    clock: Clock = field(default_factory=Clock)

    @property
    def place(self) -> tuple[MerchantId, ShopId]:
        return self.merchant.id, self.shop.id


@asynccontextmanager
async def open_counter(database: str) -> AsyncIterator[Counter]:
    await schema.prepare(database, upgrade=True)
    pool = await open_pool(database)
    try:
        clock = Clock()
        yield await _counter(pool, clock)
    finally:
        await pool.close()


async def _counter(pool: asyncpg.Pool, clock: Clock) -> Counter:
    people = People(pool, clock)
    merchant = await people.add_merchant("Tea House")
    group = await people.add_group(merchant.id, "Pre-sale", "pre_sale", Milliseconds(6000))
    shop = await people.add_shop(merchant.id, "Tea House", default_group=group.id)
    return Counter(pool, people, merchant, group, shop, clock)
