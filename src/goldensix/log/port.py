"""What a log must do. PostgreSQL and memory both do it, and pass the same contract suite.

A merchant has one log. Its positions are dense and increase as readers see them: who has read up to N will never
find a new event at or below N. Within it every stream (a conversation, or the team) has dense positions of its own.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from goldensix.events.facts import (
    Body,
    ConversationClassified,
    ConversationStarted,
    Event,
    MessageSent,
    NoteLeft,
    RobotDecided,
    TaskHandedOn,
)
from goldensix.events.ids import Instant, MerchantId, MessageId


@dataclass(frozen=True, slots=True)
class Draft:
    """An event about to be appended."""

    event: Event
    occurred_at: Instant
    body: Body | None = None


@dataclass(slots=True)
class Append:
    """Events of one stream that are stored together or not at all."""

    stream: str
    drafts: "tuple[Draft | Stored, ...]"
    """Of a `Stored` only what a draft has is read: its positions are what the writer believes."""
    expect: int | None
    """The stream's last position as the writer knows it; None: append wherever it ends."""


@dataclass(slots=True)
class Appended:
    position: int
    """The merchant's position of the first event."""
    stream_position: int
    """The stream's position of the first event."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing of this append was stored."""

    why: Literal["position", "duplicate", "already_open"]
    """Another writer was first; the stream has the message; the buyer has a conversation open in this shop."""
    stream_position: int
    """The stream's true last position."""


@dataclass(slots=True)  # not frozen: made for every message, and freezing trebles what that costs
class Stored:
    """An event in the log. Two clocks: when it happened, and when we wrote it down."""

    merchant: MerchantId
    position: int
    stream: str
    stream_position: int
    event: Event
    occurred_at: Instant
    recorded_at: Instant
    body: Body | None
    """None where there is none, and after erasure."""


class Fenced(Exception):
    """Another process owns this log by now; nothing was stored, and nothing ever will be from here."""


@dataclass(frozen=True, slots=True)
class Place:
    stream: str
    stream_position: int


class Log(Protocol):
    async def append(
        self, merchant: MerchantId, appends: Sequence[Append], recorded_at: Instant
    ) -> list[Appended | Refusal]:
        """Store a batch in one transaction; when it returns, what is `Appended` is durable.

        Several appends to one stream are taken in order, each expecting what the one before it left. Raises Fenced.
        """
        ...

    async def head(self, merchant: MerchantId) -> int:
        """The last position, 0 when empty."""
        ...

    async def read_after(self, merchant: MerchantId, position: int, limit: int) -> list[Stored]: ...

    async def read_stream(
        self,
        merchant: MerchantId,
        stream: str,
        *,
        after: int = 0,
        before: int | None = None,
        limit: int = 1000,
    ) -> list[Stored]:
        """In order. With `before`, the last `limit` events before it; otherwise the first `limit` after `after`."""
        ...

    async def tails(self, merchant: MerchantId, streams: Sequence[str], limit: int) -> list[Stored]:
        """The last `limit` events of each stream, each stream's in order."""
        ...

    async def find(self, merchant: MerchantId, messages: Sequence[MessageId]) -> dict[MessageId, Place]:
        """Where these messages are, those that are: the first place of each."""
        ...

    async def spoken(self, merchant: MerchantId, authors: Sequence[str]) -> set[str]:
        """Those authors (as message ids begin) of whom the log holds a message."""
        ...

    def follow(self, merchant: MerchantId, after: int) -> AsyncIterator[list[Stored]]:
        """Everything after a position, as it comes, for ever."""
        ...

    async def erase(self, merchant: MerchantId, streams: Sequence[str]) -> int:
        """Forget the words of these streams; the facts stay. Answers how many bodies went."""
        ...


def body_id(stream: str, event: Event) -> str | None:
    """The name under which an event's words are kept apart; None for events that have none."""
    if isinstance(event, MessageSent):
        return event.message
    if isinstance(event, ConversationStarted):
        return stream
    if isinstance(event, NoteLeft | TaskHandedOn):
        return event.note
    if isinstance(event, RobotDecided):
        return event.decision
    if isinstance(event, ConversationClassified):
        return event.reading
    return None
