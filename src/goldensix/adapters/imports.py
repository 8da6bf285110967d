"""Imports that a desk is asked for: uploads wait in the data folder, and a process of its own reads them, so that
millions of rows slow no answer."""

import asyncio
import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import sys
import time
import unicodedata
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from goldensix.adapters.archive.sources import Archive
from goldensix.events.ids import MerchantId

WORKER: Final = (sys.executable, "-m", "goldensix.importing.worker")
_LONGEST_LINE: Final = 64 * 1024 * 1024
"""Bytes: a look is one line."""
_ENDS_WITHIN: Final = 5.0
_KEPT_FOR: Final = 24 * 3600
"""Seconds that an upload waits to be imported."""
_LOOKS_AT_ONCE: Final = 2
_MOST_UPLOADS: Final = 60
_UNEXPECTED: Final = ("The import ended unexpectedly; nothing was added.", "导入意外中断，没有写入任何内容。")
_CONTENT: Final = "content"
_ID: Final = re.compile(r"[0-9a-f]{32}")
"""Of an upload: the name of its folder."""


@dataclass(frozen=True, slots=True)
class Upload:
    id: str
    name: str
    path: Path
    bytes: int


class TooLarge(Exception):
    """An upload is larger than the desk takes."""


class TooManyUploads(Exception):
    """Files wait here that nobody imported."""


class Refused(Exception):
    """The worker's own sentence on why a file is not read."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


@dataclass
class Running:
    state: Literal["none", "running", "done", "failed"] = "none"
    phase: str = ""
    file: str = ""
    done: int = 0
    total: int = 0
    began: float = field(default_factory=time.monotonic)
    result: dict[str, Any] | None = None
    error: tuple[str, str] | None = None
    """In English and Chinese."""
    shop: int = 0
    """Whose lines they become; 0: a new shop's, or nothing runs."""

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def take(self, told: dict[str, Any]) -> None:
        if "result" in told:
            self.state, self.result = "done", told["result"]
        elif "error" in told:
            self.state, self.error = "failed", (told["error"]["en"], told["error"]["zh"])
        elif "phase" in told:
            if told["phase"] != self.phase or told["file"] != self.file:
                self.began = time.monotonic()
            self.phase, self.file = told["phase"], told["file"]
            self.done, self.total = told["done"], told["total"]


