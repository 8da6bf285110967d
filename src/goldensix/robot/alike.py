"""Questions of a bank that say the same: in the same words, or in much the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from goldensix.robot.likeness import TWINS, Likeness
from goldensix.robot.question import Question, QuestionId
from goldensix.robot.turn import same


@dataclass(frozen=True, slots=True)
class Alike:
    one: QuestionId
    other: QuestionId
    wording: str
    """Of the other, that says what one of the first says."""
    likeness: float
    """1: the same words."""


MOST: Final = 6_000
"""Wordings of a whole bank that are compared; titles come first."""


class Twins:
    """The wordings of a bank, made ready to be compared."""

    def __init__(self, questions: Sequence[Question], more: Question | None = None) -> None:
        """`more`: a question that is being written, instead of the one of its id."""
        self._questions = [each for each in questions if more is None or each.id != more.id]
        wordings = _wordings(self._questions)
        self._first = 0 if more is None else len(wordings)
        if more is not None:
            self._questions.append(more)
            wordings += [(len(self._questions) - 1, text) for _, text in _wordings([more])]
        self._wordings = wordings if more is not None else wordings[:MOST]
        texts = [text for _, text in self._wordings]
        self._likeness = Likeness(texts, None, TWINS) if texts else None

    def all(self, most: int = 100) -> list[Alike]:
        """The likest first; of two questions the likest wordings. With `more`, those of its own only."""
        found: dict[tuple[int, int], Alike] = {}
        for row, near, likeness in self._likeness.pairs(self._first) if self._likeness else ():
            for other, like in zip(near.tolist(), likeness.tolist(), strict=True):
                self._take(found, row, other, like)
        return sorted(found.values(), key=lambda each: (-each.likeness, each.one, each.other))[:most]

    def _take(self, found: dict[tuple[int, int], Alike], row: int, other: int, like: float) -> None:
        (one, text), (two, wording) = self._wordings[row], self._wordings[other]
        if one == two or (self._first == 0 and one > two):
            return
        likeness = 1.0 if same(text) == same(wording) else min(like, 0.999)
        if (one, two) not in found or found[one, two].likeness < likeness:
            found[one, two] = Alike(self._questions[one].id, self._questions[two].id, wording, likeness)


def _wordings(questions: Sequence[Question]) -> list[tuple[int, str]]:
    """Each with its question's place; titles first."""
    titles = [(place, each.title) for place, each in enumerate(questions)]
    others = [(place, text) for place, each in enumerate(questions) for text in each.phrasings if text != each.title]
    return [(place, text) for place, text in dict.fromkeys(titles + others) if same(text)]
