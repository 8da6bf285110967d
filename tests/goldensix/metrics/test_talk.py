"""The desk's events as lines."""

from builders import AFTER_SALE, MERCHANT, PRE_SALE, SHOP, START
from goldensix.events.facts import (
    AgentAssigned,
    ConversationEvent,
    ConversationReturned,
    ConversationStarted,
    MessageSent,
)
from goldensix.events.ids import AccountId, BuyerId, Instant, MessageId, Milliseconds
from goldensix.log.port import Stored
from goldensix.metrics.order import Line
from goldensix.metrics.talk import Talks, take_event

ONE, TWO = AccountId(1), AccountId(2)
STARTED = ConversationStarted(SHOP, BuyerId("chen"), "widget", PRE_SALE, "zh")


def lines_of(*events: ConversationEvent) -> list[Line]:
    talks: Talks = {}
    stored = (
        Stored(MERCHANT, n, "c1", n, event, Instant(START + n), Instant(START + n), None)
        for n, event in enumerate(events, 1)
    )
    return [line for each in stored for line in take_event(talks, each)]


def given_to(agent: AccountId) -> AgentAssigned:
    return AgentAssigned(agent, "routed", None, "idle_hands", Milliseconds(0), ())


def test_what_follows_a_transfer_is_of_the_group_that_has_it() -> None:
    lines = lines_of(
        STARTED,
        MessageSent(MessageId("bchen.1"), "buyer", None, "text"),
        given_to(ONE),
        ConversationReturned(ONE, "transferred", ONE, AFTER_SALE),
        given_to(TWO),
        MessageSent(MessageId("a2.1"), "agent", TWO, "text"),
    )
    assert [(line.what, line.group) for line in lines] == [
        ("queue_enter", "1"),
        ("message", "1"),
        ("assign", "1"),
        ("transfer", "2"),
        ("message", "2"),
    ]
