"""The door for a shop's own server: who gets in, what is taken, and that a slip costs nothing."""

import json
from typing import Any

import httpx
import pytest

from goldensix.actions.arrival import OrderFacts
from goldensix.adapters.postgres.erasing import erase_buyer, known_of
from goldensix.adapters.postgres.orders import Change, Order
from goldensix.adapters.postgres.roster import Shop
from goldensix.adapters.visitors import Claim, customer_signature
from goldensix.api.limits import limits
from goldensix.team.roles import Role
from house_builders import Office, open_company
from shop_server import signed

HOUR = 3_600_000
JSON = {"content-type": "application/json", "accept-language": "en"}


def order(office: Office, number: str = "N1", **fields: Any) -> dict[str, Any]:
    """Placed and paid a day ago."""
    day = office.clock() - 24 * HOUR
    told = {"number": number, "customer": "c-1", "status": "paid", "price_cents": 19_900}
    return told | {"placed_at": day, "paid_at": day + 60_000} | fields


def headers_of(office: Office, body: bytes, shop: Shop | None = None, age: int = 0) -> dict[str, str]:
    return signed(body, (shop or office.tea.shop).secret, office.clock() - age)


async def told(office: Office, *orders: dict[str, Any], age: int = 0) -> httpx.Response:
    body = json.dumps({"orders": orders}).encode()
    async with office.browser() as server:
        path = f"/api/shops/{office.tea.shop.id}/orders"
        return await server.post(path, content=body, headers=headers_of(office, body, age=age))


async def taken(office: Office, *orders: dict[str, Any], age: int = 0) -> dict[str, Any]:
    answer = await told(office, *orders, age=age)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def known(office: Office, customer: str = "c-1") -> list[Order]:
    """What the customer's page leads to."""
    shop = office.tea.shop
    welcomed = await office.house.visitors.welcome(
        shop.id, Claim("", customer, customer_signature(customer, shop.secret))
    )
    assert welcomed is not None
    return await office.house.orders.of_buyer(office.tea.merchant.id, shop.id, welcomed[1].buyer)


async def moves(office: Office) -> int:
    return len(await office.house.mirror.untold(office.tea.merchant.id, 0))


async def test_an_order_is_its_customers_and_moves_as_it_is_told(office: Office) -> None:
    asked = office.clock() - HOUR
    item = {"title": "Teapot", "variant": "blue", "quantity": 2, "price_cents": 9_950}
    receiver = {"name": "陈一", "phone": "13900001234", "address": "上海市徐汇区梧桐里 18 弄"}
    first = await taken(office, order(office, items=[item], receiver=receiver, remark="gift"))
    assert first == {"taken": 1, "moved": 1, "kept": []}
    assert await taken(office, order(office)) == {"taken": 1, "moved": 0, "kept": []}
    again = await taken(office, order(office, status="refund_asked", refund_asked_at=asked))
    assert again["moved"] == 1
    [found] = await known(office)
    facts = await office.house.orders.facts(office.tea.merchant.id, office.tea.shop.id, found.buyer)
    assert facts == OrderFacts(0, refund_asked=True, paid_cents=0)  # what rules for consults look at
    assert (found.status, found.times["refund_asked"], found.items[0].quantity) == ("refund_asked", asked, 2)
    assert (found.receiver.phone, found.remark) == ("13900001234", "gift")
    assert office.live.orders_moved == [office.tea.merchant.id] * 2
    late = await taken(office, order(office))
    assert (late["moved"], (await known(office))[0].status) == (0, "refund_asked")


async def test_nobody_gets_in_without_the_shops_own_secret_and_a_fresh_time(office: Office) -> None:
    other = await open_company(office.house, "silk")
    body = json.dumps({"orders": [order(office)]}).encode()
    path = f"/api/shops/{office.tea.shop.id}/orders"
    good = headers_of(office, body)
    async with office.browser() as server:
        for headers, code in (
            (JSON, "bad_timestamp"),
            (headers_of(office, body, age=6 * 60_000), "bad_timestamp"),
            (headers_of(office, body, age=-6 * 60_000), "bad_timestamp"),
            (good | {"golden-six-timestamp": "soon"}, "bad_timestamp"),
            (good | {"golden-six-signature": ""}, "bad_signature"),
            (good | {"golden-six-signature": "v1=é"}, "bad_signature"),
            (headers_of(office, body + b" "), "bad_signature"),
            (headers_of(office, body, other.shop), "bad_signature"),
        ):
            sent = {name.encode(): value.encode() for name, value in headers.items()}
            refusal = await server.post(path, content=body, headers=sent)
            assert (refusal.status_code, refusal.json()["code"]) == (401, code)
        for shop in (other.shop.id, 10**12):
            refusal = await server.post(f"/api/shops/{shop}/orders", content=body, headers=good)
            assert (refusal.status_code, refusal.json()["code"]) == (401, "bad_signature")
        manager = await office.as_(Role.ADMINISTRATOR)
        assert (await manager.post(path, content=body, headers=JSON)).status_code == 401
    assert await known(office) == []


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"status": "shipped"}, "status is shipped, but the latest of its times is paid_at"),
        ({"status": "lost"}, "orders.1.status"),
        ({"paid_at": 1_763_000_000}, "orders.1.paid_at"),
        ({"placed_at": None}, "orders.1.placed_at"),
        ({"price_cents": -1}, "orders.1.price_cents"),
        ({"customer": ""}, "orders.1.customer"),
        ({"customer": "a\nb"}, "orders.1.customer"),
        ({"remark": "a\0"}, "orders.1.remark"),
        ({"remark": "\ud800"}, "orders.1.remark"),
        ({"receiver": {"address": "\ud800"}}, "orders.1.receiver.address"),
        ({"colour": "red"}, "orders.1.colour"),
        ({"items": [{"title": "", "price_cents": 1}]}, "orders.1.items.0.title"),
        ({"placed_at": 1_762_999_999_999, "paid_at": 1_762_999_999_998}, "(order N2): paid_at is before placed_at"),
        ({"paid_at": 1_763_000_000_000 + HOUR}, "Order N2: paid_at lies in the future"),
    ],
)
async def test_one_bad_order_and_none_is_taken(office: Office, fields: dict[str, Any], named: str) -> None:
    refusal = await told(office, order(office), order(office, "N2", **fields))
    assert (refusal.status_code, refusal.json()["code"]) == (422, "invalid")
    assert named in refusal.json()["message"]
    assert (await known(office), await moves(office)) == ([], 0)


