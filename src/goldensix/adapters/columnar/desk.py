"""The desk's own log as lines: events of PostgreSQL become what importers write and the fold reads."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from goldensix.adapters.importers.words import GREETING as GREETING_WORDS
from goldensix.adapters.postgres.log import PostgresLog
from goldensix.events.facts import AgentAssigned, ConversationClosed, ConversationStarted, MessageRecalled, MessageSent
from goldensix.events.ids import TEAM_STREAM, AccountId, MerchantId, MessageId
from goldensix.log.columns import CLOSING_WORDS, GREETING, By, What
from goldensix.log.port import Stored
from goldensix.metrics.closing import is_closing
from goldensix.metrics.order import Line

DESK: Final = "desk"
REHEARSAL: Final = "rehearsal"
"""Platforms of the desk's own lines: the second, of conversations that a rehearsal played."""
_READ: Final = 5_000
_GREETING: Final = re.compile(GREETING_WORDS)
_MOST_OF_ONE: Final = 1_000_000
"""Events of a conversation: all of them."""


@dataclass(slots=True)
class _Conversation:
    shop: int
    platform: str
    buyer: str
    group: str
    agent: AccountId | None = None
    said: dict[MessageId, Line] = field(default_factory=dict)


@dataclass
class DeskLines:
    """Takes a merchant's events in their order; a conversation that it has not seen begin is read from the log."""

    log: PostgresLog
    merchant: MerchantId
    earlier: list[Line] = field(default_factory=list)
    """Lines of before the first position that was asked for, of conversations that went on after it."""
    _open: dict[str, _Conversation] = field(default_factory=dict)

    async def read(self, after: int, before: int | None = None) -> tuple[list[Line], int]:
        """Lines after a position, up to the first event of an instant `before` or later; and the last position read."""
        lines: list[Line] = []
        while batch := await self.log.read_after(self.merchant, after, _READ):
            wanted = [*takewhile(lambda stored: before is None or stored.occurred_at < before, batch)]
            for stored in wanted:
                if stored.stream != TEAM_STREAM and stored.stream not in self._open:
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
        event, stream = stored.event, stored.stream
        if isinstance(event, ConversationStarted):
            platform = REHEARSAL if event.channel == "rehearsal" else DESK
            conversation = _Conversation(event.shop, platform, event.buyer, str(event.group))
            self._open[stream] = conversation
            return [_line(stored, conversation, "queue_enter")]
        known = self._open.get(stream)
        if known is None:
            return []
        match event:
            case MessageSent():
                line = known.said[event.message] = _said(stored, event, known)
                return [line]
            case MessageRecalled():
                said = known.said.pop(event.message, None)
                return [said._replace(recalled=True)] if said else []
            case AgentAssigned():
                before, known.agent = known.agent, event.agent
                what: What = "assign" if before is None else "transfer"
                moved = _line(stored, known, what)._replace(agent=str(event.agent))
                return [moved._replace(from_agent=str(before))] if before is not None else [moved]
            case ConversationClosed():
                agent = None if event.agent is None else str(event.agent)
                del self._open[stream]
                return [_line(stored, known, "close")._replace(agent=agent)]
        return []


def _texts(events: Iterable[Stored]) -> dict[str, str]:
    return {each.event.message: each.body.text for each in events if isinstance(each.event, MessageSent) and each.body}


def _said(stored: Stored, event: MessageSent, conversation: _Conversation) -> Line:
    text = stored.body.text if stored.body else ""
    flags = CLOSING_WORDS * (event.by == "buyer" and is_closing(text))
    flags |= GREETING * (_GREETING.search(text) is not None)
    return _line(stored, conversation, "message")._replace(
        line=event.message,
        by=event.by,
        agent=None if event.agent is None else str(event.agent),
        kind=event.kind,
        flags=flags,
        chars=len(text),
    )


def _line(stored: Stored, conversation: _Conversation, what: What, by: By | None = None) -> Line:
    return Line(
        shop=conversation.shop,
        platform=conversation.platform,
        buyer=conversation.buyer,
        session=stored.stream,
        line=f"{stored.stream}/{stored.stream_position}",
        what=what,
        by=by,
        agent=None,
        from_agent=None,
        group=conversation.group,
        kind="",
        at=stored.occurred_at,
        seq=stored.stream_position,
    )
