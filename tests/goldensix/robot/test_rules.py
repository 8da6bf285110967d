import time

import pytest

from goldensix.events.ids import Instant
from goldensix.robot.question import QuestionId, Scene, Validity
from goldensix.robot.rules import BadPattern, Rule, Rules
from robot_builders import NOW


@pytest.mark.parametrize(
    "text",
    ["转人工", "我要投诉你们", "再这样给差评", "我去12315举报",
     "I want to talk to a human", "let me speak with someone", "This is a SCAM", "I will file a complaint"],
)  # fmt: skip
def test_hard_words_hand_over(text: str) -> None:
    rule = Rules().hit(text, NOW)
    assert rule is not None
    assert rule.answers is None


@pytest.mark.parametrize("text", ["什么时候发货", "is the person on the photo wearing a medium?", "手工做的吗"])
def test_other_words_do_not(text: str) -> None:
    assert Rules().hit(text, NOW) is None


def test_the_highest_priority_decides_and_of_equals_the_first() -> None:
    rules = Rules([Rule("low", "包邮"), Rule("high", "包邮", priority=5), Rule("same", "包邮", priority=5)])
    hit = rules.hit("这个包邮吗", NOW)
    assert hit is not None
    assert hit.name == "high"


def test_no_priority_but_a_higher_one_is_above_the_hard_words() -> None:
    mine = Rule("mine", "人工钻石", priority=2_000, answers=QuestionId("diamond"))
    hit = Rules([mine]).hit("是人工钻石吗", NOW)
    assert hit == mine


def test_a_literal_is_no_pattern() -> None:
    assert Rules([Rule("dot", "a.c")]).hit("abc", NOW) is None
    assert Rules([Rule("dot", "a.c")]).hit("A.C", NOW) is not None
    assert Rules([Rule("dot", "a.c", is_pattern=True)]).hit("abc", NOW) is not None


def test_a_rule_holds_in_its_window_only() -> None:
    rules = Rules([Rule("eve", "预售", validity=Validity(since=Instant(10), until=Instant(20)))])
    assert [rules.hit("预售", Scene(Instant(at))) is not None for at in (9, 10, 19, 20)] == [False, True, True, False]


def test_a_pattern_that_backtracks_elsewhere_takes_no_time_here() -> None:
    rules = Rules([Rule("evil", "(a+)+$", is_pattern=True)])
    begun = time.perf_counter()
    rules.hit("a" * 900 + "b", NOW)
    assert time.perf_counter() - begun < 0.5


@pytest.mark.parametrize("pattern", ["(", "(?=x)", "", "  ", "x" * 501, "(a{1,1000}){1,1000}"])
def test_a_pattern_that_cannot_be_used_is_one_sentence(pattern: str) -> None:
    with pytest.raises(BadPattern, match="Rule 'mine'"):
        Rules([Rule("mine", pattern, is_pattern=True)])
