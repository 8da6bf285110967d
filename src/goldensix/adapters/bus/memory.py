"""A bus within one process: for tests of what is said on it."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from goldensix.adapters.bus.port import Answer, Take, Unanswered


@dataclass
class Exchange:
    """Where several ends meet. `cut`: as when the server between them is gone."""

    takers: dict[str, list[Take]] = field(default_factory=lambda: defaultdict(list))
    servers: dict[str, Answer] = field(default_factory=dict)
    cut: bool = False
    losses: list[Callable[[], None]] = field(default_factory=list)

    def lose(self) -> None:
        for tell in list(self.losses):
            tell()


class MemoryBus:
    def __init__(self, exchange: Exchange | None = None) -> None:
        self.exchange = exchange or Exchange()
        self._taking: list[tuple[str, Take]] = []
        self._serving: list[str] = []
        self._closed = False

    @property
    def connected(self) -> bool:
        return not self._closed and not self.exchange.cut

    def publish(self, subject: str, payload: bytes) -> None:
        if self.connected:
            for take in self.exchange.takers[subject]:
                asyncio.get_running_loop().call_soon(take, payload)

    async def subscribe(self, subject: str, take: Take) -> None:
        self.exchange.takers[subject].append(take)
        self._taking.append((subject, take))

    async def serve(self, subject: str, answer: Answer) -> None:
        self.exchange.servers[subject] = answer
        self._serving.append(subject)

    async def ask(self, subject: str, payload: bytes, within: float) -> bytes:
        answer = self.exchange.servers.get(subject)
        if answer is None or not self.connected:
            raise Unanswered(subject)
        try:
            return await asyncio.wait_for(answer(payload), within)
        except Exception:  # as on the wire: who asks hears nothing of the other side's faults
            raise Unanswered(subject) from None

    def when_lost(self, tell: Callable[[], None]) -> None:
        self.exchange.losses.append(tell)

    async def close(self) -> None:
        self._closed = True
        for subject, take in self._taking:
            self.exchange.takers[subject].remove(take)
        for subject in self._serving:
            self.exchange.servers.pop(subject, None)
        self._taking, self._serving = [], []
