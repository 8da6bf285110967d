"""Hours, shifts and the check over REST: set by those who plan, refused where they make no sense."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from goldensix.events.ids import Milliseconds
from goldensix.team.hours import Span, bounds, local_day
from goldensix.team.roles import Role
from house_builders import Office, open_company

ZONE = ZoneInfo("Asia/Shanghai")
DAY = [{"begins": 540, "ends": 1320}]


@pytest.fixture
async def manager(office: Office) -> httpx.AsyncClient:
    return await office.as_(Role.SERVICE_MANAGER)


def today(office: Office) -> date:
    return local_day(office.house.now(), ZONE)


async def test_hours_are_set_for_a_shop_and_otherwise_for_a_group(office: Office, manager: httpx.AsyncClient) -> None:
    shop, group = office.tea.shop.id, office.tea.group.id
    special = {
        "first": "2026-11-10",
        "last": "2026-11-11",
        "name": "Double Eleven",
        "spans": [{"begins": 0, "ends": 1440}],
    }
    body = {"week": [DAY] * 6 + [[]], "special": [special], "off_hours": [{"zh": "{opens} 见", "en": "At {opens}"}]}
    assert (await manager.put(f"/api/hours/shops/{shop}", json=body)).status_code == 204
    late = {"week": [[{"begins": 1320, "ends": 120}]] * 7}
    assert (await manager.put(f"/api/hours/groups/{group}", json=late)).status_code == 204
    shown = (await manager.get("/api/hours")).json()
    (own,) = (each for each in shown["shops"] if each["id"] == shop)
    assert own["hours"] == {"week": body["week"], "special": [special]}
    assert own["off_hours"] == body["off_hours"]
    assert shown["groups"][0]["hours"] == {"week": late["week"], "special": []}


@pytest.mark.parametrize(
    "body",
    [
        {"week": [DAY] * 6},
        {"week": [[{"begins": 1440, "ends": 10}]] + [[]] * 6},
        {"special": [{"first": "2026-02-03", "last": "2026-02-02", "name": "x", "spans": []}]},
        {"special": [{"first": "2026-02-30", "last": "2026-02-02", "name": "x", "spans": []}]},
        {"weeks": None},
    ],
)
async def test_hours_that_make_no_sense_are_refused(
    office: Office, manager: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    answer = await manager.put(f"/api/hours/shops/{office.tea.shop.id}", json=body)
    assert answer.status_code == 422
    assert answer.json()["message"]


async def test_a_shift_is_repeated_on_days_of_the_week_and_removed_from_one_on(
    office: Office, manager: httpx.AsyncClient
) -> None:
    agent, begin = office.tea.staff[Role.AGENT].id, today(office)
    until = begin + timedelta(13)
    body = {"account": agent, "day": str(begin), "begins": 540, "ends": 60, "weekdays": list(range(7))}
    made = (await manager.post("/api/shifts", json={**body, "until": str(until)})).json()
    assert len(made) == 14
    assert {each["series"] for each in made} == {made[0]["id"]}
    assert (made[0]["starts"], made[0]["ends"]) == bounds(begin, Span(540, 60), ZONE)
    week = (await manager.get("/api/shifts", params={"days": 7})).json()
    assert (week["zone"], week["first"], len(week["shifts"])) == ("Asia/Shanghai", str(begin), 7)
    assert {each["id"] for each in week["people"] if each["has_shifts"]} == {agent}
    removed = await manager.delete(f"/api/shifts/{made[3]['id']}", params={"later": True})
    assert removed.json() == {"shifts": 11}
    assert (await manager.delete(f"/api/shifts/{made[3]['id']}")).status_code == 404
    assert (await manager.delete(f"/api/shifts/of/{agent}")).json() == {"shifts": 3}
    assert not any(each["has_shifts"] for each in (await manager.get("/api/shifts")).json()["people"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"account": 2**40}, "bad_account"),
        ({"group": 2**40}, "bad_group"),
        ({"weekdays": [1]}, "bad_until"),
        ({"weekdays": [1], "until": "2024-01-01"}, "bad_until"),
        ({"weekdays": [1], "until": "2099-01-01"}, "bad_until"),
        ({"begins": 1440}, "invalid"),
    ],
)
async def test_a_shift_that_makes_no_sense_is_refused(
    office: Office, manager: httpx.AsyncClient, change: dict[str, Any], code: str
) -> None:
    body = {"account": office.tea.staff[Role.AGENT].id, "day": str(today(office)), "begins": 0, "ends": 60}
    answer = await manager.post("/api/shifts", json={**body, **change})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_the_check_names_the_hours_in_which_a_group_routes_to_nobody(
    office: Office, manager: httpx.AsyncClient
) -> None:
    people, tomorrow = office.house.people, today(office) + timedelta(1)
    hard = await people.add_group(office.tea.merchant.id, "Hard cases", "hard_cases", Milliseconds(180_000))
    empty = (await manager.get("/api/coverage")).json()
    (without,) = (each for each in empty["covers"] if each["group"] == hard.id)
    assert ([each["state"] for each in without["stretches"]], empty["holes"]) == (["manager"], [])
    staff = [office.tea.staff[role].id for role in (Role.AGENT, Role.SERVICE_MANAGER, Role.ADMINISTRATOR)]
    for account in staff:
        body = {"account": account, "day": str(tomorrow), "begins": 540, "ends": 1320}
        assert (await manager.post("/api/shifts", json=body)).status_code == 201
    found = (await manager.get("/api/coverage", params={"days": 2})).json()
    (own,) = (each for each in found["covers"] if each["group"] == office.tea.group.id)
    assert own["days"][1][17:19] == [0, len(own["stretches"][-2]["people"])]
    begins, ends = bounds(tomorrow, Span(540, 1320), ZONE)
    ours = [each for each in found["holes"] if each["group"] == office.tea.group.id]
    assert [(each["begins"], each["ends"]) for each in ours] == [(found["since"], begins), (ends, ends + 7_200_000)]
    assert ours[1]["remedies"][0] == "extend_shift"
    assert ours[1]["extend"] in staff


async def test_a_shift_is_changed_alone_or_with_what_follows_it(office: Office, manager: httpx.AsyncClient) -> None:
    agent, group, begin = office.tea.staff[Role.AGENT].id, office.tea.group, today(office)
    until = str(begin + timedelta(3))
    body = {"account": agent, "day": str(begin), "begins": 540, "ends": 1080}
    made = (await manager.post("/api/shifts", json={**body, "weekdays": list(range(7)), "until": until})).json()
    office.live.roster_changes.clear()
    second = f"/api/shifts/{made[1]['id']}"
    change = {"day": str(begin + timedelta(1)), "begins": 600, "ends": 60}
    [alone] = (await manager.put(second, json=change)).json()
    starts, ends = bounds(begin + timedelta(1), Span(600, 60), ZONE)
    assert alone == {**made[1], "starts": starts, "ends": ends}
    assert office.live.roster_changes == [office.tea.merchant.id]
    change = {"day": str(begin + timedelta(2)), "begins": 480, "ends": 1440, "group": group.id}
    moved = (await manager.put(second, json=change, params={"later": True})).json()
    assert [each["id"] for each in moved] == [each["id"] for each in made[1:]]
    days = [bounds(begin + timedelta(day), Span(480, 1440), ZONE) for day in (2, 3, 4)]
    assert [(each["starts"], each["ends"], each["group"]) for each in moved] == [(*day, group.id) for day in days]
    week = (await manager.get("/api/shifts", params={"days": 7})).json()["shifts"]
    assert week == [made[0], *moved]
    assert (await manager.put(second, json=change)).status_code == 200, "as it is: nothing to tell"
    beyond = await manager.put(second, json=change | {"day": "2199-12-31"}, params={"later": True})
    assert (beyond.status_code, beyond.json()["code"]) == (422, "bad_day")
    first, then = begin + timedelta(1), begin + timedelta(2)
    assert [said for what, said in await office.audit() if what == "shifts changed"] == [
        f"account {agent}: {first} 09:00-18:00 -> {first} 10:00-01:00",
        f"account {agent}: {first} 10:00-01:00 -> {then} 08:00-00:00, {group.name}; 3 shifts",
    ]


async def test_a_change_of_a_shift_is_refused_where_adding_it_would_be(
    office: Office, manager: httpx.AsyncClient
) -> None:
    body = {"day": str(today(office)), "begins": 0, "ends": 60}
    person = {"account": office.tea.staff[Role.AGENT].id}
    [made] = (await manager.post("/api/shifts", json=body | person)).json()
    path = f"/api/shifts/{made['id']}"
    silk = await open_company(office.house, "silk")
    answers = [
        await manager.put(path, json=body | {"group": silk.group.id}),
        await manager.put(path, json=body | {"begins": 1440}),
        await manager.put(path, json=body | person),
        await manager.put(f"/api/shifts/{2**40}", json=body),
        await (await office.as_(Role.SERVICE_MANAGER, silk)).put(path, json=body),
    ]
    codes = [(each.status_code, each.json()["code"]) for each in answers]
    assert codes == [(422, "bad_group"), *[(422, "invalid")] * 2, *[(404, "not_found")] * 2]
    assert all(
        name in each.json()["message"] for name, each in zip(("group", "begins", "account"), answers, strict=False)
    )
    assert (await manager.get("/api/shifts")).json()["shifts"] == [made]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_days_that_nobody_plans_are_refused(office: Office, manager: httpx.AsyncClient, day: str) -> None:
    asked = await manager.get("/api/shifts", params={"first": day, "days": 62})
    body = {"account": office.tea.staff[Role.AGENT].id, "day": day, "begins": 0, "ends": 1440}
    added = await manager.post("/api/shifts", json=body)
    repeated = await manager.post("/api/shifts", json={**body, "day": "2025-11-13", "weekdays": [0], "until": day})
    assert [each.status_code for each in (asked, added, repeated)] == [422] * 3
