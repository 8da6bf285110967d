"""New questions proposed, from what buyers asked and people or nobody answered."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from goldensix.adapters import clock
from goldensix.adapters.bank.findings import Proposal, Proposals
from goldensix.adapters.importers.masking import masked_texts
from goldensix.metrics.closing import is_closing
from goldensix.metrics.greeting import is_greeting
from goldensix.robot.asked import Asked
from goldensix.robot.bank import Bank
from goldensix.robot.clusters import Cluster, clusters
from goldensix.robot.question import Labelled, Question, Scene
from goldensix.robot.rules import Rules
from goldensix.robot.turn import Turn, same

if TYPE_CHECKING:
    from goldensix.robot.model import Model

_TEXTS: Final = 20
_NEAR: Final = 0.4
"""Confidence from which on a question of the bank is shown as the nearest."""
_THANKS: Final = ("谢谢", "多谢", "感谢", "thank")
_BRIEF: Final = 16
"""Characters up to which words with thanks among them are a thank-you and no question."""


def proposals(
    turns: Sequence[Asked],
    questions: Sequence[Question],
    labelled: Sequence[Labelled],
    model: "Model | None",
    days: int,
    progress: Callable[[float], None],
) -> Proposals:
    """What is in the bank, labelled or dismissed is not proposed again; nor is what asks nothing, or for a person."""
    hidden = masked_texts([turn.text for turn in turns])
    replies = masked_texts([turn.reply for turn in turns])
    told = [replace(turn, text=text, reply=reply) for turn, text, reply in zip(turns, hidden, replies, strict=True)]
    known = {same(text) for each in questions for text in (each.title, *each.phrasings)}
    known |= {same(each.text) for each in labelled}
    bank = Bank(questions, labelled, model)
    hard, scene = Rules(), Scene(clock.now())

    def is_left_out(words: str) -> bool:
        return words in known or _asks_nothing(words) or hard.hit(words, scene) is not None

    found = clusters(told, is_left_out, model, progress)
    made = (_proposal(each, bank) for each in found)
    return Proposals(days, len(turns), tuple(each for each in made if each is not None))


def _asks_nothing(words: str) -> bool:
    thanks = len(words) <= _BRIEF and any(word in words for word in _THANKS)
    return thanks or is_closing(words) or is_greeting(words)


def _proposal(cluster: Cluster, bank: Bank) -> Proposal | None:
    """None: it is like what somebody said is no question."""
    text = cluster.texts[0]
    ranking = bank.rank(Turn(text), Scene(clock.now()))
    first = ranking.candidates[0] if ranking.candidates else None
    if ranking.none > max(0.5, first.confidence if first else 0.0):
        return None
    near = int(first.question.id) if first and first.confidence >= _NEAR else None
    key = hashlib.sha256(same(text).encode()).hexdigest()[:16]
    return Proposal(key, cluster.texts[:_TEXTS], cluster.count, cluster.unanswered, cluster.reply, near)
