"""A desk with two merchants, for whoever walks from door to door."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Final

import httpx
from fastapi import FastAPI

from asgi_socket import asgi_socket
from goldensix.adapters.faces import Faces
from goldensix.adapters.postgres import schema
from goldensix.adapters.postgres.bank import QuestionDraft
from goldensix.adapters.postgres.campaigns import CampaignDraft
from goldensix.adapters.postgres.mirror import OrderDraft
from goldensix.adapters.postgres.orders import Receiver
from goldensix.adapters.postgres.replies import QuickReplyDraft
from goldensix.adapters.postgres.shop import ProductDraft
from goldensix.adapters.rehearsals import Rehearsals
from goldensix.adapters.visitors import customer_signature
from goldensix.api.http.app import create_app
from goldensix.api.http.house import House
from goldensix.events.ids import BuyerId, Instant
from goldensix.settings import Settings
from goldensix.team.roles import Role
from goldensix.team.shifts import Shift
from goldensix.wiring import Running, running
from house_builders import OWN, Company, cheap_passwords, open_company

SECRET_WORDS: Final = "is the lid of the blue pot sold alone"
NOBODY: Final = BuyerId("")
_CUSTOMERS: Final = count(1)
_BY_ITSELF: Final = ("conversation_left", "conversation_returned", "bot_auto", '"type": "agent_', '"type": "alert_')


@dataclass
class Walk:
    """A desk with two merchants; a buyer of the tea house waits and has an order."""

    desk: Running
    house: House
    """The desk's own, with cheap passwords and a rehearsal that plays nobody."""
    rest: FastAPI
    tea: Company
    silk: Company
    product: int
    customer: str = ""
    buyer: BuyerId = NOBODY
    buyer_token: str = ""
    conversation: str = ""
    order: int = 0
    reply: int = 0
    """A shared quick reply."""
    campaign: int = 0
    question: int = 0
    robot: int = 0
    """Of the bank, for the campaign."""
    shift: int = 0
    """Of the administrator, and over."""
    sender: int = 0

    async def browser(self, role: Role | None, company: Company | None = None) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.rest)
        browser = httpx.AsyncClient(transport=transport, base_url="http://desk.example", headers=OWN)
        if role:
            browser.cookies.set("gs_session", await self.token(role, company or self.tea))
        return browser

    async def token(self, role: Role, company: Company) -> str:
        return await self.house.sessions.begin(company.staff[role].id, "a test")

    async def said_in(self, conversation: str) -> int:
        """How many events the conversation has."""
        count: int = await self.desk.pool.fetchval("select count(*) from events where stream = $1", conversation)
        return count

    async def buyer_asks(self) -> None:
        """A new customer opens the tea shop's window and writes: a new conversation waits."""
        self.customer = f"customer {next(_CUSTOMERS)}"
        claim = {"customer": self.customer, "signature": customer_signature(self.customer, self.tea.shop.secret)}
        browser = await self.browser(None)
        visitor = (await browser.post("/api/visitor", json={"shop": self.tea.shop.id} | claim)).json()
        self.buyer, self.buyer_token = BuyerId(visitor["buyer"]), visitor["token"]
        async with asgi_socket(self.desk.app, "/ws/buyer") as socket:
            await socket.send(t="hello", token=self.buyer_token)
            await socket.until("welcome")
            await socket.send(t="say", id="ask-00000000", text=SECRET_WORDS)
            self.conversation = (await socket.until("event"))[-1]["c"]

    async def buyer_orders(self) -> None:
        receiver = Receiver("陈小满", "13900000006", "上海市徐汇区 6 号")
        draft = OrderDraft(self.customer, "tea-0001", {"placed": self.house.now()}, 19_900, (), receiver)
        await self.house.mirror.take(self.tea.merchant.id, self.tea.shop.id, [draft], self.house.now())
        await self.house.on_orders_moved(self.tea.merchant.id)
        desk = self.desk.floors.floors[self.tea.merchant.id].desk
        async with asyncio.timeout(10):
            while not desk.folds.refunds.position:
                await asyncio.sleep(0.005)
            await desk.settled()
        [made] = await self.house.orders.of_buyer(self.tea.merchant.id, self.tea.shop.id, self.buyer)
        self.order = made.id

    async def lead_writes(self) -> None:
        merchant = self.tea.merchant.id
        added = await self.house.replies.add(merchant, QuickReplyDraft("pot", "Blue pot", SECRET_WORDS), None, None)
        assert isinstance(added, int)
        self.reply = added
        draft = CampaignDraft("Spring of tea", Instant(0), Instant(1))
        self.campaign = await self.house.campaigns.add(merchant, draft)
        asked = QuestionDraft(SECRET_WORDS, campaign=self.campaign)
        self.question = await self.house.questions.add(merchant, asked, None)
        keys = await self.house.outside_robots.add(merchant, "Robot of tea", "https://nowhere.invalid/hook", False)
        self.robot = keys.robot

    async def lead_plans(self) -> None:
        merchant, planned = self.tea.merchant.id, self.tea.staff[Role.ADMINISTRATOR].id
        [kept] = await self.house.shifts.add(merchant, planned, [Shift(Instant(0), Instant(1))], None)
        self.shift = kept.id
        address = f"dingtalk://{'b' * 64}"
        added = await self.house.ringing.notices.add_sender(merchant, "Duty of tea", address, "phone", "en")
        assert added is not None
        self.sender = added.id


@asynccontextmanager
async def open_walk(database: str, folder: Path, settings: Settings | None = None) -> AsyncIterator[Walk]:
    await schema.prepare(database, upgrade=True)
    async with running(database, settings or Settings(data=folder), None) as desk:
        house = replace(
            desk.house,
            passwords=cheap_passwords(),
            rehearsals=Rehearsals(lambda *_: (sys.executable, "-c", "import time; time.sleep(60)")),
            faces=Faces(folder / "not built"),
        )
        tea, silk = await open_company(house, "tea"), await open_company(house, "silk")
        products = await house.shops.list_products(
            tea.merchant.id, tea.shop.id, [ProductDraft("Blue pot", 19_900, 8, "#1D54D1")]
        )
        walk = Walk(desk, house, create_app(house), tea, silk, products["Blue pot"])
        await walk.buyer_asks()
        await walk.buyer_orders()
        await walk.lead_writes()
        await walk.lead_plans()
        yield walk


async def ledger(walk: Walk) -> str:
    """All that the tea house has in the database; not what its desk does by itself in time."""
    said = []
    for table in (
        "accounts",
        "shops",
        "groups",
        "products",
        "orders",
        "pictures",
        "events",
        "quick_replies",
        "campaigns",
        "bank_heads",
        "bank_questions",
        "classification",
        "group_labels",
        "outside_robots",
        "shifts",
        "senders",
    ):
        rows = await walk.desk.pool.fetch(
            f"select to_jsonb(t)::text from {table} t where merchant_id = $1 order by 1",
            walk.tea.merchant.id,
        )
        said += [row[0] for row in rows if not any(word in row[0] for word in _BY_ITSELF)]
    return "\n".join(said)
