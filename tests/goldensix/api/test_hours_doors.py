"""Hours, shifts and the check over REST: set by those who plan, refused where they make no sense."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from goldensix.events.ids import Milliseconds
from goldensix.team.hours import Span, bounds, local_day
from goldensix.team.roles import Role
from house_builders import Office

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


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_days_that_nobody_plans_are_refused(office: Office, manager: httpx.AsyncClient, day: str) -> None:
    asked = await manager.get("/api/shifts", params={"first": day, "days": 62})
    body = {"account": office.tea.staff[Role.AGENT].id, "day": day, "begins": 0, "ends": 1440}
    added = await manager.post("/api/shifts", json=body)
    repeated = await manager.post("/api/shifts", json={**body, "day": "2025-11-13", "weekdays": [0], "until": day})
    assert [each.status_code for each in (asked, added, repeated)] == [422] * 3
