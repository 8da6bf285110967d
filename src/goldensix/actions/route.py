"""The one path that assigns: by routing, by taking, by hand. All of it goes through `_assign` and `give_back`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from goldensix.actions.desk import Desk
from goldensix.actions.due import ALONE, overflows_at
from goldensix.actions.outcome import No
from goldensix.actions.say import leave_as_message
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import (
    AgentAssigned,
    Body,
    ConversationReturned,
    How,
    NoteLeft,
    Task,
    TaskHandedOn,
    Through,
    Why,
    Wish,
)
from goldensix.events.ids import AccountId, GroupId, Instant, MessageId, Milliseconds
from goldensix.routing.decide import Hand, Waiting, decide
from goldensix.team.roles import Permission, Role, may
from goldensix.team.team import Member

_LOOKED_AT: Final = 100
TYPING: Final = Milliseconds(4_000)
"""Hands count as busy this long after the last key."""
LONGEST_NOTE: Final = 500


def hands(desk: Desk, now: Instant) -> list[Hand]:
    """Everybody who is ready, the full ones too."""
    team = desk.team
    return [_hand(desk, team.members[agent], now) for agent in desk.folds.attendance.present if team.receives(agent)]


def _hand(desk: Desk, member: Member, now: Instant) -> Hand:
    reception, agent = desk.folds.reception, member.id
    return Hand(
        member,
        reception.load(agent),
        desk.typing.get(agent, 0) > now,
        desk.last_assigned.get(agent, Instant(0)),
        {group: reception.load_in(agent, group) for group in member.group_limits},
    )


def has_room(desk: Desk, member: Member, group: GroupId) -> bool:
    """For one more conversation of this group."""
    return _hand(desk, member, Instant(0)).has_room(group)


def route(desk: Desk, now: Instant) -> None:
    """Give waiting consults to whoever may have them, until the queue is empty or nobody can."""
    reception, premises = desk.folds.reception, desk.premises
    if not any(reception.queues.values()):
        return
    there = hands(desk, now)
    free = [hand for hand in there if hand.free > 0]
    if not free:
        return
    groups = _groups_with_a_chance(desk, free)
    queued = _while_open(desk, reception.queued(groups, premises.priorities))
    waiting = (_waiting(desk, c, now) for c in queued)
    for assignment in decide(waiting, there, desk.policy, now, premises.overflow):
        conversation = reception.open[assignment.conversation]
        because = conversation.because
        reason = Reason(desk.policy.name, assignment.could_have, assignment.through, assignment.group, because)
        _assign(desk, conversation, assignment.agent, "routed", None, now, reason)
    busy = [desk.typing[hand.member.id] for hand in free if hand.typing]
    if busy and desk.policy.hold:
        _look_again(desk, now, min(busy), desk.policy.hold)


def _while_open(desk: Desk, queued: Iterator[Conversation]) -> Iterator[Conversation]:
    """Without those whose shop is closed."""
    if not (closed := desk.standing.closed):  # nearly always: then nobody is looked at for it
        return queued
    return (c for c in queued if c.played or (c.shop, c.group) not in closed)


def _groups_with_a_chance(desk: Desk, free: Sequence[Hand]) -> list[GroupId]:
    """Those with somebody free in them or in a group that helps them out: the others' queues are not looked at."""
    queues, overflow = desk.folds.reception.queues, desk.premises.overflow
    if any(hand.member.role is Role.SERVICE_MANAGER for hand in free):
        return list(queues)
    served = {group for hand in free for group in hand.member.groups}
    return [group for group in queues if served.intersection((group, *overflow.get(group, ())))]


def _waiting(desk: Desk, c: Conversation, now: Instant) -> Waiting:
    group = desk.premises.groups[c.group]
    overflows = overflows_at(desk.premises, c)
    return Waiting(
        c.id,
        c.shop,
        c.group,
        c.entered_at if c.entered_at <= now else Instant(0),  # the clock was set back: it is not held for that
        c.played,
        c.language,
        desk.folds.reception.last_agent.get((c.shop, c.buyer)) if c.had_by is None else None,
        not_to(desk, c),
        c.must | group.must,
        c.prefers | group.prefers,
        overflows is not None and now < overflows,
    )


def not_to(desk: Desk, c: Conversation) -> AccountId | None:
    """Who is not given it by routing: who gave it away, and who was silent and has done nothing since."""
    if c.had_by is None or c.returned_at is None:
        return None
    idle_since = c.let_go or desk.acted.get(c.had_by, 0) <= c.returned_at
    return c.had_by if idle_since else None


