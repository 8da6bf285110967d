"""Fifty buyers begin at the same instant, five agents have room for fifteen: again and again, over real sockets."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from desk_load import visitor
from goldensix.adapters import clock
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.pool import open_pool
from goldensix.adapters.postgres.roster import Account
from goldensix.adapters.postgres.sessions import Sessions
from goldensix.team.roles import Role
from running_desk import RunningDesk

BUYERS: Final = 50
AGENTS: Final = 5
LIMIT: Final = 3
_WITHIN: Final = 30.0
Frame = dict[str, Any]


@dataclass
class Told:
    """What all sockets heard."""

    places: dict[tuple[str, int], str] = field(default_factory=dict)
    """At each position of each conversation the message, or what happened."""
    contradicted: list[str] = field(default_factory=list)
    """Two sockets, or one at two times, heard different things of one place."""
    over_limit: list[str] = field(default_factory=list)
    two_agents: list[str] = field(default_factory=list)
    given: Counter[str] = field(default_factory=Counter)
    """How often each conversation came to an agent's page."""

    def hear(self, event: Frame) -> None:
        place, what = (event["c"], event["n"]), event["facts"].get("message", event["type"])
        if self.places.setdefault(place, what) != what:
            self.contradicted.append(f"{place}: {what} and {self.places[place]}")


class _Page:
    def __init__(self, socket: ClientConnection, told: Told) -> None:
        self._socket, self._told = socket, told
        self.moved = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for frames in self._socket:
            for frame in msgspec.json.decode(frames):
                if frame["t"] == "event":
                    self._told.hear(frame)
                for event in frame.get("events") or ():
                    self._told.hear(event)
                self.take(frame)
            self.moved.set()

    def take(self, frame: Frame) -> None:
        raise NotImplementedError

    async def send(self, **command: Any) -> None:
        await self._socket.send(msgspec.json.encode(command).decode())

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(_WITHIN):
            while not holds():
                self.moved.clear()
                if self._reading.done():
                    self._reading.result()
                    raise AssertionError("the desk closed a socket")
                await self.moved.wait()


class _Buyer(_Page):
    def __init__(self, socket: ClientConnection, told: Told, name: str) -> None:
        super().__init__(socket, told)
        self.name, self.closed = name, 0
        self.heard: Counter[str] = Counter()

    def take(self, frame: Frame) -> None:
        if frame["t"] == "event" and frame["type"] == "conversation_closed":
            self.closed += 1
        elif frame["t"] == "event" and frame["type"] == "message_sent":
            self.heard[frame["facts"]["by"]] += 1

    async def ask(self, burst: int) -> None:
        await self.send(t="say", id=f"{self.name}-{burst:05}", text="在吗")

    async def served(self, bursts: int) -> None:
        """Answered and closed so many times."""
        await self.until(lambda: self.closed == bursts)


class _Agent(_Page):
    def __init__(self, socket: ClientConnection, told: Told, name: str, holders: dict[str, str]) -> None:
        super().__init__(socket, told)
        self.name, self.held, self.ready = name, set[str](), False
        self._holders = holders
        self._to_answer: list[str] = []

    def take(self, frame: Frame) -> None:
        if frame["t"] == "reception" and frame["mine"]:
            self._receive(frame["c"])
        elif frame["t"] == "gone":
            self.held.discard(frame["c"])
            self._holders.pop(frame["c"], None)
        elif frame["t"] == "me":
            self.ready = frame["ready"]

    def _receive(self, c: str) -> None:
        self._told.given[c] += 1
        if (other := self._holders.setdefault(c, self.name)) != self.name:
            self._told.two_agents.append(f"{c}: {other} and {self.name}")
        self.held.add(c)
        self._to_answer.append(c)
        if len(self.held) > LIMIT:
            self._told.over_limit.append(f"{self.name} has {len(self.held)}")

    async def work(self, begin: asyncio.Event) -> None:
        while True:
            await begin.wait()
            while self._to_answer:
                c = self._to_answer.pop(0)
                await self.send(t="say", c=c, id=f"answer-{c[-20:]}", text="在的")
                await self.send(t="close", c=c)
            self.moved.clear()
            await self.moved.wait()


@dataclass
class Stage:
    told: Told
    buyers: list[_Buyer]
    agents: list[_Agent]
    begin: asyncio.Event
    """While it is set agents answer."""

    async def burst(self, number: int) -> None:
        """Nobody answers before every slot is taken; then all are served to the last."""
        self.begin.clear()
        await asyncio.gather(*(buyer.ask(number) for buyer in self.buyers))
        for agent in self.agents:
            await agent.until(lambda agent=agent: len(agent.held) >= LIMIT)  # type: ignore[misc]
        self.begin.set()
        await asyncio.gather(*(buyer.served(number) for buyer in self.buyers))
        for agent in self.agents:
            await agent.until(lambda agent=agent: not agent.held)  # type: ignore[misc]


@asynccontextmanager
async def stage(desk: RunningDesk, dsn: str, tag: str) -> AsyncIterator[Stage]:
    """Five agents of their own at work, and fifty buyers whose messages' ids begin with `tag`."""
    told, holders, begin = Told(), dict[str, str](), asyncio.Event()
    async with AsyncExitStack() as stack:
        agents = []
        for number, token in enumerate(await _hired(dsn, tag)):
            cookie = {"Cookie": f"gs_session={token}"}
            socket = await stack.enter_async_context(_socket(desk, "/ws/desk", cookie))
            agents.append(_Agent(socket, told, f"agent {number}", holders))
            await agents[-1].send(t="hello", opened={})
            await agents[-1].send(t="ready")
            await agents[-1].until(lambda: agents[-1].ready)
        buyers = []
        for number in range(BUYERS):
            token = await asyncio.to_thread(visitor, desk)
            socket = await stack.enter_async_context(_socket(desk, "/ws/buyer", {}))
            buyers.append(_Buyer(socket, told, f"{tag}{number:03}"))
            await buyers[-1].send(t="hello", token=token)
        working = [asyncio.create_task(agent.work(begin)) for agent in agents]
        try:
            yield Stage(told, buyers, agents, begin)
        finally:
            for task in working:
                task.cancel()
            for agent in agents:
                await agent.send(t="break", reason="")
                await agent.until(lambda agent=agent: not agent.ready)  # type: ignore[misc]


def _socket(desk: RunningDesk, path: str, headers: dict[str, str]) -> connect:
    return connect(
        f"ws://127.0.0.1:{desk.port}{path}",
        additional_headers=headers,
        compression=None,
        max_size=None,
        open_timeout=20,
    )


async def _hired(dsn: str, tag: str) -> list[str]:
    """Session tokens of accounts made for this."""
    pool = await open_pool(dsn, most=2)
    try:
        people, sessions = People(pool, clock.now), Sessions(pool, clock.now)
        roster = await people.roster((await people.merchants())[0].id)
        tokens = []
        for number in range(AGENTS):
            account = await people.add_account(
                roster.merchant.id,
                f"burst {number}",
                Role.AGENT,
                email=f"{tag}{number}@burst.example",
                groups=[next(iter(roster.shops.values())).default_group],
                limit=LIMIT,
            )
            assert isinstance(account, Account)
            tokens.append(await sessions.begin(account.id, "burst"))
        return tokens
    finally:
        await pool.close()
