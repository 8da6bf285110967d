"""What a buyer wrote, as turns: those that were decided, and the one that is to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from goldensix.events.ids import Instant, MessageId
from goldensix.robot.question import QuestionId
from goldensix.robot.turn import Turn, merged


class Words(NamedTuple):
    """A buyer's message."""

    position: int
    at: Instant
    text: str
    message: MessageId


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a conversation when it is read."""

    words: Sequence[Words]
    """The newest, in their order."""
    decided: int
    """Position up to which they were decided."""
    answered: frozenset[QuestionId]
    choices: tuple[str, ...]
    """What the buyer was last asked to choose from."""
    by_robot: bool
    """What was decided was answered by the robot, and not only suggested."""


@dataclass(frozen=True, slots=True)
class Asked:
    turn: Turn
    since: Instant
    last: Instant
    up_to: int


def read(reading: Reading) -> Asked:
    """There is something to decide. A number after "did you mean" is the question that stands there."""
    fresh = [each for each in reading.words if each.position > reading.decided] or list(reading.words[-1:])
    before = merged((each.at, each.text) for each in reading.words if each.position < fresh[0].position)
    turns = merged((each.at, each.text) for each in fresh)
    text = _chosen(turns[-1], reading.choices)
    previous = turns[-2] if len(turns) > 1 else before[-1] if before else ""
    earlier = tuple(before) if reading.by_robot else ()
    return Asked(Turn(text, previous, earlier, reading.answered), fresh[0].at, fresh[-1].at, fresh[-1].position)


def _chosen(text: str, choices: Sequence[str]) -> str:
    number = text.strip(" .。、)）")
    return choices[int(number) - 1] if number in ("1", "2", "3") and int(number) <= len(choices) else text
