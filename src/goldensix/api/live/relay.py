"""Sockets that one worker holds and another serves: the merchant's owner, who alone has the desk.

A *link* goes from the worker that holds sockets to an owner. What both write on it is numbered, and each writes every
half second even if there is nothing to say: a letter that is missing, or silence, ends the link, and every socket on it
is told to come back. Its client reconnects, says what it has seen and sends what was not acknowledged, as after any
lost connection; so nothing need be sent twice here.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection
from typing import Final, Generic, Protocol, TypeVar

import structlog

from goldensix.adapters.bus.port import Bus
from goldensix.api.live.letters import (
    Down,
    Heard,
    Left,
    Letter,
    Opened,
    Said,
    Shut,
    Told,
    Up,
    Void,
    Whose,
    decode,
    encode,
)
from goldensix.api.live.socket import Message, Receive, Socket
from goldensix.events.ids import MerchantId

BEAT_EVERY: Final = 0.5
SILENT: Final = 3.2
"""Seconds after which the other end of a link counts as gone."""
_OWNER_WITHIN: Final = 4.0
"""Seconds that a new socket waits for somebody to own its merchant."""
_MOST_UNHEARD: Final = 64
"""A client's frames on their way; more are read from it once these are."""
_TOLD_EVERY: Final = 16
_TRY_AGAIN: Final = 1013
_GONE: Final[Message] = {"type": "websocket.disconnect", "code": 1006}

Admit = Callable[[Whose, Socket, Receive], Awaitable[None]]
"""Serve a socket here until it is gone."""
log = structlog.get_logger()


class Places(Protocol):
    """Who owns which merchant."""

    @property
    def worker(self) -> str: ...
    def place(self, merchant: MerchantId) -> str | None: ...
    async def find(self, merchant: MerchantId, within: float) -> str | None: ...


Item = TypeVar("Item")


class _Link(Generic[Item]):
    """One end: gathers what is said within a turn of the loop into one letter."""

    def __init__(self, write: Callable[[int, list[Item]], None]) -> None:
        self._write = write
        self._items: list[Item] = []
        self._sent = 0
        self._expected = 0
        self.heard_at = asyncio.get_running_loop().time()
        self.said_at = 0.0

    def add(self, item: Item) -> None:
        self._items.append(item)
        if len(self._items) == 1:
            asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        if self._items:
            self.write()

    def write(self) -> None:
        items, self._items = self._items, []
        number, self._sent = self._sent, self._sent + 1
        self.said_at = asyncio.get_running_loop().time()
        self._write(number, items)

    def continues(self, number: int) -> bool:
        self.heard_at = asyncio.get_running_loop().time()
        expected, self._expected = self._expected, self._expected + 1
        return number == expected


