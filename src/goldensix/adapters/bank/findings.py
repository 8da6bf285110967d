"""What is worked out beside the desk for the robot's pages, as it is kept: proposals, a trial, a model's fitting."""

from typing import Literal

import msgspec

Settled = Literal["", "accepted", "merged", "dismissed"]
Doing = Literal["answer", "ask", "hand_over"]


class Proposal(msgspec.Struct, frozen=True):
    key: str
    texts: tuple[str, ...]
    """Wordings of buyers, the most typical first."""
    count: int
    unanswered: int
    reply: str
    """What people typically answered."""
    near: int | None
    """The question of the bank that is most like it, if any is."""
    settled: Settled = ""


class Proposals(msgspec.Struct, frozen=True):
    days: int
    turns: int
    proposals: tuple[Proposal, ...]


class Thought(msgspec.Struct, frozen=True):
    question: int
    title: str
    confidence: float


class Sample(msgspec.Struct, frozen=True):
    """A turn, and what the robot would have done with it."""

    key: str
    text: str
    previous: str
    reply: str
    """What people answered."""
    doing: Doing
    reason: str
    thoughts: tuple[Thought, ...]
    marked: bool = False
    question: int | None = None
    """Once marked: the question that it is; None: no question of the bank."""

    @property
    def confidence(self) -> float:
        return self.thoughts[0].confidence if self.thoughts else 0.0


class TriedQuestion(msgspec.Struct, frozen=True):
    question: int
    title: str
    answered: int
    asked: int
    cases: int
    """Labelled words whose question it is; of them the robot was right, or among three."""
    right: int
    among: int


class Point(msgspec.Struct, frozen=True):
    coverage: float
    precision: float
    confidence: float


class LabelledFigures(msgspec.Struct, frozen=True):
    """Of words that people have labelled, each tried by a bank that has not seen it."""

    cases: int
    top1: float | None
    top3: float | None
    mrr: float | None
    curve: tuple[Point, ...]


class TrialFound(msgspec.Struct, frozen=True):
    days: int
    turns: int
    """That were tried."""
    left_out: int
    """Older ones, beyond what is tried at once."""
    consults: int
    of_consults: dict[Doing, int]
    """What it would have done with the first turn of each."""
    of_turns: dict[Doing, int]
    reasons: dict[str, int]
    surest: tuple[float, ...]
    """Confidences of all turns in order, thinned to a hundred: how many would be answered from a confidence on."""
    questions: tuple[TriedQuestion, ...]
    routes: dict[str, int]
    """By group, or `general`."""
    p50_ms: float
    p99_ms: float
    labelled: LabelledFigures
    samples: tuple[Sample, ...]
    pairs: int
    """That the model was fitted on; 0: words alone."""
    model_damaged: bool = False
    """There is one, and it does not load."""


class ModelFound(msgspec.Struct, frozen=True):
    pairs: int
    """Turns with a reply that were found."""
    fitted: bool
    """False: too few."""
    bytes: int = 0
