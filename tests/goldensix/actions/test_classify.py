"""Consults sorted by their first words: at once, where it is sure and somebody is there, and told why."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import AFTER_SALE, PRE_SALE, World, agent, buyer
from goldensix.actions import classify, reception, say
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import Body, ConversationClassified, Event
from goldensix.events.ids import AccountId, GroupId
from goldensix.robot.groups import Sorting, Weights, features
from goldensix.robot.starter_words import STARTER_WORDS

WORDS = Sorting(on=True, words={PRE_SALE: STARTER_WORDS["pre_sale"], AFTER_SALE: STARTER_WORDS["after_sale"]})
BOTH = [agent(1, groups=(PRE_SALE,)), agent(2, groups=(AFTER_SALE,))]


def asks(world: World, text: str, group: GroupId | None = None, sorting: Sorting = WORDS) -> Conversation:
    world.desk.premises = replace(world.desk.premises, sorting=sorting)
    say.ask(world.desk, buyer(), "message-0001", Body(text), group, "", world.now)
    return next(iter(world.desk.folds.reception.open.values()))


def ready(world: World, *numbers: int) -> None:
    for number in numbers:
        reception.connect(world.desk, AccountId(number), world.now)
        reception.become_ready(world.desk, AccountId(number), world.now)


def told(world: World) -> list[ConversationClassified]:
    events: list[Event] = [each.stored.event for each in world.pending()]
    return [each for each in events if isinstance(each, ConversationClassified)]


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("我要退款，衣服破了", AFTER_SALE),
        ("这件什么尺码，身高165", PRE_SALE),
        ("I want a refund, it is broken", AFTER_SALE),
        ("在吗", PRE_SALE),
        ("", PRE_SALE),
    ],
)
def test_first_words_lead_to_a_group_and_who_cannot_be_read_stays(text: str, group: GroupId) -> None:
    world = World(BOTH)
    ready(world, 1, 2)
    assert asks(world, text or "😀").group == group
    world.desk.route_if_wanted()
    assert world.with_agent(group) == [next(iter(world.desk.folds.reception.open))]


def test_why_is_told_with_the_words_in_the_erasable_part() -> None:
    world = World(BOTH)
    ready(world, 1, 2)
    asks(world, "我要退款")
    [event] = told(world)
    [body] = [each.stored.body for each in world.pending() if each.stored.event is event]
    assert (event.group, event.likeliest, event.by) == (AFTER_SALE, AFTER_SALE, "words")
    assert event.confidence >= 0.5
    assert body is not None
    assert body.text == "退款"


def test_who_chose_a_question_is_not_sorted() -> None:
    world = World(BOTH)
    ready(world, 1, 2)
    assert asks(world, "我要退款", PRE_SALE).group == PRE_SALE
    assert told(world) == []


def test_nobody_waits_longer_for_being_sorted() -> None:
    world = World(BOTH)
    ready(world, 1)
    assert asks(world, "我要退款").group == PRE_SALE, "in its group nobody is there"
    [event] = told(world)
    assert (event.group, event.likeliest) == (PRE_SALE, AFTER_SALE)


def test_unsure_it_stays() -> None:
    world = World(BOTH)
    ready(world, 1, 2)
    unsure = replace(WORDS, least=0.95)
    assert asks(world, "我要退款", sorting=unsure).group == PRE_SALE


def test_switched_off_nothing_is_said() -> None:
    world = World(BOTH)
    ready(world, 1, 2)
    assert asks(world, "我要退款", sorting=replace(WORDS, on=False)).group == PRE_SALE
    assert told(world) == []


def test_what_the_robot_read_moves_who_waits_and_nobody_else() -> None:
    world = World([agent(2, groups=(AFTER_SALE,))])
    ready(world, 2)
    c = asks(world, "在吗")
    assert not classify.move(world.desk, c, AFTER_SALE, 0.4, world.now)
    assert classify.move(world.desk, c, AFTER_SALE, 0.8, world.now)
    assert (c.group, list(world.desk.folds.reception.queues[AFTER_SALE])) == (AFTER_SALE, [c.id])
    assert not world.desk.folds.reception.queues[PRE_SALE]
    world.desk.route_if_wanted()
    assert world.with_agent(2) == [c.id]
    assert not classify.move(world.desk, c, PRE_SALE, 0.9, world.now), "somebody has it"


def test_what_was_learned_says_its_words() -> None:
    rows = dict.fromkeys(features("丝绸"), (1.0, -1.0)) | dict.fromkeys(features("茶壶"), (-1.0, 1.0))
    sorting = Sorting(on=True, weights=Weights((PRE_SALE, AFTER_SALE), (0.0, 0.0), rows))
    found = sorting.sort("茶壶呢")
    assert found is not None
    assert (found.group, found.by) == (AFTER_SALE, "learned")
    assert set(found.told) <= set(features("茶壶"))
    assert sorting.sort("量子") is None


@given(st.text(max_size=300))
def test_any_text_is_sorted_or_not_and_never_surer_than_sure(text: str) -> None:
    weights = Weights((PRE_SALE, AFTER_SALE), (0.1, -0.1), dict.fromkeys(features("退 款 refund a b"), (0.5, -2.0)))
    for sorting in (WORDS, replace(WORDS, weights=weights)):
        found = sorting.sort(text)
        assert found is None or 0 <= found.confidence <= 1
