"""The confusion table: what was said of first words against where consults ended, put right, and learned from."""

import asyncio
from typing import Any

import httpx
import pytest

from goldensix.adapters import classifying
from goldensix.adapters.postgres.log import PostgresLog
from goldensix.adapters.postgres.roster import Group
from goldensix.events.facts import (
    AgentAssigned,
    Body,
    ConversationClassified,
    ConversationReturned,
    ConversationStarted,
    Event,
    MessageSent,
)
from goldensix.events.ids import AccountId, BuyerId, ConversationId, GroupId, MessageId, Milliseconds
from goldensix.log.port import Append, Draft
from goldensix.team.roles import Role
from house_builders import Office, open_company


async def open_group(office: Office, name: str, duty: Any) -> Group:
    return await office.house.people.add_group(office.tea.merchant.id, name, duty, Milliseconds(60_000))


async def consult(office: Office, number: int, text: str, *, to: GroupId | None = None, said: float = 0.0) -> str:
    """One that came to the shop's own group; `to`: passed on to that one; `said`: how sure its own words were."""
    c, shop = ConversationId(f"c{number:05}"), office.tea.shop
    usual, agent = shop.default_group, AccountId(office.tea.staff[Role.AGENT].id)
    started = ConversationStarted(shop.id, BuyerId(f"b{number}"), "widget", usual, "zh")
    events: list[tuple[Event, Body | None]] = [(started, Body(name="陈"))]
    if said:
        reading = ConversationClassified(MessageId(f"g{c}"), usual, usual, said, "words")
        events.append((reading, Body()))
    events.append((MessageSent(MessageId(f"b{number}.m"), "buyer", None, "text"), Body(text)))
    events.append((AgentAssigned(agent, "routed", None, "idle_hands", Milliseconds(1), ()), None))
    if to is not None:
        events.append((ConversationReturned(agent, "transferred", agent, to), None))
    now = office.house.now()
    drafts = tuple(Draft(event, now, body) for event, body in events)
    await PostgresLog(office.pool).append(office.tea.merchant.id, [Append(c, drafts, 0)], now)
    return c


async def table(browser: httpx.AsyncClient) -> dict[tuple[int, int], int]:
    found = (await browser.get("/api/robot/groups")).json()
    return {(cell["said"], cell["ended"]): cell["count"] for cell in found["cells"]}


async def test_the_table_opens_down_to_consults_and_a_label_puts_one_right(office: Office) -> None:
    lead, usual = await office.as_(Role.SERVICE_MANAGER), office.tea.shop.default_group
    after = await open_group(office, "after", "after_sale")
    await consult(office, 1, "有货吗", said=0.8)
    await consult(office, 2, "我要退款", to=after.id, said=0.3)
    third = await consult(office, 3, "我要退货退款")
    assert await table(lead) == {(usual, usual): 1, (0, after.id): 1, (after.id, usual): 1}
    rows = (await lead.get("/api/robot/groups/consults", params={"said": after.id, "ended": usual})).json()
    [row] = rows["rows"]
    assert (rows["found"], row["conversation"], row["words"], row["now"]) == (1, third, "我要退货退款", True)
    place = f"/api/robot/groups/labels/{third}"
    assert (await lead.put(place, json={"group": after.id})).status_code == 204
    assert (await table(lead))[after.id, after.id] == 1
    assert (await lead.put(place, json={"group": None})).status_code == 204
    assert (await table(lead))[after.id, usual] == 1
    assert (await lead.put(place, json={"group": 10**9})).json()["code"] == "no_group"
    assert (await lead.put("/api/robot/groups/labels/c99999", json={"group": usual})).status_code == 404
    other = await office.as_(Role.ADMINISTRATOR, await open_company(office.house, "kettle"))
    assert await table(other) == {}
    assert (await other.put(place, json={"group": usual})).status_code == 404
    await office.house.classifying.close()


async def test_switching_on_tells_the_desk(office: Office) -> None:
    lead = await office.as_(Role.SERVICE_MANAGER)
    assert not (await lead.get("/api/robot/groups")).json()["on"]
    assert (await lead.put("/api/robot/groups", json={"on": True, "least": 0.7})).status_code == 204
    found = (await lead.get("/api/robot/groups")).json()
    assert (found["on"], found["least"], found["by"]) == (True, 0.7, "words")
    assert office.live.roster_changes == [office.tea.merchant.id]
    assert (await lead.put("/api/robot/groups", json={"on": True, "least": 0.1})).json()["code"] == "invalid"
    await office.house.classifying.close()


async def test_labels_and_transfers_are_learned_from_by_a_process(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifying, "_AFTER", 0.0)
    lead, usual = await office.as_(Role.SERVICE_MANAGER), office.tea.shop.default_group
    after = await open_group(office, "after", "after_sale")
    for number in range(24):
        await consult(office, number, f"茶壶漏水了 {number}", to=after.id)
        named = await consult(office, 100 + number, f"丝绸怎么选 {number}")
        await lead.put(f"/api/robot/groups/labels/{named}", json={"group": usual})
    async with asyncio.timeout(20):
        while (found := (await lead.get("/api/robot/groups")).json())["by"] == "words":
            await asyncio.sleep(0.1)
    sorting = await office.house.classifying.sorting(office.tea.merchant.id)
    sorted_ = sorting.sort("茶壶又漏水")
    assert found["right"] > 0.9
    assert sorted_ is not None
    assert (sorted_.group, sorted_.by) == (after.id, "learned")
    await office.house.classifying.close()
