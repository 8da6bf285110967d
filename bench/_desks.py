"""A desk of so many workers with several merchants, for what is measured at the peak."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import psutil

from _load import Client, Pair, Tracker
from goldensix.adapters import clock
from goldensix.adapters.postgres.owners import look
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.roster import Account, Merchant, Roster
from goldensix.adapters.postgres.sessions import Sessions
from goldensix.adapters.postgres.shop import Buyers, Shops
from goldensix.adapters.visitors import Visitors
from goldensix.events.ids import Milliseconds
from goldensix.team.roles import Role
from live import Desk, free_port, process


@dataclass
class Served:
    """What runs, and how to get in."""

    port: int
    pool: asyncpg.Pool
    people: People
    sessions: Sessions
    rosters: list[Roster]
    server: psutil.Process
    postmaster: psutil.Process

    def memory_mb(self) -> float:
        """Of all processes of the desk and its PostgreSQL, what they share counted once."""
        family = [self.server, *self.server.children(recursive=True), self.postmaster, *self.postmaster.children()]
        used = 0
        for each in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                used += each.memory_full_info().pss
        return used / 1e6

    def desk(self, roster: Roster, tracker: Tracker, pairs: dict[str, Pair]) -> Desk:
        visitors = Visitors(Shops(self.pool), Buyers(self.pool, clock.now))
        return Desk(self.port, self.pool, visitors, tracker, pairs=pairs, shop=next(iter(roster.shops)))

    async def hire(self, desk: Desk, roster: Roster, number: int, limit: int) -> None:
        """So many agents, at work."""
        for each in range(number):
            account = await self.people.add_account(
                roster.merchant.id,
                f"peak {each}",
                Role.AGENT,
                email=f"{roster.merchant.id}.{each}@peak.example",
                groups=list(roster.groups),
                limit=limit,
            )
            assert isinstance(account, Account)
            await desk.log_in(account, self.sessions)


@contextlib.asynccontextmanager
async def served(dsn: str, data: Path, *, workers: int, merchants: int) -> AsyncIterator[Served]:
    """On an empty database."""
    port = free_port()
    command = [sys.executable, "-m", "goldensix", "serve", "--demo", "--port", str(port), "--data", str(data)]
    environment = {"DATABASE_URL": dsn, "GOLDENSIX_BUYER_RATE": "0"}
    pool = await asyncpg.create_pool(dsn, min_size=1, max_size=4)
    people = People(pool, clock.now)
    with process(*command, "--workers", str(workers), environment=environment) as running:
        await _ready(port)
        made = [*await people.merchants(), *[await _another(people, number) for number in range(1, merchants)]]
        rosters = [await people.roster(merchant.id) for merchant in made]
        backend = psutil.Process(await pool.fetchval("select pg_backend_pid()"))
        postmaster = backend.parent()
        assert postmaster is not None
        await _all_owned(pool, workers, len(made))
        sessions = Sessions(pool, clock.now)
        Client.counting = True
        yield Served(port, pool, people, sessions, rosters, psutil.Process(running.pid), postmaster)
        Client.counting = False
    await pool.close()


async def _ready(port: int) -> None:
    """The port is open before the demo is set up: a desk says itself when it serves."""
    async with httpx.AsyncClient(trust_env=False) as client:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200:
                    return
            await asyncio.sleep(0.1)


async def _another(people: People, number: int) -> Merchant:
    merchant = await people.add_merchant(f"Merchant {number}")
    group = await people.add_group(merchant.id, "Pre-sale", "pre_sale", Milliseconds(6_000))
    await people.add_shop(merchant.id, f"Shop {number}", default_group=group.id)
    return merchant


async def _all_owned(pool: asyncpg.Pool, workers: int, merchants: int) -> None:
    """Each worker has its share: with one, the single process opens a merchant when its first socket comes."""
    while workers > 1:
        async with pool.acquire() as connection:
            seen = await look(connection)
        owners = [owner for owner in seen.owners.values() if owner is not None]
        if len(owners) == merchants and len(set(owners)) == min(workers, merchants):
            return
        await asyncio.sleep(0.1)
