"""Brings what shop platforms told of orders into the merchant's log."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from goldensix.actions.desk import Desk
from goldensix.actions.orders import Move, tell
from goldensix.events.ids import MerchantId

log = structlog.get_logger()
_LOOK_EVERY: Final = 10.0
"""Seconds: who was to say that there is something may have died before."""


@dataclass(frozen=True)
class Moves:
    """Where moves of orders stand until the log has them."""

    untold: Callable[[MerchantId, int], Awaitable[Sequence[Move]]]
    """Those after a number."""
    forget: Callable[[MerchantId, int], Awaitable[None]]
    """Up to a number."""


@dataclass
class Telling:
    desk: Desk
    moves: Moves
    _wanted: asyncio.Event = field(default_factory=asyncio.Event)

    def want(self) -> None:
        """Some platform told something."""
        self._wanted.set()

    async def run(self) -> None:
        """For ever. What was left untold by whoever had the merchant before comes first."""
        while True:
            self._wanted.clear()
            try:
                while await self._some():
                    pass
            except Exception as away:  # whatever the database says, what was not told stands there
                log.warning("orders not told yet", merchant=self.desk.merchant, error=type(away).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), _LOOK_EVERY)

    async def _some(self) -> bool:
        """Tells the next few. True if there may be more."""
        desk = self.desk
        moves = await self.moves.untold(desk.merchant, desk.folds.refunds.position)
        if desk.broken or not moves:
            return False
        tell(desk, moves)
        told = desk.folds.refunds.position  # a desk that was read anew meanwhile may be behind what was asked for
        if not await desk.stored():
            return False
        await self.moves.forget(desk.merchant, told)
        return True
