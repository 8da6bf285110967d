"""What the desk does by itself, and how conversations are passed on."""

from dataclasses import replace

import pytest

from builders import AFTER_SALE, PRE_SALE, SHOP, World, agent, buyer, words
from goldensix.actions import presence, reception, route, say
from goldensix.actions.outcome import No
from goldensix.actions.premises import GroupRules, Silence
from goldensix.events.facts import (
    AgentAssigned,
    ConversationClosed,
    ConversationLeft,
    MessageSent,
    NoteLeft,
)
from goldensix.events.ids import AccountId, GroupId, Milliseconds
from goldensix.team.roles import Role
from lapses import MANAGER, ONE, TWO, answers, asks, at_work, begun_anew, passes, settle, told

# -- nobody there


def test_a_restart_makes_no_messages_of_those_who_wait() -> None:
    world = at_work(agent(1, limit=0))
    asks(world)
    world.pass_time(3_600)
    again = begun_anew(world)
    reception.disconnect(again, ONE, world.now)
    settle(again, world)
    (c,) = again.folds.reception.open.values()
    world.pass_time(9)
    settle(again, world)
    assert not c.left
    reception.connect(again, ONE, world.now)
    world.pass_time(60)
    settle(again, world)
    assert not c.left


def test_what_nobody_is_there_for_becomes_a_message_once_and_is_handed_out_later() -> None:
    world = World([agent(1)])
    shops = {SHOP: replace(world.desk.premises.shops[SHOP], away={"zh": ("已留言",)})}
    world.desk.premises = replace(world.desk.premises, shops=shops)
    c = asks(world)
    passes(world, 9)
    assert not c.left
    passes(world, 1)
    passes(world, 100)
    assert told(world, ConversationLeft) == [ConversationLeft(PRE_SALE)]
    assert [each.stored.body for each in world.pending()].count(words("已留言")) == 1
    reception.connect(world.desk, ONE, world.now)
    reception.become_ready(world.desk, ONE, world.now)
    settle(world.desk, world)
    assert c.agent == ONE


def test_a_queue_whose_last_agent_goes_becomes_messages() -> None:
    world = at_work(agent(1, limit=0))
    c = asks(world)
    passes(world, 60)
    assert not c.left  # full is not away
    presence.take_break(world.desk, ONE, "lunch", world.now)
    passes(world, 10)
    assert c.left


def test_when_all_are_away_the_service_manager_receives_everything() -> None:
    world = at_work(agent(1), agent(9, groups=(), role=Role.SERVICE_MANAGER))
    reception.disconnect(world.desk, ONE, world.now)
    c = asks(world)
    assert c.agent == MANAGER
    (assigned,) = told(world, AgentAssigned)
    assert isinstance(assigned, AgentAssigned)
    assert (assigned.through, assigned.group) == ("manager", None)


# -- long silence


def with_silence(world: World) -> World:
    silence = Silence(Milliseconds(600_000), Milliseconds(60_000), {"zh": ("快结束了",)})
    shops = {SHOP: replace(world.desk.premises.shops[SHOP], silence=silence)}
    world.desk.premises = replace(world.desk.premises, shops=shops)
    return world


def test_a_silent_conversation_ends_after_a_notice() -> None:
    world = with_silence(at_work(agent(1)))
    c = asks(world)
    answers(world, c)
    passes(world, 539)
    assert words("快结束了") not in [each.stored.body for each in world.pending()]
    passes(world, 1)
    passes(world, 30)
    assert [each.stored.body for each in world.pending()].count(words("快结束了")) == 1
    passes(world, 30)
    assert told(world, ConversationClosed) == [ConversationClosed("desk", ONE)]
    assert world.with_agent(1) == []


def test_whoever_writes_after_the_notice_goes_on_and_who_waits_is_never_ended() -> None:
    world = with_silence(at_work(agent(1)))
    c = asks(world)
    answers(world, c)
    passes(world, 550)
    asks(world, text="等等")
    passes(world, 100)
    assert not told(world, ConversationClosed)
    answers(world, c)
    passes(world, 599)
    assert not told(world, ConversationClosed)
    passes(world, 1)
    assert told(world, ConversationClosed) == [ConversationClosed("desk", ONE)]


# -- passing on


