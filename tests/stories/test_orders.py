"""Orders that a shop's server tells of: into the log once, onto pages at once, and right in every report."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desk_stage import Frame, StaffPage, Stage, desk_of, eventually, open_stage, reopen_stage
from goldensix.adapters.visitors import Claim, customer_signature
from goldensix.api.live.telling import Moves
from goldensix.events.facts import OrderMoved
from goldensix.events.ids import ORDER_STREAM
from goldensix.team.roles import Role
from report_builders import asked, open_reports, values
from shop_server import told

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def order(stage: Stage, number: str = "N1", status: str = "placed", **ago: int) -> dict[str, Any]:
    """Placed a day ago; other times as so many milliseconds ago."""
    times = {f"{each}_at": stage.clock() - at for each, at in ({"placed": DAY} | ago).items()}
    return {"number": number, "customer": "c-1", "status": status, "price_cents": 19_900} | times


async def in_log(stage: Stage) -> list[OrderMoved]:
    stored = await desk_of(stage).ports.log.read_stream(stage.merchant.id, ORDER_STREAM, limit=1_000)
    return [each.event for each in stored if isinstance(each.event, OrderMoved)]


async def settled(stage: Stage, moves: int) -> list[OrderMoved]:
    """What the log was told, once it was told so much and nothing is left to tell."""
    desk = desk_of(stage)
    await eventually(lambda: desk.folds.refunds.position >= moves)
    await desk.settled()
    async with asyncio.timeout(10):
        while await stage.desk.pool.fetchval("select count(*) from order_moves"):
            await asyncio.sleep(0.005)
    return await in_log(stage)


async def test_each_move_is_in_the_log_once_with_the_platforms_time(stage: Stage) -> None:
    await told(stage, order(stage, status="refund_asked", paid=DAY, refund_asked=HOUR), order(stage, "N2"))
    await told(stage, order(stage), order(stage, "N2", "paid", paid=MINUTE))
    first, second, third = await settled(stage, 3)
    assert (first.status, [each.status for each in first.reached]) == (
        "refund_asked",
        ["placed", "paid", "refund_asked"],
    )
    assert first.reached[-1].at == stage.clock() - HOUR
    assert (second.order, second.status) == (third.order, "placed")
    assert ([each.status for each in third.reached], third.cents) == (["paid"], 19_900)
    assert await stage.desk.pool.fetchval("select count(*) from order_moves") == 0


@pytest.mark.parametrize("dies", ["before the log", "after the log"])
async def test_a_desk_that_dies_between_row_and_log_tells_it_once(database: str, tmp_path: Path, dies: str) -> None:
    async with open_stage(database, tmp_path) as stage:
        mirror, telling = stage.desk.house.mirror, stage.floor.telling

        async def dying(*_: object) -> Any:
            raise ConnectionResetError

        if dies == "before the log":
            telling.moves = Moves(dying, dying)
            await told(stage, order(stage))
            assert await in_log(stage) == []
        else:
            telling.moves = Moves(mirror.untold, dying)
            await told(stage, order(stage))
            await eventually(lambda: desk_of(stage).folds.refunds.position == 1)
            await desk_of(stage).settled()
            assert len(await in_log(stage)) == 1
        assert len(await mirror.untold(stage.merchant.id, 0)) == 1
        await stage.desk.pool.execute("delete from snapshots")
    async with reopen_stage(database, tmp_path, stage) as again:
        await told(again, order(again, "N2"))
        found = await settled(again, 2)
        assert len({each.order for each in found}) == len(found) == 2


async def test_a_log_that_fails_is_told_again_and_nothing_is_forgotten(stage: Stage) -> None:
    desk = desk_of(stage)
    log = desk.ports.log

    class Failing:
        async def append(self, *_: object) -> Any:
            desk.ports = replace(desk.ports, log=log)
            raise ConnectionResetError

        def __getattr__(self, name: str) -> Any:
            return getattr(log, name)

    desk.ports = replace(desk.ports, log=Failing())  # type: ignore[arg-type]  # passes all else on
    await told(stage, order(stage), order(stage, "N2"))
    await eventually(lambda: not desk.broken and desk.ports.log is log)
    stage.floor.telling.want()
    assert len(await settled(stage, 2)) == 2


@asynccontextmanager
async def in_talk(stage: Stage, agent: StaffPage) -> AsyncIterator[str]:
    """The customer whose orders they are, with the agent."""
    claim = Claim("", "c-1", customer_signature("c-1", stage.shop.secret))
    welcomed = await stage.desk.house.visitors.welcome(stage.shop.id, claim)
    assert welcomed is not None
    async with stage.buyer(welcomed[0]) as buyer:
        await buyer.says("我的退款呢")
        await agent.receives(buyer.c)
        yield buyer.c


async def test_who_has_the_buyer_on_a_page_is_told_and_nobody_else(stage: Stage) -> None:
    async with stage.at_work("liu") as liu, stage.at_work("chen", ready=False) as chen, in_talk(stage, liu) as c:
        await told(stage, order(stage, status="refund_asked", refund_asked=HOUR))
        await liu.gets("orders", c=c)
        browser = await stage.browser("liu")
        [shown] = (await browser.get(f"/api/conversations/{c}/orders")).json()
        assert (shown["status"], shown["refund_asked_at"]) == ("refund_asked", stage.clock() - HOUR)
        await chen.catches_up()
        assert not [frame for frame in chen.told if frame["t"] == "orders"]


async def test_the_live_page_shows_refunds_of_the_shops_that_a_groups_people_serve(stage: Stage) -> None:
    house = stage.desk.house
    other = await house.people.add_shop(stage.merchant.id, "Silk", default_group=stage.pre_sale.id)
    await stage.hire("su", groups=[stage.after_sale.id], shops=[stage.shop.id])
    async with stage.at_work("lead", Role.SERVICE_MANAGER, ready=False, groups=[]) as lead:
        await told(stage, order(stage, status="refund_asked", refund_asked=3 * HOUR), shop=other)
        await told(stage, order(stage, status="refund_asked", refund_asked=2 * HOUR))
        await told(stage, order(stage, "N2", "refunded", refund_asked=6 * HOUR, refunded=MINUTE))
        await settled(stage, 3)
        board = await live(lead, stage)
        assert board[stage.pre_sale.id] is None  # judged by speed
        asked_at = stage.clock() - 2 * HOUR
        assert board[stage.after_sale.id] == {
            "paid": 1, "mean_ms": 6 * HOUR - MINUTE, "waiting": 1, "oldest": asked_at,
        }  # fmt: skip
        await stage.change("su", lambda account: replace(account, shops=frozenset()))
        assert (await live(lead, stage))[stage.after_sale.id]["waiting"] == 2
        assert (await live(lead, stage, shop=other.id))[stage.after_sale.id]["waiting"] == 1


async def live(page: StaffPage, stage: Stage, shop: int | None = None) -> dict[int, Any]:
    """Each group's refunds, as of now."""
    page.told.clear()
    await page.does("watch", shop=shop, group=None, agent=None)
    frame: Frame = await page.gets("live")
    return {group["id"]: group["refunds"] for group in frame["groups"]}


