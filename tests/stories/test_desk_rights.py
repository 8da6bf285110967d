"""What people may see changes while they look."""

import asyncio
from dataclasses import replace

import pytest

from desk_stage import BuyerPage, StaffPage, Stage, eventually, hired
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


@pytest.mark.parametrize("role", [Role.SERVICE_MANAGER, Role.OPERATIONS, Role.ADMINISTRATOR])
async def test_who_is_limited_to_a_shop_reaches_no_other(stage: Stage, role: Role) -> None:
    other = await stage.desk.house.people.add_shop(stage.merchant.id, "Silk", default_group=stage.pre_sale.id)
    async with (
        stage.at_work("zhou") as zhou,
        stage.at_work("wang", role, ready=False, limit=9, shops=[stage.shop.id]) as wang,
        stage.buyer() as ours,
        stage.buyer(await stage.visitor(other)) as theirs,
    ):
        await ours.says("of the tea")
        await theirs.says("of the silk")
        await zhou.receives(theirs.c)
        await looks(wang, zhou, theirs)
        await acts(wang, zhou, theirs)
        await zhou.does("close", c=theirs.c)
        await zhou.catches_up()
        await wang.does("open", c=theirs.c)
        await wang.catches_up()
        await wang.does("open", c=ours.c)
        await wang.gets("thread", c=ours.c)
        assert "of the silk" not in str(wang.told)
        assert "of the tea" in wang.words
        assert await statuses(stage, theirs.c, other.id) == ({403, 404} if role is Role.OPERATIONS else {404})


async def looks(wang: StaffPage, zhou: StaffPage, theirs: BuyerPage) -> None:
    """Nothing of the silk shop, whichever way."""
    await wang.does("watch", shop=None, agent=zhou.id)
    shown = await wang.gets("live")
    assert [shop["name"] for shop in shown["shops"]] == ["Tea"]
    assert len(shown["chats"]) == len(shown["rows"]) == 1
    assert shown["today"]["golden_human"]["pending"] == 1
    wang.stage.seconds_pass(200)
    await eventually(lambda: wang.stage.floor.desk.folds.alerts.open)
    wang.stage.floor.ticker.tick(wang.stage.clock())
    alerts = (await wang.until(lambda frame: frame["t"] == "alerts" and frame["open"]))["open"]
    assert {row["shop"] for alert in alerts for row in alert["rows"]} == {wang.stage.shop.id}
    await wang.does("watch", shop=zhou.stage.shop.id + 1)
    await wang.does("open", c=theirs.c)
    await wang.does("older", c=theirs.c, before=9)
    await wang.catches_up()
    assert wang.refusals[:3] == ["bad_command", "no_conversation", "no_conversation"]


async def acts(wang: StaffPage, zhou: StaffPage, theirs: BuyerPage) -> None:
    """It stays where it is."""
    before = len(wang.refusals)
    for command in ("take_over", "put_back"):
        await wang.does(command, c=theirs.c)
    await wang.does("assign", c=theirs.c, agent=zhou.id)
    await wang.catches_up()
    assert set(wang.refusals[before:-1]) <= {"no_conversation", "not_allowed"}
    assert len(wang.refusals) == before + 4
    await wang.does("reassign", agent=zhou.id)
    await wang.catches_up()
    conversation = zhou.stage.floor.desk.conversation(theirs.c)
    assert conversation is not None
    assert conversation.agent == zhou.id


async def statuses(stage: Stage, c: str, shop: int) -> set[int]:
    browser = await stage.browser("wang")
    nothing = {key: [] for key in ("welcome", "still_waiting", "away", "off_hours", "ending", "notice", "which")}
    answers = [
        await browser.get(f"/api/conversations/{c}/orders"),
        await browser.post(f"/api/conversations/{c}/block", json={"why": "spam"}),
        await browser.put(f"/api/hours/shops/{shop}", json={}),
        await browser.put(f"/api/autoreplies/{shop}", json={**nothing, "asks_rating": False}),
    ]
    return {answer.status_code for answer in answers}
