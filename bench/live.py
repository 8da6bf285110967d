"""How fast the desk is, beside a bare path on the same server, database and machine.

    ./run bench live [--json] [--seconds 5]

*bare*: socket -> group commit -> two sockets; *desk*: the same through the real doors, with everything on.
The ratio is what counts: machines differ and are noisy.
"""

import argparse
import asyncio
import contextlib
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import uvloop
from rich.console import Console
from rich.table import Table

from _load import Client, Frame, Pair, Seen, Tracker, connect, flood, pace, settle
from goldensix.adapters import clock
from goldensix.adapters.postgres.embedded import EmbeddedPostgres
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.roster import Account
from goldensix.adapters.postgres.schema import prepare
from goldensix.adapters.postgres.sessions import Sessions
from goldensix.adapters.postgres.shop import Buyers, Shops
from goldensix.adapters.visitors import Visitors
from goldensix.events.ids import ShopId
from goldensix.team.roles import Role

SHOP = ShopId(1)
AGENTS = 40
LIMIT = 200
CONVERSATIONS = 200
STARTS = 4_000
IDLE = 5_000
WINDOW = 16
QUIET, BUSY = 1.0, 0.1
"""Seconds between two messages of a conversation: unloaded, and busy (200 of them: 2,000 messages a second)."""
TEXT = "羽绒服 165/115 斤穿 M 还是 L 呀"
FACES = Path(__file__).parents[1] / "src" / "goldensix" / "faces"
console = Console(stderr=True)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def process(*command: str, environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    running = subprocess.Popen(command, env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL)
    try:
        yield running
    finally:
        running.terminate()
        running.wait(30)


async def reachable(port: int) -> None:
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.05)


# ----------------------------------------------------------------------------------------------- flood


@dataclass(frozen=True)
class Flooded:
    """Delivered messages a second, and the processor time that one of them cost."""

    per_s: float
    server_us: float
    postgres_us: float


async def postgres_of(dsn: str) -> psutil.Process:
    """The postmaster: every process of PostgreSQL is its child."""
    connection = await asyncpg.connect(dsn)
    postmaster = psutil.Process(await connection.fetchval("select pg_backend_pid()")).parent()
    await connection.close()
    assert postmaster is not None
    return postmaster


def seconds_used(processes: list[psutil.Process]) -> float:
    """Processor time so far, of those that still run."""
    used = 0.0
    for each in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            used += times.user + times.system
    return used


async def flooded(
    pairs: list[Pair], tracker: Tracker, seconds: float, server: psutil.Process, postmaster: psutil.Process
) -> Flooded:
    """A second to warm up, then the flood that counts."""
    await flood(pairs, tracker, 1.0, WINDOW)
    postgres = postmaster.children()
    server_before, postgres_before, seen = seconds_used([server]), seconds_used(postgres), len(tracker.waits)
    rate = await flood(pairs, tracker, seconds, WINDOW)
    seen = len(tracker.waits) - seen
    return Flooded(
        rate,
        1e6 * (seconds_used([server]) - server_before) / seen,
        1e6 * (seconds_used(postgres) - postgres_before) / seen,
    )


# ------------------------------------------------------------------------------------------------ bare


async def bare_pairs(port: int, tracker: Tracker) -> list[Pair]:
    async def pair(number: int) -> Pair:
        sides: list[Client] = []

        def seen(client: Client, frame: Frame) -> None:
            id = str(frame.id)
            side = int(id[-1])
            if client is sides[1 - side]:  # the echo to the sender is his ack
                tracker.see(id)
                if Seen.listener:
                    Seen.listener(made, side)

        for _ in range(2):
            sides.append(await connect(f"ws://127.0.0.1:{port}/{number}", seen))
        made = Pair(lambda side, id: sides[side].send({"id": id, "text": TEXT}), number)
        return made

    return [await pair(number) for number in range(CONVERSATIONS)]


async def measure_bare(dsn: str, seconds: float) -> Flooded:
    port, tracker = free_port(), Tracker()
    with process(sys.executable, str(Path(__file__).with_name("_bare.py")), dsn, str(port)) as server:
        await reachable(port)
        pairs = await bare_pairs(port, tracker)
        return await flooded(pairs, tracker, seconds, psutil.Process(server.pid), await postgres_of(dsn))


# ------------------------------------------------------------------------------------------------ desk


