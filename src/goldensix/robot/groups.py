"""Which of a merchant's groups a consult's first words belong to.

Until people have shown enough, a group is known by words of its own; from then on by what labels and transfers taught.
Plain Python over a dictionary: a consult is sorted in microseconds, at its start and nowhere else.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

from goldensix.events.ids import GroupId
from goldensix.robot.turn import plain

By = Literal["words", "learned"]
_RUN: Final = re.compile(r"[\u3400-\u9fff]+|[^\W\u3400-\u9fff]+")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_READ: Final = 200
"""Characters of the first words that are read."""
_ALONE: Final = 0.9
"""How sure words make at most: they are a beginning."""
_DOUBT: Final = 1.0
"""Characters that words of a group have to outweigh, besides those of others."""
TOLD: Final = 3
"""Words that are told as the reason."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned: for each feature, what it says for each group."""

    groups: tuple[GroupId, ...]
    bias: tuple[float, ...]
    rows: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Sorted:
    group: GroupId
    """The likeliest."""
    confidence: float
    by: By
    told: tuple[str, ...]
    """Of the first words, those that said most for it."""


@dataclass(frozen=True, slots=True)
class Sorting:
    """How a merchant's consults are sorted."""

    on: bool = False
    least: float = 0.5
    """Less sure, a consult stays where it is."""
    words: Mapping[GroupId, tuple[str, ...]] = field(default_factory=dict)
    weights: Weights | None = None

    def sort(self, text: str) -> Sorted | None:
        """The likeliest group; None: the words say nothing at all."""
        read = plain(text[:_READ])
        if self.weights is not None:
            return _by_weights(read, self.weights)
        return _by_words(read, self.words)


def features(text: str) -> tuple[str, ...]:
    """Of plain text: single characters and pairs of Chinese, words and pairs of words of Latin script, each once."""
    found: dict[str, None] = {}
    before = ""
    for run in _RUN.findall(text):
        if _HAN.match(run):
            found.update(dict.fromkeys(run))
            found.update(dict.fromkeys(map("".join, pairwise(run))))
            before = ""
        else:
            found[run] = None
            if before:
                found[f"{before} {run}"] = None
            before = run
    return tuple(found)


def _by_weights(text: str, weights: Weights) -> Sorted | None:
    known = [(each, weights.rows[each]) for each in features(text) if each in weights.rows]
    if not known:
        return None
    length = math.sqrt(len(known))
    scores = [bias + sum(row[place] for _, row in known) / length for place, bias in enumerate(weights.bias)]
    highest = max(scores)
    raised = [math.exp(score - highest) for score in scores]
    best = scores.index(highest)
    ranked = sorted(known, key=lambda each: -_says(each[1], best))
    told = tuple(name for name, row in ranked[:TOLD] if _says(row, best) > 0)
    return Sorted(weights.groups[best], 1 / sum(raised), "learned", told)


def _says(row: tuple[float, ...], place: int) -> float:
    """How much more a feature says for this group than for all of them."""
    return row[place] - sum(row) / len(row)


def _by_words(text: str, words: Mapping[GroupId, tuple[str, ...]]) -> Sorted | None:
    padded = f" {text} "
    met = {group: [word for word in own if _is_in(word, padded)] for group, own in words.items()}
    counted = {group: sum(map(len, found)) for group, found in met.items() if found}
    if not counted:
        return None
    best = max(counted, key=lambda group: counted[group])
    confidence = _ALONE * counted[best] / (sum(counted.values()) + _DOUBT)
    told = sorted(met[best], key=len, reverse=True)[:TOLD]
    return Sorted(best, confidence, "words", tuple(told))


def _is_in(word: str, padded: str) -> bool:
    """A Latin word has to stand for itself: `change` is not in `exchange`."""
    return word in padded if _HAN.search(word) else f" {word} " in padded
