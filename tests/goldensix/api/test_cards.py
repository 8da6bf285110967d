"""What is kept at hand of a conversation is bounded, in events and in bytes."""

from builders import MERCHANT, START, buyer
from goldensix.actions.say import message_of_buyer
from goldensix.api.live.frames import TAIL, Card
from goldensix.events.facts import Body, MessageRecalled, MessageSent
from goldensix.log.port import Stored

LONG = "\x01" * 4_000
"""As long as a message may be, and each letter six bytes of a frame."""


def said(n: int, text: str) -> Stored:
    event = MessageSent(message_of_buyer(buyer().id, f"question{n}"), "buyer", None, "text")
    return Stored(MERCHANT, n, "c1", n, event, START, START, Body(text))


def positions(card: Card) -> list[int]:
    return [each.n for each in card.tail]


def test_of_short_messages_the_newest_are_at_hand() -> None:
    card = Card()
    for n in range(1, TAIL + 11):
        card.take_in(said(n, "在吗"))
    assert positions(card) == list(range(11, TAIL + 11))


def test_of_the_longest_only_as_many_as_fit() -> None:
    card = Card()
    for n in range(1, 31):
        card.take_in(said(n, LONG))
    assert sum(len(each.frame) for each in card.tail) <= 64 * 1024
    assert positions(card) == [29, 30]
    assert card.after(28) is not None
    assert card.after(27) is None


def test_what_is_taken_back_makes_room() -> None:
    card = Card()
    for n in (1, 2):
        card.take_in(said(n, LONG))
    taken_back = MessageRecalled(message_of_buyer(buyer().id, "question2"), "buyer", None)
    card.take_in(Stored(MERCHANT, 3, "c1", 3, taken_back, START, START, None))
    card.take_in(said(4, LONG))
    assert positions(card) == [1, 2, 3, 4]
