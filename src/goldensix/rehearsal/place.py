"""Where a rehearsal goes: the desk that runs on this machine, or one that is started for it."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import httpx

from goldensix.rehearsal.stage import Interrupted

USUAL: Final = "http://127.0.0.1:8606"
_READY_WITHIN: Final = 300.0
_STOPPED_WITHIN: Final = 60.0
_LOOK_EVERY: Final = 0.05


@dataclass(frozen=True, slots=True)
class Place:
    desk: str
    dsn: str
    """Of the desk's database."""


@contextlib.asynccontextmanager
async def place(desk: str | None, data: Path, database_url: str) -> AsyncIterator[Place]:
    """The desk at an address; without one, that at the usual address, else one of our own. Raises Interrupted."""
    dsn = database_url or running_database(data)
    if desk is not None:
        yield await _given(desk.rstrip("/"), data, dsn)
    elif dsn is not None and await _answers(USUAL):
        yield Place(USUAL, dsn)
    else:
        async with _own(data, database_url) as own:
            yield own


def running_database(data: Path) -> str | None:
    """The DSN of the PostgreSQL that a desk runs in its data folder; None: none runs there."""
    try:
        lines = (data / "postgres" / "postmaster.pid").read_text(errors="replace").splitlines()
        os.kill(int(lines[0]), 0)
    except (OSError, ValueError, IndexError):
        return None
    if len(lines) < 8 or lines[7].strip() != "ready":
        return None
    return f"postgresql://postgres@/postgres?host={lines[4]}&port={lines[3]}"


async def _given(desk: str, data: Path, dsn: str | None) -> Place:
    if not await _answers(desk):
        raise Interrupted(f"No desk answers at {desk}.")
    if dsn is None:
        raise Interrupted(
            f"The database of the desk at {desk} was not found: give its data folder with --data (not {data}), "
            "or its DATABASE_URL."
        )
    return Place(desk, dsn)


async def _answers(desk: str) -> bool:
    """True if a Golden Six is there."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        try:
            answer = await http.get(f"{desk}/api/me")
            return bool(answer.json()["code"] == "not_logged_in")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError):
            return False


@contextlib.asynccontextmanager
async def _own(data: Path, database_url: str) -> AsyncIterator[Place]:
    """A process of its own: it must not share its time with those who load it."""
    port = _free_port()
    desk = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile() as output:
        process = _start(port, data, output)
        try:
            await _until_ready(process, desk, output)
            dsn = database_url or running_database(data)
            if dsn is None:
                raise Interrupted(f"The desk's database was not found in {data}.")
            yield Place(desk, dsn)
        finally:
            _stop(process)


def _start(port: int, data: Path, output: IO[bytes]) -> "subprocess.Popen[bytes]":
    arguments = ["serve", "--demo", "--host", "127.0.0.1", "--port", str(port), "--data", str(data)]
    return subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "goldensix", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,  # Ctrl-C is ours: the desk is needed to end the conversations
        env={**os.environ, "COLUMNS": "1000"},  # what it says stays one line
    )


async def _until_ready(process: "subprocess.Popen[bytes]", desk: str, output: IO[bytes]) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while not await _answers(desk):
        if process.poll() is not None or time.monotonic() > deadline:
            output.seek(0)
            said = output.read().decode(errors="replace").strip().split("\n")[-1] or "it gave no reason."
            raise Interrupted(
                f"No desk answers at {USUAL}, and one for the rehearsal did not start: {said} "
                "If a desk runs elsewhere, say where with --desk."
            )
        await asyncio.sleep(_LOOK_EVERY)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
