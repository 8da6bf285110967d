"""Sockets that one worker holds and another serves, over a bus that may lose what it carries."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from asgi_socket import AsgiSocket
from desk_stage import eventually
from goldensix.adapters.bus.memory import Exchange, MemoryBus
from goldensix.api.live import relay as relay_module
from goldensix.api.live.letters import OfStaff, Whose
from goldensix.api.live.relay import Relay
from goldensix.api.live.socket import Receive, Socket
from goldensix.events.ids import AccountId, MerchantId

WHOSE = OfStaff(MerchantId(1), AccountId(7), 3)


@dataclass
class Places:
    worker: str
    owner: str | None = "owner"

    def place(self, merchant: MerchantId) -> str | None:
        return self.owner

    async def find(self, merchant: MerchantId, within: float) -> str | None:
        return self.owner


@dataclass
class Owner:
    """Serves whoever is carried to it: says their frames back, and remembers."""

    sockets: list[Socket] = field(default_factory=list)
    whose: list[Whose] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    gone: int = 0
    reading: asyncio.Event = field(default_factory=asyncio.Event)

    async def admit(self, whose: Whose, socket: Socket, receive: Receive) -> None:
        self.sockets.append(socket)
        self.whose.append(whose)
        try:
            while True:
                await self.reading.wait()
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    return
                self.heard.append(message["text"])
        finally:
            self.gone += 1

    def tell(self, *frames: dict[str, Any]) -> None:
        for socket in self.sockets:
            for frame in frames:
                socket.push(json.dumps(frame).encode())
            socket.flush()


@dataclass
class Two:
    exchange: Exchange
    worker: Relay
    owner: Owner
    served_by: Relay
    clients: list[tuple[AsgiSocket, "asyncio.Task[None]"]] = field(default_factory=list)

    async def client(self) -> AsgiSocket:
        """Somebody whose socket the worker holds."""
        line = AsgiSocket()

        async def send(message: Any) -> None:
            await line.outgoing.put(message)

        before = len(self.owner.sockets)
        task = asyncio.create_task(self.worker.carry(Socket(send), line.incoming.get, WHOSE))
        self.clients.append((line, task))
        await eventually(lambda: len(self.owner.sockets) > before)
        return line


@pytest.fixture
async def two() -> AsyncIterator[Two]:
    exchange, owner = Exchange(), Owner()
    owner.reading.set()

    async def nobody(*_: object) -> None:
        raise AssertionError("the owner's sockets stay with the owner")

    ends = [
        Relay(MemoryBus(exchange), Places(name), str, admit)
        for name, admit in (("worker", nobody), ("owner", owner.admit))
    ]
    for end in ends:
        await end.start()
    two = Two(exchange, ends[0], owner, ends[1])
    yield two
    for line, task in two.clients:
        line.incoming.put_nowait({"type": "websocket.disconnect"})
        await asyncio.wait_for(task, 5)
    for end in ends:
        await end.close()


async def code_of(line: AsgiSocket) -> int:
    async with asyncio.timeout(5):
        while (message := await line.outgoing.get())["type"] != "websocket.close":
            pass
    return int(message["code"])


async def test_what_is_said_reaches_the_owner_and_what_he_tells_the_client(two: Two) -> None:
    line = await two.client()
    await line.send(t="hello")
    await line.send(t="typing")
    await eventually(lambda: len(two.owner.heard) == 2)
    assert two.owner.heard == ['{"t": "hello"}', '{"t": "typing"}']
    assert two.owner.whose == [WHOSE]
    two.owner.tell({"t": "beat", "now": 1}, {"t": "beat", "now": 2})
    assert [(await line.receive())["now"], (await line.receive())["now"]] == [1, 2]


async def test_what_many_are_told_is_written_once_and_each_hears_it_in_order(two: Two) -> None:
    lines = [await two.client() for _ in range(20)]
    written: list[bytes] = []
    two.exchange.takers["worker"].append(written.append)
    two.owner.tell({"t": "a"})
    two.owner.tell({"t": "b"})
    two.owner.tell({"t": "a"})
    for line in lines:
        assert [(await line.receive())["t"] for _ in range(3)] == ["a", "b", "a"]
    assert len(written) == 1
    assert written[0].count(b'"t"') == 3


async def test_the_owner_closes_a_socket_of_another_worker(two: Two) -> None:
    line = await two.client()
    two.owner.sockets[0].close(4401)
    assert await code_of(line) == 4401
    await eventually(lambda: two.owner.gone == 1)


async def test_a_client_that_goes_is_gone_at_the_owner(two: Two) -> None:
    line = await two.client()
    line.incoming.put_nowait({"type": "websocket.disconnect"})
    await eventually(lambda: two.owner.gone == 1 and two.served_by.served == 0)


async def test_who_writes_faster_than_the_owner_reads_is_read_later(two: Two) -> None:
    line = await two.client()
    two.owner.reading.clear()
    for number in range(500):
        await line.send(t="say", id=number)
    await asyncio.sleep(0.05)
    assert line.incoming.qsize() > 300, "still on the client's line"
    two.owner.reading.set()
    await eventually(lambda: len(two.owner.heard) == 500)
    assert [json.loads(text)["id"] for text in two.owner.heard] == list(range(500))


@pytest.mark.parametrize("way", ["worker", "owner"])
async def test_a_letter_that_is_lost_ends_the_line_and_clients_come_back(two: Two, way: str) -> None:
    lines = [await two.client() for _ in range(3)]
    takers = two.exchange.takers[way]
    two.exchange.takers[way] = []
    if way == "worker":
        two.owner.tell({"t": "lost"})
    else:
        await lines[0].send(t="lost")
    await asyncio.sleep(0.01)
    two.exchange.takers[way] = takers
    if way == "worker":
        two.owner.tell({"t": "after it"})
    else:
        await lines[1].send(t="after it")
    assert [await code_of(line) for line in lines] == [1013] * 3
    await eventually(lambda: two.owner.gone == 3 or way == "worker")
    assert "after it" not in str(two.owner.heard)
    again = await two.client()
    two.owner.tell({"t": "as before"})
    assert (await again.receive())["t"] == "as before"


async def test_an_interrupted_bus_ends_all_lines_at_both_ends(two: Two) -> None:
    line = await two.client()
    two.exchange.lose()
    assert await code_of(line) == 1013
    await eventually(lambda: two.owner.gone == 1)


@pytest.mark.parametrize("silent", ["worker", "owner"])
async def test_silence_ends_the_line(two: Two, silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "BEAT_EVERY", 0.02)
    monkeypatch.setattr(relay_module, "SILENT", 0.1)
    line = await two.client()
    other = two.served_by if silent == "worker" else two.worker
    watching = asyncio.create_task(other.keep())
    if silent == "worker":
        await eventually(lambda: two.owner.gone == 1)
    else:
        assert await code_of(line) == 1013
    watching.cancel()


async def test_with_beats_both_ways_a_line_stays(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "BEAT_EVERY", 0.02)
    monkeypatch.setattr(relay_module, "SILENT", 0.2)
    line = await two.client()
    keeping = [asyncio.create_task(end.keep()) for end in (two.worker, two.served_by)]
    await asyncio.sleep(0.6)
    two.owner.tell({"t": "still here"})
    assert (await line.receive())["t"] == "still here"
    for task in keeping:
        task.cancel()


async def test_without_an_owner_or_a_bus_a_socket_is_told_to_come_back(two: Two) -> None:
    two.exchange.cut = True
    line = AsgiSocket()

    async def send(message: Any) -> None:
        await line.outgoing.put(message)

    await two.worker.carry(Socket(send), line.incoming.get, WHOSE)
    assert await code_of(line) == 1013
