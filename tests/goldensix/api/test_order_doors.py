"""Orders beside the chat: who reaches which, what is masked, who may change what."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from goldensix.actions.orders import STATUSES
from goldensix.adapters.postgres.log import PostgresLog
from goldensix.adapters.postgres.mirror import OrderDraft
from goldensix.adapters.postgres.orders import Item, Receiver
from goldensix.adapters.visitors import Claim, customer_signature
from goldensix.api.http.orders import masked
from goldensix.events.facts import ConversationStarted, OrderStatus
from goldensix.events.ids import BuyerId, ConversationId, Instant
from goldensix.log.port import Append, Appended, Draft
from goldensix.team.roles import Role
from house_builders import Office, open_company

CHEN = Receiver("陈一", "13900001234", "上海市徐汇区梧桐里 18 弄 6 号")


@dataclass(frozen=True)
class Talk:
    """A customer with one order, in conversation with the shop."""

    office: Office
    conversation: ConversationId
    order: int

    @property
    def orders(self) -> str:
        return f"/api/conversations/{self.conversation}/orders"

    async def browser(self, role: Role = Role.AGENT) -> httpx.AsyncClient:
        return await self.office.as_(role)

    async def change(self, role: Role = Role.AGENT, **changes: Any) -> httpx.Response:
        return await (await self.browser(role)).patch(f"/api/orders/{self.order}", json=changes)


async def talk(office: Office, status: OrderStatus = "placed") -> Talk:
    of = office.tea
    signature = customer_signature("c-1", of.shop.secret)
    welcomed = await office.house.visitors.welcome(of.shop.id, Claim("", "c-1", signature))
    assert welcomed is not None
    buyer = welcomed[1].buyer
    order = await ordered(office, buyer, status)
    conversation = ConversationId("0123456789abcdefghjk")
    event = ConversationStarted(of.shop.id, buyer, "widget", of.group.id, "zh")
    draft = Draft(event, Instant(office.clock()))
    (appended,) = await PostgresLog(office.pool).append(
        of.merchant.id, [Append(conversation, (draft,), 0)], office.clock()
    )
    assert isinstance(appended, Appended)
    return Talk(office, conversation, order)


def up_to(status: OrderStatus) -> tuple[OrderStatus, ...]:
    return STATUSES[: STATUSES.index(status) + 1]


async def ordered(office: Office, buyer: BuyerId, status: OrderStatus) -> int:
    of = office.tea
    draft = OrderDraft(
        customer="c-1",
        number="N1",
        times={each: Instant(1_000 * place) for place, each in enumerate(up_to(status), 1)},
        price_cents=19_900,
        items=(Item(None, "Teapot", "blue", 1, 19_900),),
        receiver=CHEN,
    )
    await office.house.mirror.take(of.merchant.id, of.shop.id, [draft], office.clock())
    (order,) = await office.house.orders.of_buyer(of.merchant.id, of.shop.id, buyer)
    return order.id


async def test_orders_of_a_conversation_come_masked(office: Office) -> None:
    its = await talk(office, "paid")
    office.live.opens.add(its.conversation)
    assert (await (await its.browser()).get(its.orders)).json() == [
        {
            "id": its.order,
            "number": "N1",
            "status": "paid",
            "placed_at": 1_000,
            "paid_at": 2_000,
            "shipped_at": None,
            "received_at": None,
            "refund_asked_at": None,
            "refunded_at": None,
            "price_cents": 19_900,
            "items": [{"product": None, "title": "Teapot", "variant": "blue", "quantity": 1, "price_cents": 19_900}],
            "receiver_name": "陈**",
            "receiver_phone": "139****1234",
            "receiver_address": "上海市徐汇区****",
            "remark": "",
        }
    ]


@pytest.mark.parametrize(
    ("receiver", "shown"),
    [
        (Receiver("何嘉言", "13900005678", "浙江省杭州市西湖区云栖路 9 号"), "浙江省杭州市西湖区****"),
        (Receiver("何嘉言", "13900005678", "上海市万象小区 3 号楼"), "上海市****"),
        (Receiver("Ann Lee", "555123", "12 Maple Road"), "12****"),
        (Receiver("", "", ""), "****"),
    ],
)
def test_a_masked_receiver_is_told_apart_but_not_found(receiver: Receiver, shown: str) -> None:
    hidden = masked(receiver)
    assert hidden.address == shown
    assert hidden.name == receiver.name[:1] + "**"
    assert hidden.phone in ("139****5678", "****")


async def test_a_conversation_that_may_not_be_opened_shows_no_orders(office: Office) -> None:
    its = await talk(office)
    refusal = await (await its.browser()).get(its.orders)
    assert (refusal.status_code, refusal.json()["code"]) == (404, "not_found")


async def test_a_conversation_of_another_merchant_does_not_exist(office: Office) -> None:
    its = await talk(office)
    office.live.opens.add(its.conversation)
    other = await open_company(office.house, "kettle")
    stranger = await office.as_(Role.ADMINISTRATOR, other)
    assert (await stranger.get(its.orders)).status_code == 404
    assert (await stranger.post(f"/api/orders/{its.order}/reveal")).status_code == 404
    assert (await stranger.patch(f"/api/orders/{its.order}", json={"remark": "mine"})).status_code == 404
    assert await office.audit() == await audited(office)


async def audited(office: Office, *rows: tuple[str, str]) -> list[tuple[str, str]]:
    """These rows after those that hiring people left."""
    return [row for row in await office.audit() if row[0] == "account added"] + list(rows)


async def test_a_look_at_the_receiver_is_written_down(office: Office) -> None:
    its = await talk(office)
    office.live.opens.add(its.conversation)
    answer = await (await its.browser()).post(f"/api/orders/{its.order}/reveal")
    assert answer.json() == {
        "receiver_name": CHEN.name,
        "receiver_phone": CHEN.phone,
        "receiver_address": CHEN.address,
    }
    assert await office.audit() == await audited(office, ("receiver revealed", "order N1"))


async def test_an_agent_reaches_no_order_by_its_number_alone(office: Office) -> None:
    its = await talk(office)
    assert (await (await its.browser()).post(f"/api/orders/{its.order}/reveal")).status_code == 404
    assert (await its.change(remark="x")).status_code == 404
    assert (await its.change(Role.OPERATIONS, remark="x")).status_code == 200


async def test_an_agent_changes_price_address_and_remark_of_an_unpaid_order(office: Office) -> None:
    its = await talk(office)
    office.live.opens.add(its.conversation)
    changed = (await its.change(price_cents=18_000, receiver_address="上海市静安区 1 号", remark="礼物")).json()
    assert changed["price_cents"] == 18_000
    assert changed["receiver_address"] == "上海市静安区****"
    assert changed["remark"] == "礼物"
    assert await office.audit() == await audited(
        office,
        ("price changed", "order N1: 19900 -> 18000 cents"),
        ("receiver changed", "order N1"),
        ("remark changed", "order N1"),
    )


@pytest.mark.parametrize(
    ("status", "change", "code"),
    [
        ("paid", {"price_cents": 1}, "order_paid"),
        ("shipped", {"receiver_phone": "13900000000"}, "order_shipped"),
    ],
)
async def test_what_the_orders_state_forbids_is_said(
    office: Office, status: OrderStatus, change: dict[str, Any], code: str
) -> None:
    its = await talk(office, status)
    refusal = await its.change(Role.SERVICE_MANAGER, **change)
    assert (refusal.status_code, refusal.json()["code"]) == (409, code)


@pytest.mark.parametrize("change", [{"price_cents": -1}, {"status": "paid"}, {"receiver_name": " "}])
async def test_an_unfit_change_is_refused(office: Office, change: dict[str, Any]) -> None:
    its = await talk(office)
    assert (await its.change(Role.ADMINISTRATOR, **change)).status_code == 422
