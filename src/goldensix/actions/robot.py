"""The robot at work: it takes what nobody has a hand for, says what it decided, and leaves the rest to people.

Whatever interrupts it, nobody is answered twice: its messages are named after the conversation and the buyer's turn,
and a turn that was decided is not decided again.
"""

from dataclasses import dataclass
from typing import Literal

from goldensix.actions.desk import Desk
from goldensix.actions.due import ALONE, PROMISED, QUEUED
from goldensix.actions.premises import wording
from goldensix.actions.route import has_room, who_could_have
from goldensix.actions.say import leave_as_message
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import (
    Body,
    Candidate,
    HandedOverFor,
    Kind,
    MessageSent,
    Offer,
    RobotDecided,
    RobotDid,
    RobotHandedOver,
    RobotTook,
)
from goldensix.events.ids import Instant, MessageId, Milliseconds
from goldensix.robot.decision import Decision


@dataclass(frozen=True, slots=True)
class Considered:
    """A turn that was read, and what came of it."""

    up_to: int
    """Stream position of its last message."""
    decision: Decision
    took: Milliseconds
    answers: tuple[tuple[Kind, Body], ...] = ()
    """The messages of an answer, ready to be sent."""
    robot: str | None = None
    """The name of the robot of others that decided; None: ours did."""
    reworded: bool = False
    """A language model put the approved answer into other words."""


def take_first(desk: Desk, now: Instant) -> None:
    """Before routing: what is the robot's before anybody's, and what comes to a closed shop."""
    for id in desk.fresh:
        conversation = desk.folds.reception.open.get(id)
        if conversation is None or not conversation.queued:
            continue
        mode = desk.robot_mode(conversation)
        if mode == "always" or (mode == "busy" and desk.is_closed(conversation)):
            _take(desk, conversation, mode, now)


def take_rest(desk: Desk, now: Instant) -> None:
    """After routing: what nobody has a free hand for."""
    fresh, desk.fresh = desk.fresh, []
    for id in fresh:
        conversation = desk.folds.reception.open.get(id)
        if conversation is None or not conversation.queued or desk.robot_mode(conversation) != "busy":
            continue
        if _has_a_hand(desk, conversation):
            desk.deadlines.set(Instant(now + QUEUED), conversation.id)
        else:
            _take(desk, conversation, "busy", now)


def _has_a_hand(desk: Desk, c: Conversation) -> bool:
    """Whether somebody who could have it is there and has a free place."""
    return any(desk.team.receives(m.id) and has_room(desk, m, c.group) for m in who_could_have(desk, c))


def _take(desk: Desk, c: Conversation, mode: Literal["busy", "always"], now: Instant) -> None:
    desk.record(c.id, RobotTook(mode), now)
    desk.look_later(c)


def keep_promise(desk: Desk, c: Conversation, now: Instant) -> None:
    """What the robot did not decide in time, people decide; what still queues it takes; who still waits is told."""
    mode = desk.robot_mode(c)
    if c.with_robot and mode in ("off", "assist"):
        hand_over(desk, c, "stopped", now)
    elif c.undecided and c.waiting_since is not None and c.waiting_since + PROMISED <= now:
        hand_over(desk, c, "late", now)
    elif mode in ("busy", "always") and c.began_at is not None and c.first_reply_at is None and not c.with_robot:
        waited = now - c.began_at
        if waited >= PROMISED:  # too late for a robot to decide anything
            _tell_wait(desk, c, now)
        elif waited >= QUEUED and c.queued and not c.left and c.had_by is None and not c.robot_until:
            _take(desk, c, mode, now)


def _tell_wait(desk: Desk, c: Conversation, now: Instant) -> None:
    """A person has it, and has not said anything yet."""
    text = wording(desk.premises.shops[c.shop].notice, c.language, c.id)
    message = MessageId(f"r{c.id}.wait")
    if text is not None and message not in c.messages and not c.left:
        desk.record(c.id, MessageSent(message, "bot_auto", None, "notice"), now, Body(text))


def act(desk: Desk, c: Conversation, considered: Considered, now: Instant) -> bool:
    """What the robot decided is done. False: it is not its turn any more."""
    if not awaits(c, considered.up_to):
        return False
    decision, name = considered.decision, f"r{c.id}.{considered.up_to}"
    did: RobotDid = decision.kind
    if did == "answer" and not considered.answers:
        did = "hand_over"
    _record(desk, c, considered, did, now)
    if did == "answer":
        for number, (kind, body) in enumerate(considered.answers):
            desk.record(c.id, MessageSent(MessageId(f"{name}.{number}"), "bot_auto", None, kind), now, body)
        desk.look_later(c)
    elif did == "ask":
        event = MessageSent(MessageId(f"{name}.0"), "bot_auto", None, "choice")
        desk.record(c.id, event, now, Body(_which(desk, c, decision), name=considered.robot or ""))
        desk.look_later(c)
    else:
        hand_over(desk, c, "decided", now)
    return True


def suggest(desk: Desk, c: Conversation, considered: Considered, now: Instant) -> bool:
    """For whoever has the conversation: nothing is said to the buyer."""
    if c.closed or c.with_robot or c.waiting_since is None or not _is_newest(c, considered.up_to):
        return False
    if considered.decision.candidates:
        _record(desk, c, considered, "suggest", now)
    return True


def awaits(c: Conversation, up_to: int) -> bool:
    """Whether an answer of the robot's to this turn would still be said."""
    return not c.closed and c.with_robot and _is_newest(c, up_to)


def _is_newest(c: Conversation, up_to: int) -> bool:
    """Nothing was decided of this turn yet, and nothing has been asked since; what was taken back asks nothing."""
    asked = (said.position for said in reversed(c.messages.values()) if said.by == "buyer" and not said.recalled)
    newest = next(asked, 0)
    return up_to == newest > c.decided


def _record(desk: Desk, c: Conversation, considered: Considered, did: RobotDid, now: Instant) -> None:
    decision = considered.decision
    found = tuple(Candidate(each.question.id, round(each.confidence, 4)) for each in decision.candidates)
    event = RobotDecided(
        MessageId(f"d{c.id}.{considered.up_to}"),
        considered.up_to,
        did,
        decision.reason,
        found,
        decision.rule,
        decision.routed.route,
        considered.took,
        considered.robot,
        considered.reworded,
    )
    language = decision.language
    offers = tuple(Offer(each.question.title, each.question.words_in(language)) for each in decision.candidates)
    desk.record(c.id, event, now, Body(offers=offers))


def _which(desk: Desk, c: Conversation, decision: Decision) -> str:
    """A line, and a question a line: whoever writes the number or the words of one means that."""
    head = wording(desk.premises.shops[c.shop].which, decision.language, c.id) or "?"
    return "\n".join([head, *(each.question.title for each in decision.candidates)])


def hand_over(desk: Desk, c: Conversation, why: HandedOverFor, now: Instant) -> None:
    """To people: its queue and their clock begin now, and the buyer is told."""
    desk.record(c.id, RobotHandedOver(why), now)
    if desk.is_closed(c) and not c.left:
        leave_as_message(desk, c, now, "notice")
    else:
        text = wording(desk.premises.shops[c.shop].notice, c.language, c.id)
        if text is not None:
            message = MessageId(f"r{c.id}.handed")
            desk.record(c.id, MessageSent(message, "bot_auto", None, "notice"), now, Body(text))
    desk.deadlines.set(Instant(now + ALONE), c.id)
    desk.look_later(c)
    desk.want_routing()
