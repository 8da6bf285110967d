"""Models fitted on merchants' own logs: at night or on command, one at a time, in a process of its own."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import structlog

from goldensix.events.ids import Instant, MerchantId

log = structlog.get_logger()
WORKER: Final = (sys.executable, "-m", "goldensix.teaching.worker")
_ENDS_WITHIN: Final = 5.0
_LOOKS_EVERY: Final = 20.0
"""Seconds: less than a minute, so that no minute of the night is missed."""
_ENDED: Final = "The process that fits ended before it was done; the model that was there stays."


@dataclass(slots=True)
class Fit:
    state: Literal["none", "running", "done", "failed"] = "none"
    stage: str = ""
    share: float = 0.0
    """Of that stage."""
    pairs: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model that is there."""

    at: Instant
    pairs: int
    bytes: int


def model_of(data: Path, merchant: MerchantId) -> Path:
    return data / "robot" / str(merchant) / "model.npz"


class Fits:
    def __init__(self, settings: Mapping[str, str], data: Path, command: Sequence[str] = WORKER) -> None:
        """`settings` by environment variable: where the data folder and the database are."""
        self._settings, self._data, self._command = settings, data, command
        self._fits: dict[MerchantId, Fit] = {}
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._process: asyncio.subprocess.Process | None = None

    def current(self, merchant: MerchantId) -> Fit:
        return self._fits.get(merchant, Fit())

    def fitted(self, merchant: MerchantId) -> Fitted | None:
        file = model_of(self._data, merchant)
        try:
            told = json.loads(file.with_suffix(".json").read_bytes())
            return Fitted(Instant(int(told["at"])), int(told["pairs"]), file.stat().st_size)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def start(self, merchant: MerchantId) -> bool:
        """False: one runs or waits already."""
        if self.current(merchant).state == "running":
            return False
        self._fits[merchant] = Fit("running", "waiting")
        task = asyncio.create_task(self._fit(merchant))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _fit(self, merchant: MerchantId) -> None:
        async with self._turn:
            fit = self._fits[merchant]
            try:
                await self._run(merchant, fit)
            except Exception as failed:  # whatever it is, it is told, and the next one may begin
                log.exception("a model could not be fitted", merchant=merchant)
                fit.error = f"{type(failed).__name__}"
            if fit.state == "running":
                fit.state, fit.error = "failed", fit.error or _ENDED
            log.info("a model was fitted", merchant=merchant, state=fit.state, pairs=fit.pairs, error=fit.error)

    async def _run(self, merchant: MerchantId, fit: Fit) -> None:
        model = model_of(self._data, merchant)
        model.parent.mkdir(parents=True, exist_ok=True)
        process = await asyncio.create_subprocess_exec(
            *self._command,
            env={**os.environ, **self._settings},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps({"merchant": merchant, "model": str(model.absolute())}).encode())
            process.stdin.close()
            async for line in process.stdout:
                _take(fit, json.loads(line))
            await process.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _ENDS_WITHIN)


def _take(fit: Fit, told: dict[str, Any]) -> None:
    if "error" in told:
        fit.state, fit.error = "failed", str(told["error"])
    elif "fitted" in told:
        fit.state, fit.pairs, fit.share = "done", int(told["fitted"]["pairs"]), 1.0
    else:
        fit.stage, fit.share = str(told["stage"]), float(told["share"])


Due = Callable[[], Iterable[tuple[MerchantId, ZoneInfo, int | None]]]
"""Merchants that are here, and the minute of their night at which they learn."""


async def fit_nightly(fits: Fits, due: Due, now: Callable[[], Instant]) -> None:
    """For ever; each night once."""
    begun: dict[MerchantId, object] = {}
    while True:
        for merchant, zone, minute in list(due()):
            local = datetime.fromtimestamp(now() / 1000, zone)
            if minute == local.hour * 60 + local.minute and begun.get(merchant) != local.date():
                begun[merchant] = local.date()
                fits.start(merchant)
        await asyncio.sleep(_LOOKS_EVERY)