class _Held:
    """A client's socket, at the worker that holds it."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.room = asyncio.Semaphore(_MOST_UNHEARD)

    def tell(self, text: str) -> None:
        self.socket.push(text[1:-1].encode())  # frames stand in an array, and gather in one again
        self.socket.flush()

    def shut(self, code: int) -> None:
        self.socket.close(code)
        self.room.release()


class _Outward(_Link[Opened | Said | Left]):
    """To an owner: of the sockets held here, those that he serves."""

    def __init__(self, bus: Bus, worker: str, owner: str, subject: str) -> None:
        self.id = secrets.token_hex(8)
        self.owner = owner
        self.held: dict[int, _Held] = {}
        self._next = 0
        super().__init__(lambda number, items: bus.publish(subject, encode(Up(worker, self.id, number, items))))

    def open(self, socket: Socket, whose: Whose) -> tuple[int, _Held]:
        self._next += 1
        held = self.held[self._next] = _Held(socket)
        self.add(Opened(self._next, whose))
        return self._next, held

    def take(self, item: Told | Shut | Heard) -> None:
        match item:
            case Told(sockets, text):
                for socket in sockets:
                    if (held := self.held.get(socket)) is not None:
                        held.tell(text)
            case Shut(socket, code):
                if (held := self.held.get(socket)) is not None:
                    held.shut(code)
            case Heard(socket, count):
                if (held := self.held.get(socket)) is not None:
                    for _ in range(count):
                        held.room.release()

    def end(self) -> None:
        for held in list(self.held.values()):
            held.shut(_TRY_AGAIN)


class _Served:
    """A client's socket, at the worker that serves it."""

    def __init__(self, link: "_Inward", id: int) -> None:
        self._link, self._id = link, id
        self._frames: asyncio.Queue[Message] = asyncio.Queue()
        self._heard = 0
        self.socket = Socket(self.send)

    async def send(self, message: Message) -> None:
        if message["type"] == "websocket.send":
            self._link.tell(self._id, message["text"])
        else:
            self._link.add(Shut(self._id, message["code"]))
            self._frames.put_nowait(_GONE)

    async def receive(self) -> Message:
        message = await self._frames.get()
        if message is not _GONE:
            self._heard += 1
            if self._heard == _TOLD_EVERY:
                self._heard = 0
                self._link.add(Heard(self._id, _TOLD_EVERY))
        return message

    def take(self, text: str) -> None:
        self._frames.put_nowait({"type": "websocket.receive", "text": text})

    def gone(self) -> None:
        self.socket.closed = True
        self._frames.put_nowait(_GONE)


class _Inward(_Link[Told | Shut | Heard]):
    """From a worker: sockets that it holds and we serve."""

    def __init__(self, bus: Bus, id: str, worker: str, subject: str) -> None:
        self.worker = worker
        self.served: dict[int, _Served] = {}
        self._told: dict[str, int] = {}
        """What was said since the last letter, with its place: said to several, it is written once."""
        self._last: dict[int, int] = {}
        super().__init__(lambda number, items: bus.publish(subject, encode(Down(id, number, items))))

    def tell(self, socket: int, text: str) -> None:
        """Each socket hears what it is told in order."""
        place = self._told.get(text, -1)
        if place > self._last.get(socket, -1):
            told = self._items[place]
            assert isinstance(told, Told)
            told.sockets.append(socket)
        else:
            place = self._told[text] = len(self._items)
            self.add(Told([socket], text))
        self._last[socket] = place

    def write(self) -> None:
        self._told.clear()
        self._last.clear()
        super().write()

    def end(self) -> None:
        for served in list(self.served.values()):
            served.gone()


