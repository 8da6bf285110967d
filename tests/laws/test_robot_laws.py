"""What holds of the robot, whatever is said and marked."""

from dataclasses import replace
from functools import cache

from hypothesis import example, given
from hypothesis import strategies as st

from goldensix.robot.bands import COLD, ENOUGH, PRECISION, Bands, Mark, banded, lower_bound
from goldensix.robot.bank import Bank
from goldensix.robot.robot import Robot
from goldensix.robot.turn import Turn
from robot_builders import NOW, labelled, model, questions

_ORDER = {"hand_over": 0, "ask": 1, "answer": 2}
shares = st.floats(0, 1)
marks = st.lists(st.builds(Mark, shares.map(lambda share: round(share, 2)), st.booleans(), st.booleans()), max_size=80)


@cache
def robots() -> list[Robot]:
    return [Robot(Bank([])), Robot(Bank(questions())), Robot(Bank(questions(), labelled(), model()))]


@given(st.text(max_size=60), st.text(max_size=20))
@example("", "")
@example("字" * 10_000, "")
@example("a" * 10_000, "b" * 10_000)
@example("\U0001f600\U0001f44d", "")
@example("<script>alert(1)</script><b>什么时候发货</b>", "<p>")
@example("发货when會届くмне\u0000\ud800", "\ud800")
@example("\u202e\ufeff\u200d", "\n\n")
def test_whatever_is_said_ends_in_a_clear_decision(text: str, previous: str) -> None:
    for robot in robots():
        decision = robot.decide(Turn(text, previous), NOW)
        assert decision == robot.decide(Turn(text, previous), NOW)
        assert decision.kind in _ORDER
        assert len(decision.candidates) <= 3
        assert all(0 <= each.confidence <= 1 for each in decision.candidates)
        assert decision.kind == "hand_over" or decision.candidates


@given(st.sampled_from([each.text for each in labelled()]), st.text(max_size=5), shares, shares)
def test_a_higher_band_never_answers_more(text: str, more: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    robot, turn = robots()[2], Turn(text + more)
    kinds = [replace(robot, bands=Bands(answer, 0.1)).decide(turn, NOW).kind for answer in (high, low)]
    assert _ORDER[kinds[0]] <= _ORDER[kinds[1]]


@given(marks)
def test_the_answer_band_keeps_its_bound(known: list[Mark]) -> None:
    bands = banded(known)
    inside = [mark.right for mark in known if mark.confidence >= bands.answer]
    if len(known) < ENOUGH:
        assert bands.are_cold
        assert bands.answer >= COLD.answer
        assert all(inside), "too few marks: above every wrong one"
    else:
        assert not inside or lower_bound(sum(inside), len(inside)) >= PRECISION
    assert bands.ask <= bands.answer


@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_bound_is_below_the_share_and_rises_with_what_is_right(counted: tuple[int, int]) -> None:
    right, total = counted
    assert 0 <= lower_bound(right, total) <= right / total + 1e-9
    assert right == total or lower_bound(right, total) < lower_bound(right + 1, total)
