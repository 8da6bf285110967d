"""What a store's own log teaches: turns that draw similar replies lie close together.

Two views of the same pairs, side by side. The first is a singular value decomposition of the cross-covariance of
turns and replies; the second starts from it, and is drawn so that each turn is nearer to its own reply than to others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from goldensix.robot.contrast import drawn_together
from goldensix.robot.question import Pair
from goldensix.robot.spectrum import cross_covariance
from goldensix.robot.weights import Floats, Vector, Vocabulary, plain_grams, vocabulary

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LEAST_PAIRS: Final = 2_000
"""Below so many pairs a model is worth less than the words alone."""
DIMENSIONS: Final = 200
_LEAST_HOLDERS: Final = 5
Halves = npt.NDArray[np.float16]
Progress = Callable[[str, float], None]
"""Told what is being done, and the share of all the work that is done."""


class TooFewPairs(Exception):
    """One sentence: the log has not enough turns to learn from."""


@dataclass(frozen=True, slots=True)
class Side:
    """Turns or replies: a vocabulary, and for each gram of it its vector in both views."""

    words: Vocabulary
    spectral: Halves
    contrasted: Halves

    def point(self, vector: Vector) -> Floats:
        """A text of this side; its length is one, or zero where no gram is known."""
        views = (vector.weights @ view[vector.places].astype(np.float32) for view in (self.spectral, self.contrasted))
        return np.concatenate([_unit(view) for view in views]) * np.float32(np.sqrt(0.5))

    def points(self, rows: "csr_matrix[Any]") -> Floats:
        """Many texts, one a row."""
        places = np.unique(rows.indices)  # only their vectors are widened
        rows = rows[:, places]
        views = [rows @ view[places].astype(np.float32) for view in (self.spectral, self.contrasted)]
        return np.hstack([_units(view) for view in views]) * np.float32(np.sqrt(0.5))

    def points_of(self, texts: Sequence[str]) -> Floats:
        return self.points(self.words.rows(plain_grams(texts), len(texts)))


@dataclass(frozen=True, slots=True)
class Model:
    turns: Side
    replies: Side
    pairs: int
    """How many pairs it was fitted on."""


def fit(pairs: Sequence[Pair], progress: Progress = lambda _stage, _share: None, seed: int = 0) -> Model:
    """Fit on a store's log. The same pairs, in the same order, give the same model. Raises TooFewPairs."""
    if len(pairs) < LEAST_PAIRS:
        raise TooFewPairs(f"The log has {len(pairs)} turns with a reply; a model needs {LEAST_PAIRS} or more.")
    progress("words", 0.0)
    turn_words, turns = _table([pair.turn for pair in pairs])
    reply_words, replies = _table([pair.reply for pair in pairs])
    progress("spectrum", 0.2)
    left, right = cross_covariance(turns, replies, DIMENSIONS, seed)
    progress("contrast", 0.5)
    same = _numbered([pair.reply for pair in pairs])
    near, far = drawn_together(
        turns, replies, left, right, same, seed, lambda share: progress("contrast", 0.5 + share / 2)
    )
    return Model(
        Side(turn_words, left.astype(np.float16), near.astype(np.float16)),
        Side(reply_words, right.astype(np.float16), far.astype(np.float16)),
        len(pairs),
    )


def _table(texts: Sequence[str]) -> "tuple[Vocabulary, csr_matrix[Any]]":
    found = plain_grams(texts)
    words = vocabulary(found, len(texts), _LEAST_HOLDERS)
    return words, words.rows(found, len(texts))


def _numbered(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """A number for each text, the same for equal ones."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts], np.int64)


def _unit(vector: Floats) -> Floats:
    return vector / max(float(np.linalg.norm(vector)), 1e-6)


def _units(points: Floats) -> Floats:
    lengths: Floats = np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-6)
    return points / lengths
