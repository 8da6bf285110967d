"""Every wording of a bank's questions, and of what belongs to none of them, in one list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from goldensix.robot.question import Labelled, Question, Route
from goldensix.robot.turn import same

NOBODYS: Final = -1
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Wording:
    text: str
    question: int
    """Its question's place in the bank, or NOBODYS: whoever said it was handed over."""
    route: Route | None
    is_title: bool = False


def all_wordings(questions: Sequence[Question], labelled: Sequence[Labelled]) -> list[Wording]:
    """Titles first, in the order of the bank. What is labelled with a question that is not there is left out."""
    places = {question.id: place for place, question in enumerate(questions)}
    titles = [Wording(each.title, place, each.route, is_title=True) for place, each in enumerate(questions)]
    own = [Wording(text, place, each.route) for place, each in enumerate(questions) for text in each.phrasings
           if text != each.title]  # fmt: skip
    told = [_told(each, questions, places.get(each.question, NOBODYS) if each.question else NOBODYS)
            for each in labelled if each.question is None or each.question in places]  # fmt: skip
    return titles + own + told


def _told(each: Labelled, questions: Sequence[Question], place: int) -> Wording:
    route = each.route or (questions[place].route if place != NOBODYS else None)
    return Wording(each.text, place, route)


def titled(questions: Sequence[Question]) -> float:
    """The share of questions whose title somebody wrote for them: it is not one of their phrasings."""
    return sum(each.title not in each.phrasings for each in questions) / max(len(questions), 1)


def exact_wordings(wordings: Sequence[Wording]) -> dict[str, int]:
    """The question of each wording, less punctuation and case; of two questions with one wording, the first."""
    found: dict[str, int] = {}
    for each in wordings:
        text = same(each.text)
        if text and each.question != NOBODYS:
            found.setdefault(text, each.question)
    return found


def taught(wordings: Sequence[Wording], most: int, phrasings: int) -> Numbers:
    """Which wordings a classifier learns from: all, or of a large bank those of questions with enough phrasings.

    None where nobody has labelled anything: titles alone are compared, not learned.
    """
    if all(each.is_title for each in wordings):
        return np.zeros(0, np.int64)
    if len(wordings) <= most:
        return np.arange(len(wordings))
    counts = np.bincount([each.question + 1 for each in wordings if not each.is_title])
    rich = [at for at, each in enumerate(wordings) if _count(counts, each.question) >= phrasings]
    # The richest questions first: they are asked most, and learned best.
    rich.sort(key=lambda at: (-_count(counts, wordings[at].question), wordings[at].question))
    return np.array(sorted(rich[:most]), np.int64)


def routed_titles(questions: Sequence[Question], most: int) -> Numbers:
    """Titles that routes can be learned from: the first ones that have a route, if they have not all the same."""
    routed = [place for place, each in enumerate(questions) if each.route is not None][:most]
    return np.array(routed if len({questions[place].route for place in routed}) > 1 else [], np.int64)


def _count(counts: Numbers, question: int) -> int:
    return int(counts[question + 1]) if question + 1 < len(counts) else 0


def asked(wordings: Sequence[Wording], learned: Numbers) -> Numbers:
    """Which wordings a turn is compared with: titles, and the phrasings that no classifier has learned."""
    known = set(learned.tolist())
    return np.array(
        [at for at, each in enumerate(wordings) if each.is_title or (each.question != NOBODYS and at not in known)],
        np.int64,
    )
