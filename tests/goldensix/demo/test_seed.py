"""The demo shop: complete after one call, unchanged by a second, and never made beside a real merchant."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest

from goldensix.adapters.passwords import Passwords
from goldensix.adapters.postgres import schema
from goldensix.adapters.postgres.mirror import Mirror
from goldensix.adapters.postgres.orders import Orders
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.pool import open_pool
from goldensix.adapters.postgres.questions import Questions
from goldensix.adapters.postgres.replies import Replies
from goldensix.adapters.postgres.roster import Roster
from goldensix.adapters.postgres.shop import Buyers, Shops
from goldensix.adapters.visitors import Claim, Visitors, customer_signature
from goldensix.demo.goods import BUYER
from goldensix.demo.people import PASSWORD, PEOPLE
from goldensix.demo.seed import seed
from goldensix.events.ids import AccountId
from goldensix.rehearsal.recording import read
from goldensix.team.roles import Role
from house_builders import cheap_passwords
from shop_builders import Clock

LOGS: Final = ("audit", "order_moves")
"""They tell what was done, and only grow."""
TABLES: Final = (
    *("merchants", "groups", "shops", "accounts", "account_groups", "account_shops", "audit"),
    *("buyers", "products", "orders", "order_items", "order_moves", "quick_replies"),
)


@dataclass(frozen=True)
class Stage:
    pool: asyncpg.Pool
    people: People
    passwords: Passwords
    shops: Shops
    orders: Orders
    mirror: Mirror
    replies: Replies
    questions: Questions
    visitors: Visitors
    now: Clock

    async def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        return {
            table: [tuple(row) for row in await self.pool.fetch(f"select * from {table} order by 1, 2, 3")]
            for table in TABLES
        }

    async def roster(self) -> Roster:
        (demo,) = await self.people.merchants()
        return await self.people.roster(demo.id)


@pytest.fixture
async def stage(database: str) -> AsyncIterator[Stage]:
    await schema.prepare(database, upgrade=True)
    pool, clock = await open_pool(database), Clock()
    shops = Shops(pool)
    yield Stage(
        pool=pool,
        people=People(pool, clock),
        passwords=cheap_passwords(),
        shops=shops,
        orders=Orders(pool, clock),
        mirror=Mirror(pool, clock),
        replies=Replies(pool, clock),
        questions=Questions(pool, clock),
        visitors=Visitors(shops, Buyers(pool, clock), clock),
        now=clock,
    )
    await pool.close()


async def test_two_shops_four_groups_and_people_in_every_role_are_there(stage: Stage) -> None:
    await seed(stage)
    roster = await stage.roster()
    assert roster.merchant.demo
    assert [shop.name for shop in roster.shops.values()] == ["南栖服饰旗舰店", "南栖小家电"]
    assert [(group.name, group.target) for group in roster.groups.values()] == [
        ("售前", 6_000),
        ("改单", 30_000),
        ("售后", 60_000),
        ("疑难", 180_000),
    ]
    assert {account.role for account in roster.accounts.values()} == set(Role)
    for group in roster.groups:
        agents = [a for a in roster.accounts.values() if a.role == Role.AGENT and group in a.groups and a.limit > 0]
        assert len(agents) >= 2, group


async def test_every_shop_welcomes_consoles_and_leads_to_groups(stage: Stage) -> None:
    await seed(stage)
    roster = await stage.roster()
    for shop in roster.shops.values():
        settings = shop.settings
        assert len(settings.welcome) == 3
        assert [each.after for each in settings.still_waiting] == [20_000, 60_000, 180_000]
        assert {question.group for question in settings.questions} <= set(roster.groups)
        wordings = [*settings.welcome, *(words for each in settings.still_waiting for words in each.wordings)]
        assert all(words.zh and words.en for words in [settings.greeting, *wordings])


async def test_everybody_logs_in_with_what_is_printed(stage: Stage) -> None:
    await seed(stage)
    for person in PEOPLE:
        credentials = await stage.people.credentials(f"+86{person.identifier}")
        assert credentials is not None
        assert (credentials.account.name, credentials.account.role) == (person.name, person.role)
        assert await stage.passwords.check(PASSWORD, credentials.password_hash)


async def test_the_signed_in_customer_of_the_demo_page_has_orders(stage: Stage) -> None:
    await seed(stage)
    roster = await stage.roster()
    for shop in roster.shops.values():
        signature = customer_signature(BUYER.id, shop.secret, BUYER.name)
        welcomed = await stage.visitors.welcome(shop.id, Claim("", BUYER.id, signature, BUYER.name))
        assert welcomed is not None
        orders = await stage.orders.of_buyer(roster.merchant.id, shop.id, welcomed[1].buyer)
        assert orders
        for order in orders:
            assert order.price_cents == sum(item.price_cents * item.quantity for item in order.items)
            assert max(order.times.values()) < stage.now()


async def test_replies_serve_every_group_in_both_languages(stage: Stage) -> None:
    await seed(stage)
    found = await stage.replies.all((await stage.roster()).merchant.id, AccountId(0))
    replies = [reply.draft for reply in found]
    assert len(replies) >= 30
    for group in [None, *(await stage.roster()).groups]:
        texts = [reply.text for reply in replies if reply.group == group]
        english = [text for text in texts if text.isascii()]
        assert english, group
        assert len(english) < len(texts)


async def test_a_second_time_changes_nothing(stage: Stage) -> None:
    await seed(stage)
    before = await stage.everything()
    stage.now.forward(days=3)
    await seed(stage)
    assert await stage.everything() == before


@pytest.mark.parametrize("lost", ["orders", "order_items, orders, products", "quick_replies", "accounts"])
async def test_one_that_was_broken_off_is_completed(stage: Stage, lost: str) -> None:
    await seed(stage)
    before = {table: len(rows) for table, rows in (await stage.everything()).items() if table not in LOGS}
    await stage.pool.execute(f"truncate {lost} cascade")
    await seed(stage)
    after = {table: len(rows) for table, rows in (await stage.everything()).items() if table not in LOGS}
    assert after == before


async def test_beside_a_real_merchant_no_demo_is_made(stage: Stage) -> None:
    await stage.people.add_merchant("Tea House")
    await seed(stage)
    assert [merchant.name for merchant in await stage.people.merchants()] == ["Tea House"]
    assert (await stage.everything())["shops"] == []


def test_the_bundled_recording_can_be_played() -> None:
    dialogues = read(Path(str(files("goldensix.demo") / "dialogues.jsonl")))
    assert len({dialogue.name for dialogue in dialogues}) == 40
    for dialogue in dialogues:
        assert dialogue.utterances[0].by == "buyer"
        assert any(utterance.by == "agent" for utterance in dialogue.utterances)
