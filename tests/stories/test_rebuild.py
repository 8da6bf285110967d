"""The log is the truth: everything else can be dropped and made again from it, old events included."""

import asyncio
import json
from collections.abc import AsyncIterator
from random import Random

import asyncpg
import pytest
from polars.testing import assert_frame_equal

from builders import MERCHANT, SHOP, World, agent, buyer, stored, words
from goldensix.actions import rating, reception, route, say
from goldensix.actions.folds import Folds
from goldensix.adapters.columnar.cases import frame
from goldensix.adapters.columnar.derive import EVERYTHING, derive
from goldensix.adapters.columnar.desk import DeskLines
from goldensix.adapters.postgres.log import PostgresLog
from goldensix.adapters.postgres.pool import open_pool
from goldensix.adapters.postgres.rebuild import rebuild
from goldensix.adapters.postgres.schema import prepare
from goldensix.adapters.postgres.snapshots import Snapshots
from goldensix.events.facts import ConversationStarted
from goldensix.events.ids import AccountId, BuyerId, GroupId
from goldensix.wire.stored import UnknownEvent


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    await prepare(database, upgrade=True)
    opened = await open_pool(database)
    yield opened
    await opened.close()


async def a_busy_day(world: World, chance: Random) -> None:
    """Buyers ask, agents answer, take back, close, come and go."""
    desk = world.desk
    committing = asyncio.create_task(desk.run())
    for number in (1, 2):
        reception.connect(desk, AccountId(number), world.now)
        reception.become_ready(desk, AccountId(number), world.now)
    for step in range(300):
        now, who = world.pass_time(chance.random() * 20), buyer(f"buyer{chance.randrange(12)}")
        conversation = desk.folds.reception.of_buyer(SHOP, who.id)
        deed = chance.randrange(10)
        if conversation is None or deed < 4:
            say.ask(desk, who, f"asked{step:05}", words(f"问 {step}"), None, "", now)
        elif deed < 7 and conversation.agent is not None:
            say.answer(desk, conversation.agent, conversation.id, f"said{step:06}", words(f"答 {step}"), now)
        elif deed == 7:
            message = chance.choice(list(conversation.messages))
            say.recall(desk, conversation.id, message, "buyer", f"b{who.id}", now)
        elif deed == 8 and conversation.agent is not None:
            reception.close(desk, conversation.agent, conversation.id, now)
        elif conversation.queued:
            route.take(desk, AccountId(1 + step % 2), conversation.id, now)
        ended = [id for id, each in desk.folds.ratings.parted.items() if each.buyer == who.id]
        if ended and deed > 6:
            rating.rate(desk, who, ended[-1], 5, (), now)
        reception.keep_deadlines(desk, now)
        if step % 40 == 0:
            await desk.settled()
    await desk.settled()
    committing.cancel()


async def test_rebuilding_gives_the_running_state(pool: asyncpg.Pool) -> None:
    world = World([agent(1), agent(2, limit=2)], log=PostgresLog(pool))
    await a_busy_day(world, Random(6))
    before = await pool.fetch("select * from receptions order by conversation")
    assert before
    await pool.execute("update receptions set agent_id = 77 where conversation = $1", before[0]["conversation"])
    await pool.execute("delete from receptions where conversation = $1", before[-1]["conversation"])

    made = await rebuild(pool, MERCHANT, world.desk.premises.zone_of)

    assert made.events == world.desk.folds.position
    assert made.mended > 0
    assert await pool.fetch("select * from receptions order by conversation") == before
    assert await Snapshots(pool).load(MERCHANT) == world.desk.folds


async def test_saved_folds_and_the_tail_of_the_log_are_the_running_state(pool: asyncpg.Pool) -> None:
    world = World(log=PostgresLog(pool))
    await a_busy_day(world, Random(1))
    await Snapshots(pool).save(MERCHANT, world.desk.folds, stored)
    await a_busy_day(world, Random(2))
    restarted = World(log=PostgresLog(pool))
    saved = await Snapshots(pool).load(MERCHANT)
    assert 0 < saved.position < world.desk.folds.position
    await restarted.desk.load(saved)
    assert restarted.desk.folds == world.desk.folds


