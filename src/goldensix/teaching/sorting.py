"""Learns which group first words belong to, from words that people put right.

A process of its own (`python -m goldensix.teaching.sorting`): labelled texts in, weights out, both as JSON.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize

from goldensix.events.ids import GroupId
from goldensix.robot.groups import Weights, features
from goldensix.robot.turn import plain

Doubles = npt.NDArray[np.float64]
_STRENGTH: Final = 5.0
_ITERATIONS: Final = 80
_LEAST_SEEN: Final = 2
"""Labelled texts that a feature has to be in: what one buyer wrote is not kept in the weights."""
_FOLDS: Final = 5
_SEED: Final = 6


class Example(NamedTuple):
    text: str
    group: int
    weight: float = 1.0
    """Of a group's own words less: they are a beginning."""


class Taught(NamedTuple):
    groups: list[int]
    bias: list[float]
    rows: dict[str, list[float]]
    right: float
    """Share of the labelled texts, each held back in turn, that came out as labelled."""
    labels: int


def teach(examples: Sequence[Example], own_words: Sequence[Example]) -> Taught:
    """`own_words`: what each group is known by from the beginning."""
    weights = learned([*examples, *own_words])
    rows = {name: list(row) for name, row in weights.rows.items()}
    right = _right_when_held_back(examples, own_words)
    return Taught([int(each) for each in weights.groups], list(weights.bias), rows, right, len(examples))


def _right_when_held_back(examples: Sequence[Example], own_words: Sequence[Example]) -> float:
    order = np.random.default_rng(_SEED).permutation(len(examples))
    right = 0
    for fold in range(_FOLDS):
        held = {int(at) for at in order[fold::_FOLDS]}
        weights = learned([*(each for at, each in enumerate(examples) if at not in held), *own_words])
        right += sum(likeliest(weights, examples[at].text) == examples[at].group for at in held)
    return right / max(len(examples), 1)


def likeliest(weights: Weights, text: str) -> GroupId | None:
    from goldensix.robot.groups import Sorting

    found = Sorting(weights=weights).sort(text)
    return None if found is None else found.group


def learned(examples: Sequence[Example]) -> Weights:
    """Logistic regression over the features of each text, each text as long as any other."""
    groups = tuple(sorted({each.group for each in examples}))
    read = [features(plain(each.text)) for each in examples]
    seen = Counter(name for names in read for name in names)
    names = sorted(name for name, times in seen.items() if times >= _LEAST_SEEN)
    places = {name: place for place, name in enumerate(names)}
    table = _table(read, places)
    targets = np.array([groups.index(each.group) for each in examples])
    slopes, bias = _regressed(table, targets, len(groups), np.array([each.weight for each in examples]))
    rows = {name: tuple(round(float(each), 4) for each in slopes[place]) for name, place in places.items()}
    return Weights(tuple(map(GroupId, groups)), tuple(round(float(each), 4) for each in bias), rows)


def _table(read: Sequence[Sequence[str]], places: dict[str, int]) -> sparse.csr_array:
    rows = [[places[name] for name in names if name in places] for names in read]
    counts = [len(row) for row in rows]
    shares = np.repeat([1 / np.sqrt(max(count, 1)) for count in counts], counts)
    ends = np.concatenate([[0], np.cumsum(counts)])
    columns = np.array([place for row in rows for place in row], np.int64)
    return sparse.csr_array((shares, columns, ends), shape=(len(rows), len(places)))


def _regressed(
    table: sparse.csr_array, targets: npt.NDArray[np.int64], count: int, weights: Doubles
) -> tuple[Doubles, Doubles]:
    own, split = np.arange(len(targets)), table.shape[1] * count

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        slopes = flat[:split].reshape(-1, count)
        scores = table @ slopes + flat[split:]
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares = raised / raised.sum(axis=1, keepdims=True)
        missed = -(weights * np.log(np.maximum(shares[own, targets], 1e-300))).sum()
        shares[own, targets] -= 1
        error = shares * (_STRENGTH * weights)[:, None]
        slope = np.concatenate([(table.T @ error + slopes).ravel(), error.sum(axis=0)])
        return float(_STRENGTH * missed + (slopes * slopes).sum() / 2), slope

    found = minimize(loss, np.zeros(split + count), jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS}).x
    return found[:split].reshape(-1, count), found[split:]


class Lesson(msgspec.Struct):
    examples: list[Example]
    own_words: list[Example]


def main() -> None:
    lesson = msgspec.json.decode(sys.stdin.buffer.read(), type=Lesson)
    sys.stdout.buffer.write(msgspec.json.encode(teach(lesson.examples, lesson.own_words)))


if __name__ == "__main__":
    main()
