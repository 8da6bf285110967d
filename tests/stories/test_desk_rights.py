"""What people may see changes while they look."""

from dataclasses import replace

from desk_stage import Stage
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
