"""How far an order has come: the same, in whatever order a platform's messages arrive and however often."""

from random import Random
from typing import Final, get_args

from hypothesis import given
from hypothesis import strategies as st

from goldensix.actions.orders import Times, news, status_of, together
from goldensix.events.facts import OrderStatus, Reached
from goldensix.events.ids import Instant

LATER: Final = [status for status in get_args(OrderStatus) if status != "placed"]
instants = st.integers(0, 50).map(Instant)


@st.composite
def messages(draw: st.DrawFn) -> Times:
    placed = draw(instants)
    later = draw(st.dictionaries(st.sampled_from(LATER), st.integers(placed, 60).map(Instant), max_size=5))
    return {"placed": placed, **later}


@given(st.lists(messages(), min_size=1, max_size=6), st.randoms())
def test_late_and_repeated_messages_come_to_the_same(told: list[Times], chance: Random) -> None:
    shuffled = [*told, *told[:2]]
    chance.shuffle(shuffled)
    assert whole(shuffled) == whole(told)


@given(st.lists(messages(), min_size=1, max_size=6), messages())
def test_an_older_message_takes_no_order_back(told: list[Times], more: Times) -> None:
    before = whole(told)
    after = together(before, more)
    stood, stands = status_of(before), status_of(after)
    assert stands == stood or after[stands] >= before[stood]
    assert all(at >= after["placed"] for at in after.values())


@given(st.lists(messages(), min_size=1, max_size=6))
def test_all_that_was_reached_is_news_once(told: list[Times]) -> None:
    known: Times = {}
    heard: list[Reached] = []
    for each in [*told, *told]:
        after = together(known, each)
        heard += news(known, after)
        known = after
    assert {each.status for each in heard} == set(known)
    assert len(heard) == len(set(heard))
    assert all(Reached(status, at) in heard for status, at in known.items() if status != "placed")


def test_a_status_is_the_last_that_was_reached() -> None:
    at = Instant
    assert status_of({"placed": at(1)}) == "placed"
    assert status_of({"placed": at(1), "paid": at(1)}) == "paid"
    assert status_of({"placed": at(1), "paid": at(2), "shipped": at(3), "refund_asked": at(9)}) == "refund_asked"
    withdrawn: Times = {"placed": at(1), "paid": at(2), "refund_asked": at(5), "received": at(7)}
    assert status_of(withdrawn) == "received"
    assert [each.status for each in news({"placed": at(1)}, withdrawn)] == ["paid", "refund_asked", "received"]


def whole(told: list[Times]) -> Times:
    known: Times = {}
    for each in told:
        known = together(known, each)
    return known
