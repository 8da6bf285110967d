"""What a log holds from before is read, folded and served."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest

from asgi_socket import Closed
from desk_stage import STILL_WAITING, Stage, open_stage, reopen_stage
from goldensix.actions.folds import Folds
from goldensix.events.ids import MerchantId
from goldensix.metrics.last_five import Column
from goldensix.metrics.today import Sum, Sums
from goldensix.wire.stored import UnknownEvent


async def store_first_version(stage: Stage, buyer: str) -> None:
    """What the program wrote before it knew the buyer's language."""
    merchant, shop = stage.merchant.id, stage.shop.id
    started = {"shop": shop, "buyer": buyer, "channel": "page", "group": stage.pre_sale.id}
    sent = {"message": f"b{buyer}.00000001", "by": "buyer", "agent": None, "kind": "text"}
    events = (("conversation_started", started, "old", {"name": "陈"}),)
    events += (("message_sent", sent, sent["message"], {"text": "以前的问题"}),)  # type: ignore[assignment]  # one longer
    for number, (name, facts, key, body) in enumerate(events, 1):
        await stage.desk.pool.execute(
            "with head as (update log_heads set position = position + 1 where merchant_id = $1 returning position)"
            " insert into events select $1, head.position, 'old', $2, $3, 1, to_timestamp($4), to_timestamp($4),"
            " $5::text::jsonb, $6 from head",
            *(merchant, number, name, stage.clock() / 1000, json.dumps(facts), key),
        )
        await stage.desk.pool.execute(
            "insert into bodies values ($1, $2, 'old', $3, $4::text::jsonb)", merchant, key, number, json.dumps(body)
        )
    await stage.desk.pool.execute("insert into receptions values ('old', $1, $2, $3, null)", merchant, shop, buyer)


async def test_an_event_of_the_first_version_is_read_folded_and_served(database: str, tmp_path: Path) -> None:
    async with open_stage(database, tmp_path) as stage:
        token = await stage.visitor()
        visitor = await stage.desk.house.visitors.read(token)
        assert visitor is not None
        async with stage.buyer() as somebody:
            await somebody.says("so that there is a log")
        await store_first_version(stage, visitor.buyer)
    async with reopen_stage(database, tmp_path, stage) as again, again.buyer(token) as buyer:
        assert buyer.words == ["以前的问题"]
        assert buyer.c == "old"
        again.seconds_pass(20)
        await buyer.hears(STILL_WAITING)
        async with again.at_work("liu") as liu:
            row = await liu.receives("old")
            assert (row["buyer_name"], row["waiting_since"]) == ("陈", stage.clock() - 20_000)
            await liu.answers("old", "现在回答")
            await buyer.hears("现在回答")


async def test_an_event_of_a_newer_version_stops_the_start_with_a_sentence(database: str, tmp_path: Path) -> None:
    async with open_stage(database, tmp_path) as stage, stage.buyer() as buyer:
        await buyer.says("hello")
        await stage.desk.pool.execute("update events set version = 9 where type = 'message_sent'")
        await stage.desk.pool.execute("delete from snapshots")
    await forget_snapshots(database)
    with pytest.raises(UnknownEvent, match="an event message_sent of version 9"):
        async with reopen_stage(database, tmp_path, stage):
            pass


def figures(stage: Stage) -> tuple[Sums, dict[int, Column]]:
    """Of today and of the last five minutes."""
    reading = stage.floor.desk.figures
    reading.settle(stage.clock())
    return reading.within(), reading.columns()


async def forget_snapshots(database: str) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute("delete from snapshots")
    await connection.close()


@pytest.mark.parametrize("saved", [True, False], ids=["from saved folds", "from the log"])
async def test_everything_is_as_it_was_after_a_stop_and_a_start(database: str, tmp_path: Path, saved: bool) -> None:
    async with open_stage(database, tmp_path) as stage:
        async with stage.at_work("liu", limit=1) as liu, stage.buyer() as served, stage.buyer() as queued:
            await served.says("one")
            await liu.receives(served.c)
            answer = await liu.answers(served.c, "two")
            await served.hears("two")
            await queued.says("three", "three-000")
            position = stage.floor.desk.folds.position
            before = figures(stage)
        last = served.last
    if not saved:
        await forget_snapshots(database)
    async with reopen_stage(database, tmp_path, stage) as again:
        assert again.floor.desk.folds.position >= position
        assert figures(again) == before
        assert before[0]["golden_six_human"] == Sum(num=1, den=1, pending=1)
        async with (
            again.buyer(served.token, conversation=served.c, after=last) as one,
            again.buyer(queued.token) as two,
        ):
            assert one.words == []
            await two.does("say", id="three-000", text="three")
            await two.gets("stored", id="three-000")
            async with again.at_work("liu") as liu:
                desk = await liu.gets("desk")
                assert [row["c"] for row in desk["receptions"]] == [served.c]
                assert desk["me"]["ready"], "the choice outlives the desk"
                await liu.does("recall", c=served.c, message=answer)
                await one.gets("event", type="message_recalled")
                await liu.does("close", c=served.c)
                await liu.receives(two.c)


async def test_whoever_comes_while_a_desk_is_handed_over_is_sent_away_too(database: str, tmp_path: Path) -> None:
    """Saving the folds takes a while; those who were sent away are back before, and would be told nothing."""
    async with open_stage(database, tmp_path) as stage, stage.buyer() as buyer:
        await buyer.says("hello")
        floors, saving, save = stage.desk.floors, asyncio.Event(), asyncio.Event()
        to_save = floors.save_folds

        async def slowly(merchant: MerchantId, folds: Folds, stored: Callable[[], Awaitable[bool]]) -> float:
            saving.set()
            await save.wait()
            return await to_save(merchant, folds, stored)

        floors.save_folds = slowly
        closing = asyncio.create_task(floors.close_one(stage.merchant.id))
        await saving.wait()
        await stage.hire("lin")
        for page in (stage.buyer(), stage.buyer(buyer.token), stage.at_work("lin", ready=False)):
            with pytest.raises(Closed) as sent_away:
                async with page:
                    pass
            assert sent_away.value.code == 1013
        save.set()
        await closing
        async with stage.buyer(buyer.token) as again:
            assert again.words[0] == "hello"
