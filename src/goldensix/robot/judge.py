"""How well a robot does on turns whose question is known: figures, the curve, by question and by route."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from goldensix.robot.bands import PRECISION, Mark
from goldensix.robot.decision import Ranking
from goldensix.robot.question import Labelled, QuestionId

_AT: Final = (0.6, 0.25)


@dataclass(frozen=True, slots=True)
class Trial:
    """One turn, and what the robot thought."""

    case: Labelled
    confidence: float
    rank: int | None
    """Where the right question stands, from 1; None: not found, or there is none."""
    route_right: bool | None
    """None: the case names no route."""

    @property
    def right(self) -> bool:
        return self.rank == 1

    @property
    def mark(self) -> Mark:
        return Mark(self.confidence, self.right, self.rank is not None and self.rank <= 3)


@dataclass(frozen=True, slots=True)
class Point:
    """Of the surest turns, this share: how many of them were right, and the confidence of the least sure."""

    coverage: float
    precision: float
    confidence: float


@dataclass(frozen=True, slots=True)
class OfQuestion:
    question: QuestionId
    cases: int
    right: int
    among_three: int


@dataclass(frozen=True, slots=True)
class Figures:
    cases: int
    top1: float | None
    top3: float | None
    mrr: float | None
    """These three, and p_at_60, of the cases that have a question."""
    p_at_60: float | None
    coverage_at_p90: float
    """Of all cases: the largest share of the surest of which 90 % were right."""
    precision_at_25: float | None
    """Of all cases, those without a question counting as wrong."""
    route_accuracy: float | None


def tried(case: Labelled, ranking: Ranking) -> Trial:
    ids = [each.question.id for each in ranking.candidates]
    rank = ids.index(case.question) + 1 if case.question in ids else None
    route = None if case.route is None else ranking.routed.likeliest == case.route
    return Trial(case, ranking.candidates[0].confidence if ids else 0.0, rank, route)


def figures(trials: Sequence[Trial]) -> Figures:
    asked = [trial for trial in trials if trial.case.question is not None]
    routes = [trial.route_right for trial in trials if trial.route_right is not None]
    return Figures(
        cases=len(trials),
        top1=_share(trial.right for trial in asked),
        top3=_share(trial.mark.among for trial in asked),
        mrr=sum(1 / trial.rank for trial in asked if trial.rank) / len(asked) if asked else None,
        p_at_60=precision_at(asked, _AT[0]),
        coverage_at_p90=max((each.coverage for each in curve(trials) if each.precision >= PRECISION), default=0.0),
        precision_at_25=precision_at(trials, _AT[1]),
        route_accuracy=_share(routes),
    )


def curve(trials: Sequence[Trial]) -> list[Point]:
    """From the surest turn to all of them. Turns of one confidence count together: no threshold tells them apart."""
    ordered = sorted(trials, key=lambda trial: -trial.confidence)
    right, points = 0, []
    for place, trial in enumerate(ordered, 1):
        right += trial.right
        if place == len(ordered) or ordered[place].confidence != trial.confidence:
            points.append(Point(place / len(ordered), right / place, trial.confidence))
    return points


def precision_at(trials: Sequence[Trial], coverage: float) -> float | None:
    """Of the surest turns, at least so many: those of the last one's confidence all count."""
    return next((each.precision for each in curve(trials) if each.coverage >= coverage - 1e-9), None)


def by_question(trials: Iterable[Trial]) -> list[OfQuestion]:
    """The questions with the most wrong first."""
    groups: dict[QuestionId, list[Trial]] = defaultdict(list)
    for trial in trials:
        if trial.case.question is not None:
            groups[trial.case.question].append(trial)
    found = [
        OfQuestion(id, len(own), sum(each.right for each in own), sum(each.mark.among for each in own))
        for id, own in groups.items()
    ]
    return sorted(found, key=lambda each: (each.right - each.cases, each.question))


def by_route(trials: Iterable[Trial]) -> dict[str, tuple[int, int]]:
    """Of each route: how many cases, and how many were sent there."""
    groups: dict[str, tuple[int, int]] = {}
    for trial in trials:
        if trial.case.route is not None:
            cases, right = groups.get(trial.case.route, (0, 0))
            groups[trial.case.route] = (cases + 1, right + bool(trial.route_right))
    return groups


def _share(claims: Iterable[bool]) -> float | None:
    known = list(claims)
    return sum(known) / len(known) if known else None
