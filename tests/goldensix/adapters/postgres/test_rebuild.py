"""Every fold can be dropped and made again, and is then what the running desk had."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings

from builders import MERCHANT, PRE_SALE, SHOP, World, stored
from goldensix.actions.desk import Desk
from goldensix.actions.folds import Folds
from goldensix.adapters.postgres.embedded import fresh_database
from goldensix.adapters.postgres.log import PostgresLog
from goldensix.adapters.postgres.rebuild import rebuild
from goldensix.adapters.postgres.schema import prepare
from goldensix.adapters.postgres.snapshots import Snapshots
from goldensix.events.facts import AgentAssigned, ConversationReturned, ConversationStarted
from goldensix.events.ids import AccountId, BuyerId, Milliseconds
from goldensix.log.port import Append, Draft
from histories import Step, live, staffed, steps


@pytest.fixture(scope="module")
def empty_log(postgres_server: str) -> str:
    dsn = fresh_database(postgres_server)
    asyncio.run(prepare(dsn, upgrade=True))
    return dsn


def on(dsn: str, work: Callable[[asyncpg.Pool], Awaitable[None]]) -> None:
    """In a loop of its own, on a log that holds nothing yet."""

    async def alone() -> None:
        async with asyncpg.create_pool(dsn, min_size=1, max_size=3) as pool:
            await pool.execute("truncate log_heads, events, bodies, receptions, snapshots")
            await work(pool)

    asyncio.run(alone())


async def receptions(pool: asyncpg.Pool) -> set[tuple[str, int, str, int | None]]:
    rows = await pool.fetch(
        "select conversation, shop_id, buyer_id, agent_id from receptions where merchant_id = $1", MERCHANT
    )
    return {tuple(row) for row in rows}


def open_in(folds: Folds) -> set[tuple[str, int, str, int | None]]:
    return {(c.id, c.shop, c.buyer, c.agent) for c in folds.reception.open.values()}


async def started_again(world: World, saved: Folds) -> Folds:
    """What a desk has that begins with saved folds and reads on."""
    desk = Desk(MERCHANT, world.desk.premises, world.desk.ports)
    await desk.load(saved)
    return desk.folds


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, steps)
def test_what_is_rebuilt_or_begun_from_a_snapshot_is_the_running_state(
    empty_log: str, before: list[Step], after: list[Step]
) -> None:
    async def work(pool: asyncpg.Pool) -> None:
        world, snapshots = staffed(PostgresLog(pool)), Snapshots(pool)
        await live(world, before, lambda _: None)
        await snapshots.save(MERCHANT, world.desk.folds, stored)
        await live(world, after, lambda _: None)
        running = world.desk.folds
        assert await started_again(world, await snapshots.load(MERCHANT)) == running
        assert await started_again(world, Folds()) == running
        assert await receptions(pool) == open_in(running)
        made = await rebuild(pool, MERCHANT, world.desk.premises.zone_of)
        assert (made.events, made.open_conversations, made.mended) == (running.position, len(open_in(running)), 0)
        assert await snapshots.load(MERCHANT) == running

    on(empty_log, work)


async def one_conversation(pool: asyncpg.Pool, world: World) -> None:
    started = ConversationStarted(SHOP, BuyerId("chen"), "widget", PRE_SALE, "zh")
    assigned = AgentAssigned(AccountId(1), "routed", None, "idle_hands", Milliseconds(0), ())
    drafts = (Draft(started, world.now), Draft(assigned, world.now))
    await PostgresLog(pool).append(MERCHANT, [Append("c00001", drafts, 0)], world.now)


@pytest.mark.parametrize("expects", [True, False], ids=["a writer that knows", "a writer that does not"])
def test_a_conversation_that_waits_again_is_with_nobody(empty_log: str, expects: bool) -> None:
    async def work(pool: asyncpg.Pool) -> None:
        world = staffed(PostgresLog(pool))
        await one_conversation(pool, world)
        returned = Draft(ConversationReturned(AccountId(1), "silent", None, PRE_SALE), world.now)
        await PostgresLog(pool).append(MERCHANT, [Append("c00001", (returned,), 2 if expects else None)], world.now)
        assert await receptions(pool) == {("c00001", SHOP, "chen", None)}

    on(empty_log, work)


@pytest.mark.parametrize(
    ("damage", "mended"),
    [
        ("delete from receptions", 1),
        ("update receptions set agent_id = 3", 2),
        ("insert into receptions values ('c00009', 1, 1, 'kk', null)", 1),
    ],
    ids=["a row is missing", "a row is wrong", "a row is too many"],
)
def test_rows_that_are_not_as_the_log_says_are_mended(empty_log: str, damage: str, mended: int) -> None:
    async def work(pool: asyncpg.Pool) -> None:
        world = staffed(PostgresLog(pool))
        await one_conversation(pool, world)
        await pool.execute(damage)
        assert (await rebuild(pool, MERCHANT, world.desk.premises.zone_of)).mended == mended
        assert await receptions(pool) == {("c00001", SHOP, "chen", 1)}

    on(empty_log, work)


@pytest.mark.parametrize(
    "change", ["version = 'another'", "state = 'not what it was'", "state = ''"], ids=["version", "damaged", "empty"]
)
def test_a_snapshot_that_is_not_ours_is_left_aside(empty_log: str, change: str) -> None:
    async def work(pool: asyncpg.Pool) -> None:
        world, snapshots = staffed(PostgresLog(pool)), Snapshots(pool)
        await one_conversation(pool, world)
        folds = await started_again(world, Folds())
        await snapshots.save(MERCHANT, folds, stored)
        assert await snapshots.load(MERCHANT) == folds
        await pool.execute(f"update snapshots set {change}")
        assert await snapshots.load(MERCHANT) == Folds()

    on(empty_log, work)


def test_a_merchant_who_has_no_log_yet_is_rebuilt_to_nothing(empty_log: str) -> None:
    async def work(pool: asyncpg.Pool) -> None:
        world = staffed(PostgresLog(pool))
        made = await rebuild(pool, MERCHANT, world.desk.premises.zone_of)
        assert (made.events, made.open_conversations, made.mended) == (0, 0, 0)

    on(empty_log, work)
