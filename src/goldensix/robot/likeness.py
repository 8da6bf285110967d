"""How like texts are to each other, as the bank measures it: by their words, and by what the store's log teaches."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from goldensix.robot.model import Model
from goldensix.robot.turn import language_of
from goldensix.robot.weights import Floats, plain_grams, vocabulary, widened

_WORDS: Final = 0.5
"""Share of the words against the meaning."""
_BLOCK: Final = 512
RELATED: Final = (0.45, 0.62)
"""From here on two texts ask for the same thing, without and with a model."""
TWINS: Final = 0.55
"""From here on they say the same by their words alone."""
_LATIN: Final = 0.08
"""So much more of texts in Latin script: letters meet by chance, characters do not."""


class Likeness:
    def __init__(self, texts: Sequence[str], model: Model | None, enough: float | None = None) -> None:
        found = plain_grams(texts)
        words = vocabulary(found, len(texts)) if model is None else widened(model.turns.words, found)
        self._words = words.rows(found, len(texts))
        self._points = None if model is None else model.turns.points_of(texts)
        least = RELATED[0 if model is None else 1] if enough is None else enough
        self._enough = [least + _LATIN * (language_of(text) == "en") for text in texts]

    def of(self, rows: slice) -> Floats:
        """Of these texts to all."""
        words: Floats = (self._words[rows] @ self._words.T).toarray()
        if self._points is None:
            return words
        likeness: Floats = _WORDS * words + (1 - _WORDS) * (self._points[rows] @ self._points.T)
        return likeness

    def pairs(self, first: int = 0) -> Iterator[tuple[int, npt.NDArray[np.int64], Floats]]:
        """Each text, from the first on, with the others of all that are like enough, and how like they are."""
        count = self._words.shape[0]
        for begin in range(first, count, _BLOCK):
            block = self.of(slice(begin, min(begin + _BLOCK, count)))
            for row, likeness in enumerate(block, begin):
                near = np.flatnonzero(likeness >= self._enough[row])
                yield row, near[near != row], likeness[near[near != row]]
