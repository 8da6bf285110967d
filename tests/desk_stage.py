"""A desk on a real database with its people at their pages, and a clock that the test moves: for stories."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx

from asgi_socket import AsgiSocket, Closed, asgi_socket
from goldensix.actions.desk import Desk
from goldensix.adapters.postgres import schema
from goldensix.adapters.postgres.roster import Account, Group, Merchant, Reminder, Shop, ShopSettings, Wording
from goldensix.api.live.floors import Floor
from goldensix.events.ids import AccountId, Milliseconds
from goldensix.settings import Settings
from goldensix.team.roles import Role
from goldensix.wiring import Running, running
from house_builders import OWN, hired
from shop_builders import Clock

Frame = dict[str, Any]
WELCOME, STILL_WAITING = "您好，马上就来", "还在为您找客服"
_IDS: Final = count(1)
_PATIENCE: Final = 10.0


def message_id() -> str:
    return f"m{next(_IDS):09}"


def text_of(frame: Frame) -> str | None:
    """What a message says; None for every other frame."""
    return (frame.get("body") or {}).get("text") if frame.get("type") == "message_sent" else None


async def eventually(holds: Callable[[], object]) -> None:
    """Let the desk go on until this holds."""
    async with asyncio.timeout(_PATIENCE):
        while not holds():
            await asyncio.sleep(0.005)


class Page:
    """One tab: what it was told, and what it does."""

    def __init__(self, socket: AsgiSocket, stage: "Stage") -> None:
        self.socket = socket
        self.stage = stage
        self.told: list[Frame] = []

    async def does(self, t: str, **fields: Any) -> None:
        await self.socket.send(t=t, **fields)

    async def sends(self, frame: str) -> None:
        """The frame as it is, well formed or not."""
        await self.socket.incoming.put({"type": "websocket.receive", "text": frame})

    async def until(self, wanted: Callable[[Frame], bool]) -> Frame:
        """The first frame, of all that came or will, that is wanted."""
        seen = 0
        async with asyncio.timeout(_PATIENCE):
            while True:
                for frame in self.told[seen:]:
                    if wanted(frame):
                        return frame
                seen = len(self.told)
                self._take([await self.socket.receive()])

    async def gets(self, t: str, **fields: Any) -> Frame:
        """The first frame of this kind, now or to come, with these values."""
        return await self.until(lambda frame: frame["t"] == t and all(frame.get(k) == v for k, v in fields.items()))

    async def hears(self, text: str) -> Frame:
        return await self.until(lambda frame: text_of(frame) == text)

    async def catches_up(self) -> None:
        """Until all that this page did is done, stored and told."""
        before = len(self.refusals)
        await self.sends('{"t": "are you there"}')
        async with asyncio.timeout(_PATIENCE):
            while len(self.refusals) == before:
                self._take([await self.socket.receive()])
            await self.stage.floor.desk.settled()
        while not self.socket.outgoing.empty() or self.socket.frames:
            self._take([await self.socket.receive()])

    async def is_closed(self) -> int:
        """The code with which the server closes."""
        try:
            while True:
                self._take([await self.socket.receive()])
        except Closed as closed:
            return closed.code

    @property
    def refusals(self) -> list[str]:
        return [frame["code"] for frame in self.told if frame["t"] == "refused"]

    @property
    def words(self) -> list[str]:
        """Everything said that this page shows or showed."""
        return [text for frame in self.told if (text := text_of(frame)) is not None]

    def events(self, c: str | None = None) -> list[Frame]:
        return [frame for frame in self.told if frame["t"] == "event" and c in (None, frame["c"])]

    def _take(self, frames: list[Frame]) -> None:
        for frame in frames:
            self.told.append(frame)
            self.told += frame.get("events") or []
            for reception in frame.get("receptions") or []:
                self.told += reception["events"]


class BuyerPage(Page):
    token: str = ""

    @property
    def c(self) -> str:
        """The conversation the page is in."""
        return next(frame["c"] for frame in reversed(self.told) if frame["t"] == "event")

    @property
    def last(self) -> int:
        """The last position this page holds."""
        return max((frame["n"] for frame in self.events(self.c)), default=0)

    async def says(self, text: str, id: str | None = None, **fields: Any) -> str:
        """Answers the message's whole name once it is acknowledged."""
        id = id or message_id()
        await self.does("say", id=id, text=text, **fields)
        return await self._acked(id)

    async def _acked(self, id: str) -> str:
        def acks(frame: Frame) -> bool:
            return frame.get("id") == id or str((frame.get("facts") or {}).get("message", "")).endswith(f".{id}")

        frame = await self.until(acks)
        return str(frame["facts"]["message"]) if frame["t"] == "event" else str(frame["t"])


class StaffPage(Page):
    id: AccountId
    session: str = ""

    async def is_ready(self) -> "StaffPage":
        await self.does("ready")
        await self.gets("colleague", id=self.id, ready=True)
        return self

    async def receives(self, c: str) -> Frame:
        return await self.gets("reception", c=c, mine=True)

    async def answers(self, c: str, text: str, id: str | None = None) -> str:
        id = id or message_id()
        await self.does("say", c=c, id=id, text=text)
        name = f"a{self.id}.{id}"

        def answered(frame: Frame) -> bool:
            return frame.get("id") == id or (frame.get("facts") or {}).get("message") == name

        frame = await self.until(answered)
        return name if frame["t"] == "event" else str(frame["t"])


