"""`goldensix serve --workers N`: one process starts, watches and stops those which serve; it serves nobody itself.

Each listens on the port by itself, and the system spreads who comes evenly over them. Each holds one end of a cord to
that process: by this it says that it is ready and that it lives, and it ends when the cord does.
"""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

import asyncpg
import structlog
import uvicorn

from goldensix import serving
from goldensix.adapters.bus.server import NatsDidNotStart, NatsServer
from goldensix.adapters.postgres.schema import prepare
from goldensix.adapters.postgres.single import OtherDesk, the_only_desk
from goldensix.demo.seed import PEOPLE
from goldensix.replacing import machine, told_on_disk
from goldensix.settings import Settings
from goldensix.wiring import running

_READY_WITHIN: Final = 60.0
_ENDS_WITHIN: Final = 30.0
_LOOK_EVERY: Final = 0.2
_LONGEST_WAIT: Final = 5.0
_SAYS_EVERY: Final = 1.0
_SILENT: Final = 15.0
"""Seconds after which a worker that says nothing is ended: who is with it would otherwise wait as long as it stands."""
_LONG_LIFE: Final = 10.0
"""Seconds after which a worker's end is no sign that the next one ends at once, too."""

log = structlog.get_logger()


class WorkersDidNotStart(Exception):
    """The message is one sentence for the person who starts the desk."""


def serve(
    settings: Settings,
    *,
    demo: bool,
    database: Callable[[Settings], AbstractContextManager[str]],
    run: Callable[[Callable[[], Coroutine[None, None, None]]], None],
) -> None:
    """Until Ctrl-C or SIGTERM. SIGHUP: every worker is replaced, one after the other."""
    serving.tell_unfailingly()
    began = perf_counter()
    with (
        contextlib.closing(_reserved(settings.host, settings.port)),
        database(settings) as dsn,
        _nats(settings) as nats,
    ):

        async def desk() -> None:
            await prepare(dsn, upgrade=not settings.database_url)
            if demo:
                await _seed(dsn, settings)
            workers = _Workers(settings, dsn, nats, demo=demo)
            with told_on_disk(settings.data, settings.port) as told:
                workers.changed = told
                async with workers.started():
                    people = tuple(PEOPLE) if demo else None
                    serving.greet(settings, people, await _merchants(dsn), perf_counter() - began)
                    await workers.stopped_by_signal()

        run(desk)


