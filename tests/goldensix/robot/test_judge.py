"""Figures of four turns, worked out by hand."""

import pytest

from goldensix.robot.judge import Trial, by_question, by_route, curve, figures
from goldensix.robot.question import Labelled, QuestionId, Route


def _trial(question: str | None, confidence: float, rank: int | None, route_right: bool | None = None) -> Trial:
    route = None if route_right is None else Route("pre_sale")
    return Trial(Labelled("x", QuestionId(question) if question else None, route), confidence, rank, route_right)


TRIALS = [_trial("a", 0.9, 1, True), _trial("a", 0.7, 2, False), _trial("b", 0.8, 1), _trial(None, 0.8, None, True)]


def test_figures() -> None:
    found = figures(TRIALS)
    assert (found.cases, found.top1, found.top3, found.mrr) == (
        4,
        pytest.approx(2 / 3),
        1.0,
        pytest.approx((1 + 0.5 + 1) / 3),
    )
    # Of three with a question 60 % is two, both right; of all four 25 % is one.
    assert (found.p_at_60, found.precision_at_25, found.coverage_at_p90) == (1.0, 1.0, 0.25)
    assert found.route_accuracy == pytest.approx(2 / 3)


def test_turns_of_one_confidence_count_together() -> None:
    assert [(each.coverage, each.precision) for each in curve(TRIALS)] == [
        (0.25, 1.0),
        (0.75, pytest.approx(2 / 3)),
        (1.0, 0.5),
    ]


def test_by_question_and_route() -> None:
    assert [(each.question, each.cases, each.right, each.among_three) for each in by_question(TRIALS)] == [
        ("a", 2, 1, 2), ("b", 1, 1, 1)
    ]  # fmt: skip
    assert by_route(TRIALS) == {"pre_sale": (3, 2)}


def test_of_nothing_there_are_no_figures() -> None:
    assert figures([]).top1 is None
