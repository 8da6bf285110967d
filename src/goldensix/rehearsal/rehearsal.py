"""A rehearsal from its order to its report."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import asyncpg
import httpx

from goldensix.adapters import clock
from goldensix.adapters.postgres.log import PostgresLog
from goldensix.adapters.postgres.pool import open_pool
from goldensix.adapters.postgres.roster import Roster, Shop
from goldensix.adapters.postgres.shop import Buyers, Shops
from goldensix.adapters.visitors import Visitors
from goldensix.events.ids import MerchantId
from goldensix.rehearsal.check import Checker
from goldensix.rehearsal.crew import crew, find_shop
from goldensix.rehearsal.figures import Measured
from goldensix.rehearsal.ledger import conversations
from goldensix.rehearsal.place import Place, place
from goldensix.rehearsal.play import play
from goldensix.rehearsal.report import Report, Settings
from goldensix.rehearsal.script import Script
from goldensix.rehearsal.stage import Interrupted, Stage
from goldensix.rehearsal.talk import Talk
from goldensix.rehearsal.tidy import end_conversations

_AT_THE_GATE: Final = 8


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be played, where and how fast."""

    recording: str
    scripts: list[Script]
    rate: float
    agents: int
    limit: int
    seed: int
    speed: float
    desk: str | None
    merchant: int | None
    shop: int | None
    data: Path
    database_url: str


async def rehearse(order: Order, tell: Callable[[Stage], None]) -> Report:
    """Raises `stage.Interrupted` with a sentence."""
    async with place(order.desk, order.data, order.database_url) as here:
        pool = await open_pool(here.dsn, most=3)
        try:
            roster, shop = await find_shop(pool, order.merchant, order.shop)
            return await _rehearse(order, here, pool, roster, shop, tell)
        finally:
            await pool.close()


async def _rehearse(
    order: Order, here: Place, pool: asyncpg.Pool, roster: Roster, shop: Shop, tell: Callable[[Stage], None]
) -> Report:
    log = PostgresLog(pool)
    before = await log.head(roster.merchant.id)
    began = time.monotonic()
    async with (
        crew(pool, roster, shop, order.agents, order.limit, partial(end_conversations, here.desk)) as tokens,
        httpx.AsyncClient(base_url=here.desk, trust_env=False, timeout=30) as http,
    ):
        cast = await _cast(order, pool, shop)
        gate = asyncio.Semaphore(_AT_THE_GATE)
        stage = Stage(here.desk, shop.id, order.speed, http, gate, frozenset(tokens), cast)
        await play(stage, tokens, tell)
    wall = time.monotonic() - began
    return await _report(order, stage, log, roster.merchant.id, before, _settings(order, here, shop, wall))


async def _cast(order: Order, pool: asyncpg.Pool, shop: Shop) -> list[Talk]:
    """A visit for each script. Who plays a buyer is named on the database: no door names one."""
    visitors = Visitors(Shops(pool), Buyers(pool, clock.now))
    cast = []
    for script in order.scripts:
        token = await visitors.issue(shop.id, played=True)
        if token is None:
            raise Interrupted(f"Shop {shop.id} is not there any more.")
        cast.append(Talk(script, token=token))
    return cast


def _settings(order: Order, here: Place, shop: Shop, wall: float) -> Settings:
    return Settings(
        recording=order.recording,
        sessions=len(order.scripts),
        rate=order.rate,
        agents=order.agents,
        limit=order.limit,
        seed=order.seed,
        speed=order.speed,
        desk=here.desk,
        shop=f"{shop.id} {shop.name}",
        wall_seconds=round(wall, 1),
    )


async def _report(
    order: Order, stage: Stage, log: PostgresLog, merchant: MerchantId, before: int, settings: Settings
) -> Report:
    measured, checker = Measured(order.speed), Checker(stage.talks, stage.crew)
    async for kept in conversations(log, merchant, before, stage.talks, measured.pass_by):
        checker.add(kept)
        measured.add(kept)
    check = checker.finish(stage.cast)
    return Report(measured.figures(), settings, check, stage.acknowledgements)
