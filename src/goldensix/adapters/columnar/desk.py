"""The desk's own log, read as lines out of PostgreSQL."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from goldensix.adapters.postgres.log import PostgresLog
from goldensix.conversations.ratings import RATABLE
from goldensix.events.facts import ConversationClosed, ConversationRated, MessageSent, RatingInvited
from goldensix.events.ids import NO_CONVERSATION, Instant, MerchantId
from goldensix.log.port import Stored
from goldensix.metrics.order import Line
from goldensix.metrics.talk import Talks, take_event

_READ: Final = 5_000
_MOST_OF_ONE: Final = 1_000_000
"""Events of a conversation: all of them."""
_WAITS_FOR: Final = RATABLE + 3_600_000
"""So long a conversation is known after its end, if its buyer was asked to rate it."""


@dataclass
class DeskLines:
    """Takes a merchant's events in their order; a conversation that it has not seen begin is read from the log."""

    log: PostgresLog
    merchant: MerchantId
    earlier: list[Line] = field(default_factory=list)
    """Lines of before the first position that was asked for, of conversations that went on after it."""
    _talks: Talks = field(default_factory=dict)
    """Those that go on, and without their lines those that may yet be rated."""
    _asked: dict[str, Instant] = field(default_factory=dict)
    """When a rating was asked for, the first one first."""

    async def read(self, after: int, before: int | None = None) -> tuple[list[Line], int]:
        """Lines after a position, up to the first event of an instant `before` or later; and the last position read."""
        lines: list[Line] = []
        while batch := await self.log.read_after(self.merchant, after, _READ):
            wanted = [*takewhile(lambda stored: before is None or stored.occurred_at < before, batch)]
            for stored in wanted:
                if stored.stream not in NO_CONVERSATION and stored.stream not in self._talks:
                    await self._catch_up(stored)
                lines += self.take(stored)
            if wanted:
                after = wanted[-1].position
            if len(wanted) < len(batch):
                break
        return lines, after

    async def whole(self, stream: str) -> tuple[list[Line], dict[str, str]]:
        """A conversation's lines, and what was said in them by their names, where it is still there."""
        events = await self.log.read_stream(self.merchant, stream, limit=_MOST_OF_ONE)
        lines = [line for stored in events for line in self.take(stored)]
        return lines, _texts(events)

    async def _catch_up(self, stored: Stored) -> None:
        """What came before it in its conversation."""
        events = await self.log.read_stream(self.merchant, stored.stream, limit=_MOST_OF_ONE)
        past = [each for each in events if each.position < stored.position]
        self.earlier += [line for each in past for line in self.take(each)]

    def take(self, stored: Stored) -> list[Line]:
        stream, lines = stored.stream, take_event(self._talks, stored)
        match stored.event:
            case RatingInvited():
                self._asked[stream] = stored.occurred_at
                self._forget(stored.occurred_at)
            case ConversationClosed() if stream in self._asked:
                self._talks[stream].lines.clear()
            case ConversationClosed() | ConversationRated():
                self._asked.pop(stream, None)
                self._talks.pop(stream, None)
        return [*lines]

    def _forget(self, now: Instant) -> None:
        while now - self._asked[oldest := next(iter(self._asked))] > _WAITS_FOR:
            del self._asked[oldest]
            self._talks.pop(oldest, None)


def _texts(events: Iterable[Stored]) -> dict[str, str]:
    return {each.event.message: each.body.text for each in events if isinstance(each.event, MessageSent) and each.body}
