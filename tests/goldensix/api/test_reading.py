"""What a robot reads of a conversation."""

from goldensix.api.live.reading import Reading, Words, read
from goldensix.events.ids import Instant, MessageId
from goldensix.robot.question import QuestionId


def words(*said: tuple[float, str]) -> list[Words]:
    numbered = enumerate(said, 2)
    return [Words(n, Instant(round(1_000 * at)), text, MessageId(f"b.{n}")) for n, (at, text) in numbered]


def test_a_burst_is_one_turn_and_what_was_said_before_is_known() -> None:
    said = words((0, "有赠品吗"), (30, "那个"), (31.5, "什么时候发货"))
    asked = read(Reading(said, 2, frozenset({QuestionId("gift")}), (), by_robot=True))
    assert (asked.turn.text, asked.turn.previous, asked.up_to) == ("那个 什么时候发货", "有赠品吗", 4)
    assert (asked.turn.earlier, asked.turn.answered) == (("有赠品吗",), {"gift"})
    assert (asked.since, asked.last) == (30_000, 31_500)
    assert read(Reading(said, 2, frozenset(), (), by_robot=False)).turn.earlier == ()


def test_a_number_after_did_you_mean_is_the_question_that_stands_there() -> None:
    choices = ("怎么退货", "怎么换货")
    texts = ["2", "2。", "3", "换货"]
    found = [read(Reading(words((0, text)), 0, frozenset(), choices, by_robot=True)).turn.text for text in texts]
    assert found == ["怎么换货", "怎么换货", "3", "换货"]