async def test_an_order_stays_whose_it_is(office: Office) -> None:
    await taken(office, order(office))
    refusal = await told(office, order(office, "N2"), order(office, customer="c-2"))
    assert (refusal.status_code, refusal.json()["code"]) == (409, "other_customer")
    assert "N1" in refusal.json()["message"]
    assert [each.number for each in await known(office)] == ["N1"]


async def test_a_call_takes_so_many_orders_and_a_server_so_many_calls(office: Office) -> None:
    many = [order(office, f"N{number}") for number in range(101)]
    assert (await told(office, *many)).status_code == 422
    assert (await taken(office, *many[:100]))["moved"] == 100
    office.reopen(limits=limits(account_rate=1))
    answers = [await told(office, order(office)) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_what_somebody_of_the_desk_changed_stays_and_the_platform_is_told(office: Office) -> None:
    receiver = {"name": "陈一", "phone": "13900001234", "address": "上海市"}
    placed = order(office, status="placed", paid_at=None, receiver=receiver, remark="")
    await taken(office, placed)
    merchant, by = office.tea.merchant.id, office.tea.staff[Role.AGENT].id
    [found] = await known(office)
    change = Change(price_cents=18_000, receiver_address="北京市", remark="gift")
    await office.house.orders.change(merchant, found.id, change, by)
    answer = await taken(office, placed)
    assert [each["field"] for each in answer["kept"]] == ["price_cents", "receiver", "remark"]
    [found] = await known(office)
    assert (found.price_cents, found.receiver.address, found.remark) == (18_000, "北京市", "gift")
    # The platform took the price over, and what is paid and shipped is its own to say.
    shipped = order(office, status="shipped", shipped_at=office.clock(), price_cents=17_000, receiver=receiver)
    answer = await taken(office, order(office, price_cents=18_000, remark="gift"))
    assert answer["kept"] == []
    assert (await taken(office, shipped))["kept"] == []
    [found] = await known(office)
    assert (found.price_cents, found.receiver.address, found.remark) == (17_000, "上海市", "gift")
    assert (await office.audit())[-1] == ("receiver changed", "order N1")


async def test_what_was_said_earlier_and_comes_later_changes_times_only(office: Office) -> None:
    await taken(office, order(office, price_cents=18_000))
    shipped = order(office, status="shipped", shipped_at=office.clock() - HOUR, price_cents=19_900, remark="old")
    assert (await taken(office, shipped, age=60_000))["moved"] == 1
    [found] = await known(office)
    assert (found.status, found.price_cents, found.remark) == ("shipped", 18_000, "")


async def test_of_a_buyer_who_was_erased_nothing_comes_back(office: Office) -> None:
    receiver = {"name": "陈一", "phone": "13900001234", "address": "上海市"}
    await taken(office, order(office, receiver=receiver, remark="gift"))
    merchant = office.tea.merchant.id
    buyer = (await known(office))[0].buyer
    there = await known_of(office.pool, merchant, buyer)
    await erase_buyer(office.pool, merchant, buyer, there, office.clock())
    refunded = {"refund_asked_at": office.clock() - HOUR, "refunded_at": office.clock()}
    again = await taken(office, order(office, status="refunded", receiver=receiver, remark="gift", **refunded))
    assert again["moved"] == 1
    [found] = await office.house.orders.of_buyer(merchant, office.tea.shop.id, buyer)
    assert (found.status, found.receiver.phone, found.remark) == ("refunded", "", "")
    assert await office.pool.fetchval("select count(*) from buyers where customer = 'c-1'") == 0
