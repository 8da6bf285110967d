"""A rehearsal is a process of its own: it loads this desk from outside, as buyers do, and must not slow it from inside.

`goldensix rehearse --json-progress` prints one JSON object a line: {"played", "total"} as it goes, at last
{"report"} or {"error"}. Anything else it prints is words for people.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from goldensix.events.ids import MerchantId

_LONGEST_LINE: Final = 16 * 1024 * 1024
"""Bytes: a report is one line."""
_LINES_KEPT: Final = 200
_ENDS_WITHIN: Final = 10.0
"""Seconds between asking it to end and ending it: it closes its conversations first."""


@dataclass(frozen=True, slots=True)
class Plan:
    rate: float
    """Consults a minute, before `speed`."""
    agents: int
    seed: int
    speed: float
    """How much faster than life it is played."""
    sessions: int
    """Conversations in all."""


Command = Callable[[str, MerchantId, Plan], Sequence[str]]
"""From the desk's address, whose desk it is and what is planned: the program to run and its arguments."""


@dataclass
class Progress:
    state: Literal["none", "running", "done", "failed"] = "none"
    played: int = 0
    total: int = 0
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=_LINES_KEPT))
    report: dict[str, Any] | None = None

    def take(self, line: str) -> None:
        """Takes in a line that the rehearsal printed."""
        try:
            told = json.loads(line)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            self.lines.append(line)
        elif "report" in told:
            self.state, self.report = "done", told["report"]
        elif "error" in told:
            self.state = "failed"
            self.lines.append(str(told["error"]))
        else:
            self.played, self.total = int(told.get("played", 0)), int(told.get("total", 0))

    def end(self, code: int) -> None:
        """It ended; whoever ends without a report has failed."""
        if self.state == "running":
            self.state = "failed"
            self.lines.append(f"The rehearsal ended without a report (exit code {code}).")


def command(desk: str, merchant: MerchantId, plan: Plan) -> list[str]:
    options = {
        "--desk": desk,
        "--merchant": merchant,
        "--rate": plan.rate,
        "--agents": plan.agents,
        "--seed": plan.seed,
        "--speed": plan.speed,
        "--sessions": plan.sessions,
    }
    said = [str(word) for option in options.items() for word in option]
    return [sys.executable, "-m", "goldensix", "rehearse", "--bundled", "--json-progress", *said]


class Rehearsals:
    """One at a time on a desk. Not kept: a report of before the last start is gone."""

    def __init__(self, command: Command = command, *, settings: Mapping[str, str] | None = None) -> None:
        """`settings` by environment variable: what this desk was given on its command line."""
        self._command = command
        self._settings = settings or {}
        self._merchant: MerchantId | None = None
        self._progress = Progress()
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    def running(self, merchant: MerchantId) -> bool:
        return self.current(merchant).state == "running"

    def current(self, merchant: MerchantId) -> Progress:
        """The one that runs, or the last; another merchant's is none."""
        return self._progress if merchant == self._merchant else Progress()

    async def start(self, merchant: MerchantId, desk: str, plan: Plan) -> bool:
        """False if one runs already."""
        async with self._starting:
            if self._process is not None:
                return False
            program, *arguments = self._command(desk, merchant, plan)
            process = await asyncio.create_subprocess_exec(
                program,
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env={**os.environ, **self._settings},
                limit=_LONGEST_LINE,
                start_new_session=True,  # a group of its own, so that its children end with it
            )
            self._merchant, self._process = merchant, process
            self._progress = Progress(state="running", total=plan.sessions)
            self._reading = asyncio.create_task(self._read(process, self._progress))
            return True

    async def cancel(self, merchant: MerchantId) -> None:
        """Ends it and forgets it; none runs and none is remembered then."""
        if merchant != self._merchant:
            return
        await self.close()
        self._progress = Progress()

    async def close(self) -> None:
        """Ends whatever runs: the server stops."""
        process, reading = self._process, self._reading
        if process is None or reading is None:
            return
        _signal(process, signal.SIGTERM)
        try:
            await asyncio.wait_for(asyncio.shield(reading), _ENDS_WITHIN)
        except TimeoutError:
            _signal(process, signal.SIGKILL)
            await reading

    async def _read(self, process: asyncio.subprocess.Process, progress: Progress) -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            if words := line.decode(errors="replace").strip():
                progress.take(words)
        progress.end(await process.wait())
        self._process = None


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
