"""How consults are assigned is seen and changed by the administrator."""

import asyncio
from typing import Any

import httpx
import pytest

from goldensix import terminal
from goldensix.adapters.postgres.places import MOST
from goldensix.events.ids import Milliseconds
from goldensix.team.roles import Role
from house_builders import Office, open_company


@pytest.fixture
async def administrator(office: Office) -> httpx.AsyncClient:
    return await office.as_(Role.ADMINISTRATOR)


async def test_a_group_is_given_helpers_a_priority_and_a_target(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    tea = office.tea
    second = await office.house.people.add_group(tea.merchant.id, "Hard cases", "hard_cases", Milliseconds(180_000))
    path = f"/api/groups/{tea.group.id}"
    changed = (await administrator.patch(path, json={"overflow": [second.id], "priority": 3})).json()
    assert (changed["overflow"], changed["priority"], changed["target_ms"]) == ([second.id], 3, 6000)
    changed = (await administrator.patch(path, json={"target_ms": 9000})).json()
    assert (changed["overflow"], changed["priority"], changed["target_ms"]) == ([second.id], 3, 9000)
    shown = (await administrator.get("/api/groups")).json()
    assert [each["id"] for each in shown] == [tea.group.id, second.id]
    assert shown[0] == changed
    assert [said for what, said in await office.audit() if what == "group changed"] == [
        f"group {tea.group.id}: priority 0 -> 3, overflow",
        f"group {tea.group.id}: target 6000 ms -> 9000 ms",
    ]


async def test_a_group_is_judged_by_what_its_duty_is_or_by_what_somebody_chose(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    people, merchant = office.house.people, office.tea.merchant.id
    changes = await people.add_group(merchant, "Changes", "order_change", Milliseconds(30_000))
    await people.add_group(merchant, "Refunds", "after_sale", Milliseconds(60_000))
    shown = {each["name"]: each["judged"]["by"] for each in (await administrator.get("/api/groups")).json()}
    assert (shown["Changes"], shown["Refunds"], shown[office.tea.group.name]) == ("quality", "refund", "speed")
    path, judged = f"/api/groups/{changes.id}", {"by": "refund", "satisfied": 90, "refunded_ms": 7_200_000}
    changed = (await administrator.patch(path, json={"judged": judged})).json()
    assert (changed["judged"], changed["target_ms"]) == (judged, 30_000)
    assert (await administrator.patch(path, json={"priority": 1})).json()["judged"] == judged
    for bad in ({"satisfied": 101}, {"satisfied": 0}, {"refunded_ms": 1}, {"by": "mood"}):
        assert (await administrator.patch(path, json={"judged": {**judged, **bad}})).status_code == 422
    assert (await administrator.get("/api/groups")).json()[1]["judged"] == judged


async def test_a_group_that_routes_to_nobody_shows_before_a_buyer_finds_out(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    people = office.house.people
    second = await people.add_group(office.tea.merchant.id, "Hard cases", "hard_cases", Milliseconds(180_000))
    own, empty = (await administrator.get("/api/groups")).json()
    assert own["people"] > 0
    assert (empty["id"], empty["people"]) == (second.id, 0)
    helped = await administrator.patch(f"/api/groups/{second.id}", json={"overflow": [office.tea.group.id]})
    assert helped.json()["people"] == own["people"]
    strict = await administrator.patch(f"/api/groups/{second.id}", json={"must": ["French"]})
    assert strict.json()["people"] == 0


async def test_people_without_the_skill_are_named_as_the_reason_and_skills_as_the_remedy(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    group = office.tea.group.id
    assert (await administrator.patch(f"/api/groups/{group}", json={"must": ["French"]})).status_code == 200
    holes = (await administrator.get("/api/coverage")).json()["holes"]
    assert [each["remedies"][0] for each in holes if each["group"] == group] == ["grant_skill"]


async def test_a_rule_that_asks_for_what_nobody_in_its_reach_can_is_named_by_the_check(
    office: Office, administrator: httpx.AsyncClient, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async def found() -> list[dict[str, Any]]:
        return list((await administrator.get("/api/coverage")).json()["unmet"])

    rule = {"name": "Reds", "on": "words", "texts": ["red"], "skill": "wine"}
    assert (await administrator.put("/api/assignment/rules", json={"rules": [rule]})).status_code == 200
    assert await found() == [], "a skill that is only preferred holds nobody up"
    await administrator.put("/api/assignment/rules", json={"rules": [rule | {"must": True}]})
    place = {"group": office.tea.group.id, "shop": office.tea.shop.id}
    assert await found() == [{"rule": "Reds", "skill": "wine", "holders": [], "places": [place]}]
    assert not await terminal.check_hours(database, None, 7)
    assert "Rule Reds asks for wine, and nobody has it." in capsys.readouterr().out.replace("\n", " ")
    agent = office.tea.staff[Role.AGENT].id
    await administrator.patch(f"/api/accounts/{agent}", json={"skills": ["wine"], "groups": []})
    assert [(each["holders"], each["places"]) for each in await found()] == [([agent], [place])]
    assert not await terminal.check_hours(database, None, 7)
    assert "nobody with it could have a buyer of" in capsys.readouterr().out.replace("\n", " ")
    await administrator.patch(f"/api/accounts/{agent}", json={"groups": [office.tea.group.id]})
    assert await found() == []
    assert await terminal.check_hours(database, None, 7)
    await administrator.patch(f"/api/groups/{office.tea.group.id}", json={"must": ["French"]})
    assert [each["holders"] for each in await found()] == [[agent]], "what the group must have is asked for beside"


@pytest.mark.parametrize("overflow", [["own"], [10**9], ["other", "other"]], ids=["itself", "unknown", "twice"])
async def test_helpers_are_other_groups_of_the_merchant_each_once(
    office: Office, administrator: httpx.AsyncClient, overflow: list[Any]
) -> None:
    people = office.house.people
    second = await people.add_group(office.tea.merchant.id, "Hard cases", "hard_cases", Milliseconds(180_000))
    named = {"own": office.tea.group.id, "other": second.id}
    body = {"overflow": [named.get(each, each) for each in overflow]}
    answer = await administrator.patch(f"/api/groups/{office.tea.group.id}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_overflow")


async def test_the_rules_of_the_house_are_changed_one_by_one(administrator: httpx.AsyncClient) -> None:
    assert (await administrator.get("/api/assignment")).json() == {
        "policy": "idle_hands",
        "silent_after": 300_000,
        "gone_after": 60_000,
        "end_after": 0,
        "end_notice": 60_000,
        "skill_hold": 15_000,
    }
    changed = await administrator.patch("/api/assignment", json={"policy": "weighted"})
    assert (changed.json()["policy"], changed.json()["silent_after"]) == ("weighted", 300_000)
    changed = await administrator.patch("/api/assignment", json={"end_after": 900_000, "silent_after": 0})
    assert (await administrator.get("/api/assignment")).json() == changed.json()
    assert changed.json()["policy"] == "weighted"
    assert (await administrator.patch("/api/assignment", json={"policy": "by_mood"})).status_code == 422
    assert (await administrator.patch("/api/assignment", json={"gone_after": -1})).status_code == 422


async def test_an_account_is_given_limits_of_its_groups_languages_and_a_level(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    group = office.tea.group.id
    path = f"/api/accounts/{office.tea.staff[Role.AGENT].id}"
    body = {"group_limits": {str(group): 2, "99999": 1}, "languages": ["zh"], "level": 2}
    changed = (await administrator.patch(path, json=body)).json()
    assert changed["group_limits"] == {str(group): 2}  # of the groups it works in
    assert (changed["languages"], changed["level"]) == (["zh"], 2)
    assert (await administrator.patch(path, json={"limit": 5})).json()["group_limits"] == {str(group): 2}
    assert (await administrator.patch(path, json={"level": 0})).status_code == 422


GIFTS = {"name": "Gifts", "duty": "after_sale", "target_ms": 9_000}


async def test_a_group_is_made_as_its_duty_suggests_and_renamed(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    made = await administrator.post("/api/groups", json=GIFTS | {"priority": 2, "overflow": [office.tea.group.id]})
    assert made.status_code == 201
    group = made.json()
    assert (group["name"], group["duty"], group["target_ms"], group["judged"]["by"]) == (*GIFTS.values(), "refund")
    assert (group["priority"], group["overflow"]) == (2, [office.tea.group.id])
    changed = (await administrator.patch(f"/api/groups/{group['id']}", json={"name": " 礼品 ", "duty": "other"})).json()
    assert changed == group | {"name": "礼品", "duty": "other"}  # judged as it was
    assert (await administrator.get("/api/groups")).json()[-1] == changed
    assert office.live.roster_changes == [office.tea.merchant.id] * 2
    assert [(what, said.split(", ")[0]) for what, said in (await office.audit())[-2:]] == [
        ("group added", f"group {group['id']}: Gifts"),
        ("group changed", f"group {group['id']}: name Gifts -> 礼品"),
    ]


async def test_a_new_group_routes_to_nobody_until_people_have_it(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    group = (await administrator.post("/api/groups", json=GIFTS)).json()
    assert group["people"] == 0
    agent = office.tea.staff[Role.AGENT].id
    await administrator.patch(f"/api/accounts/{agent}", json={"groups": [group["id"]], "limit": 2})
    assert (await administrator.get("/api/groups")).json()[-1]["people"] == 1


async def test_a_group_has_a_name_of_its_own_among_those_of_the_merchant(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    silk = await open_company(office.house, "silk")
    taken = await administrator.post("/api/groups", json=GIFTS | {"name": "Pre-sale"})
    assert (taken.status_code, taken.json()["message"]) == (409, "name is that of another group.")
    group = (await administrator.post("/api/groups", json=GIFTS)).json()
    assert (await administrator.patch(f"/api/groups/{group['id']}", json={"name": "Pre-sale"})).status_code == 409
    assert (await administrator.patch(f"/api/groups/{group['id']}", json={"name": "Gifts"})).status_code == 200
    theirs = await office.as_(Role.ADMINISTRATOR, silk)
    assert (await theirs.post("/api/groups", json=GIFTS)).status_code == 201
    assert (await theirs.patch(f"/api/groups/{group['id']}", json={"name": "Mine"})).status_code == 404
    assert (await theirs.post("/api/groups", json=GIFTS | {"name": "A", "overflow": [group["id"]]})).status_code == 422


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": " "}, "name needs at least 1 characters."),
        ({"name": "a" * 41}, "name takes at most 40 characters."),
        ({"name": "a\u202eb"}, "name has characters that cannot be seen."),
        ({"duty": "tea"}, "duty must be"),
        ({"target_ms": 0}, "target_ms must be at least 1."),
    ],
)
async def test_what_no_group_can_be_is_refused_by_its_field(
    administrator: httpx.AsyncClient, sent: dict[str, Any], said: str
) -> None:
    answer = await administrator.post("/api/groups", json=GIFTS | sent)
    assert (answer.status_code, answer.json()["message"][: len(said)]) == (422, said)


async def test_there_are_so_many_groups_at_most(office: Office, administrator: httpx.AsyncClient) -> None:
    people, merchant = office.house.people, office.tea.merchant.id
    for number in range(MOST - 2):
        await people.add_group(merchant, f"Group {number}", "other", Milliseconds(6_000))
    answers = await asyncio.gather(
        *(administrator.post("/api/groups", json=GIFTS | {"name": name}) for name in ("Last", "One too many"))
    )
    assert sorted(each.status_code for each in answers) == [201, 409]
    assert {each.json()["message"] for each in answers if each.is_error} == {"There can be 50 groups at most."}
