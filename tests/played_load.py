"""A rehearsal beside what a test does: buyers of the recording and agents who answer them, through the desk's doors."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from goldensix.demo import seed
from goldensix.rehearsal.recording import read
from goldensix.rehearsal.rehearsal import Order, rehearse
from goldensix.rehearsal.report import Report
from goldensix.rehearsal.script import write
from goldensix.rehearsal.stage import Stage

RECORDING: Final = Path(seed.__file__).with_name("dialogues.jsonl")
AGENTS: Final = 12
LIMIT: Final = 3
_ENDS_WITHIN: Final = 240.0


@dataclass
class Rehearsal:
    task: "asyncio.Task[Report]"
    stage: Stage | None = None

    async def begun(self, messages: int) -> None:
        """Until so many messages were sent."""
        while self.stage is None or self.stage.messages < messages:
            if self.task.done():
                self.task.result()
                raise AssertionError("the rehearsal was over before the fault")
            await asyncio.sleep(0.01)

    async def report(self) -> Report:
        """At its end; all that was sent is stored once, in order, and was heard."""
        report = await asyncio.wait_for(asyncio.shield(self.task), _ENDS_WITHIN)
        assert report.passed, report.check
        return report


@asynccontextmanager
async def rehearsal(
    desk: str, dsn: str, *, sessions: int, rate: float = 60, speed: float = 30
) -> AsyncIterator[Rehearsal]:
    """`rate` a minute, `speed` times life."""
    scripts = write(read(RECORDING), sessions=sessions, rate=rate, seed=6)
    order = Order("bundled", scripts, rate, AGENTS, LIMIT, 6, speed, desk, None, None, Path("nowhere"), dsn)
    found = Rehearsal(asyncio.create_task(rehearse(order, lambda stage: setattr(found, "stage", stage))))
    try:
        yield found
    finally:
        found.task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await found.task
