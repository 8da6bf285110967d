"""Every log keeps the same promises: memory and PostgreSQL, the desk's own or the user's."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import asyncpg
import pytest

from goldensix.adapters.postgres.log import PostgresLog
from goldensix.adapters.postgres.pool import open_pool
from goldensix.adapters.postgres.schema import prepare
from goldensix.events.facts import (
    AgentAssigned,
    AgentConnected,
    Body,
    ConversationClosed,
    ConversationLeft,
    ConversationReturned,
    ConversationStarted,
    MessageSent,
    NoteLeft,
)
from goldensix.events.ids import (
    TEAM_STREAM,
    AccountId,
    BuyerId,
    GroupId,
    Instant,
    MerchantId,
    MessageId,
    Milliseconds,
    ShopId,
)
from goldensix.log.memory import MemoryLog
from goldensix.log.port import Append, Appended, Draft, Log, Place, Refusal

SHOP, GROUP, M = ShopId(1), GroupId(1), MerchantId(7)
NOW = Instant(1_762_862_400_123)
numbers = count()


@pytest.fixture(params=["memory", "postgres", "users_own"])
async def log(request: pytest.FixtureRequest) -> AsyncIterator[Log]:
    if request.param == "memory":
        yield MemoryLog()
        return
    dsn = request.getfixturevalue("database" if request.param == "postgres" else "users_own_database")
    await prepare(dsn, upgrade=True)
    pool = await open_pool(dsn)
    yield PostgresLog(pool)
    await pool.close()


def started(buyer: str = "buyer") -> Draft:
    return Draft(ConversationStarted(SHOP, BuyerId(buyer), "widget", GROUP, "zh"), NOW, Body(name="访客"))


def said(text: str = "在吗", message: str | None = None) -> Draft:
    name = MessageId(message or f"bx.{next(numbers):08}")
    return Draft(MessageSent(name, "buyer", None, "text"), NOW, Body(text))


def append(stream: str, *drafts: Draft, expect: int | None = None) -> Append:
    return Append(stream, drafts, expect)


async def one(log: Log, made: Append) -> Appended | Refusal:
    return (await log.append(M, [made], Instant(NOW + 5)))[0]


async def test_what_is_appended_is_read_back_whole(log: Log) -> None:
    assert await one(log, append("c1", started(), said("羽绒服有 L 码吗"), expect=0)) == Appended(1, 1)
    first, second = await log.read_after(M, 0, 10)
    assert (first.position, first.stream, first.stream_position) == (1, "c1", 1)
    assert second.body == Body("羽绒服有 L 码吗")
    assert (second.occurred_at, second.recorded_at) == (NOW, NOW + 5)
    assert second.event == (await log.read_stream(M, "c1"))[1].event
    assert await log.head(M) == 2


async def test_an_append_that_expects_another_position_is_refused_whole(log: Log) -> None:
    await one(log, append("c1", said(), expect=0))
    assert await one(log, append("c1", said(), said(), expect=0)) == Refusal("position", 1)
    assert await one(log, append("c1", said(), expect=5)) == Refusal("position", 1)
    assert await log.head(M) == 1


async def test_appends_of_one_batch_to_one_stream_follow_each_other(log: Log) -> None:
    batch = [append("c1", said(), expect=0), append("c2", said()), append("c1", said(), said(), expect=1)]
    assert await log.append(M, batch, NOW) == [Appended(1, 1), Appended(2, 1), Appended(3, 2)]
    assert [s.stream_position for s in await log.read_stream(M, "c1")] == [1, 2, 3]


async def test_one_refusal_in_a_batch_takes_nothing_else_with_it(log: Log) -> None:
    await one(log, append("c1", said(message="bx.known000")))
    batch = [
        append("c1", said(), expect=1),
        append("c1", said(message="bx.known000"), expect=2),
        append("c2", said(), expect=3),
        append("c3", said()),
    ]
    kept, duplicate, position, other = await log.append(M, batch, NOW)
    assert isinstance(kept, Appended)
    assert isinstance(other, Appended)
    assert duplicate == Refusal("duplicate", 2)
    assert position == Refusal("position", 0)
    assert [s.position for s in await log.read_after(M, 0, 10)] == [1, 2, 3]


async def test_a_conversation_holds_a_message_once(log: Log) -> None:
    await one(log, append("c1", said(message="bx.same0000")))
    assert await one(log, append("c1", said(message="bx.same0000"))) == Refusal("duplicate", 1)
    twice = [append("c3", said(message="bx.twice000")), append("c3", said(message="bx.twice000"))]
    first, second = await log.append(M, twice, NOW)
    assert isinstance(first, Appended)
    assert second == Refusal("duplicate", 1)
    assert await one(log, append("c1", started(), said(message="bx.same0000"))) == Refusal("duplicate", 1)


async def test_a_buyer_has_one_open_conversation_a_shop(log: Log) -> None:
    await one(log, append("c1", started("x"), expect=0))
    assert await one(log, append("c2", started("x"), expect=0)) == Refusal("already_open", 0)
    await one(log, append("c1", Draft(ConversationClosed("buyer", None), NOW)))
    assert isinstance(await one(log, append("c2", started("x"), expect=0)), Appended)
    both = await log.append(M, [append("c5", started("y")), append("c6", started("y"))], NOW)
    assert [type(each) for each in both] == [Appended, Refusal]


async def test_merchants_have_logs_of_their_own(log: Log) -> None:
    await one(log, append("c1", said(message="bx.shared00")))
    assert await log.append(MerchantId(8), [append("c1", said(message="bx.shared00"))], NOW) == [Appended(1, 1)]
    assert await log.head(M) == 1
    assert len(await log.read_stream(MerchantId(8), "c1")) == 1


async def test_parts_of_a_stream_are_read_in_order(log: Log) -> None:
    await one(log, append("c1", *(said(str(n)) for n in range(10))))
    assert [s.stream_position for s in await log.read_stream(M, "c1", after=7)] == [8, 9, 10]
    assert [s.stream_position for s in await log.read_stream(M, "c1", before=5, limit=3)] == [2, 3, 4]
    assert await log.read_stream(M, "c1", before=1) == []
    await one(log, append("c2", said()))
    assert [(s.stream, s.stream_position) for s in await log.tails(M, ["c1", "c2"], 2)] == [
        ("c1", 9),
        ("c1", 10),
        ("c2", 1),
    ]


async def test_messages_are_found_by_name(log: Log) -> None:
    await one(log, append("c1", started(), said(message="bx.find0000")))
    names = [MessageId("bx.find0000"), MessageId("bx.nobody00")]
    assert await log.find(M, names) == {MessageId("bx.find0000"): Place("c1", 2)}
    assert await log.spoken(M, ["bx", "by", "b"]) == {"bx"}
    assert await log.spoken(MerchantId(8), ["bx"]) == set()


async def test_erased_words_are_gone_and_the_facts_stay(log: Log) -> None:
    await one(log, append("c1", started(), said("我的电话 13800000000", message="bx.erase000")))
    await one(log, append("c2", said("别的话")))
    assert await log.erase(M, ["c1"]) == 2
    events = await log.read_stream(M, "c1")
    assert [each.body for each in events] == [None, None]
    assert isinstance(events[1].event, MessageSent)
    assert (await log.read_stream(M, "c2"))[0].body == Body("别的话")
    assert await one(log, append("c1", said(message="bx.erase000"))) == Refusal("duplicate", 2)


async def test_a_follower_gets_everything_once_in_order(log: Log) -> None:
    await one(log, append(TEAM_STREAM, Draft(AgentConnected(AccountId(1)), NOW)))
    seen: list[int] = []

    async def follow() -> None:
        async for batch in log.follow(M, 0):
            seen.extend(each.position for each in batch)
            if len(seen) >= 6:
                return

    following = asyncio.create_task(follow())
    for _ in range(5):
        await one(log, append("c1", said()))
    await asyncio.wait_for(following, 10)
    assert seen == [1, 2, 3, 4, 5, 6]


async def test_every_kind_of_event_survives_the_log(log: Log) -> None:
    assigned = AgentAssigned(AccountId(3), "routed", None, "idle_hands", Milliseconds(12), (AccountId(4),))
    returned = ConversationReturned(AccountId(3), "transferred", AccountId(3), GroupId(2))
    note = NoteLeft(MessageId("nc1.4"), AccountId(3))
    drafts = [started(), said(), Draft(assigned, NOW), Draft(note, NOW, Body("VIP")), Draft(returned, NOW)]
    drafts += [Draft(ConversationLeft(GroupId(2)), NOW), Draft(ConversationClosed("desk", AccountId(3)), NOW)]
    await one(log, append("c1", *drafts))
    read = await log.read_stream(M, "c1")
    assert [each.event for each in read] == [draft.event for draft in drafts]
    assert read[3].body == Body("VIP")


async def test_positions_are_dense_under_many_writers_as_every_reader_sees_them(database: str) -> None:
    """Forty connections write; a reader that follows never finds a new event behind where it was."""
    await prepare(database, upgrade=True)
    pool = await asyncpg.create_pool(database, min_size=40, max_size=40)
    log = PostgresLog(pool)
    seen: list[int] = []

    async def write(writer: int) -> None:
        for turn in range(25):
            await log.append(M, [append(f"c{(writer + turn) % 5}", said(message=f"bw{writer}.{turn:08}"))], NOW)

    async def read() -> None:
        async for batch in PostgresLog(pool).follow(M, 0):
            seen.extend(each.position for each in batch)
            if len(seen) >= 1000:
                return

    reading = asyncio.create_task(read())
    await asyncio.gather(*(write(writer) for writer in range(40)))
    await asyncio.wait_for(reading, 30)
    assert seen == list(range(1, 1001))
    for stream in range(5):
        events = await log.read_stream(M, f"c{stream}", limit=2000)
        assert [each.stream_position for each in events] == list(range(1, len(events) + 1))
    await pool.close()


async def test_of_writers_that_expect_the_same_position_one_wins(database: str) -> None:
    await prepare(database, upgrade=True)
    pool = await asyncpg.create_pool(database, min_size=20, max_size=20)
    log = PostgresLog(pool)

    async def write(writer: int) -> Appended | Refusal:
        return (await log.append(M, [append("c1", said(message=f"bw{writer}.00000000"), expect=0)], NOW))[0]

    results = await asyncio.gather(*(write(writer) for writer in range(20)))
    assert sum(isinstance(result, Appended) for result in results) == 1
    assert await log.head(M) == 1
    await pool.close()
