"""A socket that comes back, as the desk's own pages do: after a loss it says how far it has read, and sends again,
in order and with its own id, every message that was not acknowledged."""

import asyncio
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import random
from typing import Final
from urllib.parse import urlsplit

import msgspec
from websockets.uri import WebSocketURI

from goldensix.rehearsal.frame import Frame, decode
from goldensix.rehearsal.socket import Socket
from goldensix.wire import commands

_FIRST_DELAY: Final = 0.3
_LONGEST_DELAY: Final = 5.0
_OPENING_WITHIN: Final = 10.0
_LATER: Final = 1.0
"""Seconds after which a message is sent again that the desk could not take just then."""
_SHUT: Final = frozenset({4401, 4403})
"""Close codes that coming back does not help against."""

NOT_NOW: Final = frozenset({"too_fast", "unavailable"})
"""Refusals of what may be said again a little later."""

encode = msgspec.json.Encoder().encode
Command = commands.BuyerCommand | commands.StaffCommand
Message = commands.BuyerSay | commands.Say


class Shut(Exception):
    """The desk does not let this client in."""


@dataclass
class Acknowledgements:
    """Seconds from sending a message to knowing that it is stored, for all clients of a rehearsal."""

    seconds: "array[float]" = field(default_factory=lambda: array("f"))
    again: int = 0
    """Messages that were sent more than once."""
    losses: int = 0
    """Sockets that were lost."""


@dataclass(slots=True)
class _Unacknowledged:
    encoded: bytes
    since: float
    sent: bool = False


class Door:
    def __init__(
        self,
        uri: WebSocketURI,
        hello: Callable[[], Command],
        take: Callable[[Frame], None],
        fail: Callable[[str], None],
        acknowledgements: Acknowledgements,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._uri, self._headers = uri, headers or {}
        self._hello, self._take, self._fail = hello, take, fail
        self._acknowledgements = acknowledgements
        self._socket: Socket | None = None
        self._greeted = asyncio.Event()
        self._waiting: dict[str, _Unacknowledged] = {}
        self._code = 0

    async def stay_open(self) -> None:
        """Until cancelled. Raises Shut."""
        delay = _FIRST_DELAY
        while True:
            if await self._once():
                delay = _FIRST_DELAY
            if self._code in _SHUT:
                raise Shut
            await asyncio.sleep(delay * (0.5 + random()))  # noqa: S311 - only so that not all come back at once
            delay = min(_LONGEST_DELAY, delay * 2)

    async def greeted(self) -> None:
        """Until the desk has answered the hello."""
        await self._greeted.wait()

    def say(self, message: Message) -> None:
        """Send now or as soon as there is a desk, and again until it is acknowledged."""
        self._waiting[message.id] = _Unacknowledged(encode(message), asyncio.get_running_loop().time())
        self._send(message.id)

    def do(self, command: Command) -> None:
        """Send now or not at all."""
        if self._greeted.is_set():
            self._send_now(encode(command))

    def acknowledged(self, id: str) -> bool:
        """False if it was not waited for, or was acknowledged before."""
        if (waiting := self._waiting.pop(id, None)) is None:
            return False
        self._acknowledgements.seconds.append(asyncio.get_running_loop().time() - waiting.since)
        return True

    def forget(self, id: str) -> None:
        """A message that the desk refused for good."""
        self._waiting.pop(id, None)

    def say_later(self, id: str) -> None:
        """A message that the desk could not take just now."""
        asyncio.get_running_loop().call_later(_LATER, self._send, id)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    async def _once(self) -> bool:
        """One connection, until it is lost; True if the desk greeted."""
        loop = asyncio.get_running_loop()
        lost: asyncio.Future[int] = loop.create_future()
        self._code = 0
        try:
            async with asyncio.timeout(_OPENING_WITHIN):
                await loop.create_connection(
                    lambda: self._new_socket(lost), self._uri.host, self._uri.port, ssl=self._uri.secure or None
                )
        except (OSError, TimeoutError):
            return False
        impatience = loop.call_later(_OPENING_WITHIN, self._close_unless_greeted)
        self._code = await lost
        impatience.cancel()
        greeted = self._greeted.is_set()
        self._greeted.clear()
        self._acknowledgements.losses += greeted
        return greeted

    def _close_unless_greeted(self) -> None:
        if not self._greeted.is_set():
            self.close()

    def _new_socket(self, lost: "asyncio.Future[int]") -> Socket:
        self._socket = Socket(
            self._uri,
            self._headers,
            on_open=lambda: self._send_now(encode(self._hello())),
            on_text=self._take_text,
            on_lost=lambda code: None if lost.done() else lost.set_result(code),
        )
        return self._socket

    def _take_text(self, text: bytes) -> None:
        try:
            frames = decode(text)
        except msgspec.MsgspecError as unreadable:
            self._fail(f"The desk sent what cannot be read ({unreadable}): {text[:200].decode(errors='replace')}")
            return
        for frame in frames:
            if greeting := frame.t in ("welcome", "desk"):
                self._greeted.set()
            self._take(frame)
            if greeting:
                for id in list(self._waiting):
                    self._send(id)

    def _send(self, id: str) -> None:
        if (waiting := self._waiting.get(id)) is not None and self._greeted.is_set():
            self._acknowledgements.again += waiting.sent
            waiting.sent = True
            self._send_now(waiting.encoded)

    def _send_now(self, encoded: bytes) -> None:
        if self._socket is not None:
            self._socket.send(encoded)


def door_of(desk: str, path: str) -> WebSocketURI:
    """The socket address of a path at the desk's address, such as http://127.0.0.1:8606."""
    parts = urlsplit(desk)
    secure = parts.scheme == "https"
    return WebSocketURI(secure, parts.hostname or "", parts.port or (443 if secure else 80), path, "", None, None)
