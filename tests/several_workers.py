"""A desk of several workers, and which process is which: for tests that end some of them."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
import httpx
import psutil

from desk_load import Load
from goldensix.adapters.postgres.owners import look
from goldensix.rehearsal.place import running_database
from running_desk import PASSWORD, RunningDesk


@contextmanager
def browser(desk: RunningDesk, identifier: str) -> Iterator[httpx.Client]:
    """Somebody logged in there."""
    own = {"X-Golden-Six": "1", "Origin": desk.url}
    with httpx.Client(base_url=desk.url, headers=own, trust_env=False, timeout=30) as browser:
        asked = browser.post("/api/login", json={"identifier": identifier, "password": PASSWORD})
        assert asked.status_code == 204, asked.text
        yield browser


class Workers:
    def __init__(self, desk: RunningDesk, dsn: str = "") -> None:
        """`dsn`: where the desk's database is, if it is not to be reached as the desk reaches it."""
        self.desk = desk
        self._dsn = dsn

    @property
    def dsn(self) -> str:
        dsn = self._dsn or self.desk.database_url or running_database(self.desk.data)
        assert dsn
        return dsn

    def all_ready(self) -> "Workers":
        """Wait for the last of them, too."""
        deadline = time.monotonic() + 60
        while "is ready after" not in self.desk.output:
            assert time.monotonic() < deadline, self.desk.output
            time.sleep(0.05)
        return self

    def processes(self) -> dict[str, psutil.Process]:
        """By name."""
        assert self.desk.process is not None
        found = {}
        for child in psutil.Process(self.desk.process.pid).children():
            with suppress(psutil.NoSuchProcess):
                words = child.cmdline()
                if "worker" in words:
                    found[words[words.index("worker") + 1]] = child
        return found

    def nats(self) -> psutil.Process:
        assert self.desk.process is not None
        children = psutil.Process(self.desk.process.pid).children()
        return next(child for child in children if child.name() == "nats-server")

    async def all_serve(self) -> None:
        """Until so many as there should be live, those that were started again, too."""
        connection = await asyncpg.connect(self.dsn)
        try:
            async with asyncio.timeout(60):
                while len((await look(connection)).workers) < self.desk.workers:
                    await asyncio.sleep(0.05)
        finally:
            await connection.close()

    async def merchants_are_spread(self) -> None:
        """Until no worker has two more than another."""
        connection = await asyncpg.connect(self.dsn)
        try:
            while True:
                seen = await look(connection)
                loads = [sum(owner == worker for owner in seen.owners.values()) for worker in seen.workers]
                if len(loads) == self.desk.workers and max(loads) - min(loads) < 2 and None not in seen.owners.values():
                    return
                await asyncio.sleep(0.1)
        finally:
            await connection.close()

    async def owner(self) -> str:
        """Of the demo's merchant, waiting for one."""
        connection = await asyncpg.connect(self.dsn)
        try:
            async with asyncio.timeout(20):
                while True:
                    seen = await look(connection)
                    if (owner := next(iter(seen.owners.values()), None)) is not None:
                        return owner
                    await asyncio.sleep(0.02)
        finally:
            await connection.close()


def family(folder: Path) -> list[psutil.Process]:
    """Every process that works in or for this data folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ", "cwd"]):
        told = [*(process.info["cmdline"] or []), process.info["cwd"] or "", *(process.info["environ"] or {}).values()]
        if any(str(folder) in word for word in told) and process.pid != psutil.Process().pid:
            found.append(process)
    return found


async def recovers(
    talk: Load, what: str, fault: Callable[[], object], within: float, buyers: int | None = None
) -> float:
    """Seconds from a fault until so many (all) have something acknowledged that they sent after it; printed."""
    began = time.monotonic()
    await asyncio.to_thread(fault)
    sent = [len(writer.sent) for writer in talk.writers]
    left = set(range(len(sent)))
    first = None
    async with asyncio.timeout(within):
        while len(left) > len(sent) - (buyers or len(sent)):
            for number in list(left):
                writer = talk.writers[number]
                if any(id in writer.acked for id in writer.sent[sent[number] :]):
                    left.discard(number)
                    first = first or time.monotonic() - began
            await asyncio.sleep(0.005)
    last = time.monotonic() - began
    print(f"\n{what}: the first buyer is served again after {first:.2f} s, the last after {last:.2f} s")
    return last


async def longest_silence(talk: Load, done: Callable[[], bool], within: float) -> float:
    """The most seconds, until it is done, that a buyer who writes without a pause had nothing acknowledged."""
    heard = [(len(writer.acked), time.monotonic()) for writer in talk.writers]
    longest = 0.0
    async with asyncio.timeout(within):
        while not done():
            await asyncio.sleep(0.02)
            for number, writer in enumerate(talk.writers):
                acked, since = heard[number]
                if len(writer.acked) != acked:
                    longest = max(longest, time.monotonic() - since)
                    heard[number] = len(writer.acked), time.monotonic()
    return max(longest, *(time.monotonic() - since for _, since in heard))