def test_a_transfer_to_an_agent_leaves_a_note_that_is_no_message() -> None:
    world = at_work(agent(1), agent(2))
    c = asks(world)
    assert route.transfer(world.desk, ONE, c.id, route.Transfer(TWO, None, " 老客户 "), world.now) is None
    (note,) = [each.stored for each in world.pending() if isinstance(each.stored.event, NoteLeft)]
    assert note.body == words("老客户")
    assert c.agent == TWO
    assert c.waiting_since is not None
    assert [e for e in told(world, MessageSent) if isinstance(e, MessageSent) and e.by == "agent"] == []


def test_a_transfer_to_a_group_waits_there_and_does_not_come_back_by_routing() -> None:
    world = at_work(agent(1, groups=(PRE_SALE, AFTER_SALE)))
    c = asks(world)
    assert route.transfer(world.desk, ONE, c.id, route.Transfer(None, AFTER_SALE), world.now) is None
    passes(world, 60)
    assert (c.agent, c.group) == (None, AFTER_SALE)
    assert route.take(world.desk, ONE, c.id, world.now) is None
    assert c.agent == ONE


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (route.Transfer(TWO, AFTER_SALE), "bad_command"),
        (route.Transfer(None, None), "bad_command"),
        (route.Transfer(ONE, None), "bad_command"),
        (route.Transfer(None, GroupId(77)), "bad_command"),
        (route.Transfer(AccountId(77), None), "agent_not_ready"),
        (route.Transfer(TWO, None), "agent_full"),
    ],
)
def test_a_transfer_to_nowhere_changes_nothing(to: route.Transfer, code: str) -> None:
    world = at_work(agent(1), agent(2, limit=0))
    c = asks(world)
    before = len(world.pending())
    refused = route.transfer(world.desk, ONE, c.id, to, world.now)
    assert isinstance(refused, No)
    assert refused.code == code
    assert (c.agent, len(world.pending())) == (ONE, before)


def test_a_manager_takes_over_within_his_limit_and_puts_back_what_is_anothers() -> None:
    world = at_work(agent(1), agent(9, limit=1, groups=(), role=Role.SERVICE_MANAGER))
    first, second = asks(world), asks(world, "kk")
    assert route.take_over(world.desk, MANAGER, first.id, world.now) is None
    assert route.take_over(world.desk, MANAGER, second.id, world.now) == No("full")
    assert route.put_back(world.desk, ONE, first.id, world.now) == No("not_yours")
    assert route.put_back(world.desk, MANAGER, second.id, world.now) is None
    assert (first.agent, second.agent) == (MANAGER, None)


def test_all_of_an_agent_go_to_another_as_far_as_he_has_room_or_back_to_the_queue() -> None:
    world = at_work(agent(1), agent(9, groups=(), role=Role.SERVICE_MANAGER))
    for name in ("chen", "kk", "youzi"):
        asks(world, name)
    members = {**world.desk.premises.members, TWO: agent(2, limit=2)}
    world.desk.premises = replace(world.desk.premises, members=members)
    reception.connect(world.desk, TWO, world.now)
    reception.become_ready(world.desk, TWO, world.now)
    stayed = route.reassign(world.desk, MANAGER, ONE, TWO, world.now)
    assert [refused for _, refused in stayed] == [No("agent_full")]
    assert [len(world.with_agent(number)) for number in (1, 2)] == [1, 2]
    assert route.reassign(world.desk, MANAGER, ONE, None, world.now) == []
    assert world.with_agent(1) == []


# -- what an agent had before, and a first message anew


def test_a_buyer_who_comes_back_is_with_his_last_agent_who_had_him() -> None:
    world = at_work(agent(1), agent(2))
    c = asks(world)
    answers(world, c)
    reception.close(world.desk, ONE, c.id, world.now)
    for name in ("kk", "youzi", "zhou"):
        asks(world, name)
    assert world.desk.folds.reception.load(ONE) > world.desk.folds.reception.load(TWO)
    again = asks(world)
    assert again.agent == ONE


def test_a_group_of_higher_priority_is_served_first() -> None:
    world = at_work(agent(1, limit=1, groups=(PRE_SALE, AFTER_SALE)))
    urgent = GroupRules(AFTER_SALE, "after-sale", Milliseconds(60_000), priority=1)
    groups = {**world.desk.premises.groups, AFTER_SALE: urgent}
    world.desk.premises = replace(world.desk.premises, groups=groups)
    first = asks(world)
    plain = asks(world, "kk")
    say.ask(world.desk, buyer("zhou"), "message99999", words(), AFTER_SALE, "", world.pass_time(1))
    reception.close(world.desk, ONE, first.id, world.now)
    settle(world.desk, world)
    assert plain.agent is None
    assert len(world.with_agent(1)) == 1
