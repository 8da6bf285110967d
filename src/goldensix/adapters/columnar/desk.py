"""The desk's own log, read as lines out of PostgreSQL."""

from dataclasses import dataclass, field
from typing import Final

from goldensix.adapters.postgres.log import PostgresLog
from goldensix.events.ids import TEAM_STREAM, MerchantId
from goldensix.log.port import Stored
from goldensix.metrics.order import Line
from goldensix.metrics.talk import Talks, take_event

_READ: Final = 5_000


@dataclass
class DeskLines:
    """Takes a merchant's events in their order; a conversation that it has not seen begin is read from the log."""

    log: PostgresLog
    merchant: MerchantId
    earlier: list[Line] = field(default_factory=list)
    """Lines of before the first position that was asked for, of conversations that went on after it."""
    _open: Talks = field(default_factory=dict)

    async def read(self, after: int, before: int | None = None) -> tuple[list[Line], int]:
        """Lines after a position, up to the first event of an instant `before` or later; and the last position read."""
        lines: list[Line] = []
        while batch := await self.log.read_after(self.merchant, after, _READ):
            for stored in batch:
                if before is not None and stored.occurred_at >= before:
                    return lines, after
                lines += await self._lines(stored)
                after = stored.position
        return lines, after

    async def _lines(self, stored: Stored) -> list[Line]:
        if stored.stream != TEAM_STREAM and stored.stream not in self._open:
            await self._catch_up(stored)
        return self.take(stored)

    async def _catch_up(self, stored: Stored) -> None:
        for earlier in await self.log.read_stream(self.merchant, stored.stream, limit=1_000_000):
            if earlier.position < stored.position:
                self.earlier += self.take(earlier)

    def take(self, stored: Stored) -> list[Line]:
        line = take_event(self._open, stored)
        if line is None:
            return []
        if self._open[stored.stream].over:
            del self._open[stored.stream]
        return [line]
