"""A client's socket against a server that goes away: nothing is lost, nothing is said in another order."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from websockets.asyncio.server import ServerConnection, serve

from goldensix.rehearsal.door import Acknowledgements, Door, Shut, door_of
from goldensix.rehearsal.frame import Frame
from goldensix.wire import commands


@dataclass
class Desk:
    """Greets, keeps what it was told, and does what the test says."""

    told: "asyncio.Queue[dict[str, object]]" = field(default_factory=asyncio.Queue)
    here: ServerConnection | None = None
    greets: bool = True
    code: int | None = None

    async def receive(self, socket: ServerConnection) -> None:
        if self.code is not None:
            await socket.close(self.code)
            return
        self.here = socket
        async for message in socket:
            command = json.loads(message)
            await self.told.put(command)
            if command["t"] == "hello" and self.greets:
                await self.send({"t": "welcome"})

    async def send(self, *frames: dict[str, object]) -> None:
        assert self.here is not None
        await self.here.send(json.dumps(frames))

    async def heard(self, count: int) -> list[dict[str, object]]:
        return [await asyncio.wait_for(self.told.get(), 10) for _ in range(count)]


@dataclass
class Client:
    door: Door
    taken: "asyncio.Queue[Frame]"
    faults: list[str]
    counted: Acknowledgements
    staying: "asyncio.Task[None]"


@asynccontextmanager
async def client(desk: Desk) -> AsyncIterator[Client]:
    seen = iter(range(100))

    def hello() -> commands.BuyerHello:
        return commands.BuyerHello("token", "c1", next(seen))

    async with serve(desk.receive, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        taken: asyncio.Queue[Frame] = asyncio.Queue()
        faults: list[str] = []
        counted = Acknowledgements()
        door = Door(door_of(f"http://127.0.0.1:{port}", "/ws/buyer"), hello, taken.put_nowait, faults.append, counted)
        staying = asyncio.create_task(door.stay_open())
        try:
            yield Client(door, taken, faults, counted, staying)
        finally:
            staying.cancel()
            door.close()


def _say(number: int) -> commands.BuyerSay:
    return commands.BuyerSay(f"message{number}", f"words {number}")


async def test_it_says_hello_first_and_then_what_it_is_given() -> None:
    desk = Desk()
    async with client(desk) as buyer:
        buyer.door.say(_say(1))
        hello, said = await desk.heard(2)
        assert (hello["t"], hello["after"]) == ("hello", 0)
        assert (said["t"], said["id"], said["text"]) == ("say", "message1", "words 1")


async def test_after_a_loss_it_says_how_far_it_read_and_what_was_not_acknowledged_in_order() -> None:
    desk = Desk()
    async with client(desk) as buyer:
        await buyer.door.greeted()
        for number in (1, 2, 3):
            buyer.door.say(_say(number))
        await desk.heard(4)
        assert buyer.door.acknowledged("message1")
        assert not buyer.door.acknowledged("message1")
        assert desk.here is not None
        desk.here.transport.abort()
        hello, *again = await desk.heard(3)
        assert (hello["t"], hello["after"]) == ("hello", 1)
        assert [each["id"] for each in again] == ["message2", "message3"]
        assert (buyer.counted.again, buyer.counted.losses, len(buyer.counted.seconds)) == (2, 1, 1)


async def test_what_is_done_while_the_desk_is_away_is_not_done_later() -> None:
    desk = Desk(greets=False)
    async with client(desk) as buyer:
        await desk.heard(1)
        buyer.door.do(commands.BuyerTyping())
        buyer.door.say(_say(1))
        await desk.send({"t": "welcome"})
        (said,) = await desk.heard(1)
        assert said["t"] == "say"


async def test_what_is_done_on_the_greeting_goes_before_what_is_said_again() -> None:
    desk = Desk(greets=False)
    async with client(desk) as buyer:
        buyer.door.say(_say(1))
        await desk.heard(1)
        await desk.send({"t": "welcome"}, {"t": "served"})
        assert [(await buyer.taken.get()).t for _ in range(2)] == ["welcome", "served"]


async def test_a_refused_message_is_not_said_again() -> None:
    desk = Desk()
    async with client(desk) as buyer:
        buyer.door.say(_say(1))
        buyer.door.say(_say(2))
        await desk.heard(3)
        buyer.door.forget("message1")
        assert desk.here is not None
        await desk.here.close()
        _, again = await desk.heard(2)
        assert again["id"] == "message2"


@pytest.mark.parametrize("code", [4401, 4403])
async def test_a_door_that_is_shut_is_not_knocked_at_again(code: int) -> None:
    async with client(Desk(code=code)) as buyer:
        with pytest.raises(Shut):
            await asyncio.wait_for(buyer.staying, 10)


async def test_what_cannot_be_read_ends_the_rehearsal() -> None:
    desk = Desk()
    async with client(desk) as buyer:
        await buyer.door.greeted()
        await desk.send({"no": "tag"}, {"t": "never read"})
        await desk.send({"t": "beat"})
        assert [(await buyer.taken.get()).t for _ in range(2)] == ["welcome", "beat"]
        assert "cannot be read" in buyer.faults[0]
        assert '"no": "tag"' in buyer.faults[0]


async def test_a_long_message_in_pieces_arrives_whole() -> None:
    desk = Desk()
    async with client(desk) as buyer:
        await buyer.door.greeted()
        assert desk.here is not None
        whole = json.dumps([{"t": "event", "c": "x" * 100_000}])
        await desk.here.send(iter([whole[:70_000], whole[70_000:]]))
        assert [(await buyer.taken.get()).c[:1] for _ in range(2)] == ["", "x"]


def test_addresses_of_desks() -> None:
    plain, secure = door_of("http://127.0.0.1:8606", "/ws/desk"), door_of("https://desk.example", "/ws/buyer")
    assert (plain.secure, plain.host, plain.port, plain.path) == (False, "127.0.0.1", 8606, "/ws/desk")
    assert (secure.secure, secure.host, secure.port) == (True, "desk.example", 443)