async def test_reports_have_what_was_told_late_in_its_own_day(database: str, tmp_path: Path) -> None:
    async with open_reports(database, tmp_path) as stage:
        browser = await stage.browser("manager")
        async with stage.at_work("liu") as liu, in_talk(stage, liu) as c:
            await liu.answers(c, "在处理")
        await told(
            stage, order(stage, "N1", "refund_asked", refund_asked=0), order(stage, "N2", "paid", placed=0, paid=0)
        )
        await settled(stage, 2)
        stage.seconds_pass(2 * 3_600)
        await told(stage, order(stage, "N1", "refunded", refunded=0))
        await settled(stage, 3)
        first = {"from": "2026-11-20", "to": "2026-11-20", "caliber": "refund_speed,order_conversion"}
        figures = values(await asked(browser, "reports/figures", **first))
        assert figures == {"refund_speed": 2 * 3_600, "order_conversion": 100.0}
        opened = await asked(browser, "reports/explain", **first | {"caliber": "refund_speed"})
        assert (opened["total"], opened["rows"][0]["agent"]) == (1, None)
        # Days close and go to the archive; then the platform tells of that day what it had not.
        stage.seconds_pass(2 * 86_400)
        browser = await stage.browser("manager")
        assert values(await asked(browser, "reports/figures", **first)) == figures
        late = order(stage, "N3", "refunded", placed=4 * DAY, refund_asked=2 * DAY + HOUR, refunded=2 * DAY - 3 * HOUR)
        await told(stage, late)
        await settled(stage, 4)
        assert values(await asked(browser, "reports/figures", **first))["refund_speed"] == 3 * 3_600
        stage.seconds_pass(86_400)
        browser = await stage.browser("manager")
        assert values(await asked(browser, "reports/figures", **first))["refund_speed"] == 3 * 3_600