@dataclass
class Desk:
    """The desk's doors, and both ends of its conversations."""

    port: int
    pool: asyncpg.Pool
    visitors: Visitors
    tracker: Tracker = field(default_factory=Tracker)
    shop: ShopId = SHOP
    agents: list[Client] = field(default_factory=list)
    pairs: dict[str, Pair] = field(default_factory=dict)
    """By conversation."""
    assigned: dict[str, str] = field(default_factory=dict)
    """Conversation by buyer, once an agent's page shows it."""
    holder: dict[str, Client] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    """Buyers whose consult no agent's page shows yet."""

    def from_agent_side(self, client: Client, frame: Frame) -> None:
        if frame.t == "reception":
            self.assigned[frame.buyer] = frame.c
            self.holder[frame.c] = client
            self.waiting.discard(frame.buyer)
        elif frame.type == "message_sent":
            self.saw(frame, seen_by_agent=True)

    def from_buyer_side(self, _: Client, frame: Frame) -> None:
        if frame.type == "message_sent":
            self.saw(frame, seen_by_agent=False)

    def saw(self, frame: Frame, *, seen_by_agent: bool) -> None:
        assert frame.facts is not None
        _, _, id = frame.facts.message.partition(".")
        if id[0] not in "fp" or (frame.facts.by == "buyer") != seen_by_agent:
            return
        self.tracker.see(id)
        if Seen.listener and (pair := self.pairs.get(frame.c)) is not None:
            Seen.listener(pair, int(id[-1]))

    async def log_in(self, account: Account, sessions: Sessions) -> None:
        token = await sessions.begin(account.id, "bench")
        cookie = {"Cookie": f"gs_session={token}"}
        client = await connect(f"ws://127.0.0.1:{self.port}/ws/desk", self.from_agent_side, cookie)
        client.send({"t": "hello"})
        client.send({"t": "ready"})
        self.agents.append(client)

    async def buyer(self) -> Client:
        token = await self.visitors.issue(self.shop)
        assert token is not None
        visitor = await self.visitors.read(token)
        assert visitor is not None
        client = await connect(f"ws://127.0.0.1:{self.port}/ws/buyer", self.from_buyer_side)
        client.name = visitor.buyer
        client.send({"t": "hello", "token": token})
        return client

    async def buyers(self, number: int) -> list[Client]:
        made: list[Client] = []
        for first in range(0, number, 50):
            made += await asyncio.gather(*(self.buyer() for _ in range(min(50, number - first))))
        return made

    async def start(self, buyers: list[Client]) -> float:
        """First messages as fast as they are taken, 256 on their way; answers starts shown to an agent a second."""
        began, until = time.perf_counter(), time.monotonic() + 60
        for number, buyer in enumerate(buyers):
            while len(self.waiting) >= 256 and time.monotonic() < until:
                await asyncio.sleep(0.0005)
            self.waiting.add(buyer.name)
            buyer.send({"t": "say", "id": f"start{number:06}", "text": TEXT})
        while self.waiting and time.monotonic() < until:
            await asyncio.sleep(0.001)
        return (len(buyers) - len(self.waiting)) / (time.perf_counter() - began)

    def pair(self, buyer: Client, number: int) -> Pair:
        conversation = self.assigned[buyer.name]
        holder = self.holder[conversation]

        def say(side: int, id: str) -> None:
            if side == 0:
                buyer.send({"t": "say", "id": id, "text": TEXT})
            else:
                holder.send({"t": "say", "c": conversation, "id": id, "text": TEXT})

        made = self.pairs[conversation] = Pair(say, number)
        return made


@contextlib.asynccontextmanager
async def desk_on(dsn: str, data: Path) -> AsyncIterator[tuple[Desk, psutil.Process]]:
    port = free_port()
    command = (sys.executable, "-m", "goldensix", "serve", "--demo", "--port", str(port), "--data", str(data))
    with process(*command, environment={"DATABASE_URL": dsn, "GOLDENSIX_BUYER_RATE": "0"}) as server:
        await reachable(port)
        pool = await asyncpg.create_pool(dsn, min_size=2, max_size=4)
        people, sessions = People(pool, clock.now), Sessions(pool, clock.now)
        await asyncio.sleep(0.5)
        desk = Desk(port, pool, Visitors(Shops(pool), Buyers(pool, clock.now)))
        merchant = (await people.merchants())[0].id
        groups = list((await people.roster(merchant)).groups)
        for number in range(AGENTS):
            account = await people.add_account(
                merchant, f"bench {number}", Role.AGENT, email=f"{number}@bench.example", groups=groups, limit=LIMIT
            )
            assert isinstance(account, Account)
            await desk.log_in(account, sessions)
        yield desk, psutil.Process(server.pid)
        await pool.close()


