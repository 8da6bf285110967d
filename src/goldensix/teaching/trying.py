"""A robot tried on turns whose question is known, and bands learned from labelled phrasings by cross-validation."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from goldensix.adapters import clock
from goldensix.robot.bands import COLD, ENOUGH, Bands, banded
from goldensix.robot.bank import Bank
from goldensix.robot.decision import Kind
from goldensix.robot.judge import Figures, Trial, figures, tried
from goldensix.robot.model import Model
from goldensix.robot.question import Labelled, Question, Scene
from goldensix.robot.robot import Robot
from goldensix.robot.turn import Turn

FOLDS: Final = 5
_SEEN: Final = 10
"""Ranks that count; what stands behind them is as good as not found."""


@dataclass(frozen=True, slots=True)
class Tried:
    figures: Figures
    trials: list[Trial]
    decided: dict[Kind, int]
    answered_right: int
    decision_p50_ms: float
    decision_p99_ms: float
    bands: Bands


def trial(
    questions: Sequence[Question], labelled: Sequence[Labelled], cases: Sequence[Labelled], model: Model | None
) -> Tried:
    """What a robot that knows the questions and labelled phrasings does with the cases."""
    robot = Robot(Bank(questions, labelled, model), bands=learned_bands(questions, labelled, model), drafts=True)
    scene = Scene(clock.now())
    trials, kinds, took = [], list[Kind](), []
    for case in cases:
        begun = time.perf_counter()
        decision, ranking = robot.consider(Turn(case.text, case.previous), scene, _SEEN)
        took.append((time.perf_counter() - begun) * 1_000)
        trials.append(tried(case, ranking))
        kinds.append(decision.kind)
    right = sum(kind == "answer" and each.right for kind, each in zip(kinds, trials, strict=True))
    took.sort()
    p50, p99 = (took[min(int(len(took) * share), len(took) - 1)] if took else 0.0 for share in (0.5, 0.99))
    return Tried(figures(trials), trials, dict(Counter(kinds)), right, p50, p99, robot.bands)


def learned_bands(questions: Sequence[Question], labelled: Sequence[Labelled], model: Model | None) -> Bands:
    """Few labelled phrasings: the cold bands."""
    if len(labelled) < ENOUGH:
        return COLD
    return banded(trial.mark for trial in unseen_trials(questions, labelled, model))


def unseen_trials(questions: Sequence[Question], labelled: Sequence[Labelled], model: Model | None) -> Iterator[Trial]:
    """Each phrasing is tried by a bank that has not seen it, dealt out so that each fold has some of every question."""
    dealt = sorted(range(len(labelled)), key=lambda at: (labelled[at].question or "", at))
    scene = Scene(clock.now())
    for fold in range(FOLDS):
        kept = [labelled[at] for place, at in enumerate(dealt) if place % FOLDS != fold]
        bank = Bank(questions, kept, model)
        for place, at in enumerate(dealt):
            if place % FOLDS == fold:
                case = labelled[at]
                yield tried(case, bank.rank(Turn(case.text, case.previous), scene, _SEEN))
