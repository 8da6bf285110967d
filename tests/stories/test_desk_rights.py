"""What people may see changes while they look."""

import asyncio
from collections.abc import Collection
from dataclasses import replace

import pytest

from asgi_socket import asgi_socket
from desk_stage import BuyerPage, Page, StaffPage, Stage, eventually, hired
from goldensix.actions.premises import Premises
from goldensix.adapters.postgres.roster import Account
from goldensix.adapters.postgres.sessions import Session, SessionId
from goldensix.events.ids import MerchantId
from goldensix.team.roles import Role

HOUR = 3600


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
    wang.stage.floor.desk.figures.settle(wang.stage.clock())  # a look alone may leave lines for the next
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


async def test_an_open_page_is_use_of_its_session_but_not_beyond_thirty_days(stage: Stage) -> None:
    async with stage.at_work("wang", Role.SERVICE_MANAGER, ready=False) as wang:
        browser = await stage.browser()
        browser.cookies.set("gs_session", wang.session)
        for _ in range(65):
            stage.seconds_pass(11 * HOUR)
            await stage.desk.doors.look_at_sessions()
        await wang.catches_up()
        assert (await browser.get("/api/me")).status_code == 200
        async with stage.desk.pool.acquire() as other, other.transaction():
            await other.execute("select from sessions for update")
            await stage.desk.doors.look_at_sessions()  # waits for nobody
        await wang.catches_up()
        stage.seconds_pass(5 * HOUR)
        await stage.desk.doors.look_at_sessions()
        assert await wang.is_closed() == 4401
        assert (await browser.get("/api/me")).status_code == 401


async def test_a_page_whose_session_is_too_old_is_closed_once_the_database_says_so(stage: Stage) -> None:
    doors, away = stage.desk.doors, asyncio.Event()
    async with stage.at_work("wang", ready=False) as wang:
        alive = doors.alive

        async def away_at_first(sessions: Collection[SessionId]) -> set[SessionId]:
            if not away.is_set():
                away.set()
                raise ConnectionError
            return await alive(sessions)

        doors.alive = away_at_first
        stage.seconds_pass(12 * HOUR)
        looking = asyncio.create_task(doors.keep_looking(every=0.1))
        await away.wait()
        await wang.catches_up()
        assert await wang.is_closed() == 4401
        looking.cancel()


async def test_who_logs_out_while_a_page_is_let_in_has_none_left_open(stage: Stage) -> None:
    doors, browser = stage.desk.doors, await stage.browser("owner")
    find = doors.find_session

    async def then_logs_out(token: str) -> tuple[Session, Account] | None:
        found = await find(token)
        await browser.post("/api/logout")
        return found

    doors.find_session = then_logs_out
    cookie = f"gs_session={browser.cookies['gs_session']}"
    async with asgi_socket(stage.desk.app, "/ws/desk", cookie) as socket:
        await socket.send(t="hello")
        page = Page(socket, stage)
        assert (await page.is_closed(), page.told) == (4401, [])
    assert not doors.by_session
