"""What all players of a rehearsal share: the desk they go to, its time, and how far everything is."""

import asyncio
from dataclasses import dataclass, field

import httpx

from goldensix.events.ids import AccountId, BuyerId, Milliseconds, ShopId
from goldensix.rehearsal.door import Acknowledgements
from goldensix.rehearsal.talk import Talk, line_of


class Interrupted(Exception):
    """The rehearsal cannot go on; the message says why in one sentence."""


@dataclass
class Stage:
    desk: str
    """Its address, such as http://127.0.0.1:8606."""
    shop: ShopId
    speed: float
    http: httpx.AsyncClient
    at_the_gate: asyncio.Semaphore
    """Buyers who ask for their identity at a time: httpx looks at all who wait whenever one comes."""
    crew: frozenset[AccountId]
    """The played agents."""
    cast: list[Talk]
    """All visits, by the numbers of their scripts."""
    talks: dict[BuyerId, Talk] = field(default_factory=dict)
    """By the buyer who has come."""
    acknowledgements: Acknowledgements = field(default_factory=Acknowledgements)
    waiting: set[BuyerId] = field(default_factory=set)
    """Buyers who wait for an answer."""
    begun: int = 0
    played: int = 0
    messages: int = 0
    """Sent so far."""
    failure: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    async def rest(self, life: Milliseconds) -> None:
        """Let this much of the buyers' and agents' time go by."""
        await asyncio.sleep(life / 1000 / self.speed)

    def fail(self, reason: str) -> None:
        """End the rehearsal; the first reason counts."""
        if not self.failure.done():
            self.failure.set_exception(Interrupted(reason))

    def unsay(self, message: str) -> None:
        """The desk refused an agent's line for good."""
        if (found := line_of(message)) is not None:
            self.cast[found[0]].unsay(message)
