"""Robots think in a process of their own, so that no message of anybody's waits for one.

The process is started when it is first needed and started again when it ends; it is given each merchant's bank whole
(`wire/thinking.py`). Whoever asks gets an answer in time or None: a desk never waits for its robot.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import structlog

from goldensix.events.ids import MerchantId
from goldensix.robot.bands import COLD, PRECISION, Bands, Mark, banded
from goldensix.robot.decision import Decision
from goldensix.robot.question import Labelled, Question, Scene
from goldensix.robot.rules import Rule
from goldensix.robot.turn import Turn
from goldensix.wire.thinking import (
    HEAD,
    Band,
    Decide,
    Decided,
    Learn,
    Learned,
    Order,
    Suggest,
    Suggested,
    Suggestion,
    Told,
    framed,
    length,
    told,
)

log = structlog.get_logger()
THINKER: Final = (sys.executable, "-m", "goldensix.teaching.thinker")
_DECIDES_WITHIN: Final = 3.0
"""Seconds: what comes later is too late for the six that a buyer is promised."""
_SUGGESTS_WITHIN: Final = 0.5
_SILENT_AT_MOST: Final = 10.0
"""Seconds in which the process may leave everything unanswered, until it is ended and another one started."""
_MOST_WAITING: Final = 5_000
_LOOKS_EVERY: Final = 1.0
"""Seconds between looks at a merchant's bank for a change."""
_STARTS_AGAIN_AFTER: Final = 0.2
_STARTS_AGAIN_AT_MOST: Final = 10.0
_ENDS_WITHIN: Final = 3.0


class Content(Protocol):
    """A question bank as a robot needs it."""

    @property
    def version(self) -> int: ...
    @property
    def questions(self) -> tuple[Question, ...]: ...
    @property
    def rules(self) -> tuple[Rule, ...]: ...
    @property
    def labelled(self) -> tuple[Labelled, ...]: ...


class Bank(Protocol):
    async def content(self, merchant: MerchantId) -> Content: ...
    async def version(self, merchant: MerchantId) -> int: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """What the thinking process has of a merchant."""

    version: int = -1
    questions: int = 0
    pairs: int = 0
    """That its model was fitted on; 0: words alone."""
    fault: str = ""


@dataclass(slots=True)
class _Merchant:
    precision: float = PRECISION
    bands: Bands = COLD
    asked: tuple[int, float] | None = None
    """Version of the bank and age of the model file that the process was last given; None: nothing yet."""
    standing: Standing = field(default_factory=Standing)


Marks = Callable[[MerchantId], Awaitable[Sequence[Mark]]]