async def test_folds_of_a_busy_desk_are_saved_as_they_were_once_the_log_has_them(pool: asyncpg.Pool) -> None:
    world = World(log=PostgresLog(pool))
    committing = asyncio.create_task(world.desk.run())
    say.ask(world.desk, buyer("chen"), "message1", words(), None, "", world.now)
    position = world.desk.folds.position
    saving = asyncio.create_task(Snapshots(pool).save(MERCHANT, world.desk.folds, world.desk.stored))
    await asyncio.sleep(0)
    assert await Snapshots(pool).load(MERCHANT) == Folds()
    say.ask(world.desk, buyer("kk"), "message2", words(), None, "", world.now)
    await saving
    saved = await Snapshots(pool).load(MERCHANT)
    assert 0 < position == saved.position < world.desk.folds.position
    await world.desk.settled()
    committing.cancel()
    restarted = World(log=PostgresLog(pool))
    await restarted.desk.load(saved)
    assert restarted.desk.folds == world.desk.folds


async def test_folds_that_another_version_saved_are_not_used(pool: asyncpg.Pool) -> None:
    world = World(log=PostgresLog(pool))
    await a_busy_day(world, Random(3))
    await Snapshots(pool).save(MERCHANT, world.desk.folds, stored)
    await pool.execute("update snapshots set version = 'of another time'")
    assert await Snapshots(pool).load(MERCHANT) == Folds()


async def store_raw(
    pool: asyncpg.Pool, version: int, facts: dict[str, object], type: str = "conversation_started"
) -> None:
    """An event as another version of the program wrote it."""
    await pool.execute("insert into log_heads values ($1, 1)", MERCHANT)
    await pool.execute(
        "insert into events values ($1, 1, 'c1', 1, $2, $3, now(), now(), $4, 'c1')",
        *(MERCHANT, type, version, json.dumps(facts)),
    )
    await pool.execute("""insert into bodies values ($1, 'c1', 'c1', 1, '{"name": "老客"}')""", MERCHANT)


async def test_an_event_of_an_old_version_is_lifted_when_it_is_read(pool: asyncpg.Pool) -> None:
    await store_raw(pool, 1, {"shop": 1, "buyer": "chen", "channel": "widget", "group": 1})
    world = World(log=PostgresLog(pool))
    await world.desk.load(Folds())
    conversation = world.desk.folds.reception.of_buyer(SHOP, BuyerId("chen"))
    assert conversation is not None
    assert conversation.language == "zh"
    (stored,) = await PostgresLog(pool).read_stream(MERCHANT, "c1")
    assert stored.event == ConversationStarted(SHOP, BuyerId("chen"), "widget", GroupId(1), "zh")
    assert stored.body is not None
    assert stored.body.name == "老客"


@pytest.mark.parametrize(("version", "type"), [(99, "conversation_started"), (1, "conversation_beamed")])
async def test_an_event_of_a_newer_program_is_refused_by_name(pool: asyncpg.Pool, version: int, type: str) -> None:
    await store_raw(pool, version, {"shop": 1}, type)
    with pytest.raises(UnknownEvent, match=type):
        await World(log=PostgresLog(pool)).desk.load(Folds())


async def test_lines_read_day_by_day_give_the_turns_of_the_whole_log(pool: asyncpg.Pool) -> None:
    """However the log is cut: what was archived, and what went on after it with all that came before."""
    world = World([agent(1), agent(2, limit=2)], log=PostgresLog(pool))
    began = world.now
    await a_busy_day(world, Random(8))
    log = PostgresLog(pool)
    whole, head = await DeskLines(log, MERCHANT).read(0)
    expected = derive(frame(whole), wanted=EVERYTHING)
    assert expected.turns.height > 20
    for share in (0.0, 0.2, 0.5, 0.8, 1.0):
        archived, position = await DeskLines(log, MERCHANT).read(0, round(began + (world.now - began) * share))
        tail = DeskLines(log, MERCHANT)
        rest, last = await tail.read(position)
        assert last == head
        went_on = {line.session for line in tail.earlier}
        lines = [*(line for line in archived if line.session not in went_on), *tail.earlier, *rest]
        found = derive(frame(lines), wanted=EVERYTHING)
        for kind in ("turns", "messages", "moments"):
            columns = getattr(expected, kind).columns
            assert_frame_equal(getattr(found, kind).sort(columns), getattr(expected, kind).sort(columns))
