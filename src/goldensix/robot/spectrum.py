"""The leading singular vectors of the cross-covariance of turns and replies, which is never written out.

Rows and columns are divided by the square root of their mass, so that frequent grams do not drown the others. The
first pair of vectors is then known (the masses themselves) and says nothing: it is taken out.
"""

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from goldensix.robot.weights import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_MORE: Final = 16
_ROUNDS: Final = 2


def cross_covariance(
    turns: "csr_matrix[Any]", replies: "csr_matrix[Any]", dimensions: int, seed: int
) -> tuple[Floats, Floats]:
    """A vector for each gram of turns and for each gram of replies, scaled so that texts are about one long."""
    ones = [np.ones(side.shape[1], np.float32) for side in (turns, replies)]
    roots = [np.sqrt(np.maximum(mass, 1e-6)) for mass in (turns.T @ (replies @ ones[1]), replies.T @ (turns @ ones[0]))]
    near, far = (_divided(side, root) for side, root in zip((turns, replies), roots, strict=True))
    known = [root / np.linalg.norm(root) for root in roots]
    left, right = _leading(near, far, known, min(dimensions, min(near.shape[1], far.shape[1]) - 1), seed)
    return _scaled(turns, left / np.sqrt(roots[0])[:, None]), _scaled(replies, right / np.sqrt(roots[1])[:, None])


def _divided(table: "csr_matrix[Any]", roots: Floats) -> "csr_matrix[Any]":
    divided = table.copy()
    divided.data = table.data / roots[table.indices]
    return divided


def _leading(
    near: "csr_matrix[Any]", far: "csr_matrix[Any]", known: list[Floats], count: int, seed: int
) -> tuple[Floats, Floats]:
    """By random projection and two rounds of power iteration."""
    drawn = np.random.default_rng(seed)
    near_t, far_t = near.T.tocsr(), far.T.tocsr()
    basis = drawn.standard_normal((far.shape[1], count + _MORE), dtype=np.float32)
    for _ in range(_ROUNDS):
        basis = _orthonormal(_without(near_t @ (far @ basis), known[0]))
        basis = _orthonormal(_without(far_t @ (near @ basis), known[1]))
    seen = _without(near_t @ (far @ basis), known[0])
    squares, turned = np.linalg.eigh((seen.T @ seen).astype(np.float64))
    order = np.argsort(-squares)[:count]
    turned, values = turned[:, order].astype(np.float32), np.sqrt(np.maximum(squares[order], 1e-12))
    return (seen @ turned / values).astype(np.float32), basis @ turned


def _without(basis: Floats, direction: Floats) -> Floats:
    return basis - np.outer(direction, direction @ basis)


def _orthonormal(basis: Floats) -> Floats:
    """Of the same span; by way of the Gram matrix, which is small where the basis is long."""
    squares, turned = np.linalg.eigh((basis.T @ basis).astype(np.float64))
    scale = np.sqrt(np.maximum(squares, squares.max() * 1e-9))
    found: Floats = basis @ (turned / scale).astype(np.float32)
    return found


def _scaled(table: "csr_matrix[Any]", vectors: Floats) -> Floats:
    some = table[:2_000] @ vectors
    return (vectors / max(float(np.linalg.norm(some, axis=1).mean()), 1e-9)).astype(np.float32)
