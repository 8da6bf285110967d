"""A desk with its people and its REST doors over a real database, and browsers that go there."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

from goldensix.adapters.classifying import Classifying
from goldensix.adapters.imports import Imports
from goldensix.adapters.lessons import Lessons
from goldensix.adapters.notifiers.push import Push, new_key
from goldensix.adapters.notifiers.senders import Senders
from goldensix.adapters.outside import Outside, Said, Taken
from goldensix.adapters.passwords import Passwords
from goldensix.adapters.pictures import Pictures
from goldensix.adapters.postgres import schema
from goldensix.adapters.postgres.attempts import Attempts
from goldensix.adapters.postgres.audit import Audit
from goldensix.adapters.postgres.bank import BankStore
from goldensix.adapters.postgres.bank_list import BankList
from goldensix.adapters.postgres.blocks import Blocks
from goldensix.adapters.postgres.campaigns import Campaigns
from goldensix.adapters.postgres.classification import Classification
from goldensix.adapters.postgres.codes import Codes
from goldensix.adapters.postgres.findings import Findings
from goldensix.adapters.postgres.marks import Marks
from goldensix.adapters.postgres.mirror import Mirror
from goldensix.adapters.postgres.notices import Notices
from goldensix.adapters.postgres.orders import Orders
from goldensix.adapters.postgres.outside import OutsideRobots
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.pool import open_pool
from goldensix.adapters.postgres.questions import Questions
from goldensix.adapters.postgres.replies import Replies
from goldensix.adapters.postgres.retention import Keeping
from goldensix.adapters.postgres.roster import Account, Group, Merchant, Refused, Shop
from goldensix.adapters.postgres.sessions import SessionId, Sessions
from goldensix.adapters.postgres.shifts import Shifts
from goldensix.adapters.postgres.shop import Buyers, Shops
from goldensix.adapters.rehearsals import Rehearsals
from goldensix.adapters.reports import Reports
from goldensix.adapters.robots import Robots
from goldensix.adapters.stores.folder import FolderStore
from goldensix.adapters.visitors import Visitors
from goldensix.api.http.app import create_app
from goldensix.api.http.house import House
from goldensix.api.live.ringing import Ringing
from goldensix.events.facts import Language
from goldensix.events.ids import AccountId, BuyerId, ConversationId, MerchantId, Milliseconds, ShopId
from goldensix.house_rules import dated_premises, own_words
from goldensix.team.roles import Role
from shop_builders import Clock

PASSWORD = "six golden seconds"
OWN = {"X-Golden-Six": "1", "Accept-Language": "en"}
"""What the desk's own pages send along."""


@dataclass
class Letters:
    """A sender that keeps what it was given."""

    sent: list[tuple[str, str, Language]] = field(default_factory=list)
    only: str = ""
    """Reaches addresses with this in them."""

    def reaches(self, to: str) -> bool:
        return self.only in to

    async def send(self, to: str, code: str, language: Language) -> None:
        self.sent.append((to, code, language))

    @property
    def last_code(self) -> str:
        return self.sent[-1][1]


@dataclass
class LiveSide:
    """Keeps what the doors told it, and answers what a test lets it answer."""

    roster_changes: list[MerchantId] = field(default_factory=list)
    ended: list[SessionId] = field(default_factory=list)
    opens: set[ConversationId] = field(default_factory=set)
    """Conversations that may be opened, by anybody."""
    ready: int = 0
    orders_moved: list[MerchantId] = field(default_factory=list)

    async def may_open(self, account: Account, conversation: ConversationId) -> bool:
        return conversation in self.opens

    async def has(self, _: MerchantId, account: AccountId, conversation: ConversationId) -> bool:
        return conversation in self.opens

    async def addresses(self, _: MerchantId, shop: ShopId, buyer: BuyerId) -> list[str]:
        return ["@where"]

    async def agents_ready(self, _: MerchantId) -> int:
        return self.ready

    async def robot_answered(self, _: MerchantId, robot: int, c: ConversationId, turn: int, said: Said) -> Taken:
        return "unknown"

    async def on_roster_changed(self, merchant: MerchantId) -> None:
        self.roster_changes.append(merchant)

    async def on_orders_moved(self, merchant: MerchantId) -> None:
        self.orders_moved.append(merchant)

    async def on_sessions_ended(self, sessions: Sequence[SessionId]) -> None:
        self.ended += sessions


@dataclass(frozen=True)
class Company:
    """A merchant with one shop, one group and one account of every role, `<role>@<word>.example`."""

    merchant: Merchant
    group: Group
    shop: Shop
    staff: dict[Role, Account]
    word: str

    def email(self, role: Role) -> str:
        return f"{role}@{self.word}.example"


