"""Logistic regression over wordings that people have labelled, by their likeness to each other.

A wording is known by how like it is to all the others, so the work depends on their number and not on the vocabulary.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from goldensix.robot.weights import Floats

_STRENGTH: Final = 20.0
_DIRECTIONS: Final = 600
_ITERATIONS: Final = 60
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Classifier:
    classes: tuple[str, ...]
    turned: Floats
    """From likeness to the wordings to the scores of the classes."""
    bias: Floats

    def shares(self, likeness: Floats) -> Floats:
        """How probable each class is, given the likeness to each wording."""
        return _softmax(likeness @ self.turned + self.bias)


def fitted(likeness: Floats, labels: Sequence[str], weights: Sequence[float] | None = None) -> Classifier:
    """From the likeness of wordings among each other and what each was labelled."""
    classes = tuple(sorted(set(labels)))
    numbers = {label: number for number, label in enumerate(classes)}
    targets = np.array([numbers[label] for label in labels])
    squares, directions = np.linalg.eigh(likeness.astype(np.float64))
    kept = np.flatnonzero(squares > squares.max() * 1e-8)[-_DIRECTIONS:]
    roots = np.sqrt(squares[kept])
    spread = np.ones(len(labels)) if weights is None else np.asarray(weights, np.float64)
    slopes, bias = _regressed(directions[:, kept] * roots, targets, len(classes), spread)
    turned = directions[:, kept] / roots @ slopes
    return Classifier(classes, turned.astype(np.float32), bias.astype(np.float32))


def _regressed(rows: Doubles, targets: npt.NDArray[np.int64], count: int, weights: Doubles) -> tuple[Doubles, Doubles]:
    from scipy.optimize import minimize

    own = np.arange(len(rows))
    split = rows.shape[1] * count

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        slopes = flat[:split].reshape(-1, count)
        shares = _softmax(rows @ slopes + flat[split:])
        missed = -(weights * np.log(np.maximum(shares[own, targets], 1e-300))).sum()
        shares[own, targets] -= 1
        error = shares * (_STRENGTH * weights)[:, None]
        slope = np.concatenate([(rows.T @ error + slopes).ravel(), error.sum(axis=0)])
        return float(_STRENGTH * missed + (slopes * slopes).sum() / 2), slope

    found = minimize(loss, np.zeros(split + count), jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS}).x
    return found[:split].reshape(-1, count), found[split:]


def _softmax(scores: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: npt.NDArray[np.floating] = raised / raised.sum(axis=-1, keepdims=True)
    return shares