class Imports:
    """Of all merchants of a desk; one import of each at a time."""

    def __init__(
        self, data: Path, most_bytes: int, most_rejected: float = 0.05, worker: Sequence[str] = WORKER
    ) -> None:
        self.data = data.absolute()
        self.most_bytes = most_bytes
        self.most_rejected = most_rejected
        self._worker = worker
        self._running: dict[MerchantId, tuple[Running, asyncio.Task[None]]] = {}
        self._looks = asyncio.Semaphore(_LOOKS_AT_ONCE)

    def archive(self, merchant: MerchantId) -> Archive:
        return Archive(self.data, merchant)

    async def keep(self, merchant: MerchantId, name: str, content: AsyncIterator[bytes]) -> Upload:
        """Raises TooLarge, TooManyUploads and OSError; then nothing is kept."""
        folder = self._uploads(merchant)
        await asyncio.to_thread(sweep, folder)
        if len([*folder.glob("*")]) >= _MOST_UPLOADS:
            raise TooManyUploads
        place = folder / secrets.token_hex(16)
        place.mkdir(parents=True, mode=0o700)
        try:
            size = await self._written(place / _CONTENT, content)
        except BaseException:  # a browser that goes away cancels it
            shutil.rmtree(place, ignore_errors=True)
            raise
        (place / "name").write_text(_plain(name), encoding="utf-8")
        return Upload(place.name, (place / "name").read_text(encoding="utf-8"), place / _CONTENT, size)

    async def _written(self, path: Path, content: AsyncIterator[bytes]) -> int:
        size = 0
        with path.open("wb") as file:
            async for chunk in content:
                size += len(chunk)
                if size > self.most_bytes:
                    raise TooLarge
                await asyncio.to_thread(file.write, chunk)
        return size

    def upload(self, merchant: MerchantId, id: str) -> Upload | None:
        """Of this merchant only: another's has no such folder."""
        place = self._uploads(merchant) / id
        path = place / _CONTENT
        if _ID.fullmatch(id) is None or not (place / "name").exists() or not path.exists():
            return None
        return Upload(id, (place / "name").read_text(encoding="utf-8"), path, path.stat().st_size)

    def drop(self, merchant: MerchantId, id: str) -> bool:
        there = self.upload(merchant, id) is not None
        if there:
            shutil.rmtree(self._uploads(merchant) / id, ignore_errors=True)
        return there

    async def look(self, uploads: Sequence[Upload], zone: str, reading: Any) -> list[dict[str, Any]]:
        """What the files seem to be. Raises Refused."""
        files = [{"path": str(each.path), "name": each.name} for each in uploads]
        async with self._looks:
            told = await self._looked({"look": {"files": files, "zone": zone, "reading": reading}})
        for each in told:
            if "error" in each:
                raise Refused(each["error"]["en"], each["error"]["zh"])
        looks: list[dict[str, Any]] = next((each["looks"] for each in told if "looks" in each), [])
        if len(looks) != len(files):
            raise Refused("The file could not be read: it may be damaged.", "文件读不出来，可能已损坏。")
        return looks

    async def _looked(self, ask: dict[str, Any]) -> list[dict[str, Any]]:
        """Empty if the process did not answer, or more than can be taken in."""
        try:
            return [line async for line in self._lines(ask)]
        except (OSError, ValueError):
            return []

    def current(self, merchant: MerchantId) -> Running:
        """The one that runs, or the last since the desk started."""
        found = self._running.get(merchant)
        return found[0] if found else Running()

    def start(self, merchant: MerchantId, order: dict[str, Any], uploads: Sequence[Upload]) -> bool:
        """False if one of this merchant runs. What was applied is no longer kept as an upload."""
        if self.current(merchant).state == "running":
            return False
        shop = order.get("shop", {}).get("id", 0)
        running = Running(state="running", total=sum(each.bytes for each in uploads), shop=shop)
        files = [{"path": str(each.path), "name": each.name} for each in uploads]
        ask = {"order": {**order, "data": str(self.data), "merchant": merchant, "files": files}}
        self._running[merchant] = running, asyncio.create_task(self._carry_out(merchant, ask, running, uploads))
        return True

    async def cancel(self, merchant: MerchantId) -> None:
        """Ends it and forgets it. What it had staged is swept by the next one."""
        _, task = self._running.pop(merchant, (None, None))
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def close(self) -> None:
        for merchant in [*self._running]:
            await self.cancel(merchant)

    async def _carry_out(
        self, merchant: MerchantId, ask: dict[str, Any], running: Running, uploads: Sequence[Upload]
    ) -> None:
        last: dict[str, Any] = {"error": {"en": _UNEXPECTED[0], "zh": _UNEXPECTED[1]}}
        with contextlib.suppress(OSError, ValueError):  # no process, or an answer that is none
            async for told in self._lines(ask):
                if "phase" in told:
                    running.take(told)
                else:
                    last = told
        if last.get("result", {}).get("outcome") in ("applied", "nothing_new"):
            for upload in uploads:
                self.drop(merchant, upload.id)
        running.take(last)  # once all is in order, so that whoever sees it ended finds it so

    async def _lines(self, ask: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        process = await asyncio.create_subprocess_exec(
            *self._worker,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=None,
            limit=_LONGEST_LINE,
            start_new_session=True,
        )
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(ask).encode())
            process.stdin.write_eof()
            while line := await process.stdout.readline():
                with contextlib.suppress(ValueError):
                    yield json.loads(line)
            await process.wait()
        finally:
            await _ended(process)

    def _uploads(self, merchant: MerchantId) -> Path:
        return self.archive(merchant).folder / "uploads"


def _plain(name: str) -> str:
    """The last part of a path, without what cannot be seen or cannot be stored."""
    seen = "".join(each for each in name if unicodedata.category(each)[0] != "C")
    return Path(seen.replace("\\", "/")).name[:200] or "file"


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # an import is kill-safe: there is nothing to wait for
        await asyncio.wait_for(process.wait(), _ENDS_WITHIN)


def sweep(folder: Path) -> None:
    """Uploads that nobody came back to."""
    oldest = time.time() - _KEPT_FOR
    for place in folder.glob("*"):
        with contextlib.suppress(OSError):
            if place.stat().st_mtime < oldest:
                shutil.rmtree(place, ignore_errors=True)
