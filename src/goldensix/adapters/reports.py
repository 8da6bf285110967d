"""Reports that a desk is asked for, worked out by a process of its own, so that no answer to a buyer waits for one.

The process stays for some minutes after its last report: what it has read need not be read again. It is asked by one
line of JSON, `{"merchant", "what", "ask"}`, and answers with one line, `{"bytes"}` or `{"error"}`, and so many bytes.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from goldensix.events.ids import MerchantId

WORKER: Final = (sys.executable, "-m", "goldensix.reporting.worker")
_STAYS_FOR: Final = 600.0
"""Seconds without a question after which it ends, and its memory with it."""
_ENDS_WITHIN: Final = 5.0
_LONGEST: Final = 120.0
"""Seconds that an answer may take, its wait for others not counted."""
_NIGHT: Final = 7_200.0
"""The same for the archive, which nobody waits for."""
_PROCESSES: Final = 2
_WAIT_AT_HOME: Final = 3
"""Questions that wait for the process which knows the log sooner than another reads it, too."""


class Refused(Exception):
    """What was asked cannot be answered; the worker's own sentences say why."""

    def __init__(self, status: int, code: str, en: str, zh: str) -> None:
        super().__init__(en)
        self.status, self.code, self.en, self.zh = status, code, en, zh


def _broken() -> Refused:
    return Refused(
        503,
        "report_failed",
        "The report could not be worked out: the process that does it ended. Ask again.",
        "报表没有算出来：计算进程中断了，请重试。",
    )


def _too_long(limit: float) -> Refused:
    return Refused(
        503,
        "report_too_long",
        f"The report took more than {limit:.0f} s and was given up: ask for fewer days or calibers.",
        f"报表算了超过 {limit:.0f} 秒，已中止：请缩短日期范围或减少口径。",
    )


def _stopping() -> Refused:
    return Refused(503, "stopping", "The desk is stopping; ask again once it is back.", "服务正在停止，恢复后请重试。")


@dataclass(slots=True)
class _Worker:
    process: asyncio.subprocess.Process

    @property
    def is_gone(self) -> bool:
        return self.process.stdout is None or self.process.stdout.at_eof()

    async def answer(self, ask: bytes) -> bytes:
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(ask)
        await stdin.drain()
        head = json.loads(await stdout.readline() or b"null")
        if head is None:
            raise _broken()
        if "error" in head:
            raise Refused(**head["error"])
        return await stdout.readexactly(head["bytes"])


class Line:
    """One process, started when it is first asked, and the questions that wait for it."""

    def __init__(self, command: Sequence[str], settings: Mapping[str, str], stays_for: float) -> None:
        self._command, self._settings, self._stays_for = command, settings, stays_for
        self._worker: _Worker | None = None
        self._asking = asyncio.Lock()
        self._leaving: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._stopped = False
        self.waiting = 0
        """Questions that were asked and not answered yet."""
        self.merchant: MerchantId | None = None
        """Whose log it has read last."""

    async def stop(self) -> None:
        self._stopped = True
        await self.close()

    async def ask(self, line: bytes, limit: float) -> bytes:
        async with self._asking:
            if self._stopped:
                raise _stopping()
            if self._leaving is not None:
                self._leaving.cancel()
            try:
                if self._worker is not None and self._worker.is_gone:  # somebody ended it since the last question
                    await self.close()
                worker = self._worker = self._worker or await self._start()
                if self._stopped:  # while it was starting
                    raise _stopping()
                async with asyncio.timeout(limit):
                    return await worker.answer(line)
            except TimeoutError:
                await self.close()
                raise _too_long(limit) from None
            except (OSError, asyncio.IncompleteReadError, ValueError, TypeError, KeyError, RuntimeError):
                # What it says next may be the rest of this answer. RuntimeError: uvloop's word for a closed pipe.
                await self.close()
                raise (_stopping() if self._stopped else _broken()) from None
            finally:
                if self._worker is not None and (self._stopped or self._worker.is_gone):
                    await self.close()
                self._leaving = asyncio.get_running_loop().call_later(self._stays_for, self._leave)

    async def _start(self) -> _Worker:
        return _Worker(
            await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, **self._settings},
                start_new_session=True,
            )
        )

    def _leave(self) -> None:
        if not self._asking.locked():
            task = asyncio.create_task(self.close())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        """Ends the process, whatever it does: it leaves nothing half written."""
        if self._leaving is not None:
            self._leaving.cancel()
        worker, self._worker = self._worker, None
        if worker is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.process.pid, signal.SIGKILL)
        await asyncio.wait_for(worker.process.wait(), _ENDS_WITHIN)


class Reports:
    """Of all merchants of a desk. One who asks for much holds up nobody else."""

    def __init__(
        self, settings: Mapping[str, str], worker: Sequence[str] = WORKER, stays_for: float = _STAYS_FOR,
        longest: float = _LONGEST, processes: int = _PROCESSES,
    ) -> None:  # fmt: skip
        """`settings` by environment variable: where the data folder and the database are. `longest`: seconds that an
        answer may take."""
        self._lines = [Line(worker, settings, stays_for) for _ in range(processes)]
        self._longest = longest

    async def stop(self) -> None:
        """For good: whoever waits for an answer is told so at once, and nobody is given one any more."""
        await asyncio.gather(*(line.stop() for line in self._lines))

    async def close(self) -> None:
        """The processes end; the next question starts one again."""
        await asyncio.gather(*(line.close() for line in self._lines))

    async def ask(self, merchant: MerchantId, what: str, ask: Mapping[str, Any]) -> bytes:
        """Raises Refused."""
        text = json.dumps({"merchant": merchant, "what": what, "ask": ask}, ensure_ascii=False).encode() + b"\n"
        line = self._line_for(merchant)
        line.merchant = merchant
        line.waiting += 1
        limit = _NIGHT if what == "archive" else self._longest

        async def answered() -> bytes:
            try:
                return await line.ask(text, limit)
            finally:
                line.waiting -= 1

        # Whoever goes away must not leave half an answer to the next one who asks.
        return await asyncio.shield(asyncio.ensure_future(answered()))

    def _line_for(self, merchant: MerchantId) -> Line:
        """That which has read this merchant's log already, unless several wait for it; else the shortest."""

        def cost(line: Line) -> tuple[int, bool, bool]:
            home = line.merchant == merchant
            return max(0, line.waiting - _WAIT_AT_HOME) if home else line.waiting, not home, line.merchant is None

        return min(self._lines, key=cost)
