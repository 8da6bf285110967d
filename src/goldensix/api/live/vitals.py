"""How this process is: whether it can serve, and what there is to measure."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, Protocol

import asyncpg
import psutil

from goldensix.api.live.floors import Floor, Floors
from goldensix.events.ids import Instant

_ANSWERS_WITHIN: Final = 1.0
Figures = Mapping[str, float]
"""By name."""


class Peers(Protocol):
    """The other workers, if there are any."""

    def faults(self) -> list[str]: ...
    def figures(self) -> dict[str, float]: ...
    async def figures_of_all(self) -> dict[str, Figures]: ...


class Vitals:
    def __init__(self, pool: asyncpg.Pool, floors: Floors, now: Callable[[], Instant], peers: Peers | None) -> None:
        self._pool, self._floors, self._now, self._peers = pool, floors, now, peers
        self._process = psutil.Process()
        self._asking: asyncio.Task[bool] | None = None
        """Whether the database answers: one question at a time, however often it is asked."""

    async def faults(self) -> list[str]:
        """What keeps it from serving, one word each; none: it is ready."""
        found = [] if await self._database_answers() else ["database"]
        found += ["desk"] if any(floor.desk.broken for floor in self._floors.floors.values()) else []
        return found + (self._peers.faults() if self._peers is not None else [])

    async def _database_answers(self) -> bool:
        """In time. What asks is not cancelled: that would wait for the database once more."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_database())
        await asyncio.wait((self._asking,), timeout=_ANSWERS_WITHIN)
        return self._asking.done() and self._asking.result()

    async def _ask_database(self) -> bool:
        try:
            await self._pool.fetchval("select 1")
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True

    def figures(self) -> Figures:
        floors, now = list(self._floors.floors.values()), self._now()
        used = self._process.cpu_times()
        return {
            "merchants_owned": len(floors),
            "buyer_sockets": sum(len(sockets) for floor in floors for sockets in floor.hub.buyers.values()),
            "staff_sockets": sum(len(sockets) for floor in floors for sockets in floor.hub.agents.values()),
            "conversations_open": sum(len(floor.desk.folds.reception.open) for floor in floors),
            "conversations_queued": sum(len(q) for floor in floors for q in floor.desk.folds.reception.queues.values()),
            "longest_wait_seconds": max((_longest_wait(floor, now) for floor in floors), default=0.0),
            "agents_ready": sum(floor.desk.team.receives(id) for floor in floors for id in floor.desk.premises.members),
            "events_waiting_for_the_log": sum(len(floor.desk.recorded) for floor in floors),
            "log_position": sum(floor.desk.durable for floor in floors),
            "desks_starting_over": sum(floor.desk.broken for floor in floors),
            "process_resident_bytes": self._process.memory_info().rss,
            "process_cpu_seconds": used.user + used.system,
            **(self._peers.figures() if self._peers is not None else {}),
        }

    async def figures_of_all(self) -> Mapping[str, Figures]:
        """By worker; the only process has no name."""
        return {"": self.figures()} if self._peers is None else await self._peers.figures_of_all()


def _longest_wait(floor: Floor, now: Instant) -> float:
    open_ = floor.desk.folds.reception.open.values()
    return max(((now - c.waiting_since) / 1000 for c in open_ if c.waiting_since is not None), default=0.0)