@dataclass
class Stage:
    desk: Running
    clock: Clock
    merchant: Merchant
    pre_sale: Group
    after_sale: Group
    shop: Shop
    people: dict[str, Account] = field(default_factory=dict)

    @property
    def floor(self) -> Floor:
        return self.desk.floors.floors[self.merchant.id]

    def seconds_pass(self, seconds: float) -> None:
        self.clock.instant += round(seconds * 1000)

    async def hire(self, name: str, role: Role = Role.AGENT, limit: int = 3, **fields: Any) -> Account:
        groups = fields.pop("groups", [self.pre_sale.id])
        account = await self.desk.house.people.add_account(
            self.merchant.id, name, role, email=f"{name}@tea.example", groups=groups, limit=limit, **fields
        )
        self.people[name] = hired(account)
        await self.desk.floors.roster_changed(self.merchant.id)
        return self.people[name]

    async def change(self, name: str, change: Callable[[Account], Account]) -> None:
        hired(await self.desk.house.people.change_account(self.merchant.id, self.people[name].id, change))
        await self.desk.floors.roster_changed(self.merchant.id)

    async def browser(self, name: str = "") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.desk.app, client=("10.6.6.6", 40_000))
        browser = httpx.AsyncClient(transport=transport, base_url="http://desk.example", headers=OWN)
        if name:
            browser.cookies.set("gs_session", await self.desk.house.sessions.begin(self.people[name].id, "a test"))
        return browser

    async def visitor(self, shop: Shop | None = None) -> str:
        """The token of somebody new."""
        token = await self.desk.house.visitors.issue((shop or self.shop).id)
        assert token is not None
        return token

    @asynccontextmanager
    async def page(self, path: str = "/ws/buyer") -> AsyncIterator[Page]:
        """A tab that has said nothing yet."""
        async with asgi_socket(self.desk.app, path) as socket:
            yield Page(socket, self)

    @asynccontextmanager
    async def buyer(self, token: str = "", **hello: Any) -> AsyncIterator[BuyerPage]:
        """A tab of somebody new, or of whose token this is."""
        token = token or await self.visitor()
        async with asgi_socket(self.desk.app, "/ws/buyer") as socket:
            page = BuyerPage(socket, self)
            page.token = token
            await page.does("hello", token=token, **hello)
            await page.gets("welcome")
            yield page

    @asynccontextmanager
    async def at_work(
        self, name: str, role: Role = Role.AGENT, *, ready: bool = True, **fields: Any
    ) -> AsyncIterator[StaffPage]:
        """A tab of one of the staff, hired if need be."""
        account = self.people.get(name) or await self.hire(name, role, **fields)
        session = await self.desk.house.sessions.begin(account.id, "a test")
        async with asgi_socket(self.desk.app, "/ws/desk", f"gs_session={session}") as socket:
            page = StaffPage(socket, self)
            page.id, page.session = account.id, session
            await page.does("hello")
            await page.gets("desk")
            if ready and not self.floor.desk.folds.attendance.of(account.id).ready:
                await page.is_ready()
            yield page

    async def log(self, c: str) -> list[Any]:
        """Every event of a conversation, as the log has it."""
        return await self.floor.desk.ports.log.read_stream(self.merchant.id, c, limit=10_000)


def settings() -> ShopSettings:
    return ShopSettings(
        welcome=(Wording(WELCOME, "Hello"),),
        still_waiting=(Reminder(Milliseconds(20_000), (Wording(STILL_WAITING, "Still looking"),)),),
    )


@asynccontextmanager
async def open_stage(database: str, folder: Path, clock: Clock | None = None) -> AsyncIterator[Stage]:
    """A tea house that has nobody at work yet."""
    await schema.prepare(database, upgrade=True)
    clock = clock or Clock()
    async with running(database, Settings(data=folder, account_rate=0), None, clock) as desk:
        people = desk.house.people
        merchant = await people.add_merchant("The tea house")
        pre_sale = await people.add_group(merchant.id, "Pre-sale", "pre_sale", Milliseconds(6000))
        after_sale = await people.add_group(merchant.id, "After-sale", "after_sale", Milliseconds(60_000))
        shop = await people.add_shop(merchant.id, "Tea", default_group=pre_sale.id, settings=settings())
        await desk.floors.open(merchant.id)
        stage = Stage(desk, clock, merchant, pre_sale, after_sale, shop)
        await stage.hire("owner", Role.ADMINISTRATOR, groups=[])
        yield stage


@asynccontextmanager
async def reopen_stage(database: str, folder: Path, before: Stage) -> AsyncIterator[Stage]:
    """The same house after a stop of its desk."""
    async with running(database, Settings(data=folder, account_rate=0), None, before.clock) as desk:
        yield Stage(desk, before.clock, before.merchant, before.pre_sale, before.after_sale, before.shop, before.people)


def as_json(**fields: Any) -> str:
    return json.dumps(fields)


def desk_of(stage: Stage) -> Desk:
    return stage.floor.desk
