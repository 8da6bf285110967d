"""What shops' pages ask the desk, and what agents see of the shop."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import httpx

from goldensix.adapters.postgres.replies import QuickReplyDraft
from goldensix.adapters.postgres.roster import Question, ShopSettings, Wording
from goldensix.adapters.postgres.shop import ProductDraft, ProductId
from goldensix.adapters.visitors import customer_signature
from goldensix.team.hours import Opening, Span, SpecialDay, local_day
from goldensix.team.roles import Role
from house_builders import Company, Office, open_company

FROM_A_SHOP = {"Origin": "https://shop.example", "X-Golden-Six": ""}


async def with_a_teapot(office: Office, company: Company | None = None) -> ProductId:
    of = company or office.tea
    draft = ProductDraft("Teapot", 19_900, 3, "#AA0000")
    return (await office.house.shops.list_products(of.merchant.id, of.shop.id, [draft]))["Teapot"]


async def test_the_window_of_a_shop_is_for_every_site(office: Office) -> None:
    of = office.tea
    settings = ShopSettings(
        greeting=Wording("你好", "Hello"),
        questions=(Question("发货？", "Shipping?", of.group.id),),
    )
    await office.house.people.change_shop(
        of.merchant.id, of.shop.id, lambda shop: replace(shop, settings=settings), None
    )
    answer = await office.browser().get(f"/api/widget/{of.shop.id}", headers=FROM_A_SHOP)
    assert answer.json() == {
        "shop": of.shop.id,
        "name": of.shop.name,
        "letter": "S",
        "greeting": {"zh": "你好", "en": "Hello"},
        "questions": [{"zh": "发货？", "en": "Shipping?", "group": of.group.id}],
        "hours": "",
    }
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert "Accept-Language" in answer.headers["vary"]


async def test_the_window_says_the_hours_of_today(office: Office) -> None:
    """The clock of this house stands on Thursday, 13 November 2025."""
    of, asked = office.tea, f"/api/widget/{office.tea.shop.id}"
    day, holiday = date(2025, 11, 13), date(2025, 11, 14)
    week = ((), (), (), (Span(540, 720), Span(780, 1440)), (), (), ())
    opening = Opening(week, (SpecialDay(holiday, holiday, "Inventory"),))
    await office.house.people.change_shop(
        of.merchant.id, of.shop.id, lambda shop: replace(shop, settings=ShopSettings(opening=opening)), None
    )
    assert local_day(office.clock(), ZoneInfo(of.shop.zone)) == day
    told = await office.browser().get(asked)
    assert told.json()["hours"] == "Open today 9:00–12:00, 13:00–24:00"
    office.clock.forward(days=1)
    told = await office.browser().get(asked, headers={"Accept-Language": "zh"})
    assert told.json()["hours"] == "今天不营业"


async def test_the_window_of_no_shop_is_an_error_that_is_not_cached(office: Office) -> None:
    answer = await office.browser().get("/api/widget/999")
    assert (answer.status_code, answer.json()["message"]) == (404, "There is no such shop.")
    assert answer.headers["cache-control"] == "no-store"


async def test_a_product_is_shown_to_buyers_of_its_shop(office: Office) -> None:
    product = await with_a_teapot(office)
    shop = office.tea.shop.id
    answer = await office.browser().get(f"/api/widget/{shop}/products/{product}", headers=FROM_A_SHOP)
    assert answer.json() == {
        "id": product,
        "title": "Teapot",
        "price_cents": 19_900,
        "stock": 3,
        "picture_colour": "#AA0000",
    }
    assert (await office.browser().get(f"/api/widget/{shop}/products/{product + 1}")).status_code == 404


async def test_a_shops_page_lists_its_products(office: Office) -> None:
    product = await with_a_teapot(office)
    listed = await office.browser().get(f"/api/widget/{office.tea.shop.id}/products", headers=FROM_A_SHOP)
    assert [each["id"] for each in listed.json()] == [product]
    assert (await office.browser().get("/api/widget/999/products")).status_code == 404


async def test_an_agent_sees_the_products_of_the_merchants_shops_only(office: Office) -> None:
    product = await with_a_teapot(office)
    other = await open_company(office.house, "kettle")
    await with_a_teapot(office, other)
    agent = await office.as_(Role.AGENT)
    assert [each["id"] for each in (await agent.get(f"/api/shops/{office.tea.shop.id}/products")).json()] == [product]
    assert (await agent.get(f"/api/shops/{other.shop.id}/products")).json() == []


async def test_an_account_limited_to_a_shop_sees_no_other(office: Office) -> None:
    of, people = office.tea, office.house.people
    second = await people.add_shop(of.merchant.id, "Kettles", default_group=of.group.id)
    await people.change_account(
        of.merchant.id, of.staff[Role.AGENT].id, lambda account: replace(account, shops=frozenset({second.id}))
    )
    agent = await office.as_(Role.AGENT)
    assert (await agent.get(f"/api/shops/{of.shop.id}/products")).status_code == 404
    assert (await agent.get(f"/api/shops/{second.id}/products")).status_code == 200


async def ask_who(office: Office, **said: str) -> httpx.Response:
    asked = {"shop": office.tea.shop.id, **said}
    return await office.browser().post("/api/visitor", json=asked, headers=FROM_A_SHOP)


async def test_a_visitor_is_known_again_by_the_token(office: Office) -> None:
    first = (await ask_who(office)).json()
    again = (await ask_who(office, token=first["token"])).json()
    assert (again["buyer"], again["customer"]) == (first["buyer"], False)


async def test_a_shop_vouches_for_its_customer(office: Office) -> None:
    signature = customer_signature("c-1", office.tea.shop.secret)
    one = (await ask_who(office, customer="c-1", signature=signature)).json()
    other = (await ask_who(office, customer="c-1", signature=signature)).json()
    assert (one["buyer"], one["customer"]) == (other["buyer"], True)
    wrong = (await ask_who(office, customer="c-1", signature="0" * 64)).json()
    assert (wrong["buyer"] != one["buyer"], wrong["customer"]) == (True, False)


async def test_a_page_of_no_shop_has_no_visitors(office: Office) -> None:
    assert (await office.browser().post("/api/visitor", json={"shop": 999})).status_code == 404
    assert (await office.browser().post("/api/visitor", json={"shop": 1, "token": "x" * 1001})).status_code == 422


async def test_quick_replies_come_with_their_sounds_to_those_who_answer(office: Office) -> None:
    drafts = [QuickReplyDraft("fh", "发货时间", "{agent}：今天发", office.tea.group.id)]
    await office.house.replies.add_all(office.tea.merchant.id, drafts)
    (reply,) = (await (await office.as_(Role.AGENT)).get("/api/replies")).json()
    assert (reply["code"], reply["initials"], reply["pinyin"]) == ("fh", "fhsj", "fahuoshijian")
    assert (reply["text"], reply["group"]) == ("{agent}：今天发", office.tea.group.id)
    assert (await (await office.as_(Role.OPERATIONS)).get("/api/replies")).status_code == 403
    other = await open_company(office.house, "kettle")
    assert (await (await office.as_(Role.AGENT, other)).get("/api/replies")).json() == []
