"""Fifty buyers begin at the same instant, five agents have room for fifteen: again and again, over real sockets."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

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
_WITHIN: Final = 120.0
Frame = dict[str, Any]


@dataclass
class Told:
    """What all sockets heard."""

    places: dict[tuple[str, int], str] = field(default_factory=dict)
    """At each position of each conversation the message, or what happened."""
    contradicted: list[str] = field(default_factory=list)
    """Two sockets, or one at two times, heard different things of one place."""
    over_limit: list[str] = field(default_factory=list)
    given: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """To whose pages each conversation came."""
    reopened: int = 0
    """Sockets that the desk closed, and that came back as pages do."""

    def hear(self, event: Frame) -> None:
        place, what = (event["c"], event["n"]), event["facts"].get("message", event["type"])
        if self.places.setdefault(place, what) != what:
            self.contradicted.append(f"{place}: {what} and {self.places[place]}")


class _Page:
    def __init__(self, address: str, told: Told, headers: dict[str, str]) -> None:
        self._address, self._told, self._headers = address, told, headers
        self._socket: ClientConnection | None = None
        self.moved = asyncio.Event()
        self.running = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            with suppress(OSError, WebSocketException, TimeoutError):
                opened = connect(
                    self._address, additional_headers=self._headers, compression=None, max_size=None, open_timeout=20
                )
                async with opened as self._socket:
                    await self.greet()
                    async for frames in self._socket:
                        await self._read(msgspec.json.decode(frames))
            self._told.reopened += 1
            await asyncio.sleep(0.1)

    async def _read(self, frames: list[Frame]) -> None:
        for frame in frames:
            for event in [frame] if frame["t"] == "event" else frame.get("events") or ():
                self._told.hear(event)
                self.take_event(event)
            await self.take(frame)
        self.moved.set()

    async def greet(self) -> None:
        raise NotImplementedError

    async def take(self, frame: Frame) -> None:
        pass

    def take_event(self, event: Frame) -> None:
        pass

    async def send(self, **command: Any) -> None:
        """Now or not at all: what matters is sent again after the next greeting."""
        with suppress(WebSocketException):
            if self._socket is not None:
                await self._socket.send(msgspec.json.encode(command).decode())

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(_WITHIN):
            while not holds():
                self.moved.clear()
                await self.moved.wait()


class _Buyer(_Page):
    def __init__(self, address: str, told: Told, name: str, token: str) -> None:
        self.name, self._token = name, token
        self.closed, self.heard = set[str](), set[tuple[str, str]]()
        self.greeted = False
        self._asked: str | None = None
        self._at: tuple[str | None, int] = (None, 0)
        super().__init__(address, told, {})

    async def greet(self) -> None:
        conversation, after = self._at
        await self.send(t="hello", token=self._token, conversation=conversation, after=after)

    async def take(self, frame: Frame) -> None:
        if frame["t"] == "welcome":
            self.greeted = True
            if self._asked is not None:
                await self._say(self._asked)

    def take_event(self, event: Frame) -> None:
        self._at = event["c"], event["n"]
        if event["type"] == "conversation_closed":
            self.closed.add(event["c"])
        elif event["type"] == "message_sent":
            self.heard.add((event["facts"]["by"], event["facts"]["message"]))
            if event["facts"]["message"].endswith(f".{self._asked}"):
                self._asked = None

    async def ask(self, burst: int) -> None:
        self._asked = f"{self.name}-{burst:05}"
        await self._say(self._asked)

    async def _say(self, id: str) -> None:
        await self.send(t="say", id=id, text="在吗")

    async def served(self, bursts: int) -> None:
        """Answered and closed so many times."""
        await self.until(lambda: len(self.closed) == bursts)

    def number_heard(self, by: str) -> int:
        return sum(each == by for each, _ in self.heard)


class _Agent(_Page):
    def __init__(self, address: str, told: Told, name: str, token: str) -> None:
        self.name, self.held, self.ready = name, set[str](), False
        self._to_answer: list[str] = []
        super().__init__(address, told, {"Cookie": f"gs_session={token}"})

    async def greet(self) -> None:
        await self.send(t="hello", opened={})
        await self.send(t="ready")

    async def take(self, frame: Frame) -> None:
        if frame["t"] == "desk":
            self.held.clear()
            for reception in frame["receptions"]:
                self._receive(reception["c"])
        elif frame["t"] == "reception" and frame["mine"]:
            self._receive(frame["c"])
        elif frame["t"] == "gone":
            self.held.discard(frame["c"])
        elif frame["t"] == "me":
            self.ready = frame["ready"]

    def _receive(self, c: str) -> None:
        self._told.given[c].add(self.name)
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
            await agent.until(lambda agent=agent: len(agent.held) >= LIMIT)  # type: ignore[misc]  # of this turn of the loop
        self.begin.set()
        await asyncio.gather(*(buyer.served(number) for buyer in self.buyers))
        for agent in self.agents:
            await agent.until(lambda agent=agent: not agent.held)  # type: ignore[misc]  # of this turn of the loop


@asynccontextmanager
async def stage(desk: RunningDesk, dsn: str, tag: str) -> AsyncIterator[Stage]:
    """Five agents of their own at work, and fifty buyers whose messages' ids begin with `tag`."""
    told, begin, address = Told(), asyncio.Event(), f"ws://127.0.0.1:{desk.port}/ws"
    agents = [
        _Agent(f"{address}/desk", told, f"agent {number}", token) for number, token in enumerate(await _hired(dsn, tag))
    ]
    tokens = await asyncio.to_thread(lambda: [visitor(desk) for _ in range(BUYERS)])
    buyers = [_Buyer(f"{address}/buyer", told, f"{tag}{number:03}", token) for number, token in enumerate(tokens)]
    working = [asyncio.create_task(agent.work(begin)) for agent in agents]
    try:
        for page in (*agents, *buyers):
            await page.until(lambda page=page: page.ready if isinstance(page, _Agent) else page.greeted)  # type: ignore[misc]  # of this turn of the loop
        yield Stage(told, buyers, agents, begin)
        for agent in agents:
            await agent.send(t="break", reason="")
            await agent.until(lambda agent=agent: not agent.ready)  # type: ignore[misc]  # of this turn of the loop
    finally:
        for task in (*working, *(page.running for page in (*agents, *buyers))):
            task.cancel()


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