def _reserved(host: str, port: int) -> socket.socket:
    """A socket that keeps the port for our workers, and takes nobody in. Raises PortBusy."""
    serving.listen(host, port).close()  # alone, for a moment: nobody else is there
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    held = socket.socket(family, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind((host, port))
    return held


@contextlib.contextmanager
def _nats(settings: Settings) -> Iterator[NatsServer | None]:
    if settings.nats_url:
        yield None
    else:
        with NatsServer(settings.data) as server:
            yield server


async def _seed(dsn: str, settings: Settings) -> None:
    """By one process, before there are several. Where another machine's workers are at it already there is nothing to
    do."""
    with contextlib.suppress(OtherDesk):
        async with the_only_desk(dsn), running(dsn, settings, tuple(PEOPLE)) as made:
            await serving.seed_demo(made)


async def _merchants(dsn: str) -> int:
    connection = await asyncpg.connect(dsn)
    try:
        count: int = await connection.fetchval("select count(*) from merchants")
        return count
    finally:
        await connection.close()


@dataclass
class _Worker:
    name: str
    process: asyncio.subprocess.Process
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    began: float = field(default_factory=perf_counter)

    async def watched(self) -> int:
        """Until it has ended; one that is silent is ended. Answers the exit code."""
        with contextlib.suppress(OSError):
            while True:
                try:
                    if not await asyncio.wait_for(self.reader.read(64), _SILENT):
                        break
                except TimeoutError:
                    log.error("a worker stands still and is ended", worker=self.name)
                    with contextlib.suppress(ProcessLookupError):
                        self.process.kill()
        return await self.process.wait()

    async def end(self) -> None:
        """In good order, if it can."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), _ENDS_WITHIN)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()
        self.writer.close()


class _Workers:
    def __init__(self, settings: Settings, dsn: str, nats: NatsServer | None, *, demo: bool) -> None:
        self._settings, self._nats, self._demo = settings, nats, demo
        self._environment = {
            **os.environ,
            "DATABASE_URL": dsn,
            "NATS_URL": settings.nats_url if nats is None else nats.url,
            "GOLDENSIX_DATA": str(settings.data.absolute()),
            "GOLDENSIX_HOST": settings.host,
            "GOLDENSIX_PORT": str(settings.port),
        }
        self._slots: list[_Worker | None] = [None] * settings.workers
        self._replacing = [asyncio.Lock() for _ in self._slots]
        self._stop = asyncio.Event()
        self._again = asyncio.Event()
        self.changed: Callable[[list[str]], None] = lambda _: None
        """Told the names of all that serve."""

    def _tell(self) -> None:
        self.changed([worker.name for worker in self._slots if worker is not None])

    @asynccontextmanager
    async def started(self) -> AsyncIterator[None]:
        """Raises WorkersDidNotStart."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._again.set)
        tasks: list[asyncio.Task[None]] = []
        try:
            first = await asyncio.gather(*map(self._start, range(len(self._slots))), return_exceptions=True)
            for slot, worker in enumerate(first):
                if isinstance(worker, _Worker):
                    self._slots[slot] = worker
            if failed := [each for each in first if isinstance(each, BaseException)]:
                raise failed[0]
            self._tell()
            tasks = [asyncio.create_task(self._keep(slot)) for slot in range(len(self._slots))]
            tasks += [asyncio.create_task(self._keep_nats()), asyncio.create_task(self._replace_when_asked())]
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.gather(*(worker.end() for worker in self._slots if worker is not None))

    async def stopped_by_signal(self) -> None:
        await self._stop.wait()

    async def _start(self, slot: int) -> _Worker:
        """Answers once it serves."""
        name = f"{machine()}-{slot + 1}-{secrets.token_hex(3)}"
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "goldensix", "worker", name, str(theirs.fileno())),
                *(["--demo"] if self._demo else []),
                stdin=asyncio.subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=self._environment,
                start_new_session=True,  # Ctrl-C is ours, who stop them in good order
            )
        reader, writer = await asyncio.open_connection(sock=ours)
        worker = _Worker(name, process, reader, writer)
        try:
            said = await asyncio.wait_for(reader.readline(), _READY_WITHIN)
        except TimeoutError:
            said = b""
        except asyncio.CancelledError:
            await worker.end()
            raise
        if not said:
            await worker.end()
            raise WorkersDidNotStart(f"Worker {slot + 1} did not start; what it said stands above.")
        return worker

    async def _keep(self, slot: int) -> None:
        wait = _LOOK_EVERY
        while True:
            worker = self._slots[slot]
            if worker is not None:
                code = await worker.watched()
                if self._slots[slot] is not worker:
                    continue  # it was replaced
                log.error("a worker has ended by itself and is started again", worker=worker.name, code=code)
                worker.writer.close()
                wait = _LOOK_EVERY if perf_counter() - worker.began > _LONG_LIFE else min(_LONGEST_WAIT, wait * 2)
            async with self._replacing[slot]:
                if self._slots[slot] is worker:
                    self._slots[slot] = None
                    with contextlib.suppress(WorkersDidNotStart):
                        self._slots[slot] = await self._start(slot)
                    self._tell()
            if self._slots[slot] is None:
                wait = min(_LONGEST_WAIT, wait * 2)
                await asyncio.sleep(wait)

    async def _keep_nats(self) -> None:
        nats = self._nats
        while nats is not None:
            await asyncio.sleep(_LOOK_EVERY)
            if not nats.lives:
                log.error("NATS has ended by itself and is started again")
                with contextlib.suppress(NatsDidNotStart):
                    await asyncio.to_thread(nats.start)

    async def _replace_when_asked(self) -> None:
        while True:
            await self._again.wait()
            self._again.clear()
            log.info("the workers are replaced, one after the other")
            for slot in range(len(self._slots)):
                async with self._replacing[slot]:
                    await self._replace(slot)
            log.info("the workers are replaced")

    async def _replace(self, slot: int) -> None:
        """The new one serves before the old one goes."""
        old = self._slots[slot]
        try:
            new = await self._start(slot)
        except WorkersDidNotStart:
            log.error("a worker could not be replaced; the old one stays", slot=slot + 1)
            return
        self._slots[slot] = new
        if old is not None:
            await old.end()
        self._tell()


# -- the other end


async def work(settings: Settings, name: str, cord: int, *, demo: bool) -> None:
    """What `_start` runs."""
    with socket.socket(fileno=cord) as ours:
        ours.setblocking(False)

        def ready(server: uvicorn.Server) -> None:
            say(b"ready\n")
            loop.add_reader(ours, parent_is_gone, server)

        def say(word: bytes = b".") -> None:
            with contextlib.suppress(OSError):
                ours.send(word)
            loop.call_later(_SAYS_EVERY, say)

        def parent_is_gone(server: uvicorn.Server) -> None:
            loop.remove_reader(ours)
            server.should_exit = True

        loop = asyncio.get_running_loop()
        await serving.work(settings, name, demo=demo, ready=ready)
