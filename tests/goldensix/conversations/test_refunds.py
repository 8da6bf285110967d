"""Refunds as the live page tells them: who waits, since when, and how long those of today took."""

from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from goldensix.actions.orders import Times, news, status_of, together
from goldensix.adapters.presets import house
from goldensix.conversations.refunds import Refunds, Standing
from goldensix.events.facts import OrderMoved, OrderStatus, Reached
from goldensix.events.ids import ORDER_STREAM, BuyerId, Instant, MerchantId, ShopId
from goldensix.log.port import Stored
from goldensix.metrics.contributions import View
from goldensix.metrics.live import Live
from goldensix.metrics.talk import take_event

TEA, SILK = ShopId(1), ShopId(2)
HOUR, DAY = 3_600_000, 86_400_000
NOW = Instant(20_000 * DAY)


class Told(Refunds):
    def moved(self, order: int, status: OrderStatus, shop: ShopId = TEA, **reached: int) -> None:
        """`reached`: hours before now."""
        told = cast("dict[OrderStatus, int]", reached)
        fresh = tuple(Reached(each, Instant(NOW - hours * HOUR)) for each, hours in told.items())
        self.apply(OrderMoved(order, shop, BuyerId("b"), status, fresh, 100), self.position + 1, NOW)

    def today(self, *shops: ShopId) -> Standing:
        return self.of(dict.fromkeys(shops or (TEA, SILK), Instant(NOW - 10 * HOUR)))


def test_a_refund_waits_from_its_request_until_it_is_paid() -> None:
    told = Told()
    told.moved(1, "refund_asked", placed=50, paid=50, refund_asked=5)
    told.moved(2, "refund_asked", SILK, refund_asked=7)
    assert told.today() == Standing(0, 0, 2, Instant(NOW - 7 * HOUR))
    assert told.today(TEA) == Standing(0, 0, 1, Instant(NOW - 5 * HOUR))
    told.moved(2, "refunded", SILK, refunded=1)
    assert told.today() == Standing(1, 6 * HOUR, 1, Instant(NOW - 5 * HOUR))
    assert told.today(TEA).paid == 0
    assert told.position == 3


def test_the_first_request_and_the_first_payment_count() -> None:
    told = Told()
    told.moved(1, "refund_asked", refund_asked=8)
    told.moved(1, "refund_asked", refund_asked=6)
    told.moved(1, "refunded", refunded=4)
    told.moved(1, "refunded", refunded=2)
    assert told.today() == Standing(1, 4 * HOUR, 0, None)


def test_a_request_that_is_told_after_its_payment_counts_still() -> None:
    told = Told()
    told.moved(1, "refunded", refunded=2)
    assert told.today() == Standing(0, 0, 0, None)
    told.moved(1, "refunded", refund_asked=5)
    assert told.today() == Standing(1, 3 * HOUR, 0, None)


def test_a_request_that_was_withdrawn_waits_for_nothing() -> None:
    told = Told()
    told.moved(1, "refund_asked", refund_asked=5)
    told.moved(1, "received", received=1)
    assert told.today() == Standing(0, 0, 0, None)


def test_what_was_paid_days_ago_is_forgotten_and_who_waits_is_not() -> None:
    told = Told()
    told.moved(1, "refunded", refund_asked=90, refunded=80)
    told.moved(2, "refund_asked", refund_asked=2_000)
    assert (len(told.paid), told.today()) == (0, Standing(0, 0, 1, Instant(NOW - 2_000 * HOUR)))


REFUND_SPEED = [caliber for caliber in house() if caliber.id == "refund_speed"]
hours = st.integers(0, 40).map(lambda hours: Instant(NOW - hours * HOUR))
messages = st.fixed_dictionaries(
    {"placed": st.just(Instant(NOW - 41 * HOUR))}, optional={"refund_asked": hours, "refunded": hours}
)


@given(st.lists(st.tuples(st.integers(1, 3), messages), max_size=12))
def test_refunds_of_the_live_page_are_those_of_reports(told: list[tuple[int, Times]]) -> None:
    live, figures = Refunds(), Live(REFUND_SPEED, View(by=(), zone="Asia/Shanghai"))
    known: dict[int, Times] = {}
    for order, times in told:
        before = known.get(order, {})
        known[order] = after = together(before, times)
        if fresh := news(before, after):
            event = OrderMoved(order, TEA, BuyerId("b"), status_of(after), fresh, 100)
            live.apply(event, live.position + 1, NOW)
            stored = Stored(MerchantId(1), live.position, ORDER_STREAM, live.position, event, NOW, NOW, None)
            for line in take_event({}, stored):
                figures.take(line)
    figure = next((row.figure for row in figures.figures(NOW)), None)
    found = live.of({TEA: Instant(0)})
    assert (found.took, found.paid) == ((0, 0) if figure is None else (figure.num, figure.den))
