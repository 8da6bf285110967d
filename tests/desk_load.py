"""Buyers who write without a pause, come back when they are sent away, and send again what nobody acknowledged."""

import asyncio
import json
import secrets
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from running_desk import RunningDesk

_PATIENCE: Final = 60.0
_PAUSE: Final = 0.02


@dataclass
class Writer:
    """One buyer: what was sent, and where the desk said that it is stored."""

    desk: RunningDesk
    token: str
    name: str
    """What its messages' ids begin with."""
    sent: list[str] = field(default_factory=list)
    acked: dict[str, tuple[str, int]] = field(default_factory=dict)
    writing: bool = True
    at: tuple[str | None, int] = (None, 0)
    """The conversation, and the last position held."""
    told_twice: list[int] = field(default_factory=list)

    async def run(self) -> None:
        while True:
            with suppress(OSError, WebSocketException, TimeoutError):
                async with connect(f"ws://127.0.0.1:{self.desk.port}/ws/buyer", open_timeout=5) as socket:
                    await self._talk(socket)
            await asyncio.sleep(0.1)

    async def _talk(self, socket: ClientConnection) -> None:
        conversation, after = self.at
        await socket.send(json.dumps({"t": "hello", "token": self.token, "conversation": conversation, "after": after}))
        for id in [id for id in self.sent if id not in self.acked]:
            await self._say(socket, id)
        writing = asyncio.create_task(self._write(socket))
        try:
            async for frames in socket:
                for frame in json.loads(frames):
                    self._take(frame)
        finally:
            writing.cancel()

    async def _write(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(_PAUSE)
            if self.writing:
                self.sent.append(f"{self.name}-{len(self.sent):06}")
                await self._say(socket, self.sent[-1])

    async def _say(self, socket: ClientConnection, id: str) -> None:
        await socket.send(json.dumps({"t": "say", "id": id, "text": id}))

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "welcome":
            for event in frame["events"]:
                self._take(event)
        elif frame["t"] == "stored":
            self.acked.setdefault(frame["id"], (frame["c"], frame["n"]))
        elif frame["t"] == "event":
            self._take_event(frame)

    def _take_event(self, frame: dict[str, Any]) -> None:
        conversation, last = self.at
        if frame["c"] == conversation and frame["n"] <= last:
            return
        self.at = frame["c"], frame["n"]
        if frame["type"] == "message_sent" and frame["facts"]["by"] == "buyer":
            id = frame["facts"]["message"].partition(".")[2]
            place = (frame["c"], frame["n"])
            if self.acked.setdefault(id, place) != place:
                self.told_twice.append(frame["n"])


@dataclass
class Load:
    writers: list[Writer]

    @property
    def acked(self) -> int:
        return sum(len(writer.acked) for writer in self.writers)

    async def until_acked(self, number: int) -> None:
        await self._until(lambda: self.acked >= number)

    async def until_all_is_acked(self) -> None:
        """Nobody writes anything new; what was sent is sent until it is stored."""
        for writer in self.writers:
            writer.writing = False
        await self._until(lambda: all(len(writer.acked) == len(writer.sent) for writer in self.writers))

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(_PATIENCE):
            while not holds():
                await asyncio.sleep(0.01)

    def in_one_place_each(self, stored: list[tuple[str, str, int]]) -> None:
        """Assert that the log holds everything sent once, where the desk said that it is, and nothing else of ours."""
        assert not [place for writer in self.writers for place in writer.told_twice]
        ours = {writer.name for writer in self.writers}
        told = {(id, *place) for writer in self.writers for id, place in writer.acked.items()}
        assert sorted(told) == sorted(each for each in stored if each[0].rpartition("-")[0] in ours)


@asynccontextmanager
async def load(desk: RunningDesk, buyers: int = 12) -> AsyncIterator[Load]:
    tokens = await asyncio.to_thread(lambda: [visitor(desk) for _ in range(buyers)])
    load = secrets.token_hex(3)
    writers = [Writer(desk, token, f"w{load}-{number:03}") for number, token in enumerate(tokens)]
    tasks = [asyncio.create_task(writer.run()) for writer in writers]
    try:
        yield Load(writers)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def stored_by_buyers(dsn: str) -> list[tuple[str, str, int]]:
    """Every buyer's message in the log: the client's id and its place. One that is there twice is here twice."""
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "select split_part(facts ->> 'message', '.', 2), stream, stream_position from events"
            " where type = 'message_sent' and facts ->> 'by' = 'buyer'"
        )
        return [tuple(row) for row in rows]
    finally:
        await connection.close()


def visitor(desk: RunningDesk) -> str:
    request = urllib.request.Request(  # noqa: S310 (our own address)
        f"{desk.url}/api/visitor", b'{"shop": 1}', {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
        return str(json.load(answer)["token"])
