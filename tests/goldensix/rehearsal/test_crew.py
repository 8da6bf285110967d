"""The played agents' accounts: there for the rehearsal, gone with it."""

from collections.abc import AsyncIterator, Iterable

import asyncpg
import pytest

from goldensix.adapters import clock
from goldensix.adapters.postgres import schema
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.pool import open_pool
from goldensix.adapters.postgres.sessions import Sessions
from goldensix.api.http.guard import COOKIE
from goldensix.events.ids import AccountId, MerchantId, Milliseconds
from goldensix.rehearsal import agent
from goldensix.rehearsal.crew import crew, find_shop
from goldensix.rehearsal.stage import Interrupted
from goldensix.team.roles import Role


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    await schema.prepare(database, upgrade=True)
    pool = await open_pool(database, most=4)
    yield pool
    await pool.close()


async def _merchant(pool: asyncpg.Pool, name: str, shops: int = 2) -> MerchantId:
    people = People(pool, clock.now)
    merchant = await people.add_merchant(name)
    groups = [await people.add_group(merchant.id, duty, duty, Milliseconds(6_000)) for duty in ("pre_sale", "other")]  # type: ignore[arg-type]  # duties
    for number in range(shops):
        await people.add_shop(merchant.id, f"{name} {number}", default_group=groups[0].id)
    return merchant.id


async def _nobody_is_left(_: Iterable[str]) -> None:
    raise AssertionError("no rehearsal was killed")


async def test_agents_of_all_groups_with_a_way_in(pool: asyncpg.Pool) -> None:
    merchant = await _merchant(pool, "tea")
    roster, shop = await find_shop(pool, None, None)
    async with crew(pool, roster, shop, 2, 5, _nobody_is_left) as tokens:
        for number, (id, token) in enumerate(tokens.items(), 1):
            found = await Sessions(pool, clock.now).find(token)
            assert found is not None
            account = found[1]
            assert (account.id, account.name, account.role) == (id, f"演练 {number:02d}", Role.AGENT)
            assert (account.limit, account.rehearsal, account.merchant) == (5, True, merchant)
            assert account.groups == set(roster.groups)
            assert account.shops == {shop.id}
    assert (await People(pool, clock.now).roster(merchant)).accounts == {}
    assert await Sessions(pool, clock.now).find(token) is None


async def test_a_rehearsal_that_fails_leaves_no_account(pool: asyncpg.Pool) -> None:
    merchant = await _merchant(pool, "tea")
    roster, shop = await find_shop(pool, None, None)
    with pytest.raises(ZeroDivisionError):
        async with crew(pool, roster, shop, 2, 5, _nobody_is_left):
            raise ZeroDivisionError
    assert (await People(pool, clock.now).roster(merchant)).accounts == {}


async def test_a_merchant_has_one_rehearsal_at_a_time(pool: asyncpg.Pool) -> None:
    await _merchant(pool, "tea")
    roster, shop = await find_shop(pool, None, None)
    async with crew(pool, roster, shop, 1, 5, _nobody_is_left):
        with pytest.raises(Interrupted, match="runs on this desk already"):
            async with crew(pool, roster, shop, 1, 5, _nobody_is_left):
                pass
        assert len((await People(pool, clock.now).roster(roster.merchant.id)).accounts) == 1


async def test_the_next_rehearsal_removes_what_a_killed_one_left(pool: asyncpg.Pool) -> None:
    merchant = await _merchant(pool, "tea")
    people = People(pool, clock.now)
    left = await people.add_account(merchant, "演练 01", Role.AGENT, rehearsal=True)
    roster, shop = await find_shop(pool, None, None)
    back: list[AccountId] = []

    async def end_conversations(tokens: Iterable[str]) -> None:
        found = [await Sessions(pool, clock.now).find(token) for token in tokens]
        back.extend(each[1].id for each in found if each)

    async with crew(pool, roster, shop, 1, 5, end_conversations) as tokens:
        assert set((await people.roster(merchant)).accounts) == set(tokens)
        assert back == [left.id]  # type: ignore[union-attr]  # it was added
        assert left.id not in tokens  # type: ignore[union-attr]  # it was added


async def test_whose_desk_it_is_must_be_clear(pool: asyncpg.Pool) -> None:
    with pytest.raises(Interrupted, match="no merchant on this desk"):
        await find_shop(pool, None, None)
    tea, silk = await _merchant(pool, "tea"), await _merchant(pool, "silk", shops=0)
    with pytest.raises(Interrupted, match=rf"say which with --merchant, one of {tea}, {silk}"):
        await find_shop(pool, None, None)
    with pytest.raises(Interrupted, match=rf"no merchant 99; the desk has {tea}, {silk}"):
        await find_shop(pool, 99, None)
    with pytest.raises(Interrupted, match=rf"Merchant {silk} has no shop\."):
        await find_shop(pool, silk, None)
    with pytest.raises(Interrupted, match=rf"Merchant {tea} has no shop 99; it has "):
        await find_shop(pool, tea, 99)


async def test_the_first_shop_is_taken_or_the_one_that_is_named(pool: asyncpg.Pool) -> None:
    tea = await _merchant(pool, "tea")
    roster, first = await find_shop(pool, tea, None)
    second = (await find_shop(pool, None, list(roster.shops)[1]))[1]
    assert [first.name, second.name] == ["tea 0", "tea 1"]


def test_the_session_cookie_is_the_desks() -> None:
    assert agent.COOKIE == COOKIE
