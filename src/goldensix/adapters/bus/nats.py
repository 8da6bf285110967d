"""The bus over core NATS: at most once, and whoever needs more finds out that something is missing."""

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from struct import Struct
from typing import Any, Final, Self

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from goldensix.adapters.bus.port import Answer, Take, Unanswered

_HEAD: Final = Struct("!8sIHH")
"""Who sent it, which message of his, which piece of how many."""
_MOST_PIECES: Final = 2**16 - 1
_MOST_WAITING: Final = 64 * 1024 * 1024
"""Bytes that may wait to be sent before what comes is lost instead."""
_TRY_EVERY: Final = 0.2
_LAST_WORDS: Final = 1.0
_AWAY: Final = (OSError, TimeoutError, NatsError)

log = structlog.get_logger()


class BusUnreachable(Exception):
    """The message is one sentence for the person who starts the desk."""


@dataclass
class _Gathering:
    """Messages that came in pieces: one at a time of each sender."""

    parts: dict[bytes, tuple[int, list[bytes]]] = field(default_factory=dict)

    def take(self, piece: bytes) -> bytes | None:
        """The message, once it is whole. One with a piece missing never is."""
        sender, message, number, of = _HEAD.unpack_from(piece)
        content = piece[_HEAD.size :]
        if of == 1:
            return content
        known, gathered = self.parts.get(sender, (message, []))
        if known != message or len(gathered) != number:
            known, gathered = message, []
            if number:
                return None
        gathered.append(content)
        self.parts[sender] = known, gathered
        if len(gathered) < of:
            return None
        del self.parts[sender]
        return b"".join(gathered)


class NatsBus:
    """Use `connected_to`."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._me = secrets.token_bytes(8)
        self._sent = 0
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._waiting_bytes = 0
        self._wanted = asyncio.Event()
        self._sender = asyncio.create_task(self._send())
        self._answering: set[asyncio.Task[None]] = set()
        self._losses: list[Callable[[], None]] = []

    @classmethod
    async def connected_to(cls, url: str, name: str) -> Self:
        """Raises BusUnreachable if nobody is there now; later it comes back by itself."""
        client = Client()
        bus = cls(client)
        servers = [each.strip() for each in url.split(",") if each.strip()]
        try:
            await asyncio.wait_for(
                client.connect(
                    servers,
                    name=name,
                    allow_reconnect=True,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=_TRY_EVERY,  # type: ignore[arg-type] # it is slept; a fraction will do
                    connect_timeout=2,
                    ping_interval=2,
                    max_outstanding_pings=2,
                    pending_size=0,  # nothing is kept for later while the server is away
                    disconnected_cb=bus._disconnected,
                    error_cb=bus._failed,
                ),
                5,
            )
        except (*_AWAY, ValueError) as failed:
            bus._sender.cancel()
            with contextlib.suppress(Exception):
                await client.close()
            reason = str(failed) or type(failed).__name__
            raise BusUnreachable(f"NATS at {without_secrets(url)} cannot be reached: {reason.rstrip('.')}.") from None
        return bus

    @property
    def connected(self) -> bool:
        return self._client.is_connected

    def publish(self, subject: str, payload: bytes) -> None:
        if not self.connected:
            return
        if self._waiting_bytes > _MOST_WAITING:
            self._lost()
            return
        for piece in self._pieces(payload):
            self._waiting.append((subject, piece))
            self._waiting_bytes += len(piece)
        self._wanted.set()

    def _pieces(self, payload: bytes) -> Iterator[bytes]:
        self._sent = (self._sent + 1) % 2**32
        most = self._client.max_payload - _HEAD.size
        count = max(1, -(-len(payload) // most))
        assert count <= _MOST_PIECES
        for number in range(count):
            head = _HEAD.pack(self._me, self._sent, number, count)
            yield head + payload[number * most : (number + 1) * most]

    async def _send(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            while self._waiting:
                subject, piece = self._waiting.popleft()
                self._waiting_bytes -= len(piece)
                try:
                    await self._client.publish(subject, piece)
                except _AWAY:
                    self._waiting.clear()
                    self._waiting_bytes = 0
                    self._lost()

    async def subscribe(self, subject: str, take: Take) -> None:
        gathering = _Gathering()

        async def took(message: Msg) -> None:
            whole = gathering.take(message.data)
            if whole is not None:
                take(whole)

        await self._client.subscribe(subject, cb=took)
        await self._client.flush()

    async def serve(self, subject: str, answer: Answer) -> None:
        async def asked(message: Msg) -> None:
            self._begin(_answered(message, answer))

        await self._client.subscribe(subject, cb=asked)
        await self._client.flush()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def ask(self, subject: str, payload: bytes, within: float) -> bytes:
        if not self.connected:
            raise Unanswered(subject)
        try:
            answer: bytes = (await self._client.request(subject, payload, timeout=within)).data
        except _AWAY:
            raise Unanswered(subject) from None
        return answer

    def when_lost(self, tell: Callable[[], None]) -> None:
        self._losses.append(tell)

    def _lost(self) -> None:
        for tell in self._losses:
            tell()

    async def _disconnected(self) -> None:
        self._waiting.clear()
        self._waiting_bytes = 0
        self._lost()

    async def _failed(self, error: Exception) -> None:
        if isinstance(error, nats.errors.SlowConsumerError):
            self._lost()
        elif self.connected:
            log.warning("the bus failed", reason=type(error).__name__)

    async def close(self) -> None:
        self._losses.clear()
        self._sender.cancel()
        if self.connected:
            with contextlib.suppress(*_AWAY):  # the last words: sockets of others are told to come back
                async with asyncio.timeout(_LAST_WORDS):
                    while self._waiting:
                        await self._client.publish(*self._waiting.popleft())
                    await self._client.flush()
        for task in self._answering:
            task.cancel()
        await self._client.close()


async def _answered(message: Msg, answer: Answer) -> None:
    try:
        await message.respond(await answer(message.data))
    except _AWAY:
        pass
    except Exception as failed:  # no more of it: a trace would show what was asked, with names and words
        log.error("a question on the bus was not answered", subject=message.subject, reason=type(failed).__name__)


def without_secrets(url: str) -> str:
    """The servers of an address, as it may be shown."""
    return ",".join(each.strip().rpartition("@")[2].removeprefix("nats://") for each in url.split(","))
