"""Ending a conversation, coming and going, and what is due."""

from goldensix.actions.desk import Desk
from goldensix.actions.due import CALENDAR
from goldensix.actions.ladder import watch_queue
from goldensix.actions.lapse import look
from goldensix.actions.outcome import No
from goldensix.actions.presence import look_at_queue
from goldensix.actions.rating import end
from goldensix.actions.robot import hand_over, take_first, take_rest
from goldensix.actions.route import TYPING, route
from goldensix.events.facts import (
    AgentBecameReady,
    AgentConnected,
    AgentDisconnected,
    ConversationClosed,
)
from goldensix.events.ids import TEAM_STREAM, AccountId, ConversationId, Instant


def close(desk: Desk, agent: AccountId, id: str, now: Instant) -> No | None:
    """The agent ends a conversation of his own; his slot is free at once."""
    conversation = desk.conversation(id)
    if conversation is None:
        return No("no_conversation")
    if conversation.agent != agent:
        return No("not_yours")
    end(desk, conversation, "agent", agent, now)
    desk.want_routing()
    return None


def leave(desk: Desk, conversation: ConversationId, now: Instant) -> No | None:
    """The buyer ends the conversation."""
    found = desk.conversation(conversation)
    if found is None:
        return No("no_conversation")
    end(desk, found, "buyer", found.agent, now)
    desk.want_routing()
    return None


def connect(desk: Desk, agent: AccountId, now: Instant) -> None:
    """A first device is here. A choice made before still holds."""
    if not desk.folds.attendance.of(agent).connected:
        desk.record(TEAM_STREAM, AgentConnected(agent), now)
        desk.act(agent, now)
        desk.want_routing()


def disconnect(desk: Desk, agent: AccountId, now: Instant) -> None:
    """The last device is gone: nothing new comes to this agent, and who waits for him does not wait for ever."""
    if desk.folds.attendance.of(agent).connected:
        desk.record(TEAM_STREAM, AgentDisconnected(agent), now)
        for conversation in desk.folds.reception.of_agent(agent):
            desk.look_later(conversation)
        look_at_queue(desk, now)


def rules_changed(desk: Desk) -> None:
    """Settings are others now: a limit was raised, an account stopped, a timer shortened, a buyer blocked."""
    if desk.premises.blocks:
        _end_with_blocked(desk, desk.ports.now())
    for conversation in desk.folds.reception.open.values():
        desk.look_later(conversation)
    _look_at_calendar(desk, desk.ports.now())


def _look_at_calendar(desk: Desk, now: Instant) -> None:
    """Shifts or hours began or ended: who waits goes to those who came, or is told that nobody does."""
    desk.look_at_calendar()
    _stop_robots(desk, now)
    look_at_queue(desk, now)
    for conversation in list(desk.folds.reception.queued()) if desk.standing.closed else ():
        if not conversation.left and desk.is_closed(conversation):
            look(desk, conversation, now)


def _stop_robots(desk: Desk, now: Instant) -> None:
    """Where the robot is not at work any more, people have its conversations."""
    for id in list(desk.folds.reception.with_robot):
        conversation = desk.folds.reception.open[id]
        if desk.robot_mode(conversation) in ("off", "assist"):
            hand_over(desk, conversation, "stopped", now)


def _end_with_blocked(desk: Desk, now: Instant) -> None:
    for conversation in list(desk.folds.reception.open.values()):
        block = desk.premises.block_of(conversation.buyer, "", now)
        if block is not None:
            desk.record(conversation.id, ConversationClosed("agent", block.by, blocked=True), now)


def become_ready(desk: Desk, agent: AccountId, now: Instant) -> None:
    if not desk.folds.attendance.of(agent).ready:
        desk.record(TEAM_STREAM, AgentBecameReady(agent), now)
        desk.act(agent, now)
        desk.want_routing()


def strike_key(desk: Desk, agent: AccountId, now: Instant) -> None:
    """The agent types: new consults go to idle hands."""
    desk.typing[agent] = Instant(now + TYPING)
    desk.act(agent, now)


def serve_queues(desk: Desk, now: Instant) -> None:
    """Give who waits to who can have them, and look at what is left."""
    if desk.fresh:
        take_first(desk, now)
    route(desk, now)
    if desk.fresh:
        take_rest(desk, now)
    watch_queue(desk, now)


def keep_deadlines(desk: Desk, now: Instant) -> None:
    """Send the notices that are due and offer again what was held back."""
    due = desk.deadlines.due(now)
    if CALENDAR in due:
        _look_at_calendar(desk, now)
    for id in due:
        conversation = desk.folds.reception.open.get(id)
        if conversation is not None:
            look(desk, conversation, now)
            desk.look_later(conversation, now)
    if due:
        desk.want_routing()
