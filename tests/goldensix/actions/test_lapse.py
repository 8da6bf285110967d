"""What the desk does by itself, and how conversations are passed on."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from builders import AFTER_SALE, PRE_SALE, SHOP, World, agent, buyer, words
from goldensix.actions import presence, reception, route, say
from goldensix.actions.desk import Desk
from goldensix.actions.folds import Folds
from goldensix.actions.outcome import No
from goldensix.actions.premises import AssignmentRules, GroupRules, Silence
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import (
    AgentAssigned,
    AgentTookBreak,
    ConversationClosed,
    ConversationLeft,
    ConversationReturned,
    Event,
    MessageSent,
    NoteLeft,
)
from goldensix.events.ids import AccountId, GroupId, Milliseconds
from goldensix.team.roles import Role
from goldensix.team.team import Member

ONE, TWO, MANAGER = AccountId(1), AccountId(2), AccountId(9)


def at_work(*members: Member) -> World:
    world = World(list(members))
    for member in members:
        reception.connect(world.desk, member.id, world.now)
        reception.become_ready(world.desk, member.id, world.now)
    return world


def asks(world: World, name: str = "chen", text: str = "在吗") -> Conversation:
    say.ask(world.desk, buyer(name), f"message{len(world.pending()):05}", words(text), None, "", world.now)
    settle(world.desk, world)
    found = world.desk.folds.reception.of_buyer(SHOP, buyer(name).id)
    assert found is not None
    return found


def answers(world: World, c: Conversation) -> None:
    assert c.agent is not None
    said = say.answer(world.desk, c.agent, c.id, f"answer{len(world.pending()):05}", words("在的"), world.now)
    assert said is None
    settle(world.desk, world)


def settle(desk: Desk, world: World) -> None:
    reception.keep_deadlines(desk, world.now)
    desk.route_if_wanted()


def passes(world: World, seconds: float) -> None:
    world.pass_time(seconds)
    settle(world.desk, world)


def told(world: World, kind: type[Event]) -> list[Event]:
    return [each.stored.event for each in world.pending() if isinstance(each.stored.event, kind)]


# -- silent or gone


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


def begun_anew(world: World) -> Desk:
    """Another desk on the same log."""

    async def begin() -> Desk:
        committing = asyncio.create_task(world.desk.run())
        await world.desk.settled()
        committing.cancel()
        desk = Desk(world.desk.merchant, world.desk.premises, world.desk.ports)
        desk.router = partial(route.route, desk)
        await desk.load(Folds())
        return desk

    return asyncio.run(begin())


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
