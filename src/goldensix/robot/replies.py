"""Replies for the agent: those that a turn of this kind draws, by the same model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from goldensix.robot.model import Model
from goldensix.robot.postings import indexed
from goldensix.robot.turn import Turn
from goldensix.robot.weights import Floats

_BEFORE: Final = 0.3
"""What the buyer's turn before counts beside the last one."""


@dataclass(frozen=True, slots=True)
class RankedReply:
    place: int
    """Where it stands among those that were given."""
    score: float


class Replies:
    """An agent's quick replies, made ready. Without a model they are ranked by the words they share with the turn."""

    def __init__(self, replies: Sequence[str], model: Model | None) -> None:
        self._count, self._model = len(replies), model
        self._points = model.replies.points_of(replies) if model and replies else None
        self._postings = indexed(replies, None) if replies and not model else None

    def rank(self, turn: Turn) -> list[RankedReply]:
        """All of them, the likeliest first; equals in the order given."""
        scores = self._scores(turn)
        return [RankedReply(int(place), float(scores[place])) for place in np.argsort(-scores, kind="stable")]

    def _scores(self, turn: Turn) -> Floats:
        if self._points is not None and self._model is not None:
            return self._points @ self._asked(self._model, turn)
        if self._postings is not None:
            return self._postings.bm25(self._postings.words.turn(turn))
        return np.zeros(self._count, np.float32)

    @staticmethod
    def _asked(model: Model, turn: Turn) -> Floats:
        point = model.turns.point(model.turns.words.turn(turn))
        if turn.previous:
            point = point + _BEFORE * model.turns.point(model.turns.words.turn(Turn(turn.previous)))
        return point


def rank(context: Turn, replies: Sequence[str], model: Model | None) -> list[RankedReply]:
    """Once, for replies that are not kept."""
    return Replies(replies, model).rank(context)
