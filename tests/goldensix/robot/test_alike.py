"""Questions that say the same, in the bank and while one is written."""

from goldensix.robot.alike import Twins
from goldensix.robot.question import Question, QuestionId

BANK = [
    Question(QuestionId("ship"), "什么时候发货", ("几号寄出",)),
    Question(QuestionId("gift"), "有什么赠品", ("送杯子吗",)),
    Question(QuestionId("post"), "How much is shipping", ("postage fee",)),
]


def test_the_same_words_are_told_whatever_their_signs_and_a_question_is_not_its_own_twin() -> None:
    assert Twins(BANK).all() == []
    again = Question(QuestionId("again"), "几号寄出？！", ("Postage fee!",))
    found = [(each.one, each.other, each.wording, each.likeness) for each in Twins([*BANK, again]).all()]
    assert found == [("post", "again", "Postage fee!", 1.0), ("ship", "again", "几号寄出？！", 1.0)]


def test_what_is_written_is_compared_with_all_others_and_not_with_what_it_was() -> None:
    written = Question(QuestionId("ship"), "什么时候可以发货", ("送杯子吗",))
    assert [(each.one, each.other, each.likeness) for each in Twins(BANK, written).all()] == [("ship", "gift", 1.0)]
    fresh = Question(QuestionId("0"), "什么时候可以发货")
    (near,) = Twins(BANK, fresh).all()
    assert (near.other, near.wording) == ("ship", "什么时候发货")
    assert 0.5 < near.likeness < 1
    assert Twins([], fresh).all() == []
    assert Twins(BANK, Question(QuestionId("0"), "🙂！", ("x" * 500,))).all() == []
