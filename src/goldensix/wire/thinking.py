"""What a desk and its thinking process say to each other: one frame a message, its length before it."""

from typing import Final

import msgspec
from msgspec import Struct

from goldensix.robot.bands import Bands
from goldensix.robot.decision import Decision
from goldensix.robot.question import Labelled, Question, QuestionId, Scene
from goldensix.robot.rules import Rule
from goldensix.robot.turn import Turn

HEAD: Final = 4
"""Bytes of a frame's length, the high one first."""
LARGEST: Final = 256 * 1024 * 1024


class Learn(Struct, tag="learn"):
    """A merchant's bank, whole; it answers once it is ready, and until then the one before does."""

    merchant: int
    version: int
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    labelled: tuple[Labelled, ...]
    model: str
    """A file; one that is not there is no fault."""
    bands: Bands


class Band(Struct, tag="band"):
    """Answers were marked: other bands hold from now on."""

    merchant: int
    bands: Bands


class Decide(Struct, tag="decide"):
    id: int
    merchant: int
    turn: Turn
    scene: Scene


class Suggest(Struct, tag="suggest"):
    id: int
    merchant: int
    turn: Turn
    scene: Scene
    typed: str


class Learned(Struct, tag="learned"):
    merchant: int
    version: int
    questions: int
    pairs: int
    """That the model was fitted on; 0: words alone."""
    fault: str
    """Why the model, or the whole bank, did not load; empty: it did."""


class Decided(Struct, tag="decided"):
    id: int
    decision: Decision | None
    """None: no bank of this merchant's is ready."""


class Suggested(Struct, tag="suggested"):
    id: int
    suggestions: "tuple[Suggestion, ...]"


class Suggestion(Struct, frozen=True):
    """A question that goes with what is being typed, and its answer in words."""

    question: QuestionId
    title: str
    answer: str


Order = Learn | Band | Decide | Suggest
Told = Learned | Decided | Suggested
_encoder = msgspec.msgpack.Encoder()
orders: Final = msgspec.msgpack.Decoder(Order)
told: Final = msgspec.msgpack.Decoder(Told)


def framed(message: Order | Told) -> bytes:
    content = _encoder.encode(message)
    return len(content).to_bytes(HEAD, "big") + content


def length(head: bytes) -> int:
    """Raises ValueError where no frame begins so."""
    found = int.from_bytes(head, "big")
    if found > LARGEST:
        raise ValueError(f"a frame of {found} bytes")
    return found
