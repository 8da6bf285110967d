"""Three bands of confidence: answer, ask back, hand over. Where they lie is learned from answers marked right or wrong.

The answer band begins at the lowest confidence from which on the lower bound of precision (Wilson, one-sided 95 %)
is what is wanted. A bound and not the share itself: a threshold picked on a share keeps 5 to 10 points less than it
promises.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Final

Z: Final = 1.645
PRECISION: Final = 0.9
ASK_PRECISION: Final = 0.6
"""Of the three that are asked back, one is the right one at least so often."""
NEVER: Final = 1.01
COLD_ANSWER: Final = 0.9
COLD_ASK: Final = 0.3
_ABOVE: Final = 0.01
ENOUGH: Final = 25
"""Marks below which the bands are the cold ones: fewer, all of them right, do not bound 90 %."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person said of what the robot thought: likeliest question right, or at least one of three."""

    confidence: float
    right: bool
    among: bool


@dataclass(frozen=True, slots=True)
class Bands:
    answer: float = COLD_ANSWER
    ask: float = COLD_ASK
    marks: int = 0
    bound: float = 0.0
    """The lower bound of precision in the answer band; 0 while it is not known."""

    @property
    def are_cold(self) -> bool:
        """No marks yet, or too few: only what is next to certain is answered."""
        return self.marks < ENOUGH


COLD: Final = Bands()


def lower_bound(right: int, total: int) -> float:
    """Of a share of `right` in `total`."""
    if total == 0:
        return 0.0
    share, square = right / total, Z * Z
    middle = share + square / (2 * total)
    spread = Z * sqrt(share * (1 - share) / total + square / (4 * total * total))
    return max(0.0, (middle - spread) / (1 + square / total))


def banded(marks: Iterable[Mark], precision: float = PRECISION) -> Bands:
    """The bands that marks call for. Too few marks: the cold ones, above every wrong answer so far."""
    known = list(marks)
    if len(known) < ENOUGH:
        wrong = max((mark.confidence for mark in known if not mark.right), default=0.0)
        answer = max(COLD_ANSWER, min(wrong + _ABOVE, NEVER))
        return Bands(answer, COLD_ASK, len(known))
    answer, bound = _lowest([(mark.confidence, mark.right) for mark in known], precision)
    ask, _ = _lowest([(mark.confidence, mark.among) for mark in known], ASK_PRECISION)
    return Bands(answer, min(ask, answer), len(known), bound)


def _lowest(marks: list[tuple[float, bool]], precision: float) -> tuple[float, float]:
    """The lowest confidence from which on the bound holds, and the bound there; never, where there is none."""
    ordered = sorted(marks, reverse=True)
    right, found = 0, (NEVER, 0.0)
    for place, (confidence, is_right) in enumerate(ordered, 1):
        right += is_right
        if place < len(ordered) and ordered[place][0] == confidence:
            continue
        bound = lower_bound(right, place)
        if bound >= precision:
            found = (confidence, bound)
    return found
