"""Shops are added and renamed by the administrator."""

from typing import Any

import httpx
import pytest

from goldensix.adapters.postgres.places import MOST
from goldensix.team.roles import Role
from house_builders import Office, open_company


@pytest.fixture
async def administrator(office: Office) -> httpx.AsyncClient:
    return await office.as_(Role.ADMINISTRATOR)


def kettles(office: Office, **sent: Any) -> dict[str, Any]:
    return {"name": "Kettles", "default_group": office.tea.group.id, "zone": "Europe/Berlin", **sent}


async def test_a_shop_is_added_and_buyers_write_to_it_at_once(office: Office, administrator: httpx.AsyncClient) -> None:
    added = await administrator.post("/api/shops", json=kettles(office, letter="K"))
    assert added.status_code == 201
    shop = added.json()
    assert shop == kettles(office, letter="K") | {
        "id": shop["id"],
        "url": f"http://desk.example/s/{shop['id']}",
        "script": f'<script src="http://desk.example/w.js" data-shop="{shop["id"]}" async></script>',
    }
    assert (await administrator.get("/api/shops")).json()[-1] == shop
    assert (await office.browser().get(f"/api/widget/{shop['id']}")).json()["name"] == "Kettles"
    assert (await office.browser().post("/api/visitor", json={"shop": shop["id"]})).status_code == 200
    assert office.live.roster_changes == [office.tea.merchant.id]
    group = office.tea.group.id
    said = f"shop {shop['id']}: Kettles, Europe/Berlin, group {group}"
    assert (await office.audit())[-1] == ("shop added", said)


async def test_a_shop_is_renamed_and_led_to_another_group_and_keeps_its_zone(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    gifts = {"name": "Gifts", "duty": "other", "target_ms": 9_000}
    group = (await administrator.post("/api/groups", json=gifts)).json()["id"]
    path = f"/api/shops/{office.tea.shop.id}"
    changed = await administrator.patch(path, json={"name": "茶舍", "default_group": group, "letter": "T"})
    shop = changed.json()
    assert (shop["name"], shop["default_group"], shop["letter"]) == ("茶舍", group, "T")
    assert (await administrator.patch(path, json={"zone": "UTC"})).json()["message"] == "zone is not a field here."
    said = f"name The tea shop -> 茶舍, letter S -> T, default_group {office.tea.group.id} -> {group}"
    assert (await office.audit())[-1] == ("shop changed", f"shop {office.tea.shop.id}: {said}")
    assert (await administrator.get("/api/shops")).json() == [shop]


async def test_a_shop_has_a_name_and_a_group_among_those_of_its_merchant(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    silk = await open_company(office.house, "silk")
    taken = await administrator.post("/api/shops", json=kettles(office, name="The tea shop"))
    assert (taken.status_code, taken.json()["message"]) == (409, "name is that of another shop.")
    assert (await administrator.post("/api/shops", json=kettles(office, name="The silk shop"))).status_code == 201
    foreign = await administrator.post("/api/shops", json=kettles(office, default_group=silk.group.id))
    assert (foreign.status_code, foreign.json()["message"]) == (422, "default_group is no group of yours.")
    path = f"/api/shops/{office.tea.shop.id}"
    assert (await administrator.patch(path, json={"default_group": silk.group.id})).status_code == 422
    assert (await administrator.patch(path, json={"name": "The silk shop"})).status_code == 409
    assert (await administrator.patch(f"/api/shops/{silk.shop.id}", json={"name": "Mine"})).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ""}, "name needs at least 1 characters."),
        ({"name": "a\u200bb"}, "name has characters that cannot be seen."),
        ({"letter": "S1"}, "letter"),
        ({"zone": "Asia"}, "zone is no time zone; one is called Asia/Shanghai."),
        ({"zone": "../../etc/passwd"}, "zone is no time zone; one is called Asia/Shanghai."),
    ],
)
async def test_what_no_shop_can_be_is_refused_by_its_field(
    office: Office, administrator: httpx.AsyncClient, sent: dict[str, Any], said: str
) -> None:
    answer = await administrator.post("/api/shops", json=kettles(office, **sent))
    assert (answer.status_code, answer.json()["message"][: len(said)]) == (422, said)


async def test_there_are_so_many_shops_at_most(office: Office, administrator: httpx.AsyncClient) -> None:
    people, merchant, group = office.house.people, office.tea.merchant.id, office.tea.group.id
    for number in range(MOST - 1):
        await people.add_shop(merchant, f"Shop {number}", default_group=group)
    answer = await administrator.post("/api/shops", json=kettles(office))
    assert (answer.status_code, answer.json()["message"]) == (409, "There can be 50 shops at most.")