class Robots:
    def __init__(
        self,
        bank: Bank,
        marks: Marks,
        data: Path,
        command: Sequence[str] = THINKER,
        within: float = _DECIDES_WITHIN,
        silent_at_most: float = _SILENT_AT_MOST,
    ) -> None:
        """`data`: where models lie."""
        self._bank, self._marks, self._data = bank, marks, data
        self._command, self._within, self._silent_at_most = command, within, silent_at_most
        self._unanswered_since: float | None = None
        self._merchants: dict[MerchantId, _Merchant] = {}
        self._waiting: dict[int, asyncio.Future[object]] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._number = 0
        self._keeping: asyncio.Task[None] | None = None
        self._closed = False
        self.starts = 0

    # -- what desks ask

    async def decide(self, merchant: MerchantId, turn: Turn, scene: Scene) -> Decision | None:
        """None: no bank, the process is away, or too late."""
        answer = await self._ask(Decide(self._next(), merchant, turn, scene), self._within)
        return answer if isinstance(answer, Decision) else None

    async def suggest(self, merchant: MerchantId, turn: Turn, scene: Scene, typed: str) -> tuple[Suggestion, ...]:
        """Questions of the bank that go with what is being typed."""
        answer = await self._ask(Suggest(self._next(), merchant, turn, scene, typed), _SUGGESTS_WITHIN)
        return answer if isinstance(answer, tuple) else ()

    async def keep(self, merchant: MerchantId, precision: float) -> None:
        """From now on this merchant's bank is kept ready, and its answers that precise."""
        known = self._merchants.setdefault(merchant, _Merchant())
        if self._keeping is None and not self._closed:
            self._keeping = asyncio.create_task(self._keep_all())
        if known.precision != precision or known.asked is None:
            known.precision = precision
            await self.marked(merchant)

    def drop(self, merchant: MerchantId) -> None:
        """Nobody asks for this one any more."""
        self._merchants.pop(merchant, None)

    async def marked(self, merchant: MerchantId) -> None:
        """Its marks are others now: the bands follow at once."""
        if (known := self._merchants.get(merchant)) is not None:
            known.bands = banded(await self._marks(merchant), known.precision)
            self._send(Band(merchant, known.bands))

    def standing(self, merchant: MerchantId) -> Standing:
        known = self._merchants.get(merchant)
        return known.standing if known else Standing()

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def model(self, merchant: MerchantId) -> Path:
        """Where its model lies, if it has one."""
        return self._data / "robot" / str(merchant) / "model.npz"

    async def close(self) -> None:
        self._closed = True
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait((self._keeping,))
        process = self._process
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _ENDS_WITHIN)

    # -- the process

    def _next(self) -> int:
        self._number += 1
        return self._number

    async def _ask(self, order: Decide | Suggest, within: float) -> object:
        """Whatever goes wrong, None."""
        if self._process is None or len(self._waiting) >= _MOST_WAITING:
            return None
        loop = asyncio.get_running_loop()
        future = self._waiting[order.id] = loop.create_future()
        if self._unanswered_since is None:
            self._unanswered_since = loop.time()
        try:
            self._send(order)
            async with asyncio.timeout(within):
                return await future
        except TimeoutError:
            self._end_if_silent()
            return None
        finally:
            self._waiting.pop(order.id, None)

    def _end_if_silent(self) -> None:
        """A process that stands still would stand still for ever."""
        since, now = self._unanswered_since, asyncio.get_running_loop().time()
        if self._process is not None and since is not None and now - since > self._silent_at_most:
            log.error("the robot's process stands still and is ended", seconds=round(now - since, 1))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _send(self, order: Order) -> None:
        self._write(framed(order))

    def _write(self, frame: bytes) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError, RuntimeError):  # it has just ended: whoever reads it will see that
                self._process.stdin.write(frame)

    async def _keep_all(self) -> None:
        """Starts the process again whenever it ends, and gives it what it does not have yet."""
        pause = _STARTS_AGAIN_AFTER
        while True:
            begun = asyncio.get_running_loop().time()
            try:
                await self._run()
            except Exception as failed:  # whatever it is, buyers are answered by people until the process is back
                log.warning("the robot's process failed", error=repr(failed))
            self._gone()
            lived = asyncio.get_running_loop().time() - begun
            pause = _STARTS_AGAIN_AFTER if lived > _STARTS_AGAIN_AT_MOST else min(_STARTS_AGAIN_AT_MOST, 2 * pause)
            log.warning("the robot's process ended and is started again", seconds_until=pause)
            await asyncio.sleep(pause)

    async def _run(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True
        )
        self.starts += 1
        teaching = asyncio.create_task(self._teach_all())
        try:
            await self._read(self._process)
        finally:
            teaching.cancel()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _gone(self) -> None:
        self._process = self._unanswered_since = None
        for known in self._merchants.values():
            known.asked, known.standing = None, Standing()
        for future in self._waiting.values():
            if not future.done():
                future.set_result(None)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                head = await process.stdout.readexactly(HEAD)
                self._take(told.decode(await process.stdout.readexactly(length(head))))

    def _take(self, told: Told) -> None:
        self._unanswered_since = None
        match told:
            case Learned():
                self._learned(told)
            case Decided():
                self._answer(told.id, told.decision)
            case Suggested():
                self._answer(told.id, told.suggestions)

    def _answer(self, id: int, answer: object) -> None:
        future = self._waiting.get(id)
        if future is not None and not future.done():
            future.set_result(answer)

    def _learned(self, told: Learned) -> None:
        if told.fault:
            log.warning("a robot's bank did not load whole", merchant=told.merchant, why=told.fault)
        if (known := self._merchants.get(MerchantId(told.merchant))) is not None:
            known.standing = Standing(told.version, told.questions, told.pairs, told.fault)

    # -- the banks

    async def _teach_all(self) -> None:
        while True:
            for merchant, known in list(self._merchants.items()):
                try:
                    await self._teach(merchant, known)
                except Exception as away:  # the database is away: the bank that is there goes on answering
                    log.warning("a robot's bank could not be read", merchant=merchant, error=type(away).__name__)
            await asyncio.sleep(_LOOKS_EVERY)

    async def _teach(self, merchant: MerchantId, known: _Merchant) -> None:
        """If the bank or the model is another than the process has."""
        model = self.model(merchant)
        written = model.stat().st_mtime if model.exists() else 0.0
        if known.asked == (await self._bank.version(merchant), written):
            return
        content = await self._bank.content(merchant)
        known.bands = banded(await self._marks(merchant), known.precision)
        read = content.version, content.questions, content.rules, content.labelled
        learn = Learn(merchant, *read, str(model), known.bands)
        self._write(await asyncio.to_thread(framed, learn))  # a large bank is megabytes
        known.asked = (content.version, written)
