"""Clusters of what buyers asked: nothing is counted twice, and nothing that the robot answered."""

from hypothesis import given, settings
from hypothesis import strategies as st

from goldensix.events.ids import Instant, ShopId
from goldensix.robot.asked import Asked, Message, asked
from goldensix.robot.clusters import LEAST, clusters
from goldensix.robot.turn import same

WORDS = st.sampled_from(
    ["几号发货", "几号能发货", "什么时候发货", "有赠品吗", "有没有赠品", "送赠品吗", "how big is it", "how large is it"]
)
BY = st.sampled_from(["buyer", "human", "robot"])
SAID = st.lists(st.tuples(st.integers(0, 4), BY, WORDS), max_size=40)


def turns_of(said: list[tuple[int, str, str]]) -> list[Asked]:
    ordered = sorted(enumerate(said), key=lambda each: (each[1][0], each[0]))
    messages = [
        Message(str(whose), ShopId(1), Instant(at), by, text)  # type: ignore[arg-type]  # drawn from the words that it takes
        for at, (whose, by, text) in ordered
    ]
    return list(asked(messages))


@given(SAID)
@settings(max_examples=40)
def test_every_turn_is_in_one_cluster_at_most(said: list[tuple[int, str, str]]) -> None:
    turns = turns_of(said)
    found = clusters(turns, lambda _: False, None)
    words = [same(text) for each in found for text in each.texts]
    assert len(words) == len(set(words))
    assert all(each.count >= LEAST and 0 <= each.unanswered <= each.count for each in found)
    asked_for = [same(turn.text) for turn in turns if turn.by != "robot"]
    assert sum(each.count for each in found) == sum(asked_for.count(each) for each in words)


@given(SAID)
@settings(max_examples=20)
def test_what_is_known_is_in_no_cluster(said: list[tuple[int, str, str]]) -> None:
    turns = turns_of(said)
    found = clusters(turns, lambda words: "发货" in words, None)
    assert not any("发货" in text for each in found for text in each.texts if len(text) < 7)
