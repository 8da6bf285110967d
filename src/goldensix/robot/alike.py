"""Questions of a bank that say the same: in the same words, or in much the same."""

from collections.abc import Sequence
from dataclasses import dataclass

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


class Twins:
    """The wordings of a bank, made ready to be compared."""

    def __init__(self, questions: Sequence[Question], more: Question | None = None) -> None:
        """`more`: a question that is being written, instead of the one of its id."""
        others = [each for each in questions if more is None or each.id != more.id]
        self._own = len(others) if more is not None else None
        self._questions = [*others, more] if more is not None else others
        self._texts, self._owners = [], []
        for place, question in enumerate(self._questions):
            for text in dict.fromkeys((question.title, *question.phrasings)):
                if same(text):
                    self._texts.append(text)
                    self._owners.append(place)
        self._likeness = Likeness(self._texts, None, TWINS) if self._texts else None

    def all(self, most: int = 100) -> list[Alike]:
        """The likest first; of two questions the likest wordings. With `more`, those of its own only."""
        found: dict[tuple[int, int], Alike] = {}
        for row, near, likeness in self._likeness.pairs() if self._likeness else ():
            for other, like in zip(near.tolist(), likeness.tolist(), strict=True):
                self._take(found, row, other, like)
        return sorted(found.values(), key=lambda each: (-each.likeness, each.one, each.other))[:most]

    def _take(self, found: dict[tuple[int, int], Alike], row: int, other: int, like: float) -> None:
        one, two = self._owners[row], self._owners[other]
        if one == two or (self._own is None and one > two) or (self._own is not None and one != self._own):
            return
        exact = same(self._texts[row]) == same(self._texts[other])
        told = Alike(
            self._questions[one].id, self._questions[two].id, self._texts[other], 1.0 if exact else min(like, 0.999)
        )
        if (one, two) not in found or found[one, two].likeness < told.likeness:
            found[one, two] = told
