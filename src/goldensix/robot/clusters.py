"""Questions that are not in the bank yet: what buyers ask again and again, in clusters of like turns."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from goldensix.robot.asked import Asked
from goldensix.robot.likeness import Likeness
from goldensix.robot.model import Model
from goldensix.robot.turn import same

MOST: Final = 4_000
"""Different wordings that are compared, those that were said most often and last."""
LEAST: Final = 3
"""Turns that make a cluster."""
SHOWN: Final = 60
_SHORTEST: Final = 2
"""Characters of words below which a turn asks nothing by itself."""
_LONGEST: Final = 60
"""Characters above which it asks several things at once."""
_COMMON_REPLY: Final = 0.02
"""Of all replies: what is said so often answers nothing in particular."""
_COMMON_FROM: Final = 20
"""Times that a reply is said before it can be common: a small log repeats its answers."""
_REPLIES: Final = 200


@dataclass(frozen=True, slots=True)
class Cluster:
    texts: tuple[str, ...]
    """Wordings, the most typical first."""
    count: int
    """How often they were asked."""
    unanswered: int
    """Of these, by nobody at all."""
    reply: str
    """What people typically answered; empty: nobody did, or nothing typical."""


def clusters(
    turns: Sequence[Asked],
    known: Callable[[str], bool],
    model: Model | None,
    progress: Callable[[float], None] = lambda _: None,
) -> list[Cluster]:
    """Of what people or nobody answered; the most frequent first. `known`: words that need no question of their own."""
    groups: dict[str, list[Asked]] = defaultdict(list)
    for turn in turns:
        words = same(turn.text)
        if turn.by != "robot" and _SHORTEST < len(words) <= _LONGEST:
            groups[words].append(turn)
    wanted = [own for words, own in groups.items() if not known(words)]
    wanted.sort(key=lambda own: (-len(own), -own[-1].at))
    wanted = wanted[:MOST]
    if not wanted:
        return []
    common = _common_replies(turns)
    found = _gathered([own[0].text for own in wanted], [len(own) for own in wanted], model, progress)
    made = [_cluster([wanted[place] for place in places], common) for places in found]
    return sorted((each for each in made if each.count >= LEAST), key=lambda each: -each.count)[:SHOWN]


def _gathered(
    texts: Sequence[str], counts: Sequence[int], model: Model | None, progress: Callable[[float], None]
) -> list[list[int]]:
    """Places of texts by cluster: whoever has most said around him gathers all that are like him, and so on."""
    near: list[list[tuple[int, float]]] = []
    for row, others, likeness in Likeness(texts, model).pairs():
        near.append(sorted(zip(others.tolist(), likeness.tolist(), strict=True), key=lambda each: -each[1]))
        progress(row / len(texts))
    weights = np.array([counts[row] + sum(counts[other] for other, _ in around) for row, around in enumerate(near)])
    free, gathered = set(range(len(texts))), []
    for row in np.argsort(-weights, kind="stable").tolist():
        if row in free:
            own = [row, *(other for other, _ in near[row] if other in free)]
            free.difference_update(own)
            gathered.append(own)
    return gathered


def _cluster(groups: Sequence[Sequence[Asked]], common: set[str]) -> Cluster:
    turns = [turn for own in groups for turn in own]
    return Cluster(
        tuple(own[0].text for own in groups),
        len(turns),
        sum(turn.by is None for turn in turns),
        _typical([turn.reply for turn in turns if turn.by == "human" and same(turn.reply) not in common]),
    )


def _common_replies(turns: Sequence[Asked]) -> set[str]:
    counts = Counter(same(turn.reply) for turn in turns if turn.by == "human")
    most = max(_COMMON_FROM, _COMMON_REPLY * counts.total())
    return {words for words, count in counts.items() if count > most or len(words) <= _SHORTEST}


def _typical(replies: Sequence[str]) -> str:
    """The reply that is most like all the others; the longer of two that are equally so."""
    if not replies:
        return ""
    some = replies[-_REPLIES:]
    sums = Likeness(some, None).of(slice(None)).sum(axis=1)
    best = max(range(len(some)), key=lambda at: (round(float(sums[at]), 3), len(some[at])))
    return some[best]