@dataclass
class Office:
    house: House
    pool: asyncpg.Pool
    clock: Clock
    letters: Letters
    live: LiveSide
    tea: Company
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(self.house)

    def reopen(self, **changes: Any) -> None:
        """The same desk started again over the same database, with some of the house changed."""
        self.house = replace(self.house, attempts=Attempts(self.pool, self.clock), **changes)
        self.app = create_app(self.house)

    def browser(self, address: str = "10.1.1.1", base_url: str = "http://desk.example") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(address, 40_000))
        return httpx.AsyncClient(transport=transport, base_url=base_url, headers=OWN)

    async def as_(self, role: Role, company: Company | None = None) -> httpx.AsyncClient:
        """A browser in which this company's person of this role is logged in."""
        account = (company or self.tea).staff[role]
        browser = self.browser()
        browser.cookies.set("gs_session", await self.house.sessions.begin(account.id, "a test"))
        return browser

    async def audit(self) -> list[tuple[str, str]]:
        rows = await self.pool.fetch("select what, subject from audit order by id")
        return [(row["what"], row["subject"]) for row in rows]


def cheap_passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@asynccontextmanager
async def open_office(database: str) -> AsyncIterator[Office]:
    await schema.prepare(database, upgrade=True)
    pool = await open_pool(database)
    try:
        clock, letters, live = Clock(), Letters(), LiveSide()
        with tempfile.TemporaryDirectory() as folder:
            house = _house(pool, clock, letters, live, Path(folder))
            tea = await open_company(house, "tea")
            yield Office(house, pool, clock, letters, live, tea)
    finally:
        await pool.close()


def _house(pool: asyncpg.Pool, clock: Clock, letters: Letters, live: LiveSide, folder: Path) -> House:
    people = People(pool, clock)
    shifts = Shifts(pool, people, clock)
    notices, push = Notices(pool, clock), Push(new_key(), "mailto:desk@tea.example", private_too=True)
    return House(
        people=people,
        sessions=Sessions(pool, clock),
        codes=Codes(pool, clock),
        attempts=Attempts(pool, clock),
        passwords=cheap_passwords(),
        code_sender=letters,
        now=clock,
        on_roster_changed=live.on_roster_changed,
        on_orders_moved=live.on_orders_moved,
        on_sessions_ended=live.on_sessions_ended,
        visitors=Visitors(Shops(pool), Buyers(pool, clock), clock),
        shops=Shops(pool),
        orders=Orders(pool, clock),
        mirror=Mirror(pool, clock),
        shifts=shifts,
        premises=partial(dated_premises, people, shifts),
        replies=Replies(pool, clock),
        campaigns=Campaigns(pool, clock),
        bank=BankStore(pool, clock),
        bank_list=BankList(pool, clock),
        questions=Questions(pool, clock),
        classification=(classification := Classification(pool, clock)),
        outside=Outside(OutsideRobots(pool, clock), clock, "https://desk.example/api/robots/answers", True),
        outside_robots=OutsideRobots(pool, clock),
        robot_answered=live.robot_answered,
        classifying=Classifying(classification, partial(own_words, people), live.on_roster_changed, clock),
        findings=Findings(pool, clock),
        lessons=Lessons({}),
        robots=Robots(BankStore(pool, clock), Marks(pool, clock).all, folder),
        marks=Marks(pool, clock),
        pictures=Pictures(pool, FolderStore(folder), clock),
        rehearsals=Rehearsals(),
        imports=Imports(folder, 1 << 20),
        reports=Reports({}),
        ringing=Ringing(notices, push, Senders(private_too=True), clock, "https://desk.example", first_pause=0.01),
        audit=Audit(pool, clock),
        blocks=Blocks(pool, clock),
        keeping=Keeping(pool, clock),
        addresses=live.addresses,
        has=live.has,
        may_open=live.may_open,
        agents_ready=live.agents_ready,
    )


async def open_company(house: House, word: str) -> Company:
    people = house.people
    merchant = await people.add_merchant(f"The {word} house")
    group = await people.add_group(merchant.id, "Pre-sale", "pre_sale", Milliseconds(6000))
    shop = await people.add_shop(merchant.id, f"The {word} shop", default_group=group.id)
    password_hash = await house.passwords.hash(PASSWORD)
    staff = {
        role: hired(
            await people.add_account(
                merchant.id,
                f"{role} of {word}",
                role,
                email=f"{role}@{word}.example",
                groups=[group.id],
                password_hash=password_hash,
            )
        )
        for role in Role
    }
    return Company(merchant, group, shop, staff, word)


def hired(account: Account | Refused) -> Account:
    assert isinstance(account, Account), account
    return account
