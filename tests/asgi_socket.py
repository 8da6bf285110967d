"""A socket to an ASGI application in this process: what a browser's WebSocket is, without a network."""

import asyncio
import json
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

_PATIENCE = 10.0
"""Seconds after which a frame that does not come fails the test."""


@dataclass
class Closed(Exception):
    """The server closed the socket."""

    code: int


@dataclass
class AsgiSocket:
    incoming: asyncio.Queue[MutableMapping[str, Any]] = field(default_factory=asyncio.Queue)
    outgoing: asyncio.Queue[MutableMapping[str, Any]] = field(default_factory=asyncio.Queue)
    frames: list[dict[str, Any]] = field(default_factory=list)
    """Received and not yet read."""
    taking: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared, the line is there and takes nothing."""
    told: int = 0
    """How many frames came in all."""

    async def send(self, **command: Any) -> None:
        await self.incoming.put({"type": "websocket.receive", "text": json.dumps(command)})

    async def receive(self) -> dict[str, Any]:
        """The next frame; raises Closed."""
        while not self.frames:
            async with asyncio.timeout(_PATIENCE):
                message = await self.outgoing.get()
            if message["type"] == "websocket.close":
                raise Closed(message["code"])
            if message["type"] == "websocket.send":
                self.frames += (told := json.loads(message["text"]))
                self.told += len(told)
        return self.frames.pop(0)

    async def until(self, t: str) -> list[dict[str, Any]]:
        """The frames up to and with the first of this kind."""
        read = [await self.receive()]
        while read[-1]["t"] != t:
            read.append(await self.receive())
        return read


@asynccontextmanager
async def asgi_socket(app: Any, path: str, cookie: str = "") -> AsyncIterator[AsgiSocket]:
    socket = AsgiSocket()
    headers = [(b"host", b"desk.example")] + ([(b"cookie", cookie.encode())] if cookie else [])
    scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b"", "subprotocols": []}
    await socket.incoming.put({"type": "websocket.connect"})
    socket.taking.set()

    async def deliver(message: MutableMapping[str, Any]) -> None:
        await socket.taking.wait()
        await socket.outgoing.put(message)

    served = asyncio.create_task(app(scope, socket.incoming.get, deliver))
    try:
        yield socket
    finally:
        await socket.incoming.put({"type": "websocket.disconnect", "code": 1001})
        await served
