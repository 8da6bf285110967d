"""Whether a log is sound: read from PostgreSQL as rows, and judged by none of the code that made it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg
import msgspec

_READ: Final = """
  select merchant_id, position, stream, stream_position, type, facts from events
  order by merchant_id, position
"""
_LIMITS: Final = "select id, reception_limit from accounts"


@dataclass
class Sound:
    """What is in the log, and what must not be; empty lists are good."""

    started: int = 0
    assigned: int = 0
    closed: int = 0
    messages: int = 0
    gaps: list[str] = field(default_factory=list)
    """Positions that are missing or there twice."""
    doubled: list[str] = field(default_factory=list)
    """Messages that are there twice."""
    over_limit: list[str] = field(default_factory=list)
    two_agents: list[str] = field(default_factory=list)
    """Given to somebody while another had it, or answered by who had it not."""
    two_open: list[str] = field(default_factory=list)
    """Begun while the same buyer had one open."""
    open: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    most: Counter[int] = field(default_factory=Counter)
    """Most conversations at a time, by agent."""
    places: dict[tuple[str, int], str] = field(default_factory=dict)
    """What stands at each position of each conversation: the message, or what happened."""

    @property
    def faults(self) -> dict[str, list[str]]:
        named = ("gaps", "doubled", "over_limit", "two_agents", "two_open")
        return {name: found for name in named if (found := getattr(self, name))}


class _Judge:
    def __init__(self, limits: Mapping[int, int], usual_limit: int) -> None:
        self.sound = Sound()
        self._limits, self._usual_limit = limits, usual_limit
        self._last: Counter[Any] = Counter()
        self._holder: dict[str, int] = {}
        self._load: Counter[int] = Counter()
        self._buyer: dict[str, tuple[int, int]] = {}
        self._talking: set[tuple[int, int]] = set()
        self._seen: set[str] = set()

    def take(self, row: asyncpg.Record) -> None:
        stream, kind, facts = row["stream"], row["type"], msgspec.json.decode(row["facts"])
        self._place(row["merchant_id"], row["position"], f"merchant {row['merchant_id']}")
        self._place((row["merchant_id"], stream), row["stream_position"], stream)
        self.sound.places[stream, row["stream_position"]] = facts.get("message", kind)
        match kind:
            case "conversation_started":
                self._start(stream, facts)
            case "agent_assigned":
                self._assign(stream, facts)
            case "conversation_returned":
                self._release(stream)
                self.sound.waiting.add(stream)
            case "conversation_closed":
                self._close(stream)
            case "message_sent":
                self._message(stream, facts)

    def _place(self, key: Any, position: int, name: str) -> None:
        if position != self._last[key] + 1:
            self.sound.gaps.append(f"{name}: {position} after {self._last[key]}")
        self._last[key] = position

    def _start(self, stream: str, facts: dict[str, Any]) -> None:
        buyer = facts["shop"], facts["buyer"]
        if buyer in self._talking:
            self.sound.two_open.append(stream)
        self._buyer[stream] = buyer
        self._talking.add(buyer)
        self.sound.started += 1
        self.sound.open.add(stream)
        self.sound.waiting.add(stream)

    def _assign(self, stream: str, facts: dict[str, Any]) -> None:
        agent = facts["agent"]
        if facts["how"] == "routed" and stream in self._holder:
            self.sound.two_agents.append(f"{stream}: {agent} while {self._holder[stream]} has it")
        self._release(stream)
        self._holder[stream] = agent
        self._load[agent] += 1
        self.sound.assigned += 1
        self.sound.waiting.discard(stream)
        self.sound.most[agent] = max(self.sound.most[agent], self._load[agent])
        if self._load[agent] > self._limits.get(agent, self._usual_limit):
            self.sound.over_limit.append(f"{agent} has {self._load[agent]} with {stream}")

    def _close(self, stream: str) -> None:
        self._release(stream)
        if (buyer := self._buyer.pop(stream, None)) is not None:
            self._talking.discard(buyer)
        self.sound.closed += 1
        self.sound.open.discard(stream)
        self.sound.waiting.discard(stream)

    def _message(self, stream: str, facts: dict[str, Any]) -> None:
        self.sound.messages += 1
        if facts["message"] in self._seen:
            self.sound.doubled.append(facts["message"])
        self._seen.add(facts["message"])
        if facts["by"] == "agent" and self._holder.get(stream) != facts["agent"]:
            self.sound.two_agents.append(f"{stream}: {facts['agent']} answers, {self._holder.get(stream)} has it")

    def _release(self, stream: str) -> None:
        if (holder := self._holder.pop(stream, None)) is not None:
            self._load[holder] -= 1


async def examine(dsn: str, *, usual_limit: int = 0) -> Sound:
    """Every merchant's log from its beginning. `usual_limit` is of agents whose accounts are gone, as a rehearsal's."""
    connection = await asyncpg.connect(dsn)
    try:
        limits = {row["id"]: row["reception_limit"] for row in await connection.fetch(_LIMITS)}
        judge = _Judge(limits, usual_limit)
        async with connection.transaction():
            async for row in connection.cursor(_READ, prefetch=5_000):
                judge.take(row)
        return judge.sound
    finally:
        await connection.close()
