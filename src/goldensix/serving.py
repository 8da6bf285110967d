"""`goldensix serve`: from an empty folder to a desk that answers, and back without a trace left running."""

import asyncio
import contextlib
import gc
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager
from time import perf_counter
from types import FrameType
from typing import TYPE_CHECKING, Final, TextIO, cast

import stamina
import structlog
import uvicorn
from rich.console import Console
from rich.table import Table

from goldensix.adapters.postgres.owners import Owners
from goldensix.adapters.postgres.schema import prepare
from goldensix.adapters.postgres.single import Hold, the_only_desk
from goldensix.api.http.house import DemoPerson
from goldensix.demo.seed import PEOPLE, seed
from goldensix.settings import Settings
from goldensix.sharing import Place
from goldensix.wiring import Running, running

if TYPE_CHECKING:
    from goldensix.adapters.bus.nats import NatsBus

_MOST_FRAME: Final = 64 * 1024
_BUS_WITHIN: Final = 20.0
"""Seconds in which NATS must be there for a worker that starts."""
_BACKLOG: Final = 4_096
console: Final = Console()


class _Unfailing:
    """Where the log goes. On a full disk it cannot be written, and whoever tells of a fault must not fail over that."""

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()


def tell_unfailingly() -> None:
    """From now on nothing fails because the log cannot be written, and it shows where something failed, not on what.

    By itself structlog prints the values of all variables: what buyers wrote, tokens, passwords.
    """
    shown = structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[*structlog.get_config()["processors"][:-1], shown],
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Unfailing())),
    )


def take_in_many() -> None:
    """Every socket is an open file, and systems that allow many often begin with few."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # Windows has none

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class PortBusy(Exception):
    """Somebody else listens there."""


def listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Take the port first: nothing is started for a desk that nobody could reach.

    `shared`: several may listen there, and the system spreads who comes evenly over them.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        taken.bind((host, port))
        taken.listen(_BACKLOG)
    except OSError as failed:
        taken.close()
        raise PortBusy(
            f"Cannot listen on {host}:{port} ({failed.strerror}): stop what uses it, or give another with --port."
        ) from None
    except OverflowError:
        taken.close()
        raise PortBusy(f"Cannot listen on {host}:{port}: a port is a number up to 65535.") from None
    return taken


def serve(
    settings: Settings,
    *,
    demo: bool,
    database: Callable[[Settings], AbstractContextManager[str]],
    run: Callable[[Callable[[], Coroutine[None, None, None]]], None],
) -> None:
    """Until Ctrl-C or SIGTERM."""
    tell_unfailingly()
    take_in_many()
    began = perf_counter()
    with contextlib.closing(listen(settings.host, settings.port)) as door, database(settings) as dsn:

        async def desk() -> None:
            await prepare(dsn, upgrade=not settings.database_url)
            people = tuple(PEOPLE) if demo else None
            async with the_only_desk(dsn) as hold, running(dsn, settings, people) as made:
                if demo:
                    await seed_demo(made)
                _collect_seldom()
                server = _Server(
                    _config(made, settings),
                    lambda: greet(settings, people, len(made.floors.floors), perf_counter() - began),
                    made.house.reports.stop,
                )
                await _serve_while_ours(server, door, hold)

        run(desk)


async def _serve_while_ours(server: uvicorn.Server, door: socket.socket, hold: Hold) -> None:
    """Ends in good order, too, if another desk took the database while it could not be reached."""
    keeping = asyncio.create_task(hold.keep())
    keeping.add_done_callback(lambda _: setattr(server, "should_exit", True))
    await server.serve(sockets=[door])
    if keeping.done():
        await keeping
    keeping.cancel()


async def work(settings: Settings, name: str, *, demo: bool, ready: Callable[[uvicorn.Server], None]) -> None:
    """One worker of several, on a database that is prepared, until SIGTERM."""
    tell_unfailingly()
    take_in_many()
    bus = await _connected(settings.nats_url, name)
    place = Place(bus, Owners(settings.database_url, name))
    try:
        people = tuple(PEOPLE) if demo else None
        async with running(settings.database_url, settings, people, place=place) as made:
            _collect_seldom()
            company, floors = made.company, made.floors
            assert company is not None

            async def leave() -> None:
                for listening in server.servers:
                    listening.close()  # the next who comes is another worker's, not a door that closes
                await made.house.reports.stop()
                await company.hand_over(floors)

            server = _Server(_config(made, settings), lambda: ready(server), leave)
            with contextlib.closing(listen(settings.host, settings.port, shared=True)) as door:
                await server.serve(sockets=[door])
    finally:
        await bus.close()


async def _connected(url: str, name: str) -> "NatsBus":
    """A server that begins as we do, on a busy machine, is waited for a little. Raises BusUnreachable."""
    from goldensix.adapters.bus.nats import BusUnreachable, NatsBus  # a desk of one process needs none of it

    trying = stamina.retry_context(
        on=BusUnreachable, attempts=None, timeout=_BUS_WITHIN, wait_initial=0.2, wait_max=2.0
    )
    async for attempt in trying:
        with attempt:
            bus = await NatsBus.connected_to(url, f"goldensix {name}")
    return bus


def _collect_seldom() -> None:
    """What is loaded by now stays: the collector need not look at it, and looks seldom at what lives as long as a
    conversation. Frames and events form no cycles, so they go by counting whatever the collector does."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


