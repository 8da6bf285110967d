"""What a bus must do. NATS and memory both do it, and pass the same contract suite.

It carries what may be lost: whoever needs all of it numbers what he sends, and reads the log when a number is missing.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

Take = Callable[[bytes], None]
Answer = Callable[[bytes], Awaitable[bytes]]


class Unanswered(Exception):
    """Nobody answered in time, or the bus is away."""


class Bus(Protocol):
    @property
    def connected(self) -> bool: ...

    def publish(self, subject: str, payload: bytes) -> None:
        """To all who take this subject, of any size, in order, at most once. Never waits; away, it is lost."""
        ...

    async def subscribe(self, subject: str, take: Take) -> None:
        """From the return on, `take` is called with each payload, one after the other."""
        ...

    async def serve(self, subject: str, answer: Answer) -> None:
        """Answer what is asked there; several at a time. One that raises leaves its question unanswered."""
        ...

    async def ask(self, subject: str, payload: bytes, within: float) -> bytes:
        """The answer of whoever serves the subject. Raises Unanswered after so many seconds, or at once."""
        ...

    def when_lost(self, tell: Callable[[], None]) -> None:
        """`tell` is called whenever something may have been lost on the way."""
        ...

    async def close(self) -> None:
        """May be called twice."""
        ...