async def doubled_in_log(pool: asyncpg.Pool) -> tuple[int, int]:
    """Messages in the log, and how many of them twice."""
    row = await pool.fetchrow(
        "select count(*) as all, count(distinct facts ->> 'message') as once from events where type = 'message_sent'"
    )
    assert row is not None
    return row["all"], row["all"] - row["once"]


async def measure_desk(dsn: str, data: Path, seconds: float) -> dict[str, Any]:
    async with desk_on(dsn, data) as (desk, server):
        console.print("  idle buyers ...")
        before = server.memory_info().rss
        idle = await desk.buyers(IDLE)
        await asyncio.sleep(1)
        memory = server.memory_info().rss
        for client in idle:
            client.close()
        console.print("  conversations ...")
        talking = await desk.buyers(CONVERSATIONS)
        await desk.start(talking)
        pairs = [desk.pair(buyer, number) for number, buyer in enumerate(talking)]
        await pace(pairs[:20], desk.tracker, 2, QUIET / 4)
        latency = {}
        for number, every in ((20, QUIET), (200, BUSY)):
            desk.tracker.waits.clear()
            await pace(pairs[:number], desk.tracker, seconds, every)
            latency[number] = (desk.tracker.percentile(50), desk.tracker.percentile(99))
        console.print("  flood ...")
        flood_of_desk = await flooded(pairs, desk.tracker, seconds, server, await postgres_of(dsn))
        console.print("  starts ...")
        starts = await desk.start(await desk.buyers(STARTS))
        await settle(desk.tracker)
        stored, doubled = await doubled_in_log(desk.pool)
        sent = len(desk.tracker.sent) + CONVERSATIONS + STARTS
        held = await desk.pool.fetchval(
            "select count(*) from events where type = 'message_sent' and facts ->> 'by' in ('buyer', 'agent')"
        )
        return {
            "desk_per_s": round(flood_of_desk.per_s),
            "server_us_per_message": round(flood_of_desk.server_us, 1),
            "postgres_us_per_message": round(flood_of_desk.postgres_us, 1),
            "p50_ms": _round(latency[20][0]),
            "p99_ms": _round(latency[200][1]),
            "p99_20_ms": _round(latency[20][1]),
            "p50_200_ms": _round(latency[200][0]),
            "starts_per_s": round(starts),
            "idle_mb_5000": round(memory / 1e6),
            "idle_kb_per_buyer": round((memory - before) / IDLE / 1e3, 1),
            "stored": stored,
            "lost": desk.tracker.lost + max(0, sent - held),
            "doubled": desk.tracker.doubled + doubled,
        }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def widget_bytes(part: str) -> int | None:
    widget = FACES / part
    return len(gzip.compress(widget.read_bytes(), 9)) if widget.exists() else None


async def measure(dsn: str, data: Path, seconds: float) -> dict[str, Any]:
    """The bare path before and after the desk: the machine's drift is in the mean, and shown."""
    await prepare(dsn, upgrade=True)
    console.print("bare ...")
    first = await measure_bare(dsn, seconds)
    console.print("desk ...")
    figures = await measure_desk(dsn, data, seconds)
    console.print("bare again ...")
    second = await measure_bare(dsn, seconds)
    bare = (first.per_s + second.per_s) / 2
    return {
        "bare_per_s": round(bare),
        "bare_first_per_s": round(first.per_s),
        "bare_second_per_s": round(second.per_s),
        "bare_server_us_per_message": round((first.server_us + second.server_us) / 2, 1),
        "bare_postgres_us_per_message": round((first.postgres_us + second.postgres_us) / 2, 1),
        **figures,
        "ratio": round(figures["desk_per_s"] / bare, 3),
        "widget_gzip_bytes": widget_bytes("w.js"),
        "widget_second_gzip_bytes": widget_bytes("w2.js"),
    }


def show(figures: dict[str, Any]) -> None:
    table = Table(title="bench live", title_justify="left")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        table.add_row(name, str(value))
    Console().print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=5.0)
    arguments = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536) if most > 0 else 65_536, most))
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder)) as postgres:
        figures = uvloop.run(measure(postgres.dsn, Path(folder) / "desk", arguments.seconds))
    print(json.dumps(figures)) if arguments.json else show(figures)


if __name__ == "__main__":
    main()