async def seed_demo(made: Running) -> None:
    await seed(made.house)
    for merchant in await made.house.people.merchants():
        await made.floors.open(merchant.id)
        await made.floors.roster_changed(merchant.id)
        made.floors.orders_moved(merchant.id)


class _Server(uvicorn.Server):
    """Says where the desk is once it is there, not before; and waits for no report when it stops."""

    def __init__(self, config: uvicorn.Config, greet: Callable[[], None], leave: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._greet = greet
        self._leave = leave

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._greet()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Whoever waits for what takes long is answered first: cut off, each would leave a traceback in the log."""
        await self._leave()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, _: FrameType | None) -> None:
        """As uvicorn's, but once the desk has stopped the signal has had its effect: raised again, it would end the
        process before the log is settled and the folds are saved."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def _config(made: Running, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        made.app,
        ws="websockets-sansio",
        ws_per_message_deflate=False,  # 30 kB of memory a socket, for messages of 200 bytes
        ws_max_size=_MOST_FRAME,
        ws_ping_interval=30.0,
        ws_ping_timeout=30.0,
        http="httptools",
        lifespan="off",
        log_level="warning",
        access_log=False,  # addresses of visitors are nobody's business
        timeout_graceful_shutdown=3,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
    )


def greet(settings: Settings, people: tuple[DemoPerson, ...] | None, merchants: int, seconds: float) -> None:
    here = settings.address
    console.print(f"\n[bold]Golden Six 黄金六秒[/] is ready after {seconds:.1f} s. Ctrl-C stops it.\n", highlight=False)
    pages = Table(box=None, show_header=False, pad_edge=False)
    pages.add_row("Workbench 工作台", f"{here}/desk")
    pages.add_row("Live 现场", f"{here}/live")
    pages.add_row("Reports 报表", f"{here}/reports")
    pages.add_row("Import 导入", f"{here}/import")
    pages.add_row("Robot 机器人", f"{here}/robot")
    if people is not None:
        pages.add_row("Demo shop 演示店铺", f"{here}/shop/1")
    if merchants:
        pages.add_row("Start 开始", f"{here}/start")
    console.print(pages, highlight=False)
    if not merchants:
        shared = settings.workers > 1 and settings.database_url
        how = "run `goldensix init`" if shared else "stop the desk, run `goldensix init`, and start it again"
        console.print(f"\nThere is no merchant yet: {how}.")
    if people is not None:
        log_ins = Table(title="Demo log-ins 演示账号", title_justify="left", box=None)
        for column in ("Name 姓名", "Role 角色", "Phone or e-mail 手机或邮箱", "Password 密码"):
            log_ins.add_column(column)
        for person in people:
            log_ins.add_row(person.name, person.role.value.replace("_", " "), person.identifier, person.password)
        console.print()
        console.print(log_ins, highlight=False)
