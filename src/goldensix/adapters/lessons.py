"""Lessons of the robot that a desk is asked for: a process of its own works each out, so that no answer waits for one.

A second kind of process stays for some minutes and says which questions say the same, while somebody writes one.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from goldensix.adapters.reports import Line
from goldensix.events.ids import MerchantId

LESSONS: Final = (sys.executable, "-m", "goldensix.teaching.lessons")
TWINS: Final = (sys.executable, "-m", "goldensix.teaching.twins")
_STAYS_FOR: Final = 300.0
_COMPARES_WITHIN: Final = 20.0
_ENDS_WITHIN: Final = 5.0
What = Literal["fit", "propose", "try"]
_UNEXPECTED: Final = ("It ended unexpectedly; what was there before stays.", "意外中断了，之前的结果还在。")


@dataclass
class Lesson:
    state: Literal["none", "running", "done", "failed"] = "none"
    what: What | None = None
    stage: str = ""
    share: float = 0.0
    error: tuple[str, str] | None = None
    """In English and Chinese."""

    def take(self, told: Mapping[str, Any]) -> None:
        if "stage" in told:
            self.stage, self.share = told["stage"], told["share"]
        elif "error" in told:
            self.state, self.error = "failed", (told["error"]["en"], told["error"]["zh"])
        elif told.get("done"):
            self.state, self.share = "done", 1.0


class Lessons:
    """Of all merchants of a desk; one lesson of each at a time."""

    def __init__(
        self, settings: Mapping[str, str], command: Sequence[str] = LESSONS, twins: Sequence[str] = TWINS
    ) -> None:
        """`settings` by environment variable: where the data folder and the database are."""
        self._settings, self._command = settings, command
        self._running: dict[MerchantId, tuple[Lesson, asyncio.Task[None]]] = {}
        self._twins = Line(twins, settings, _STAYS_FOR)

    def current(self, merchant: MerchantId) -> Lesson:
        """The one that runs, or the last since the desk started."""
        found = self._running.get(merchant)
        return found[0] if found else Lesson()

    def start(self, merchant: MerchantId, what: What, days: int) -> bool:
        """False if one of this merchant runs. `days`: how far back it looks; 0: all there is."""
        if self.current(merchant).state == "running":
            return False
        lesson = Lesson("running", what, "reading")
        ask = {"what": what, "merchant": merchant, "days": days}
        self._running[merchant] = lesson, asyncio.create_task(self._teach(lesson, ask))
        return True

    async def cancel(self, merchant: MerchantId) -> None:
        """Ends it; what was found before stays."""
        _, task = self._running.pop(merchant, (None, None))
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def alike(self, merchant: MerchantId, ask: Mapping[str, Any]) -> bytes:
        """Which questions say the same, as `teaching.twins` tells it. Raises `reports.Refused`."""
        line = json.dumps({"merchant": merchant, **ask}, ensure_ascii=False).encode() + b"\n"
        # Whoever goes away must not leave half an answer to the next one who asks.
        return await asyncio.shield(asyncio.ensure_future(self._twins.ask(line, _COMPARES_WITHIN)))

    async def close(self) -> None:
        for merchant in [*self._running]:
            await self.cancel(merchant)
        await self._twins.stop()

    async def _teach(self, lesson: Lesson, ask: Mapping[str, Any]) -> None:
        with contextlib.suppress(OSError, ValueError, KeyError):  # no process, or an answer that is none
            await self._listen(lesson, ask)
        if lesson.state == "running":
            lesson.state, lesson.error = "failed", _UNEXPECTED

    async def _listen(self, lesson: Lesson, ask: Mapping[str, Any]) -> None:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **self._settings},
            start_new_session=True,
        )
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(ask).encode())
            process.stdin.write_eof()
            while line := await process.stdout.readline():
                lesson.take(json.loads(line))
            await process.wait()
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # it leaves nothing half written
                await asyncio.wait_for(process.wait(), _ENDS_WITHIN)
