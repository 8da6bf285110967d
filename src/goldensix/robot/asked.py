"""Conversations as the robot learns from them: what buyers asked, and who answered it with what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from goldensix.events.ids import Instant, ShopId
from goldensix.robot.question import Pair
from goldensix.robot.turn import LONGEST

By = Literal["buyer", "human", "robot"]


@dataclass(frozen=True, slots=True)
class Message:
    conversation: str
    shop: ShopId
    at: Instant
    by: By
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A run of a buyer's messages, and the run of answers that follows it."""

    text: str
    previous: str
    """The buyer's run before, in the same conversation."""
    reply: str
    """Of people, where people answered at all."""
    by: Literal["human", "robot"] | None
    """None: nobody answered."""
    at: Instant
    shop: ShopId
    is_first: bool
    """Of its conversation."""


def asked(messages: Iterable[Message]) -> Iterator[Asked]:
    """Of messages in order, conversation by conversation."""
    for _, said in groupby(messages, key=lambda message: message.conversation):
        yield from _of_conversation(said)


def pairs(turns: Iterable[Asked]) -> list[Pair]:
    """What a model learns from: turns that people answered."""
    return [Pair(turn.text, turn.reply) for turn in turns if turn.by == "human"]


def _of_conversation(said: Iterable[Message]) -> Iterator[Asked]:
    runs = [(is_buyer, list(run)) for is_buyer, run in groupby(said, key=lambda message: message.by == "buyer")]
    previous = ""
    for place, (is_buyer, run) in enumerate(runs):
        if not is_buyer:
            continue
        text = _joined(run)
        answers = runs[place + 1][1] if place + 1 < len(runs) else []
        people = [each for each in answers if each.by == "human"]
        by: Literal["human", "robot"] | None = "human" if people else "robot" if answers else None
        yield Asked(text, previous, _joined(people or answers), by, run[0].at, run[0].shop, is_first=not previous)
        previous = text


def _joined(run: Iterable[Message]) -> str:
    return " ".join(message.text for message in run)[: 2 * LONGEST]
