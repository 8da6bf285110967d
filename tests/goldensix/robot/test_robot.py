"""Small examples in both languages, with and without a model."""

from dataclasses import replace
from functools import cache

import pytest

from goldensix.events.ids import Instant, ShopId
from goldensix.robot.bands import Bands
from goldensix.robot.bank import Bank
from goldensix.robot.model import TooFewPairs, fit
from goldensix.robot.question import QuestionId, Scene, Validity
from goldensix.robot.replies import rank
from goldensix.robot.robot import Robot
from goldensix.robot.rules import Rule, Rules
from goldensix.robot.saved import BadModel, loaded, saved
from goldensix.robot.turn import Turn, merged
from robot_builders import NOW, labelled, model, pairs, questions


@cache
def taught() -> Robot:
    return Robot(Bank(questions(), labelled(), model()))


def first(robot: Robot, turn: Turn) -> str | None:
    candidates = robot.decide(turn, NOW).candidates
    return str(candidates[0].question.id) if candidates else None


@pytest.mark.parametrize(
    ("text", "question"),
    [("你好今天能寄出来吗", "ship"), ("会送小礼物不", "gift"), ("宽度是几厘米", "size"),
     ("please refund my money", "refund"), ("I typed a wrong street", "address"),
     ("HOW do I return an item??", "refund")],
)  # fmt: skip
def test_a_turn_in_other_words_finds_its_question(text: str, question: str) -> None:
    assert first(taught(), Turn(text)) == question


def test_a_wording_of_a_question_is_answered_though_nothing_is_marked_yet() -> None:
    decision = Robot(Bank(questions())).decide(Turn("什么时候 发货？"), NOW)
    assert (decision.kind, decision.reason, decision.confidence) == ("answer", "same_words", 1.0)
    assert decision.answers == questions()[0].answers


def test_the_model_finds_what_no_word_has_in_common() -> None:
    words_alone, learned = Robot(Bank(questions())), Robot(Bank(questions(), (), model()))
    assert first(learned, Turn("多久才寄出")) == "ship"
    assert first(words_alone, Turn("量一下宽度")) is None
    assert first(learned, Turn("量一下宽度")) == "size"


def test_a_turn_like_those_handed_over_is_handed_over() -> None:
    decision = taught().decide(Turn("我再看看别家吧"), NOW)
    assert (decision.kind, decision.reason) == ("hand_over", "no_question")
    assert len(decision.candidates) == 3


def test_a_rule_beats_scores() -> None:
    rules = Rules([Rule("gift first", "发货", answers=QuestionId("gift"))])
    decision = replace(taught(), rules=rules).decide(Turn("什么时候发货"), NOW)
    assert (decision.kind, decision.reason, decision.rule) == ("answer", "rule", "gift first")
    assert decision.question is not None
    assert decision.question.id == "gift"


def test_a_rule_to_a_question_that_is_not_there_hands_over() -> None:
    rules = Rules([Rule("lost", "发货", answers=QuestionId("nowhere"))])
    assert replace(taught(), rules=rules).decide(Turn("什么时候发货"), NOW).kind == "hand_over"


@pytest.mark.parametrize(
    "turn",
    [Turn("什么时候发货", earlier=("什么时候发货？",)), Turn("什么时候发货", answered=frozenset({QuestionId("ship")}))],
)
def test_the_same_question_twice_is_handed_over(turn: Turn) -> None:
    decision = taught().decide(turn, NOW)
    assert (decision.kind, decision.reason) == ("hand_over", "asked_twice")


def test_a_short_turn_is_read_with_the_one_before() -> None:
    alone, after = Turn("多少"), Turn("多少", previous="这个直径几厘米")
    assert first(taught(), after) == "size"
    long = "请帮我把收货的地方改一下谢谢"
    assert taught().decide(Turn(long, previous="尺寸多大"), NOW) == taught().decide(Turn(long), NOW)
    assert taught().decide(alone, NOW) != taught().decide(after, NOW)