def who_could_have(desk: Desk, c: Conversation) -> list[Member]:
    """Those who are asked before all others, were they ready; if none of them is, the service managers."""
    chain = (c.group, *desk.premises.overflow.get(c.group, ()))
    barred, team, must = not_to(desk, c), desk.team, c.must | desk.premises.groups[c.group].must
    members = [m for m in team.members.values() if m.id != barred and must <= m.skills]
    able = [m for m in members if any(m.serves(c.shop, group, played=c.played) for group in chain)]
    if any(team.receives(member.id) for member in able):
        return able
    return [m for m in members if m.role is Role.SERVICE_MANAGER and m.serves_shop(c.shop)]


def somebody_is_there(desk: Desk, c: Conversation) -> bool:
    """True if anybody who could have it is ready, full or not."""
    return any(desk.team.receives(member.id) for member in who_could_have(desk, c))


def _look_again(desk: Desk, now: Instant, idle_at: Instant, hold: Milliseconds) -> None:
    """A consult held back for idle hands is offered when some have gone idle, and to all when its time is over."""
    for conversation in islice(desk.folds.reception.queued(), _LOOKED_AT):
        held_until = Instant(conversation.entered_at + hold)
        if held_until > now:
            desk.deadlines.set(min(held_until, idle_at), conversation.id)
            return


# -- what people do


def take(desk: Desk, agent: AccountId, id: str | None, now: Instant) -> No | None:
    """An agent takes a waiting conversation: a named one, or the head of his groups' queues."""
    member = desk.premises.members[agent]
    reception = desk.folds.reception
    if id is None:
        queued = reception.queued(member.groups, desk.premises.priorities)
        mine = (c for c in queued if member.serves(c.shop, c.group, played=c.played))
        conversation = next(mine, None)
        if conversation is None:
            return No("nothing_waits")
    else:
        conversation = desk.conversation(id)
    if conversation is None:
        return No("no_conversation")
    if conversation.agent == agent:
        return None
    if not conversation.queued:
        return No("already_taken")
    if not member.serves(conversation.shop, conversation.group, played=conversation.played):
        return No("not_in_your_groups")
    if not has_room(desk, member, conversation.group):
        return No("full")
    desk.act(agent, now)
    _assign(desk, conversation, agent, "taken", agent, now)
    return None


def _reached(desk: Desk, by: AccountId, id: str) -> Conversation | None:
    """None, too, if it is of a shop that whoever acts is not for, and not his own."""
    c = desk.conversation(id)
    return c if c is not None and (c.agent == by or desk.premises.members[by].serves_shop(c.shop)) else None


def hand_over(desk: Desk, by: AccountId, id: str, agent: AccountId, now: Instant) -> No | None:
    """The service manager gives a conversation to an agent, out of the queue or another's hands."""
    conversation = _reached(desk, by, id)
    if conversation is None:
        return No("no_conversation")
    if conversation.agent == agent:
        return None
    if (refused := _cannot_have(desk, conversation, agent)) is not None:
        return refused
    _assign(desk, conversation, agent, "handed", by, now)
    desk.want_routing()
    return None


def _cannot_have(desk: Desk, conversation: Conversation, agent: AccountId) -> No | None:
    """Why this agent cannot be given it by somebody else."""
    member = desk.premises.members.get(agent)
    if member is None or not may(member.role, Permission.CONSULT) or not desk.team.receives(agent):
        return No("agent_not_ready")
    if member.played and not conversation.played:
        return No("agent_played")
    if not member.serves_shop(conversation.shop):
        return No("not_agents_shop")
    return None if has_room(desk, member, conversation.group) else No("agent_full")


def reassign(
    desk: Desk, by: AccountId, of: AccountId, to: AccountId | None, now: Instant
) -> list[tuple[Conversation, No]]:
    """All conversations of an agent to another, or back to their queues; answers those that stayed, and why.

    Those of shops that `by` is not for are left alone, and not named.
    Should there be no room for all, whoever waits longest goes first.
    """
    stayed: list[tuple[Conversation, No]] = []
    never = Instant(2**62)
    theirs = [c for c in desk.folds.reception.of_agent(of) if _reached(desk, by, c.id)]
    for conversation in sorted(theirs, key=lambda c: c.waiting_since or never):
        if to is None:
            give_back(desk, conversation, "put_back", by, now)
        elif (refused := hand_over(desk, by, conversation.id, to, now)) is not None:
            stayed.append((conversation, refused))
    return stayed


