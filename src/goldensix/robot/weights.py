"""Texts as rows of TF-IDF over a fixed vocabulary of grams; rows have length one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from goldensix.robot.grams import Grams, Keys, grams
from goldensix.robot.turn import PREVIOUS_WEIGHT, Turn, plain

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Vector:
    """One text: the places of its grams in a vocabulary, ascending, and their weights."""

    places: Places
    weights: Floats


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Grams, ascending by key, and what each is worth: the rarer the more."""

    keys: Keys
    idf: Floats

    def __len__(self) -> int:
        return len(self.keys)

    def vector(self, text: str) -> Vector:
        """A text, which must be plain already."""
        keys, counts = np.unique(grams([text]).keys, return_counts=True)
        at, known = self._find(keys)
        weights = (1 + np.log(counts[known])).astype(np.float32) * self.idf[at]
        return Vector(at, weights / max(float(np.linalg.norm(weights)), 1e-9))

    def turn(self, turn: Turn) -> Vector:
        """A buyer's turn; a short one together with the turn before, at half its weight."""
        own = self.vector(plain(turn.text))
        if not (turn.previous and turn.is_short):
            return own
        before = self.vector(plain(turn.previous))
        places, where = np.unique(np.concatenate([own.places, before.places]), return_inverse=True)
        both = np.concatenate([own.weights, PREVIOUS_WEIGHT * before.weights])
        weights = np.bincount(where, both, len(places)).astype(np.float32)
        return Vector(places, weights / max(float(np.linalg.norm(weights)), 1e-9))

    def rows(self, found: Grams, count: int) -> "csr_matrix[Any]":
        """Many texts at once, as a sparse matrix of `count` rows."""
        from scipy.sparse import csr_matrix

        at, known = self._find(found.keys)
        cells, counts = np.unique(found.rows[known] * len(self) + at, return_counts=True)
        rows, places = np.divmod(cells, max(len(self), 1))
        weights = (1 + np.log(counts)).astype(np.float32) * self.idf[places]
        lengths = np.sqrt(np.bincount(rows, weights * weights, count))
        weights = (weights / np.maximum(lengths, 1e-9)[rows]).astype(np.float32)
        starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=count))])
        return csr_matrix((weights, places.astype(np.int32), starts.astype(np.int32)), shape=(count, len(self)))

    def _find(self, keys: Keys) -> tuple[Places, npt.NDArray[np.bool_]]:
        """The places of those keys that are known, and which ones are."""
        if not len(self):
            return np.zeros(0, np.int64), np.zeros(len(keys), np.bool_)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self) - 1)
        known = self.keys[at] == keys
        return at[known], known


def plain_grams(texts: Sequence[str]) -> Grams:
    return grams([plain(text) for text in texts])


def vocabulary(found: Grams, count: int, least: int = 1) -> Vocabulary:
    """Of the grams that at least so many of `count` texts hold."""
    keys, holders = _holders(found)
    common = holders >= least
    return Vocabulary(keys[common], (np.log((1 + count) / (1 + holders[common])) + 1).astype(np.float32))


def widened(known: Vocabulary, found: Grams) -> Vocabulary:
    """With grams that were not known: each is worth as much as the rarest that is."""
    fresh = np.setdiff1d(found.keys, known.keys)
    keys = np.concatenate([known.keys, fresh])
    worth = float(known.idf.max()) if len(known) else 1.0
    idf = np.concatenate([known.idf, np.full(len(fresh), worth, np.float32)])
    order = np.argsort(keys, kind="stable")
    return Vocabulary(keys[order], idf[order])


def _holders(found: Grams) -> tuple[Keys, npt.NDArray[np.int64]]:
    """Every key, and how many texts hold it."""
    order = np.lexsort((found.rows, found.keys))
    keys, rows = found.keys[order], found.rows[order]
    if not len(keys):
        return keys, rows
    first = np.concatenate([[True], (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])])
    unique, holders = np.unique(keys[first], return_counts=True)
    return unique, holders
