from dataclasses import replace

import pytest

from builders import SHOP, World, agent, buyer, words
from goldensix.actions import rating, reception, say
from goldensix.actions.outcome import No
from goldensix.actions.premises import Block
from goldensix.actions.say import Buyer
from goldensix.conversations.ratings import RATABLE
from goldensix.events.facts import (
    ConversationClosed,
    ConversationRated,
    Kind,
    MessageSent,
    RatingInvited,
    RatingReason,
    Score,
)
from goldensix.events.ids import AccountId, ConversationId, Instant, MessageId, ShopId

ONE = AccountId(1)
CHEN = buyer()


def asked(chen: Buyer = CHEN) -> tuple[World, ConversationId]:
    """Chen has asked, and an agent has the conversation."""
    world = World([agent(1)])
    reception.connect(world.desk, ONE, world.now)
    reception.become_ready(world.desk, ONE, world.now)
    say.ask(world.desk, chen, "question1", words(), None, "", world.now)
    world.desk.route_if_wanted()
    [id] = world.with_agent(1)
    return world, id


def answered(chen: Buyer = CHEN) -> tuple[World, ConversationId]:
    world, id = asked(chen)
    say.answer(world.desk, ONE, id, "answer001", words("在的"), world.now)
    return world, id


def ended() -> tuple[World, ConversationId]:
    world, id = answered()
    reception.close(world.desk, ONE, id, world.now)
    return world, id


def last(world: World, count: int = 2) -> list[type]:
    return [type(each.stored.event) for each in world.pending()[-count:]]


def rate(world: World, id: str, score: Score = 5, *reasons: RatingReason, by: Buyer = CHEN) -> No | None:
    return rating.rate(world.desk, by, id, score, reasons, world.now)


@pytest.mark.parametrize("by", ["agent", "buyer", "desk"])
def test_who_was_answered_is_asked_how_it_was_whoever_ends_it(by: str) -> None:
    world, id = answered()
    if by == "agent":
        reception.close(world.desk, ONE, id, world.now)
    elif by == "buyer":
        reception.leave(world.desk, id, world.now)
    else:
        rating.end(world.desk, world.desk.folds.reception.open[id], "desk", ONE, world.now)
    assert last(world) == [RatingInvited, ConversationClosed]


def test_who_was_only_welcomed_or_whose_answer_was_taken_back_is_not_asked() -> None:
    world, id = asked()
    answer = MessageId("a1.answer001")
    say.answer(world.desk, ONE, id, "answer001", words("在的"), world.now)
    say.recall(world.desk, id, answer, "agent", "a1", world.now)
    reception.close(world.desk, ONE, id, world.now)
    assert RatingInvited not in last(world, 99)


def test_an_answer_of_the_robot_is_one_and_what_bridges_a_wait_is_none() -> None:
    kinds: dict[Kind, bool] = {"notice": False, "choice": False, "auto_reply": False, "text": True}
    for kind, asks in kinds.items():
        world, id = asked()
        world.desk.record(id, MessageSent(MessageId("r1"), "bot_auto", None, kind), world.now)
        reception.close(world.desk, ONE, id, world.now)
        assert (RatingInvited in last(world, 99)) == asks, kind


def test_a_shop_that_does_not_want_it_asks_nobody_nor_does_a_block_or_a_rehearsal() -> None:
    world, id = answered()
    rules = {SHOP: replace(world.desk.premises.shops[SHOP], asks_rating=False)}
    world.desk.premises = replace(world.desk.premises, shops=rules)
    reception.close(world.desk, ONE, id, world.now)
    assert RatingInvited not in last(world, 99)
    assert rate(world, id) == No("no_rating")

    world, id = answered()
    world.desk.premises = replace(world.desk.premises, blocks={CHEN.id: Block(ONE, None)})
    reception.rules_changed(world.desk)
    assert last(world, 1) == [ConversationClosed]
    assert RatingInvited not in last(world, 99)

    world, id = answered(replace(CHEN, channel="rehearsal"))
    reception.close(world.desk, ONE, id, world.now)
    assert RatingInvited not in last(world, 99)


def test_a_conversation_is_rated_once_and_the_log_folded_anew_knows_it() -> None:
    world, id = ended()
    assert rate(world, id, 4, "fast", "solved") is None
    stored = world.pending()[-1].stored
    assert stored.event == ConversationRated(4, ("fast", "solved"))
    assert (stored.stream, stored.stream_position) == (id, world.pending()[-2].stored.stream_position + 1)
    assert rate(world, id) == No("rated")


def test_only_ones_own_conversation_is_rated_and_only_for_a_day_after_its_end() -> None:
    world, id = answered()
    assert rate(world, id) == No("no_rating")
    reception.close(world.desk, ONE, id, world.now)
    assert rate(world, id, by=buyer("kk")) == No("no_rating")
    assert rate(world, id, by=replace(CHEN, shop=ShopId(SHOP + 1))) == No("no_rating")
    assert rate(world, "nothing") == No("no_rating")
    over, world.now = world.now, Instant(world.now + RATABLE + 1)
    assert rate(world, id) == No("no_rating")
    world.now = Instant(over + RATABLE)
    assert rate(world, id) is None


def test_reasons_go_with_the_score_and_a_blocked_buyer_is_not_heard() -> None:
    world, id = ended()
    assert rate(world, id, 5, "slow") == No("bad_command")
    assert rate(world, id, 3, "fast") == No("bad_command")
    assert rate(world, id, 5, "fast", "fast") == No("bad_command")
    world.desk.premises = replace(world.desk.premises, blocks={CHEN.id: Block(ONE, None)})
    assert rate(world, id, 1, "robot") == No("blocked")
