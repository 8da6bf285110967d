"""The question bank, made ready: every wording indexed, what people labelled learned, a turn's likeliest questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from goldensix.robot import wordings
from goldensix.robot.decision import SHOWN, Candidate, Ranking, Routed, Scores
from goldensix.robot.learned import learn
from goldensix.robot.model import Model
from goldensix.robot.postings import indexed
from goldensix.robot.question import ALWAYS, Labelled, Question, QuestionId, Scene
from goldensix.robot.turn import Turn, plain, same
from goldensix.robot.weights import Floats, Vector
from goldensix.robot.wordings import Numbers

_SCORED: Final = 4_096
"""Wordings up to which all are scored; of more, those that BM25 puts first."""
_CHOSEN: Final = 256
_TAUGHT: Final = 2_000
"""Most wordings that the classifier learns from."""
_ROUTING: Final = 1_000
"""Most titles that routes are learned from, where nobody has labelled anything."""
_PHRASINGS: Final = 5
"""Phrasings from which on a question is learned, in a bank too large to be learned whole."""
_WORDS_ALONE: Final = 0.5
"""Share of the words against the meaning, in the likeness of a turn and a title."""
_WORDS_LEARNED: Final = 0.3
"""The same in the classifier's likeness of wordings."""
_PRIOR: Final = 1.5
"""What the likeness to the title counts, beside the logarithm of the learned probability.

A title that is but one of the phrasings is learned with them, and says nothing more."""
_NOTHING: Final = Routed()


@dataclass(frozen=True, slots=True)
class _Read:
    """A turn against a bank."""

    bm25: Floats
    """Of every wording."""
    rows: Numbers
    """The wordings that are scored; what follows is of these."""
    words: Floats
    meaning: Floats
    likeness: Floats
    order: Floats