def take_over(desk: Desk, by: AccountId, id: str, now: Instant) -> No | None:
    """The service manager takes a conversation from an agent, to answer it himself."""
    conversation = _reached(desk, by, id)
    if conversation is None:
        return No("no_conversation")
    if conversation.agent == by:
        return None
    if not has_room(desk, desk.premises.members[by], conversation.group):
        return No("full")
    desk.act(by, now)
    _assign(desk, conversation, by, "taken_over", by, now)
    desk.want_routing()
    return None


def put_back(desk: Desk, by: AccountId, id: str, now: Instant) -> No | None:
    """Out of the agent's hands into its queue again: one's own, or any of one's shops if one may assign."""
    conversation = _reached(desk, by, id)
    if conversation is None or conversation.agent is None:
        return No("no_conversation")
    if conversation.agent != by and not may(desk.premises.members[by].role, Permission.ASSIGN):
        return No("not_yours")
    desk.act(by, now)
    give_back(desk, conversation, "put_back", by, now)
    return None


@dataclass(frozen=True, slots=True)
class Transfer:
    """Where an agent passes a conversation on to: somebody, or a group; and what for."""

    agent: AccountId | None
    group: GroupId | None
    note: str = ""
    task: Task | None = None
    """The note says what the buyer wishes."""
    wish: Wish = "other"
    order: int | None = None


def transfer(desk: Desk, by: AccountId, id: str, to: Transfer, now: Instant) -> No | None:
    """An agent passes a conversation of his own on, with a note that no buyer sees."""
    conversation = desk.conversation(id)
    if conversation is None:
        return No("no_conversation")
    if conversation.agent != by:
        return No("not_yours")
    if (to.agent is None) == (to.group is None) or to.agent == by:
        return No("bad_command")
    if to.group is not None and to.group not in desk.premises.groups:
        return No("bad_command")
    if to.agent is not None and (refused := _cannot_have(desk, conversation, to.agent)) is not None:
        return refused
    desk.act(by, now)
    _leave_note(desk, conversation, by, to, now)
    if to.agent is not None:
        _assign(desk, conversation, to.agent, "transferred", by, now)
        desk.want_routing()
    elif to.group is not None:
        give_back(desk, conversation, "transferred", by, now, to.group)
    return None


def _leave_note(desk: Desk, conversation: Conversation, by: AccountId, to: Transfer, now: Instant) -> None:
    note = to.note.replace("\0", "").strip()[:LONGEST_NOTE]
    name = MessageId(f"n{conversation.id}.{conversation.position + 1}")
    if to.task is not None:
        desk.record(conversation.id, TaskHandedOn(name, by, to.task, to.wish, to.order), now, Body(note))
    elif note:
        desk.record(conversation.id, NoteLeft(name, by), now, Body(note))


# -- the two events


@dataclass(frozen=True, slots=True)
class Reason:
    """Why routing chose."""

    policy: str | None = None
    could_have: tuple[AccountId, ...] = ()
    through: Through | None = None
    group: GroupId | None = None
    because: tuple[str, ...] = ()


def _assign(
    desk: Desk,
    conversation: Conversation,
    agent: AccountId,
    how: How,
    by: AccountId | None,
    now: Instant,
    reason: Reason = Reason(),
) -> None:
    queued_at = (conversation.returned_at or conversation.entered_at) if conversation.agent is None else now
    why = reason.could_have, reason.through, reason.group, reason.because
    desk.record(conversation.id, AgentAssigned(agent, how, by, reason.policy, Milliseconds(now - queued_at), *why), now)
    desk.last_assigned[agent] = now
    desk.look_later(conversation)


def give_back(
    desk: Desk, conversation: Conversation, why: Why, by: AccountId | None, now: Instant, group: GroupId | None = None
) -> None:
    """To the head of its queue, or another group's; routed at once."""
    if conversation.agent is None:
        return
    event = ConversationReturned(conversation.agent, why, by, group or conversation.group)
    desk.record(conversation.id, event, now)
    desk.last_return = now
    if desk.is_closed(conversation) and not conversation.left:
        leave_as_message(desk, conversation, now)
    desk.deadlines.set(Instant(now + ALONE), conversation.id)
    desk.want_routing()
