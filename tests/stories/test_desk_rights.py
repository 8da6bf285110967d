"""What people may see changes while they look."""

import asyncio
from dataclasses import replace

from desk_stage import Stage, hired
from goldensix.actions.premises import Premises
from goldensix.events.ids import MerchantId
from goldensix.team.roles import Role


async def test_who_may_no_longer_see_the_live_page_is_told_no_more(stage: Stage) -> None:
    async with stage.at_work("wang", Role.SERVICE_MANAGER, ready=False) as wang, stage.buyer() as buyer:
        await buyer.says("a secret")
        await wang.does("watch")
        await wang.does("open", c=buyer.c)
        await wang.gets("thread")
        await wang.gets("live")
        await stage.change("wang", lambda account: replace(account, role=Role.AGENT))
        seen = len([frame for frame in wang.told if frame["t"] == "live"])
        stage.floor.ticker.tick(stage.clock())
        await buyer.says("another secret")
        await wang.catches_up()
        assert len([frame for frame in wang.told if frame["t"] == "live"]) == seen
        assert "another secret" not in wang.words


async def test_who_looked_into_the_queue_hears_nothing_once_a_colleague_has_it(stage: Stage) -> None:
    async with stage.at_work("idle", ready=False) as idle, stage.buyer() as buyer:
        await buyer.says("who is there")
        await idle.does("open", c=buyer.c)
        await idle.gets("thread")
        async with stage.at_work("liu") as liu:
            await liu.receives(buyer.c)
            await liu.answers(buyer.c, "between us")
            await buyer.says("only for liu")
            await idle.catches_up()
        assert not {"between us", "only for liu"} & set(idle.words)


async def test_a_reading_of_the_roster_that_ends_late_undoes_no_newer_one(stage: Stage) -> None:
    floors, people = stage.desk.floors, stage.desk.house.people
    async with stage.at_work("su"):
        load, has_read, may_end = floors.load_premises, asyncio.Event(), asyncio.Event()

        async def slow_at_first(merchant: MerchantId) -> Premises:
            premises = await load(merchant)
            if not has_read.is_set():
                has_read.set()
                await may_end.wait()
            return premises

        floors.load_premises = slow_at_first
        older = asyncio.create_task(floors.roster_changed(stage.merchant.id))
        await has_read.wait()
        newcomer = hired(
            await people.add_account(
                stage.merchant.id, "liu", Role.AGENT, email="liu@tea.example", groups=[stage.pre_sale.id], limit=3
            )
        )
        newer = asyncio.create_task(floors.roster_changed(stage.merchant.id))
        await asyncio.sleep(0.05)  # long enough for a reading that waits for nobody
        may_end.set()
        await asyncio.gather(older, newer)
        assert newcomer.id in stage.floor.desk.premises.members
