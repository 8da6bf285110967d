"""Orders beside the chat: what may change in which state, and the audit of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from goldensix.actions.orders import STATUSES
from goldensix.adapters.postgres.mirror import Mirror, OrderDraft
from goldensix.adapters.postgres.orders import Change, Item, Order, Orders, Receiver, Refused
from goldensix.adapters.postgres.shop import Buyers
from goldensix.events.facts import OrderStatus
from goldensix.events.ids import AccountId, BuyerId, Instant
from shop_builders import Counter, open_counter

CHEN = Receiver("Chen Yi", "13800001234", "12 Maple Road")
AGENT = AccountId(7)


def up_to(status: OrderStatus) -> tuple[OrderStatus, ...]:
    return STATUSES[: STATUSES.index(status) + 1]


@dataclass(frozen=True)
class Trade:
    counter: Counter
    orders: Orders
    buyer: BuyerId

    async def ordered(self, status: OrderStatus = "placed", number: str = "N1") -> Order:
        draft = OrderDraft(
            customer="c-1",
            number=number,
            times={each: Instant(1_000 * place) for place, each in enumerate(up_to(status), 1)},
            price_cents=19_900,
            items=(Item(None, "Teapot", "blue", 1, 19_900),),
            receiver=CHEN,
        )
        await Mirror(self.counter.pool, self.counter.clock).take(*self.counter.place, [draft], self.counter.clock())
        return next(order for order in await self.all() if order.number == number)

    async def all(self) -> list[Order]:
        return await self.orders.of_buyer(*self.counter.place, self.buyer)

    async def change(self, order: Order, change: Change) -> Order | Refused:
        return await self.orders.change(self.counter.merchant.id, order.id, change, AGENT)

    async def audit(self) -> list[tuple[int, str, str]]:
        rows = await self.counter.pool.fetch("select account_id, what, subject from audit order by id")
        return [(row["account_id"], row["what"], row["subject"]) for row in rows]


@pytest.fixture
async def trade(database: str) -> AsyncIterator[Trade]:
    async with open_counter(database) as counter:
        buyers = Buyers(counter.pool, counter.clock)
        buyer, _ = await buyers.buyer_of(*counter.place, "c-1", None, BuyerId("chen"))
        yield Trade(counter, Orders(counter.pool, counter.clock), buyer)


async def test_a_mirrored_order_comes_back_as_it_was(trade: Trade) -> None:
    order = await trade.ordered("paid")
    assert order.receiver == CHEN
    assert order.items == (Item(None, "Teapot", "blue", 1, 19_900),)
    assert (order.times, order.price_cents) == ({"placed": 1_000, "paid": 2_000}, 19_900)


async def test_mirroring_again_does_not_undo_what_an_agent_changed(trade: Trade) -> None:
    order = await trade.ordered()
    await trade.change(order, Change(remark="gift wrap"))
    again = await trade.ordered()
    assert again.remark == "gift wrap"
    assert len(await trade.all()) == 1


async def test_the_price_of_an_unpaid_order_can_be_changed(trade: Trade) -> None:
    changed = await trade.change(await trade.ordered(), Change(price_cents=18_000))
    assert isinstance(changed, Order)
    assert changed.price_cents == 18_000
    assert await trade.audit() == [(AGENT, "price changed", "order N1: 19900 -> 18000 cents")]


async def test_the_price_of_a_paid_order_stands(trade: Trade) -> None:
    order = await trade.ordered("paid")
    assert await trade.change(order, Change(price_cents=1)) is Refused.ALREADY_PAID
    assert await trade.all() == [order]
    assert await trade.audit() == []


async def test_an_unshipped_parcel_can_go_elsewhere(trade: Trade) -> None:
    changed = await trade.change(await trade.ordered("paid"), Change(receiver_address="9 Elm Street"))
    assert isinstance(changed, Order)
    assert changed.receiver == Receiver(CHEN.name, CHEN.phone, "9 Elm Street")
    assert await trade.audit() == [(AGENT, "receiver changed", "order N1")]


@pytest.mark.parametrize("status", ["shipped", "received", "refund_asked", "refunded"])
async def test_a_shipped_parcel_goes_where_it_goes(trade: Trade, status: OrderStatus) -> None:
    refused = await trade.change(await trade.ordered(status), Change(receiver_phone="1"))
    assert refused is Refused.ALREADY_SHIPPED


async def test_a_change_is_made_whole_or_not_at_all(trade: Trade) -> None:
    order = await trade.ordered("shipped")
    both = Change(remark="call first", receiver_address="9 Elm Street")
    assert await trade.change(order, both) is Refused.ALREADY_SHIPPED
    assert await trade.all() == [order]
    assert await trade.audit() == []


async def test_a_remark_can_be_added_at_any_time_and_removed(trade: Trade) -> None:
    order = await trade.ordered("received")
    for words in ("call first", ""):
        changed = await trade.change(order, Change(remark=words))
        assert isinstance(changed, Order)
        assert changed.remark == words
    assert [what for _, what, _ in await trade.audit()] == ["remark changed"] * 2


async def test_looking_at_a_receiver_is_written_down(trade: Trade) -> None:
    order = await trade.ordered()
    assert await trade.orders.reveal(trade.counter.merchant.id, order.id, AGENT) == CHEN
    assert await trade.audit() == [(AGENT, "receiver revealed", "order N1")]


async def test_another_merchants_orders_do_not_exist(trade: Trade) -> None:
    order = await trade.ordered()
    stranger = (await trade.counter.people.add_merchant("Stranger")).id
    assert await trade.orders.order(stranger, order.id) is None
    assert await trade.orders.reveal(stranger, order.id, AGENT) is None
    refused = await trade.orders.change(stranger, order.id, Change(remark="mine"), AGENT)
    assert refused is Refused.UNKNOWN_ORDER
    assert await trade.orders.of_buyer(stranger, trade.counter.shop.id, trade.buyer) == []
    assert await trade.all() == [order]
    assert await trade.audit() == []
