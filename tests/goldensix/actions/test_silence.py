"""Who is silent or gone loses who waits for him."""

from dataclasses import replace

from builders import PRE_SALE, agent
from goldensix.actions import reception, route
from goldensix.actions.premises import AssignmentRules
from goldensix.events.facts import (
    AgentTookBreak,
    ConversationReturned,
)
from goldensix.events.ids import Milliseconds
from lapses import ONE, TWO, answers, asks, at_work, begun_anew, passes, settle, told


def test_who_is_silent_loses_the_buyer_to_the_head_of_the_queue() -> None:
    world = at_work(agent(1, limit=1), agent(2, limit=1))
    first, second = asks(world), asks(world, "kk")
    third = asks(world, "youzi")
    answers(world, second)
    passes(world, 300)
    assert told(world, ConversationReturned) == [ConversationReturned(ONE, "silent", None, PRE_SALE)]
    assert first.agent is None
    assert told(world, AgentTookBreak) == [AgentTookBreak(ONE, "silent")]
    assert [c.id for c in world.desk.folds.reception.queued()] == [first.id, third.id]
    reception.close(world.desk, TWO, second.id, world.now)
    settle(world.desk, world)
    assert first.agent == TWO
    reception.become_ready(world.desk, ONE, world.now)
    settle(world.desk, world)
    assert third.agent == ONE


def test_two_who_are_asleep_do_not_pass_a_buyer_to_each_other_for_ever() -> None:
    world = at_work(agent(1), agent(2))
    c = asks(world)
    for _ in range(10):
        passes(world, 300)
    assert told(world, ConversationReturned) == [
        ConversationReturned(ONE, "silent", None, PRE_SALE),
        ConversationReturned(TWO, "silent", None, PRE_SALE),
    ]
    assert (c.agent, c.left) == (None, True)


def test_who_answers_others_meanwhile_is_there_for_more() -> None:
    world = at_work(agent(1))
    forgotten, other = asks(world), asks(world, "kk")
    passes(world, 100)
    answers(world, other)
    passes(world, 200)
    assert forgotten.agent is None
    assert not told(world, AgentTookBreak)


def test_who_comes_back_to_life_may_have_the_buyer_again() -> None:
    world = at_work(agent(1))
    c = asks(world)
    passes(world, 300)
    passes(world, 300)
    assert c.agent is None
    reception.strike_key(world.desk, ONE, world.now)
    passes(world, 5)
    reception.become_ready(world.desk, ONE, world.now)
    world.desk.want_routing()
    settle(world.desk, world)
    assert c.agent == ONE


def test_whoever_types_is_given_until_his_hands_rest() -> None:
    world = at_work(agent(1), agent(2))
    c = asks(world)
    passes(world, 299)
    assert c.agent is not None
    reception.strike_key(world.desk, c.agent, world.now)
    passes(world, 2)
    assert c.agent == ONE
    passes(world, 3)
    assert c.agent == TWO


def test_nobody_loses_a_buyer_who_only_says_thanks() -> None:
    world = at_work(agent(1), agent(2))
    c = asks(world)
    answers(world, c)
    asks(world, text="好的谢谢")
    passes(world, 3_600)
    assert c.agent == ONE
    asks(world, text="还有一个问题")
    passes(world, 299)
    assert c.agent == ONE
    passes(world, 1)
    assert c.agent == TWO


def test_who_is_gone_loses_waiting_buyers_after_a_minute_and_not_sooner() -> None:
    world = at_work(agent(1), agent(2))
    waits, rests = asks(world), asks(world, "kk")
    route.transfer(world.desk, TWO, rests.id, route.Transfer(ONE, None), world.now)
    answers(world, rests)
    reception.disconnect(world.desk, ONE, world.now)
    passes(world, 59)
    assert waits.agent == ONE
    passes(world, 1)
    assert (waits.agent, rests.agent) == (TWO, ONE)
    asks(world, "kk", "你还在吗")
    assert rests.agent == TWO  # as soon as he waits


def test_who_comes_back_in_time_keeps_his_buyers() -> None:
    world = at_work(agent(1), agent(2))
    c = asks(world)
    reception.disconnect(world.desk, ONE, world.now)
    passes(world, 30)
    reception.connect(world.desk, ONE, world.now)
    passes(world, 100)
    assert c.agent == ONE


def test_the_timers_are_the_merchants_and_can_be_off() -> None:
    world = at_work(agent(1), agent(2))
    never = AssignmentRules(silent_after=Milliseconds(0), gone_after=Milliseconds(0))
    world.desk.premises = replace(world.desk.premises, assignment=never)
    c = asks(world)
    reception.disconnect(world.desk, ONE, world.now)
    passes(world, 86_400)
    assert c.agent == ONE


def test_a_stopped_account_loses_its_waiting_buyers_at_once() -> None:
    world = at_work(agent(1), agent(2))
    c = asks(world)
    members = {**world.desk.premises.members, ONE: replace(agent(1), active=False)}
    world.desk.premises = replace(world.desk.premises, members=members)
    reception.rules_changed(world.desk)
    settle(world.desk, world)
    assert c.agent == TWO


def test_nobody_loses_a_buyer_for_the_time_in_which_the_desk_did_not_run() -> None:
    world = at_work(agent(1), agent(2))
    asks(world)
    world.pass_time(86_400)
    again = begun_anew(world)
    settle(again, world)
    (c,) = again.folds.reception.open.values()
    assert c.agent == ONE
    world.pass_time(299)
    settle(again, world)
    assert c.agent == ONE
    world.pass_time(1)
    settle(again, world)
    assert c.agent == TWO