def test_a_question_answers_in_its_shop_and_time_only() -> None:
    ship = replace(questions()[0], validity=Validity(frozenset({ShopId(2)}), since=Instant(5)))
    robot = Robot(Bank([ship, *questions()[1:]]))
    scenes = [Scene(Instant(6), ShopId(2)), Scene(Instant(6), ShopId(3)), Scene(Instant(4), ShopId(2))]
    assert [robot.decide(Turn("什么时候发货"), scene).kind == "answer" for scene in scenes] == [True, False, False]


def test_routes_are_learned_and_an_unsure_one_is_general() -> None:
    assert taught().decide(Turn("please change my address"), NOW).routed.route == "order_change"
    routed = taught().decide(Turn("zzz qqq"), NOW).routed
    assert routed.route == "general"


def test_suggestions_follow_the_keys() -> None:
    assert taught().bank.suggest("赠", NOW)[0].id == "gift"
    assert taught().bank.suggest("deliv", NOW)[0].id == "address"
    assert taught().bank.suggest("", NOW) == ()


def test_bursts_are_one_turn() -> None:
    said = [(Instant(0), "在吗"), (Instant(1_500), "尺寸"), (Instant(3_000), "多大"), (Instant(9_000), "人呢")]
    assert merged(said) == ["在吗 尺寸 多大", "人呢"]


def test_replies_are_ranked_for_the_turn() -> None:
    offered = ["大号直径三十厘米", "we refund within three days", "付款后两天内寄出哦"]
    assert rank(Turn("拍了好几天还不寄"), offered, model())[0].place == 2
    assert rank(Turn("refund please"), offered, model())[0].place == 1
    assert rank(Turn("refund please"), offered, None)[0].place == 1
    assert rank(Turn("x"), [], model()) == []


def test_a_model_is_the_same_after_it_was_saved() -> None:
    again = Robot(Bank(questions(), labelled(), loaded(saved(model()))))
    assert again.decide(Turn("多久寄"), NOW) == taught().decide(Turn("多久寄"), NOW)


def test_fitting_twice_gives_the_same_bytes() -> None:
    assert saved(fit(pairs())) == saved(model())


@pytest.mark.parametrize("cut", [0, 10, 1_000, -1_000])
def test_a_damaged_file_is_one_sentence(cut: int) -> None:
    with pytest.raises(BadModel, match="model file"):
        loaded(saved(model())[:cut])


def test_a_file_that_is_encrypted_or_of_a_later_kind_is_one_sentence_too() -> None:
    content = saved(model())
    entry = content.index(b"PK\x01\x02")
    for at in (6, 8):  # the version it needs, and its flags
        with pytest.raises(BadModel, match="model file"):
            loaded(content[: entry + at] + b"\xff" + content[entry + at + 1 :])


def test_too_short_a_log_is_one_sentence() -> None:
    with pytest.raises(TooFewPairs, match="needs 2000"):
        fit(pairs(10))


def test_a_bank_without_questions_hands_over() -> None:
    assert Robot(Bank([])).decide(Turn("什么时候发货"), NOW).reason == "empty_bank"


def test_the_bands_decide() -> None:
    turn = Turn("今天能寄出来不")
    confidence = taught().decide(turn, NOW).confidence
    kinds = [
        replace(taught(), bands=bands).decide(turn, NOW).kind
        for bands in (Bands(confidence, 0), Bands(1.01, confidence), Bands(1.01, 1.01))
    ]
    assert kinds == ["answer", "ask", "hand_over"]


def test_a_question_without_an_answer_is_handed_over_and_not_met_with_silence() -> None:
    robot = Robot(Bank([replace(question, answers=()) for question in questions()]))
    decision = robot.decide(Turn("什么时候发货"), NOW)
    assert (decision.kind, decision.reason, len(decision.candidates)) == ("hand_over", "no_answer", 3)
    assert replace(robot, drafts=True).decide(Turn("什么时候发货"), NOW).kind == "answer"
