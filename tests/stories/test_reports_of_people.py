"""Reports of people: what buyers said of them, and their names once they are gone."""

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from desk_stage import Stage
from goldensix.adapters.postgres.embedded import fresh_database
from report_builders import asked, open_reports, values

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with open_reports(fresh_database(postgres_server), tmp_path_factory.mktemp("people")) as stage:
        yield stage


async def test_ratings_are_figures_by_agent_and_group_and_open_down_to_their_conversations(house: Stage) -> None:
    """Of the day on which they came; on the day itself and once that is archived."""
    house.seconds_pass(7 * 86_400)
    day = f"{datetime.fromtimestamp(house.clock() / 1000, ZoneInfo(house.shop.zone)):%Y-%m-%d}"
    async with house.at_work("wei") as wei, house.buyer() as chen, house.buyer() as lin, house.buyer() as lu:
        for buyer in (chen, lin, lu):
            await buyer.says("在吗")
            await wei.receives(buyer.c)
            await wei.answers(buyer.c, "在的")
            await wei.does("close", c=buyer.c)
            await buyer.gets("event", type="conversation_closed")
        for buyer, score in ((chen, 5), (lin, 2)):
            await buyer.does("rate", c=buyer.c, score=score)
            await buyer.gets("event", type="conversation_rated")
        named = {chen.c, lin.c}
    calibers = "satisfaction,invitation_rate,participation_rate"
    query = {"shop": house.shop.id, "caliber": calibers, "by": "agent,group", "from": day, "to": day}
    whose = str(house.people["wei"].id), str(house.pre_sale.id)
    counted = {
        (*whose, "satisfaction"): 50.0,
        (*whose, "invitation_rate"): 100.0,
        (*whose, "participation_rate"): 66.67,
    }
    assert values(await asked(await house.browser("manager"), "reports/figures", **query), "agent", "group") == counted
    house.seconds_pass(2 * 86_400)
    browser = await house.browser("manager")
    assert values(await asked(browser, "reports/figures", **query), "agent", "group") == counted
    explained = {"shop": house.shop.id, "caliber": "satisfaction", "from": day, "to": day}
    opened = await asked(browser, "reports/explain", **explained)
    assert {row["session"] for row in opened["rows"]} == named
    assert (opened["hits"], opened["misses"]) == (1, 1)
    told = await asked(browser, "reports/conversation", session=chen.c, **explained)
    ending = [(line["what"], line["score"]) for line in told["lines"][-3:]]
    assert ending == [("rating_invite", None), ("close", None), ("rating", 5)]


async def test_a_played_agent_keeps_a_readable_name_after_the_rehearsal(house: Stage) -> None:
    token = await house.desk.house.visitors.issue(house.shop.id, played=True)
    assert token is not None
    async with house.at_work("演练 01", rehearsal=True) as played, house.buyer(token, channel="page") as buyer:
        await buyer.says("在吗")
        await played.receives(buyer.c)
        house.seconds_pass(3)
        await played.answers(buyer.c, "在的")
        await house.floor.desk.settled()
    browser, number = await house.browser("manager"), str(house.people["演练 01"].id)
    query = {"caliber": "golden_six_human", "by": "agent", "rehearsals": True}
    for english, name in ((False, "演练 01"), (False, f"演练客服 {number}"), (True, f"Rehearsal agent {number}")):
        browser.headers["Accept-Language"] = "en" if english else "zh-CN"
        answer = await asked(browser, "reports/figures", **query)
        assert answer["names"]["agent"][number] == name
        assert {"key": number, "name": name} in (await asked(browser, "reports/sources"))["agents"]
        await house.desk.house.people.remove_rehearsal_accounts(house.merchant.id)
