"""Clients that cost little: the load must not be what is measured."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import msgspec
from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect


class Facts(msgspec.Struct):
    message: str = ""
    by: str = ""
    kind: str = ""


class Frame(msgspec.Struct):
    """What the clients look at, of either server's frames; the rest is passed over."""

    t: str = ""
    type: str = ""
    id: str | int = ""
    c: str = ""
    buyer: str = ""
    facts: Facts | None = None


_serial = itertools.count()
_decode = msgspec.json.Decoder(list[Frame]).decode
_decode_one = msgspec.json.Decoder(Frame).decode
encode = msgspec.json.Encoder().encode


class Client(WSListener):
    """One socket. What comes in goes to `on_frame`, one frame at a time."""

    dropped = 0
    """Sockets that the other side closed while it mattered, of all clients: these do not come back."""
    counting = False
    codes: ClassVar[Counter[int]] = Counter()
    """What the other side said when it closed."""

    def __init__(self, on_frame: "Callable[[Client, Frame], None]") -> None:
        self._on_frame = on_frame
        self.transport: WSTransport | None = None
        self.name = ""
        self._going = False

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.CLOSE:
            Client.codes[int(frame.get_close_code() or 0)] += 1
            transport.send_close(frame.get_close_code(), frame.get_close_message())
            transport.disconnect()
        else:
            text = frame.get_payload_as_bytes()
            if text[:1] == b"[":
                for each in _decode(text):
                    self._on_frame(self, each)
            else:
                self._on_frame(self, _decode_one(text))

    def on_ws_disconnected(self, _: WSTransport) -> None:
        Client.dropped += Client.counting and not self._going

    def send(self, frame: dict[str, str]) -> None:
        assert self.transport is not None
        self.transport.send(WSMsgType.TEXT, encode(frame))

    def close(self) -> None:
        self._going = True
        if self.transport is not None:
            self.transport.send_close(WSCloseCode.OK)
            self.transport.disconnect()


async def connect(url: str, on_frame: Callable[[Client, Frame], None], headers: dict[str, str] | None = None) -> Client:
    _, client = await ws_connect(lambda: Client(on_frame), url, extra_headers=headers or {})
    assert isinstance(client, Client)
    return client


@dataclass
class Tracker:
    """What was sent, and when the other side saw it."""

    sent: dict[str, float] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    """Seconds from send to the other side."""
    doubled: int = 0
    _seen: set[str] = field(default_factory=set)

    def send(self, id: str) -> None:
        self.sent[id] = time.perf_counter()

    def see(self, id: str) -> None:
        if id in self._seen:
            self.doubled += 1
            return
        self._seen.add(id)
        if id in self.sent:
            self.waits.append(time.perf_counter() - self.sent[id])

    @property
    def lost(self) -> int:
        """Sent and never seen by the other side."""
        return len(self.sent.keys() - self._seen)

    def percentile(self, p: float) -> float | None:
        """Nearest rank, milliseconds."""
        if not self.waits:
            return None
        ordered = sorted(self.waits)
        return 1000 * ordered[max(0, -(-int(len(ordered) * p) // 100) - 1)]


@dataclass
class Pair:
    """A conversation from both ends: `say(0)` as the buyer, `say(1)` as the agent."""

    say: Callable[[int, str], None]
    number: int
    flying: list[int] = field(default_factory=lambda: [0, 0])
    """Messages of each side that the other has not seen."""


async def settle(tracker: Tracker, within: float = 20.0) -> None:
    """Until everything sent was seen."""
    until = time.monotonic() + within
    while tracker.lost and time.monotonic() < until:
        await asyncio.sleep(0.05)


async def flood(pairs: list[Pair], tracker: Tracker, seconds: float, window: int) -> float:
    """Both sides keep `window` messages in flight; answers delivered messages a second."""
    running = True

    def go(pair: Pair, side: int) -> None:
        while running and pair.flying[side] < window:
            pair.flying[side] += 1
            id = f"f{next(_serial):07}-{pair.number}-{side}"
            tracker.send(id)
            pair.say(side, id)

    def on_seen(pair: Pair, side: int) -> None:
        pair.flying[side] -= 1
        go(pair, side)

    Seen.listener = on_seen
    began, before = time.perf_counter(), len(tracker.waits)
    for pair in pairs:
        go(pair, 0)
        go(pair, 1)
    await asyncio.sleep(seconds)
    running = False
    rate = (len(tracker.waits) - before) / (time.perf_counter() - began)
    await settle(tracker)
    Seen.listener = None
    return rate


class Seen:
    """Who is told that a message was seen: the flood, while it runs."""

    listener: Callable[[Pair, int], None] | None = None


async def pace(pairs: list[Pair], tracker: Tracker, seconds: float, every: float) -> None:
    """Each conversation says one thing each `every` seconds, sides in turn, spread evenly."""
    began = time.perf_counter()
    serial = 0
    total = int(seconds / every * len(pairs))
    while serial < total:
        due = int((time.perf_counter() - began) / every * len(pairs))
        while serial < min(due, total):
            pair, side = pairs[serial % len(pairs)], (serial // len(pairs)) % 2
            serial += 1
            id = f"p{next(_serial):07}-{pair.number}-{side}"
            tracker.send(id)
            pair.say(side, id)
        await asyncio.sleep(0.001)
    await settle(tracker)
