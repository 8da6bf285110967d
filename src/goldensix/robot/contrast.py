"""Draws the vectors of grams so that a turn lies nearer to its own reply than to the replies of other turns.

In batches: every other reply of the batch stands for what was not said. Only the rows of grams that occur are moved,
each by a step that shrinks as it has moved (Adagrad, one sum a row).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from goldensix.robot.weights import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_BATCH: Final = 1_024
_ROUNDS: Final = 2
_STEP: Final = 0.01
_TEMPERATURE: Final = 0.1


class _Moved:
    """The vectors of one side, as they move."""

    def __init__(self, vectors: Floats) -> None:
        self.vectors = vectors.copy()
        self._sums = np.zeros(len(vectors), np.float32)

    def move(self, table: "csr_matrix[Any]", pull: Floats) -> None:
        from scipy.sparse import csr_matrix

        rows, where = np.unique(table.indices, return_inverse=True)
        own = csr_matrix((table.data, where, table.indptr), shape=(table.shape[0], len(rows)))
        gradient = own.T.tocsr() @ pull
        self._sums[rows] += (gradient * gradient).mean(axis=1)
        self.vectors[rows] -= _STEP * gradient / np.sqrt(self._sums[rows] + 1e-10)[:, None]


def drawn_together(
    turns: "csr_matrix[Any]", replies: "csr_matrix[Any]", left: Floats, right: Floats,
    same: npt.NDArray[np.int64], seed: int, progress: Callable[[float], None],
) -> tuple[Floats, Floats]:  # fmt: skip
    """The moved vectors. `same` numbers the replies: equal ones are not held against each other."""
    drawn, near, far = np.random.default_rng(seed), _Moved(left), _Moved(right)
    size = min(_BATCH, turns.shape[0])
    for turn in range(_ROUNDS):
        order = drawn.permutation(turns.shape[0])
        for begin in range(0, len(order) - size + 1, size):
            batch = order[begin : begin + size]
            _step(turns[batch], replies[batch], near, far, same[batch])
            progress((turn + begin / len(order)) / _ROUNDS)
    return near.vectors, far.vectors


def _step(
    turns: "csr_matrix[Any]", replies: "csr_matrix[Any]", near: _Moved, far: _Moved, same: npt.NDArray[np.int64]
) -> None:
    here, lengths = _units(turns @ near.vectors)
    there, reply_lengths = _units(replies @ far.vectors)
    scores = here @ there.T / np.float32(_TEMPERATURE)
    alike = same[:, None] == same[None, :]
    np.fill_diagonal(alike, False)
    scores[alike] = -1e4
    own = np.arange(len(scores))
    error: Floats = (_shares(scores, 1) + _shares(scores, 0)) / np.float32(2)
    error[own, own] -= 1
    error /= np.float32(_TEMPERATURE * len(scores))
    pull: Floats = error @ there
    reply_pull: Floats = error.T @ here
    near.move(turns, _along(pull, here, lengths))
    far.move(replies, _along(reply_pull, there, reply_lengths))


def _units(points: Floats) -> tuple[Floats, Floats]:
    lengths = np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-6)
    units: Floats = points / lengths
    return units, lengths


def _along(pull: Floats, points: Floats, lengths: Floats) -> Floats:
    """The part of a pull that turns a vector: its length does not count."""
    along: Floats = (pull - (pull * points).sum(axis=1, keepdims=True) * points) / lengths
    return along


def _shares(scores: Floats, axis: int) -> Floats:
    raised = np.exp(scores - scores.max(axis=axis, keepdims=True))
    shares: Floats = raised / raised.sum(axis=axis, keepdims=True)
    return shares
