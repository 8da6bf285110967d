"""A buyer goes from hand to hand, seen from everybody's pages and on a real database."""

from contextlib import AsyncExitStack
from dataclasses import replace

from desk_stage import Stage, desk_of, text_of
from goldensix.adapters.postgres.roster import GroupSettings
from goldensix.adapters.postgres.slots import audit_slots
from goldensix.team.roles import Role


async def nothing_drifted(stage: Stage) -> None:
    await desk_of(stage).settled()
    assert (await audit_slots(stage.desk.pool, stage.merchant.id)).drifted == ()


async def test_a_transfer_to_a_group_arrives_with_its_note_which_the_buyer_never_sees(stage: Stage) -> None:
    async with stage.at_work("liu") as liu, stage.at_work("su", groups=[stage.after_sale.id]) as su:
        async with stage.buyer() as buyer:
            await buyer.says("我要退款")
            await liu.receives(buyer.c)
            await liu.does("transfer", c=buyer.c, group=stage.after_sale.id, note="老客户，先道歉")
            gone = await liu.gets("gone", c=buyer.c)
            assert (gone["agent"], gone["closed"]) == (None, False)
            row = await su.receives(buyer.c)
            assert row["group"] == stage.after_sale.id
            assert "老客户，先道歉" in [text_of_note(each) for each in row["events"]]
            await buyer.gets("served", agent=su.id)
            await su.answers(buyer.c, "抱歉")
            await buyer.hears("抱歉")
            assert "老客户" not in str(buyer.told)
        await nothing_drifted(stage)


def text_of_note(frame: dict[str, object]) -> str | None:
    return text_of({**frame, "type": "message_sent"}) if frame["type"] == "note_left" else None


async def test_all_away_the_service_manager_receives_and_then_hands_everything_out(stage: Stage) -> None:
    chen_at_work = stage.at_work("chen", Role.SERVICE_MANAGER, groups=[], limit=5)
    async with chen_at_work as chen, stage.buyer() as first, stage.buyer() as second:
        await first.says("在吗")
        await second.says("在吗")
        await chen.receives(first.c)
        await chen.receives(second.c)
        async with stage.at_work("liu") as liu:
            await chen.does("reassign", agent=chen.id, to=liu.id)
            await liu.receives(first.c)
            await liu.receives(second.c)
            assert (await first.gets("served", agent=liu.id))["waited"] == 0
            await chen.does("take_over", c=first.c)
            await liu.gets("gone", c=first.c, agent=chen.id)
            await chen.does("put_back", c=second.c)
            await liu.gets("gone", c=second.c, agent=None)
            await nothing_drifted(stage)


async def test_with_room_for_one_of_two_whoever_waits_is_handed_over(stage: Stage) -> None:
    chen_at_work = stage.at_work("chen", Role.SERVICE_MANAGER, groups=[], limit=5)
    async with chen_at_work as chen, stage.buyer() as answered, stage.buyer() as waiting:
        await answered.says("在吗")
        await waiting.says("在吗")
        await chen.receives(answered.c)
        await chen.receives(waiting.c)
        await chen.answers(answered.c, "在的")
        async with stage.at_work("liu", limit=1) as liu:
            await chen.does("reassign", agent=chen.id, to=liu.id)
            await liu.receives(waiting.c)
            await chen.catches_up()
            assert chen.refusals == ["agent_full"]
        await nothing_drifted(stage)


async def test_an_agent_may_not_take_over_reassign_or_move_what_is_anothers(stage: Stage) -> None:
    async with stage.at_work("liu") as liu, stage.at_work("su") as su, stage.buyer() as buyer:
        await buyer.says("在吗")
        first = await buyer.gets("served")
        other = su if first["agent"] == liu.id else liu
        await other.does("take_over", c=buyer.c)
        await other.does("reassign", agent=first["agent"])
        await other.does("put_back", c=buyer.c)
        await other.does("transfer", c=buyer.c, group=stage.after_sale.id)
        await other.catches_up()
        assert other.refusals[:4] == ["not_allowed", "not_allowed", "not_yours", "not_yours"]


async def test_a_full_group_is_helped_out_and_says_through_which(stage: Stage) -> None:
    people = stage.desk.house.people

    async with stage.at_work("liu", limit=1) as liu, stage.at_work("su", groups=[stage.after_sale.id]) as su:
        await people.change_group(
            stage.merchant.id,
            stage.pre_sale.id,
            lambda group: replace(group, settings=GroupSettings((stage.after_sale.id,))),
            None,
        )
        await stage.desk.floors.roster_changed(stage.merchant.id)
        async with stage.buyer() as first, stage.buyer() as second:
            await first.says("在吗")
            await liu.receives(first.c)
            await second.says("在吗")
            row = await su.receives(second.c)
            facts = next(each["facts"] for each in row["events"] if each["type"] == "agent_assigned")
            assert (facts["through"], facts["group"], facts["could_have"]) == ("overflow", stage.after_sale.id, [])


async def test_a_buyer_is_told_the_wait_once_the_queue_has_moved(stage: Stage) -> None:
    async with stage.at_work("liu", limit=1) as liu, AsyncExitStack() as pages:
        buyers = [await stage.visitor() for _ in range(8)]
        opened = [await pages.enter_async_context(stage.buyer(token)) for token in buyers]
        for page in opened:
            await page.says("在吗")
        for served in range(5):
            await liu.receives(opened[served].c)
            stage.seconds_pass(30)
            await liu.does("close", c=opened[served].c)
            await opened[served + 1].gets("served")
        stage.seconds_pass(5)
        stage.floor.ticker.tick(stage.clock())
        place = await opened[7].gets("place", place=2)
        assert place["expected"] == 2 * (4 * 30_000 + 5_000) // 4