class Relay:
    def __init__(self, bus: Bus, places: Places, subject: Callable[[str], str], admit: Admit) -> None:
        """`subject`: where a worker reads."""
        self._bus, self._places, self._subject, self._admit = bus, places, subject, admit
        self._out: dict[str, _Outward] = {}
        """By owner."""
        self._in: dict[str, _Inward] = {}
        """By the link's name."""
        self._serving: set[asyncio.Task[None]] = set()
        bus.when_lost(self.end_all)

    async def start(self) -> None:
        await self._bus.subscribe(self._subject(self._places.worker), self._take)

    @property
    def held(self) -> int:
        return sum(len(link.held) for link in self._out.values())

    @property
    def served(self) -> int:
        return sum(len(link.served) for link in self._in.values())

    # -- sockets held here

    async def is_here(self, merchant: MerchantId) -> bool:
        """Whether this worker owns the merchant; waits a little if nobody does yet."""
        owner = self._places.place(merchant) or await self._places.find(merchant, _OWNER_WITHIN)
        return owner == self._places.worker

    async def carry(self, socket: Socket, receive: Receive, whose: Whose) -> None:
        """Let the owner serve this socket until it is gone."""
        owner = self._places.place(whose.merchant)
        if owner is None or owner == self._places.worker or not self._bus.connected:
            socket.close(_TRY_AGAIN)
            return
        link = self._link_to(owner)
        id, held = link.open(socket, whose)
        with socket.served():
            try:
                while not socket.closed:
                    message = await receive()
                    if message["type"] == "websocket.disconnect":
                        return
                    await held.room.acquire()
                    link.add(Said(id, message.get("text") or ""))
            finally:
                link.held.pop(id, None)
                link.add(Left(id))

    def _link_to(self, owner: str) -> _Outward:
        link = self._out.get(owner)
        if link is None:
            link = self._out[owner] = _Outward(self._bus, self._places.worker, owner, self._subject(owner))
        return link

    # -- letters

    def _take(self, payload: bytes) -> None:
        letter: Letter = decode(payload)
        match letter:
            case Up():
                self._take_up(letter)
            case Down(link, number, items):
                out = next((each for each in self._out.values() if each.id == link), None)
                if out is not None and out.continues(number):
                    for item in items:
                        out.take(item)
                elif out is not None:
                    self._end_out(out, "a letter is missing")
            case Void(link):
                for out in [each for each in self._out.values() if each.id == link]:
                    self._end_out(out, "it is not known there")

    def _take_up(self, letter: Up) -> None:
        link = self._in.get(letter.link)
        if link is None and letter.number == 0:
            subject = self._subject(letter.worker)
            link = self._in[letter.link] = _Inward(self._bus, letter.link, letter.worker, subject)
        if link is None or not link.continues(letter.number):
            self._bus.publish(self._subject(letter.worker), encode(Void(letter.link)))
            if link is not None:
                self._end_in(letter.link, "a letter is missing")
            return
        for item in letter.items:
            match item:
                case Opened(socket, whose):
                    self._serve(link, socket, whose)
                case Said(socket, text):
                    if (served := link.served.get(socket)) is not None:
                        served.take(text)
                case Left(socket):
                    if (served := link.served.pop(socket, None)) is not None:
                        served.gone()

    def _serve(self, link: _Inward, id: int, whose: Whose) -> None:
        served = link.served[id] = _Served(link, id)
        task = asyncio.create_task(self._admitted(link, id, served, whose))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _admitted(self, link: _Inward, id: int, served: _Served, whose: Whose) -> None:
        try:
            await self._admit(whose, served.socket, served.receive)
        except Exception:  # one socket's fault is told, and ends no other
            log.exception("a relayed socket failed")
        finally:
            if link.served.pop(id, None) is not None and not served.socket.closed:
                served.socket.close(_TRY_AGAIN)

    # -- the end of a link

    def _end_out(self, link: _Outward, why: str) -> None:
        if self._out.get(link.owner) is link:
            del self._out[link.owner]
        if link.held:
            log.warning("sockets are sent away: the link to their owner ended", why=why, sockets=len(link.held))
        link.end()

    def _end_in(self, id: str, why: str) -> None:
        link = self._in.pop(id)
        if link.served:
            log.warning("sockets are gone with their worker's link", why=why, sockets=len(link.served))
        link.end()

    def end_all(self) -> None:
        """Something may have been lost, nobody knows on which."""
        for out in list(self._out.values()):
            self._end_out(out, "the bus was interrupted")
        for id in list(self._in):
            self._end_in(id, "the bus was interrupted")

    def workers_changed(self, alive: Collection[str]) -> None:
        """Whoever is gone, as the database knows, need not be waited for."""
        for out in [each for each in self._out.values() if each.owner not in alive]:
            self._end_out(out, "its owner is gone")

    async def keep(self) -> None:
        """Say that we are here, and notice who is not, for ever."""
        while True:
            began = asyncio.get_running_loop().time()
            await asyncio.sleep(BEAT_EVERY)
            now = asyncio.get_running_loop().time()
            late = now - began > SILENT  # we stood still ourselves: what came meanwhile is read first
            for out in list(self._out.values()):
                out.write()
                if now - out.heard_at > SILENT and not late:
                    self._end_out(out, "its owner is silent")
            for id, link in list(self._in.items()):
                link.write()
                if now - link.heard_at > SILENT and not late:
                    self._end_in(id, "its worker is silent")

    async def close(self) -> None:
        self.end_all()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
