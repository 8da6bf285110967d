"""Fold: who was called because buyers wait, and which of these calls still stand."""

from dataclasses import dataclass, field
from typing import Final

from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import (
    AlertAcknowledged,
    AlertEnded,
    AlertEvent,
    AlertGrew,
    AlertKind,
    AlertRaised,
    AlertTold,
    Step,
    Told,
    Way,
)
from goldensix.events.ids import AccountId, AlertId, ConversationId, GroupId, Instant

_REMEMBERED: Final = 50
"""Alerts that are over, of the latest."""


@dataclass(slots=True)
class Telling:
    at: Instant
    way: Way
    account: AccountId | None
    sender: int | None
    told: Told


@dataclass(slots=True)
class Alert:
    id: AlertId
    kind: AlertKind
    step: Step
    group: GroupId | None
    of: AccountId | None
    raised_at: Instant
    waiting: dict[ConversationId, None]
    """Its conversations that still wait: a dictionary as an ordered set."""
    most: int
    """How many it has been about."""
    tellings: list[Telling] = field(default_factory=list)
    acknowledged_by: AccountId | None = None
    acknowledged_at: Instant | None = None
    ended_at: Instant | None = None

    @property
    def key(self) -> str:
        """Alerts of one key are one matter: it is told once a while."""
        return f"{self.kind} {self.step} {self.group or self.of or ''}"

    @property
    def called(self) -> bool:
        """Phones were called for it, or would have been but for quiet hours."""
        return any(telling.way != "page" for telling in self.tellings)

    def about(self, c: Conversation) -> bool:
        """Whether the conversation is still what it was raised for."""
        if c.closed:
            return False
        if self.kind == "deserted":
            return c.queued
        return c.waiting_since is not None and self.of in (None, c.agent)


@dataclass(slots=True)
class Alerts:
    position: int = 0
    open: dict[AlertId, Alert] = field(default_factory=dict)
    recent: list[Alert] = field(default_factory=list)
    of: dict[ConversationId, AlertId] = field(default_factory=dict)
    """The one open alert of a conversation: the highest step it has reached."""
    called_at: dict[str, Instant] = field(default_factory=dict)
    """When phones were last called for a matter, by its key."""

    def of_conversation(self, id: ConversationId) -> Alert | None:
        alert = self.of.get(id)
        return None if alert is None else self.open[alert]

    def standing(self, key: str) -> Alert | None:
        """The newest open one of this key."""
        return next((alert for alert in reversed(self.open.values()) if alert.key == key), None)

    def apply(self, event: AlertEvent, position: int, at: Instant) -> None:
        self.position = position
        match event:
            case AlertRaised():
                self._raise(event, at)
            case AlertGrew():
                self._take_in(self.open[event.alert], event.conversations, at)
            case AlertTold():
                self._tell(event, at)
            case AlertAcknowledged():
                alert = self.open[event.alert]
                alert.acknowledged_by, alert.acknowledged_at = event.by, at
            case AlertEnded():
                self._end(self.open[event.alert], at)

    def settle(self, c: Conversation, at: Instant) -> None:
        """Something happened in a conversation that has an open alert: perhaps it is answered."""
        alert = self.open[self.of[c.id]]
        if not alert.about(c):
            self._let_go(c.id, at)

    def _raise(self, event: AlertRaised, at: Instant) -> None:
        alert = Alert(event.alert, event.kind, event.step, event.group, event.of, at, {}, 0)
        self.open[alert.id] = alert
        self._take_in(alert, event.conversations, at)

    def _take_in(self, alert: Alert, conversations: tuple[ConversationId, ...], at: Instant) -> None:
        for id in conversations:
            if id in self.of:
                self._let_go(id, at)
            self.of[id] = alert.id
            alert.waiting[id] = None
        alert.most += len(conversations)

    def _tell(self, event: AlertTold, at: Instant) -> None:
        """It may be over by the time its sender has answered."""
        alert = self.open.get(event.alert) or next((a for a in self.recent if a.id == event.alert), None)
        if alert is not None:
            alert.tellings.append(Telling(at, event.way, event.account, event.sender, event.told))
            if event.way != "page":
                self.called_at[alert.key] = at

    def _let_go(self, id: ConversationId, at: Instant) -> None:
        alert = self.open[self.of.pop(id)]
        del alert.waiting[id]
        if not alert.waiting:
            self._end(alert, at)

    def _end(self, alert: Alert, at: Instant) -> None:
        for id in alert.waiting:
            del self.of[id]
        alert.waiting.clear()
        alert.ended_at = at
        del self.open[alert.id]
        self.recent = [*self.recent, alert][-_REMEMBERED:]