class Bank:
    """Immutable once made: a change makes a new one, beside the one that answers."""

    def __init__(
        self, questions: Sequence[Question], labelled: Sequence[Labelled] = (), model: Model | None = None
    ) -> None:
        self.questions = tuple(questions)
        self.model = model
        self._places = {question.id: place for place, question in enumerate(self.questions)}
        self._prior = _PRIOR * wordings.titled(self.questions)
        self._wordings = wordings.all_wordings(self.questions, labelled)
        self._exact = wordings.exact_wordings(self._wordings)
        self._owners = np.array([each.question for each in self._wordings], np.int64)
        self._limited = [place for place, each in enumerate(self.questions) if each.validity != ALWAYS]
        self._postings = indexed([each.text for each in self._wordings], model.turns.words if model else None)
        learned = wordings.taught(self._wordings, _TAUGHT, _PHRASINGS)
        self._asked = wordings.asked(self._wordings, learned)
        self._taught = learned if len(learned) else wordings.routed_titles(self.questions, _ROUTING)
        self._points = self._all_points()
        taught = [self._wordings[at] for at in self._taught]
        self._learned = learn(self._likeness_of_taught(), taught, questions=len(learned) > 0)

    def rank(self, turn: Turn, scene: Scene, shown: int = SHOWN) -> Ranking:
        """The likeliest questions that hold in the scene, the route, and how probable it is that there is none."""
        query = self._postings.words.turn(turn)
        allowed = self._allowed(scene)
        if not (self.questions and len(query.places)):
            return Ranking()
        point = self.model.turns.point(self.model.turns.words.turn(turn)) if self.model else None
        read = self._read(query, point)
        best, ranks, confidence = self._best(read)
        routed, none, shares = self._judged(query, point)
        if shares is not None:
            ranks = np.log(np.maximum(shares, 1e-9)) + self._prior * confidence
            confidence = np.minimum(shares, 1 - none)
        ranks[~allowed] = -np.inf
        exact = self._exact.get(same(turn.text), wordings.NOBODYS)
        is_exact = exact != wordings.NOBODYS and bool(allowed[exact])
        if is_exact:
            ranks[exact], confidence[exact] = np.inf, 1.0
        top = [place for place in _first(ranks, shown) if allowed[place]]
        candidates = tuple(self._candidate(place, read, best, shares, confidence) for place in top)
        return Ranking(candidates, none, routed, is_exact)

    def question(self, id: QuestionId, scene: Scene) -> Question | None:
        """The question of this id, if it holds in the scene."""
        place = self._places.get(id)
        return self.questions[place] if place is not None and self.questions[place].validity.holds(scene) else None

    def suggest(self, typed: str, scene: Scene, shown: int = 5) -> tuple[Question, ...]:
        """Questions that fit what is being typed, at every key: by their words, and no more."""
        query = self._postings.words.vector(plain(typed))
        ranks = np.zeros(len(self.questions), np.float32)
        known = self._owners >= 0
        np.maximum.at(ranks, self._owners[known], self._postings.bm25(query)[known])
        ranks[~self._allowed(scene)] = 0
        return tuple(self.questions[place] for place in _first(ranks, shown) if ranks[place] > 0)

    def _read(self, query: Vector, point: Floats | None) -> _Read:
        bm25 = self._postings.bm25(query)
        rows = self._asked
        if len(rows) > _SCORED:
            rows = rows[_first(bm25[rows], _CHOSEN)]
        words = self._postings.cosines(query, rows)
        if point is None:
            return _Read(bm25, rows, words, np.zeros_like(words), words, bm25[rows])
        meaning = self._points[rows].astype(np.float32) @ point
        likeness = _WORDS_ALONE * words + (1 - _WORDS_ALONE) * meaning
        return _Read(bm25, rows, words, meaning, likeness, likeness)

    def _best(self, read: _Read) -> tuple[Numbers, Floats, Floats]:
        """Of each question: where its best wording is among those read, its rank, and how like the turn it is."""
        best = np.full(len(self.questions), -1, np.int64)
        ascending = np.argsort(read.order, kind="stable")
        best[self._owners[read.rows[ascending]]] = ascending
        found = best >= 0
        ranks = np.where(found, read.order[best], -1e3).astype(np.float32)
        likeness = np.where(found, np.clip(read.likeness[best], 0, 1), 0).astype(np.float32)
        return best, ranks, likeness

    def _judged(self, query: Vector, point: Floats | None) -> tuple[Routed, float, Floats | None]:
        likeness = self._postings.cosines(query, self._taught)
        if point is not None:
            meaning = self._points[self._taught].astype(np.float32) @ point
            likeness = _WORDS_LEARNED * likeness + (1 - _WORDS_LEARNED) * meaning
        found = self._learned.shares(likeness, len(self.questions))
        routed = self._learned.route(likeness)
        return (routed, 0.0, None) if found is None else (routed, found[1], found[0])

    def _candidate(
        self, place: int, read: _Read, best: Numbers, shares: Floats | None, confidence: Floats
    ) -> Candidate:
        row = int(best[place])
        learned = 0.0 if shares is None else float(shares[place])
        if row < 0:
            return Candidate(
                self.questions[place], float(confidence[place]), Scores(learned=learned), self.questions[place].title
            )
        at = int(read.rows[row])
        scores = Scores(float(read.bm25[at]), float(read.words[row]), float(read.meaning[row]), learned)
        return Candidate(self.questions[place], float(confidence[place]), scores, self._wordings[at].text)

    def _allowed(self, scene: Scene) -> npt.NDArray[np.bool_]:
        allowed = np.ones(len(self.questions), np.bool_)
        for place in self._limited:
            allowed[place] = self.questions[place].validity.holds(scene)
        return allowed

    def _all_points(self) -> npt.NDArray[np.floating]:
        """In half the room where there are many."""
        if self.model is None:
            return np.zeros((0, 0), np.float32)
        points = self.model.turns.points_of([each.text for each in self._wordings])
        return points.astype(np.float16) if len(points) > _SCORED else points

    def _likeness_of_taught(self) -> Floats:
        table = self._postings.table()[self._taught]
        likeness: Floats = (table @ table.T).toarray()
        if self.model is None:
            return likeness
        points = self._points[self._taught].astype(np.float32)
        return _WORDS_LEARNED * likeness + (1 - _WORDS_LEARNED) * (points @ points.T)


def _first(scores: Floats, count: int) -> Numbers:
    """The places of the highest, the highest first; of equals, the one that stands first."""
    places = np.arange(len(scores))
    if len(scores) > count:
        # Most wordings have nothing of a turn: without them, little is left to divide.
        above = np.flatnonzero(scores > scores.min())
        places = above if len(above) >= count else places
        least = np.partition(scores[places], len(places) - count)[len(places) - count]
        places = places[scores[places] >= least]
    return places[np.argsort(-scores[places], kind="stable")][:count]
