"""An index of wordings by their grams: BM25 over all of them, and the cosine of some with a turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from goldensix.robot.grams import worth
from goldensix.robot.weights import Floats, Places, Vector, Vocabulary, plain_grams, vocabulary, widened

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_K1: Final = 0.5
_B: Final = 0.5
_LEAST: Final = 0.1
"""What a gram is worth that every wording holds: in a bank of one question that is each of them."""


@dataclass(frozen=True, slots=True)
class Postings:
    words: Vocabulary
    starts: Places
    """Where the postings of each gram begin, and where the last ends."""
    rows: npt.NDArray[np.int32]
    impacts: Floats
    """What a gram that the query holds adds to each row that holds it."""
    row_starts: Places
    row_places: npt.NDArray[np.int32]
    row_weights: Floats

    @property
    def count(self) -> int:
        return len(self.row_starts) - 1

    def bm25(self, query: Vector) -> Floats:
        """Of every row."""
        slices = [slice(self.starts[place], self.starts[place + 1]) for place in query.places]
        if not slices:
            return np.zeros(self.count, np.float32)
        rows = np.concatenate([self.rows[each] for each in slices])
        impacts = np.concatenate([self.impacts[each] for each in slices])
        return np.bincount(rows, impacts, self.count).astype(np.float32)

    def cosines(self, query: Vector, chosen: Places) -> Floats:
        """Of some rows."""
        dense = np.zeros(len(self.words), np.float32)
        dense[query.places] = query.weights
        lengths = self.row_starts[chosen + 1] - self.row_starts[chosen]
        ends = np.cumsum(lengths)
        cells = np.arange(ends[-1] if len(ends) else 0) + np.repeat(self.row_starts[chosen] - ends + lengths, lengths)
        shares = dense[self.row_places[cells]] * self.row_weights[cells]
        return np.bincount(np.repeat(np.arange(len(chosen)), lengths), shares, len(chosen)).astype(np.float32)

    def table(self) -> "csr_matrix[Any]":
        """The rows as a sparse matrix."""
        from scipy.sparse import csr_matrix

        return csr_matrix((self.row_weights, self.row_places, self.row_starts), shape=(self.count, len(self.words)))


def indexed(texts: Sequence[str], known: Vocabulary | None) -> Postings:
    """An index of texts. What grams are worth is known from the store's log, or else counted here."""
    found = plain_grams(texts)
    words = vocabulary(found, len(texts)) if known is None else widened(known, found)
    table = words.rows(found, len(texts))
    counts = np.diff(table.indptr)
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), counts)
    telling = np.flatnonzero(worth(words.keys)[table.indices])
    order = telling[np.argsort(table.indices[telling], kind="stable")]
    impacts = _impacts(table.indices, counts, rows, np.maximum(words.idf - 1, _LEAST) * worth(words.keys))
    starts = np.concatenate([[0], np.cumsum(np.bincount(table.indices[telling], minlength=len(words)))])
    return Postings(
        words, starts, rows[order], impacts[order], table.indptr.astype(np.int64), table.indices, table.data
    )


def _impacts(places: npt.NDArray[np.int32], counts: Places, rows: npt.NDArray[np.int32], idf: Floats) -> Floats:
    """A gram counts once in a question: questions are short, and saying a word twice asks nothing more."""
    lengths = counts[rows] / max(float(counts.mean()), 1.0) if len(rows) else counts[rows]
    return (idf[places] * (_K1 + 1) / (1 + _K1 * (1 - _B + _B * lengths))).astype(np.float32)
