"""Appends as the two functions of the database take them."""

from dataclasses import dataclass, field
from typing import Any

from goldensix.events.facts import AgentAssigned, ConversationClosed, ConversationReturned, ConversationStarted
from goldensix.log.port import Append, Draft, Stored, body_id
from goldensix.wire.stored import NAMES, VERSIONS, encode, encode_body, encode_facts, words


@dataclass
class KnownBatch:
    """For `append_known_events`: every append says what it expects, and nobody else writes."""

    expects: dict[str, int] = field(default_factory=dict)
    """What each stream's first append expects."""
    ends: dict[str, int] = field(default_factory=dict)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    opened: dict[str, list[Any]] = field(default_factory=dict)
    """Shop, buyer and agent of conversations that begin in this batch."""
    handed: dict[str, int | None] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)

    def add(self, append: Append) -> bool:
        """False, and the batch is of no use, if the append says not what it expects or contradicts one before."""
        stream = append.stream
        position = append.expect
        if position is None or self.ends.get(stream, position) != position:
            return False
        self.expects.setdefault(stream, position)
        for draft in append.drafts:
            position += 1
            self._write(stream, position, draft)
        self.ends[stream] = position
        return True

    def _write(self, stream: str, position: int, draft: Draft | Stored) -> None:
        event = draft.event
        name, key = NAMES[type(event)], body_id(stream, event)
        facts = (stream, position, name, VERSIONS[name], draft.occurred_at, event)
        if key is None:
            self.events.append(facts)
            self._live(stream, event)
            return
        self.events.append((*facts, key) if draft.body is None else (*facts, key, words(draft.body)))
        if isinstance(event, ConversationStarted):
            self.opened[stream] = [event.shop, event.buyer, None]

    def _live(self, stream: str, event: object) -> None:
        """What the event changes in who is in reception now."""
        if isinstance(event, AgentAssigned | ConversationReturned):
            agent = event.agent if isinstance(event, AgentAssigned) else None
            if stream in self.opened:
                self.opened[stream][2] = agent
            else:
                self.handed[stream] = agent
        elif isinstance(event, ConversationClosed) and self.opened.pop(stream, None) is None:
            self.handed.pop(stream, None)
            self.ended.append(stream)

    def arguments(self) -> list[Any]:
        written = (self.expects, self.events, self.opened, self.handed)
        return [*(encode(each).decode() for each in written), self.ended]


@dataclass
class Batch:
    """For `append_events`, which says of each stream whether it was refused. A stream's appends lie end to end."""

    streams: list[str] = field(default_factory=list)
    expects: list[int | None] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    columns: tuple[list[Any], ...] = field(default_factory=lambda: tuple([] for _ in range(7)))

    def add(self, append: Append) -> int:
        """The number of the append's stream; 0, and nothing added, if `expect` contradicts the appends before."""
        number = self.numbers.get(append.stream, 0)
        if not number:
            self.streams.append(append.stream)
            self.expects.append(append.expect)
            self.sizes.append(0)
            number = self.numbers[append.stream] = len(self.streams)
        elif append.expect is not None and not self._continues(number, append.expect):
            return 0
        self._write(number, append.stream, append.drafts)
        return number

    def _continues(self, number: int, expect: int) -> bool:
        first = self.expects[number - 1]
        return first is not None and expect == first + self.sizes[number - 1]

    def _write(self, number: int, stream: str, drafts: tuple[Draft | Stored, ...]) -> None:
        numbers, types, versions, occurred, facts, ids, bodies = self.columns
        for draft in drafts:
            name = NAMES[type(draft.event)]
            key = body_id(stream, draft.event)
            numbers.append(number)
            types.append(name)
            versions.append(VERSIONS[name])
            occurred.append(draft.occurred_at)
            facts.append(encode_facts(draft.event).decode())
            ids.append(key)
            bodies.append(None if key is None or draft.body is None else encode_body(draft.body).decode())
        self.sizes[number - 1] += len(drafts)
