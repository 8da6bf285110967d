"""The one path that assigns: by routing, by taking, by hand. All of it goes through `assign`."""

from itertools import islice
from typing import Final, Literal

from goldensix.actions.desk import Desk
from goldensix.actions.outcome import No
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import AgentAssigned
from goldensix.events.ids import AccountId, Instant, Milliseconds
from goldensix.routing.decide import Hand, Waiting, decide
from goldensix.routing.idle_hands import IdleHands
from goldensix.team.roles import Permission, may

_LOOKED_AT: Final = 100
TYPING: Final = Milliseconds(4_000)
"""Hands count as busy this long after the last key."""


def hands(desk: Desk, now: Instant) -> list[Hand]:
    """Everybody to whom a consult may go."""
    team = desk.team
    return [
        Hand(
            team.members[agent],
            desk.folds.reception.load(agent),
            desk.typing.get(agent, 0) > now,
            desk.last_assigned.get(agent, Instant(0)),
        )
        for agent in desk.folds.attendance.present
        if team.receives(agent)
    ]


def route(desk: Desk, now: Instant) -> None:
    """Give waiting consults to whoever may have them, until the queue is empty or nobody can."""
    reception = desk.folds.reception
    if not any(reception.queues.values()):
        return
    free = [hand for hand in hands(desk, now) if hand.free > 0]
    if not free:
        return
    served = {group for hand in free for group in hand.member.groups}
    groups = [group for group in reception.queues if group in served]
    waiting = (Waiting(c.id, c.shop, c.group, c.started_at, c.played) for c in reception.queued(groups))
    for assignment in decide(waiting, free, desk.policy, now):
        conversation = reception.open[assignment.conversation]
        _assign(desk, conversation, assignment.agent, "routed", None, assignment.could_have, now)
    busy = [desk.typing[hand.member.id] for hand in free if hand.typing]
    if busy and isinstance(desk.policy, IdleHands):
        _look_again(desk, now, min(busy), desk.policy.hold)


def _look_again(desk: Desk, now: Instant, idle_at: Instant, hold: Milliseconds) -> None:
    """A consult held back for idle hands is offered when some have gone idle, and to all when its time is over."""
    for conversation in islice(desk.folds.reception.queued(), _LOOKED_AT):
        held_until = Instant(conversation.started_at + hold)
        if held_until > now:
            desk.deadlines.set(min(held_until, idle_at), conversation.id)
            return


def take(desk: Desk, agent: AccountId, id: str | None, now: Instant) -> No | None:
    """An agent takes a waiting conversation: a named one, or the head of his groups' queues."""
    member = desk.premises.members[agent]
    reception = desk.folds.reception
    if id is None:
        mine = (c for c in reception.queued(member.groups) if member.serves(c.shop, c.group, played=c.played))
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
    if reception.load(agent) >= member.limit:
        return No("full")
    _assign(desk, conversation, agent, "taken", agent, (), now)
    return None


def hand_over(desk: Desk, by: AccountId, id: str, agent: AccountId, now: Instant) -> No | None:
    """The service manager gives a conversation to an agent, out of the queue or another's hands."""
    conversation, member = desk.conversation(id), desk.premises.members.get(agent)
    if conversation is None:
        return No("no_conversation")
    if conversation.agent == agent:
        return None
    if (
        member is None
        or (member.played and not conversation.played)
        or not may(member.role, Permission.CONSULT)
        or not desk.team.receives(agent)
    ):
        return No("agent_not_ready")
    if desk.folds.reception.load(agent) >= member.limit:
        return No("agent_full")
    _assign(desk, conversation, agent, "handed", by, (), now)
    return None


def _assign(
    desk: Desk,
    conversation: Conversation,
    agent: AccountId,
    how: Literal["routed", "taken", "handed"],
    by: AccountId | None,
    could_have: tuple[AccountId, ...],
    now: Instant,
) -> None:
    waited = Milliseconds(now - conversation.started_at)
    policy = desk.policy.name if how == "routed" else None
    desk.record(conversation.id, AgentAssigned(agent, how, by, policy, waited, could_have), now)
    desk.last_assigned[agent] = now
