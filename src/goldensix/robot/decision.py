"""What the robot decides, and all that it decided it from."""

from dataclasses import dataclass
from typing import Final, Literal

from goldensix.robot.question import GENERAL, Answer, Language, Question, Route

SHOWN: Final = 3
"""Questions that are shown, to the buyer or to the agent."""
Kind = Literal["answer", "ask", "hand_over"]
Reason = Literal[
    "rule",  # a keyword rule said so
    "same_words",  # the turn is a wording of the question
    "sure",  # the confidence is in the band that answers
    "perhaps",  # it is in the band that asks back
    "unsure",  # it is below both
    "no_question",  # most like what people were handed over with
    "no_words",  # nothing to read: empty, signs or pictures only
    "no_answer",  # the bank knows the question, and no answer to it
    "asked_twice",  # the robot answered this before, and it did not help
    "empty_bank",  # no question holds here and now
    "third_party",  # a robot of others said so
]


@dataclass(frozen=True, slots=True)
class Scores:
    """Why a question stands where it does. Each is 0 where that part had nothing to say."""

    bm25: float = 0.0
    words: float = 0.0
    """Cosine of turn and wording, by their grams."""
    meaning: float = 0.0
    """Cosine by the store's own log."""
    learned: float = 0.0
    """Probability by the classifier of labelled phrasings."""


@dataclass(frozen=True, slots=True)
class Candidate:
    question: Question
    confidence: float
    """From 0 to 1; what the bands are about."""
    scores: Scores
    wording: str
    """The wording of the question that is most like the turn."""


@dataclass(frozen=True, slots=True)
class Routed:
    route: Route = GENERAL
    confidence: float = 0.0
    likeliest: Route = GENERAL
    """The route before the threshold: what `route` is where the confidence suffices."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Questions for a turn, the likeliest first."""

    candidates: tuple[Candidate, ...] = ()
    none: float = 0.0
    """Probability that the turn is no question of the bank; 0 where that was not learned."""
    routed: Routed = Routed()
    exact: bool = False
    """Whether the first one is there because the turn is one of its wordings."""


@dataclass(frozen=True, slots=True)
class Decision:
    kind: Kind
    reason: Reason
    language: Language
    candidates: tuple[Candidate, ...] = ()
    """Three at most. Answering: the first. Asking back: what is shown. Handing over: suggestions for the agent."""
    answers: tuple[Answer, ...] = ()
    """The messages of an answer."""
    rule: str | None = None
    """The name of the rule that decided."""
    routed: Routed = Routed()

    @property
    def question(self) -> Question | None:
        """The question that is answered."""
        return self.candidates[0].question if self.kind == "answer" and self.candidates else None

    @property
    def confidence(self) -> float:
        return self.candidates[0].confidence if self.candidates else 0.0
