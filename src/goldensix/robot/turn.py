"""What a buyer says, as the robot reads it: bursts merged, with the turn before, in a language."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from goldensix.events.ids import Instant, Milliseconds
from goldensix.robot.question import Language, QuestionId

LONGEST: Final = 500
"""Characters that are read of a turn; what comes after says nothing new."""
SHORT: Final = 6
"""Characters below which a turn is read together with the one before."""
PREVIOUS_WEIGHT: Final = 0.5
BURST: Final = Milliseconds(2_000)

_TAG: Final = re.compile(r"<[^<>]{1,200}>")
_PLACEHOLDER: Final = re.compile(r"<id>|\[[^\[\]]{1,8}x\]")
_DIGITS: Final = re.compile(r"[0-9]+")
_APOSTROPHE: Final = re.compile(r"(?<=[a-z])['’](?=[a-z])")
_NOT_WORDS: Final = re.compile(r"[\W_]+")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_SOMETHING: Final = "\ue000"
"""Stands for what an export took out: an order's number, an address."""


@dataclass(frozen=True, slots=True)
class Turn:
    text: str
    previous: str = ""
    """The buyer's turn before, in the same conversation."""
    earlier: tuple[str, ...] = ()
    """All that the buyer said before in this conversation and the robot answered."""
    answered: frozenset[QuestionId] = frozenset()
    """Questions that the robot has answered in this conversation."""

    @property
    def is_short(self) -> bool:
        return len(plain(self.text)) < SHORT


def merged(messages: Iterable[tuple[Instant, str]]) -> list[str]:
    """Messages as turns: what follows within the length of a burst belongs to what is before it."""
    turns: list[str] = []
    last: Instant | None = None
    for at, text in messages:
        if last is not None and at - last <= BURST:
            turns[-1] = f"{turns[-1]} {text}"
        else:
            turns.append(text)
        last = at
    return turns


def plain(text: str) -> str:
    """Words only, in lower case, numbers alike, with one space between: what two wordings have in common."""
    text = unicodedata.normalize("NFKC", text[: 2 * LONGEST]).lower()
    text = _PLACEHOLDER.sub(_SOMETHING, text)
    text = _APOSTROPHE.sub("", _DIGITS.sub("0", _TAG.sub(" ", text)))
    # The private-use sign is no word character: it is kept apart by hand.
    parts = (_NOT_WORDS.sub(" ", part) for part in text.split(_SOMETHING))
    return " ".join(_SOMETHING.join(parts).split())[:LONGEST].rstrip()


def same(text: str) -> str:
    """What two wordings have in common that differ in spaces, signs and case only."""
    return plain(text).replace(" ", "")


def language_of(text: str, otherwise: Language = "zh") -> Language:
    """Chinese if it holds a Chinese character, English if it holds Latin letters only."""
    if _HAN.search(text[:LONGEST]):
        return "zh"
    return "en" if any("a" <= sign <= "z" for sign in text[:LONGEST].lower()) else otherwise
