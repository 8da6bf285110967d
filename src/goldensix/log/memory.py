"""The log in memory, for tests and simulation. Passes the same contract suite as PostgreSQL."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from goldensix.events.facts import ConversationClosed, ConversationStarted, MessageSent
from goldensix.events.ids import BuyerId, Instant, MerchantId, MessageId, ShopId
from goldensix.log.port import Append, Appended, Place, Refusal, Stored, body_id


class MemoryLog:
    def __init__(self) -> None:
        self._events: dict[MerchantId, list[Stored]] = defaultdict(list)
        self._streams: dict[tuple[MerchantId, str], list[int]] = defaultdict(list)
        self._messages: dict[tuple[MerchantId, str], dict[str, Place]] = defaultdict(dict)
        self._open: dict[tuple[ShopId, BuyerId], str] = {}
        self._grown = asyncio.Event()

    async def append(
        self, merchant: MerchantId, appends: Sequence[Append], recorded_at: Instant
    ) -> list[Appended | Refusal]:
        results = [self._append(merchant, each, recorded_at) for each in appends]
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()
        return results

    def _append(self, merchant: MerchantId, append: Append, recorded_at: Instant) -> Appended | Refusal:
        stream = self._streams[merchant, append.stream]
        why = self._refusal(merchant, append, len(stream))
        if why is not None:
            return why
        events = self._events[merchant]
        first = Appended(len(events) + 1, len(stream) + 1)
        for draft in append.drafts:
            stored = Stored(
                merchant,
                len(events) + 1,
                append.stream,
                len(stream) + 1,
                draft.event,
                draft.occurred_at,
                recorded_at,
                draft.body,
            )
            stream.append(len(events))
            events.append(stored)
            self._index(stored)
        return first

    def _refusal(self, merchant: MerchantId, append: Append, head: int) -> Refusal | None:
        if append.expect is not None and append.expect != head:
            return Refusal("position", head)
        for draft in append.drafts:
            event = draft.event
            if isinstance(event, MessageSent) and append.stream in self._messages.get((merchant, event.message), ()):
                return Refusal("duplicate", head)
            if isinstance(event, ConversationStarted) and (event.shop, event.buyer) in self._open:
                return Refusal("already_open", head)
        return None

    def _index(self, stored: Stored) -> None:
        event = stored.event
        if isinstance(event, MessageSent):
            place = Place(stored.stream, stored.stream_position)
            self._messages[stored.merchant, event.message][stored.stream] = place
        elif isinstance(event, ConversationStarted):
            self._open[event.shop, event.buyer] = stored.stream
        elif isinstance(event, ConversationClosed):
            self._open = {key: stream for key, stream in self._open.items() if stream != stored.stream}

    async def head(self, merchant: MerchantId) -> int:
        return len(self._events[merchant])

    async def read_after(self, merchant: MerchantId, position: int, limit: int) -> list[Stored]:
        return self._events[merchant][position : position + limit]

    async def read_stream(
        self,
        merchant: MerchantId,
        stream: str,
        *,
        after: int = 0,
        before: int | None = None,
        limit: int = 1000,
    ) -> list[Stored]:
        places = self._streams[merchant, stream]
        chosen = places[after : after + limit] if before is None else places[: max(0, before - 1)][-limit:]
        return [self._events[merchant][place] for place in chosen]

    async def tails(self, merchant: MerchantId, streams: Sequence[str], limit: int) -> list[Stored]:
        found: list[Stored] = []
        for stream in streams:
            found += await self.read_stream(merchant, stream, before=2**31 - 1, limit=limit)
        return found

    async def find(self, merchant: MerchantId, messages: Sequence[MessageId]) -> dict[MessageId, Place]:
        return {
            m: min(found.values(), key=_by_stream) for m in messages if (found := self._messages.get((merchant, m)))
        }

    async def spoken(self, merchant: MerchantId, authors: Sequence[str]) -> set[str]:
        known = {message.partition(".")[0] for each, message in self._messages if each == merchant}
        return known & set(authors)

    async def follow(self, merchant: MerchantId, after: int) -> AsyncIterator[list[Stored]]:
        while True:
            grown = self._grown
            if batch := await self.read_after(merchant, after, 1000):
                after = batch[-1].position
                yield batch
            else:
                await grown.wait()

    async def erase(self, merchant: MerchantId, streams: Sequence[str]) -> int:
        erased = 0
        events = self._events[merchant]
        for stream in streams:
            for place in self._streams[merchant, stream]:
                if events[place].body is not None and body_id(stream, events[place].event) is not None:
                    events[place] = replace(events[place], body=None)
                    erased += 1
        return erased


def _by_stream(place: Place) -> str:
    return place.stream
