"""The desk's own log as lines: its events become what importers write and the fold reads."""

from dataclasses import dataclass, field
from typing import Final

from goldensix.events.facts import (
    AgentAssigned,
    ConversationClassified,
    ConversationClosed,
    ConversationLeft,
    ConversationRated,
    ConversationReturned,
    ConversationStarted,
    MessageRecalled,
    MessageSent,
    OrderMoved,
    OrderStatus,
    RatingInvited,
    RobotHandedOver,
    RobotTook,
)
from goldensix.events.ids import AccountId
from goldensix.log.columns import CLOSING_WORDS, GREETING, ROBOT_HAS, By, What
from goldensix.log.port import Stored
from goldensix.metrics.closing import is_closing
from goldensix.metrics.greeting import is_greeting
from goldensix.metrics.order import Line

DESK: Final = "desk"
REHEARSAL: Final = "rehearsal"
"""Platforms of the desk's own lines: the second, of conversations that a rehearsal played."""
_TRADE: Final[dict[OrderStatus, What]] = {
    "placed": "order_created",
    "paid": "paid",
    "refund_asked": "refund_requested",
    "refunded": "refund_done",
}


@dataclass(slots=True)
class Talk:
    """A conversation of the desk as its lines."""

    shop: int
    platform: str
    buyer: str
    group: str
    agent: AccountId | None = None
    with_robot: bool = False
    over: bool = False
    lines: dict[str, Line] = field(default_factory=dict)
    """By their names, in the order in which they came; one that was taken back says so."""


Talks = dict[str, Talk]


def take_event(talks: Talks, stored: Stored) -> tuple[Line, ...]:
    """Take in the next event; answers the lines it adds or changes. None of them: it is of no known conversation, or
    nothing that counts. Lines of orders belong to no conversation, and have the platform's time."""
    event = stored.event
    if isinstance(event, OrderMoved):
        return _trade(stored, event)
    if isinstance(event, ConversationStarted):
        platform = REHEARSAL if event.channel == "rehearsal" else DESK
        talk = talks[stored.stream] = Talk(event.shop, platform, event.buyer, str(event.group))
        return (_keep(talk, _line(talk, stored, "queue_enter")),)
    known = talks.get(stored.stream)
    if known is None:
        return ()
    match event:
        case MessageSent():
            return (_keep(known, _said(known, stored, event)),)
        case MessageRecalled():
            said = known.lines.get(event.message)
            return () if said is None else (_keep(known, said._replace(recalled=True)),)
        case AgentAssigned():
            entered = _before_people(known, stored) if known.with_robot else ()
            known.with_robot = False
            return (*entered, _keep(known, _assigned(known, stored, event.agent)))
        case ConversationClassified() | ConversationReturned():
            known.group = str(event.group)
        case RobotTook():
            known.with_robot = True
            return tuple(_keep(known, line._replace(recalled=True)) for line in _entries(known))
        case RobotHandedOver():
            known.with_robot = False
            return _before_people(known, stored)
        case ConversationLeft():
            return (_keep(known, _line(known, stored, "leave_message")),)
        case RatingInvited():
            return (_keep(known, _line(known, stored, "rating_invite", known.agent)),)
        case ConversationRated():
            return (_keep(known, _line(known, stored, "rating", known.agent)._replace(value=event.score)),)
        case ConversationClosed():
            known.over = True
            void = _unanswered(known) if event.blocked else []
            taken_back = [_keep(known, line._replace(recalled=True)) for line in void]
            return (*taken_back, _keep(known, _line(known, stored, "close", event.agent)))
    return ()


def _trade(stored: Stored, event: OrderMoved) -> tuple[Line, ...]:
    moved = f"{stored.stream}/{stored.stream_position}"
    return tuple(
        Line(
            event.shop, DESK, event.buyer, None, f"{moved}.{each.status}", _TRADE[each.status], None, None, None, None,
            "", each.at, value=event.cents, detail=str(event.order),
        )
        for each in event.reached
        if each.status in _TRADE
    )  # fmt: skip


def _unanswered(talk: Talk) -> list[Line]:
    """What the buyer wrote since a person last answered; with nobody's answer and in nobody's hands, the queue, too."""
    asked: list[Line] = []
    for line in reversed(talk.lines.values()):
        if line.by == "agent" and not line.recalled:
            return asked
        if line.by == "buyer":
            asked.append(line)
    return asked if talk.agent is not None else asked + _entries(talk)


def _entries(talk: Talk) -> list[Line]:
    """Into the queue: what the robot takes out of it never stood there."""
    return [line for line in talk.lines.values() if line.what == "queue_enter" and not line.recalled]


def _before_people(talk: Talk, stored: Stored) -> tuple[Line, ...]:
    """The human stage begins, and the wait for a hand with it."""
    place = f"{stored.stream}.{stored.stream_position}"  # of the same position, before the line of an assignment
    staged = _line(talk, stored, "to_human")._replace(line=f"{place}.human")
    return _keep(talk, staged), _keep(talk, _line(talk, stored, "queue_enter")._replace(line=f"{place}.queue"))


def _keep(talk: Talk, line: Line) -> Line:
    talk.lines[line.line] = line
    return line


def _said(talk: Talk, stored: Stored, event: MessageSent) -> Line:
    text = stored.body.text if stored.body else ""
    flags = CLOSING_WORDS if event.by == "buyer" and is_closing(text) else 0
    if is_greeting(text):
        flags |= GREETING
    if event.by == "bot_auto" and talk.with_robot:
        flags |= ROBOT_HAS
    said = (event.by, event.message, event.kind, flags, len(text))
    return _line(talk, stored, "message", event.agent, None, said)


def _assigned(talk: Talk, stored: Stored, agent: AccountId) -> Line:
    before, talk.agent = talk.agent, agent
    return _line(talk, stored, "assign" if before in (None, agent) else "transfer", agent, before)


def _line(
    talk: Talk,
    stored: Stored,
    what: What,
    agent: AccountId | None = None,
    from_agent: AccountId | None = None,
    said: tuple[By | None, str, str, int, int] = (None, "", "", 0, 0),
) -> Line:
    by, name, kind, flags, chars = said
    return Line(
        talk.shop,
        talk.platform,
        talk.buyer,
        stored.stream,
        name or f"{stored.stream}/{stored.stream_position}",
        what,
        by,
        None if agent is None else str(agent),
        None if from_agent is None else str(from_agent),
        talk.group,
        kind,
        stored.occurred_at,
        stored.stream_position,
        False,
        flags,
        chars,
    )
