"""All folds of a merchant's desk together, and how an event moves them."""

from dataclasses import dataclass, field
from typing import Final

from goldensix.conversations.alerts import Alerts
from goldensix.conversations.conversation import Conversation, Said, started
from goldensix.conversations.ratings import Ratings
from goldensix.conversations.reception import Reception
from goldensix.conversations.refunds import Refunds
from goldensix.conversations.tasks import Tasks
from goldensix.events.facts import (
    AgentAssigned,
    AgentBecameReady,
    AgentConnected,
    AgentDisconnected,
    AgentTookBreak,
    AlertAcknowledged,
    AlertEnded,
    AlertGrew,
    AlertRaised,
    AlertTold,
    ConversationClassified,
    ConversationClosed,
    ConversationEvent,
    ConversationRated,
    ConversationReturned,
    ConversationStarted,
    MessageSent,
    OrderMoved,
    RobotHandedOver,
    RobotTook,
    TaskHandedOn,
)
from goldensix.events.ids import ConversationId
from goldensix.log.port import Stored
from goldensix.metrics.today import Today
from goldensix.team.team import Attendance

_OF_TEAM: Final = (AgentConnected, AgentDisconnected, AgentBecameReady, AgentTookBreak)
_OF_ALERTS: Final = (AlertRaised, AlertGrew, AlertTold, AlertAcknowledged, AlertEnded)


@dataclass(slots=True)
class Folds:
    """The running state: equal, always, to the log folded from its beginning."""

    position: int = 0
    """The last event taken in."""
    reception: Reception = field(default_factory=Reception)
    attendance: Attendance = field(default_factory=Attendance)
    tasks: Tasks = field(default_factory=Tasks)
    ratings: Ratings = field(default_factory=Ratings)
    alerts: Alerts = field(default_factory=Alerts)
    refunds: Refunds = field(default_factory=Refunds)
    today: Today = field(default_factory=Today, compare=False)
    """Not compared: what of it is in the sums depends on when it was read. The figures do not."""

    def apply(self, stored: Stored) -> Conversation | None:
        """Take in the next event; answers the conversation it belongs to, if that is not over."""
        self.position = stored.position
        event = stored.event
        if isinstance(event, _OF_TEAM):
            self.attendance.apply(event, stored.stream_position, stored.occurred_at)
            return None
        if isinstance(event, _OF_ALERTS):
            self.alerts.apply(event, stored.stream_position, stored.occurred_at)
            return None
        if isinstance(event, OrderMoved):
            self.refunds.apply(event, stored.stream_position, stored.occurred_at)
            return None
        if isinstance(event, ConversationRated):
            id = ConversationId(stored.stream)
            self.ratings.take(id, event.score, stored.stream_position, stored.occurred_at)
            return None
        self.today.take(stored)
        if isinstance(event, ConversationStarted):
            conversation = started(ConversationId(stored.stream), event, stored.occurred_at)
            self.reception.add(conversation)
            return conversation
        conversation = self.reception.open[ConversationId(stored.stream)]
        self._move(conversation, event, stored)
        if conversation.id in self.alerts.of:
            self.alerts.settle(conversation, stored.occurred_at)
        return conversation

    def _move(self, conversation: Conversation, event: ConversationEvent, stored: Stored) -> None:
        """The reception is told of the conversation as it was before the event."""
        if isinstance(event, MessageSent):
            said = Said(stored.occurred_at, stored.stream_position, event.by, event.agent, event.kind)
            conversation.say(event.message, said)
            return
        if isinstance(event, AgentAssigned):
            self.reception.assign(conversation, event.agent)
        elif isinstance(event, ConversationClosed):
            self.reception.remove(conversation)
            if conversation.invited:
                self.ratings.part(conversation, stored.stream_position, stored.occurred_at)
        elif isinstance(event, ConversationReturned):
            self.reception.take_out(conversation)
        elif isinstance(event, TaskHandedOn):
            self.tasks.take(event, stored.occurred_at)
        elif isinstance(event, RobotTook):
            self.reception.give_to_robot(conversation)
        requeued = (
            isinstance(event, ConversationClassified) and conversation.queued and event.group != conversation.group
        )
        if requeued:
            self.reception.take_out(conversation)
        conversation.apply(event, stored.stream_position, stored.occurred_at)
        if requeued or isinstance(event, ConversationReturned):
            self.reception.wait_again(conversation)
        elif isinstance(event, RobotHandedOver):
            self.reception.wait_for_people(conversation)
