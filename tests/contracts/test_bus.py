"""Every bus keeps the same promises: memory and NATS."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desk_stage import eventually
from goldensix.adapters.bus.memory import Exchange, MemoryBus
from goldensix.adapters.bus.nats import BusUnreachable, NatsBus, without_secrets
from goldensix.adapters.bus.port import Bus, Unanswered
from goldensix.adapters.bus.server import NatsServer

_LARGE = bytes(range(256)) * 4096 * 20  # 20 MB: several times what NATS takes in one message


@dataclass
class Ground:
    """Where buses come from, and what stands between them."""

    open: Callable[[], Awaitable[Bus]]
    cut: Callable[[], object]
    mend: Callable[[], object]
    opened: list[Bus] = field(default_factory=list)

    async def bus(self) -> Bus:
        bus = await self.open()
        self.opened.append(bus)
        return bus


@pytest.fixture(params=["memory", "nats"])
async def ground(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ground]:
    if request.param == "memory":
        ground = in_memory()
    else:
        server = NatsServer(tmp_path)
        server.start()
        ground = Ground(lambda: NatsBus.connected_to(server.url, "a test"), server.stop, server.start)
    yield ground
    for bus in ground.opened:
        await bus.close()
    if request.param == "nats":
        server.stop()


def in_memory() -> Ground:
    exchange = Exchange()

    async def open_() -> Bus:
        return MemoryBus(exchange)

    def cut() -> None:
        exchange.cut = True
        exchange.lose()

    return Ground(open_, cut, lambda: setattr(exchange, "cut", False))


async def test_what_is_published_reaches_all_who_take_it_in_order(ground: Ground) -> None:
    sender, first, second = await ground.bus(), await ground.bus(), await ground.bus()
    taken: dict[str, list[bytes]] = {"first": [], "second": [], "elsewhere": []}
    await first.subscribe("a.b", taken["first"].append)
    await second.subscribe("a.b", taken["second"].append)
    await second.subscribe("a.c", taken["elsewhere"].append)
    said = [str(number).encode() for number in range(500)]
    for payload in said:
        sender.publish("a.b", payload)
    await eventually(lambda: taken["first"] == said and taken["second"] == said)
    assert taken["elsewhere"] == []


async def test_a_payload_may_be_large_and_is_not_mixed_with_another_senders(ground: Ground) -> None:
    one, other, taker = await ground.bus(), await ground.bus(), await ground.bus()
    taken: list[bytes] = []
    await taker.subscribe("large", taken.append)
    one.publish("large", _LARGE)
    other.publish("large", _LARGE[::-1])
    one.publish("large", b"")
    await eventually(lambda: len(taken) == 3)
    assert sorted(map(len, taken)) == [0, len(_LARGE), len(_LARGE)]
    assert _LARGE in taken
    assert _LARGE[::-1] in taken


async def test_a_question_is_answered_by_whoever_serves_it(ground: Ground) -> None:
    asker, server = await ground.bus(), await ground.bus()

    async def answer(question: bytes) -> bytes:
        if question == b"slow":
            await asyncio.sleep(0.2)
        return question.upper()

    await server.serve("loud", answer)
    slow = asyncio.create_task(asker.ask("loud", b"slow", 5))
    await asyncio.sleep(0)
    assert await asker.ask("loud", b"quick", 5) == b"QUICK"
    assert not slow.done(), "one that takes its time holds up nobody"
    assert await slow == b"SLOW"


async def test_a_question_that_nobody_answers_says_so(ground: Ground) -> None:
    asker, server = await ground.bus(), await ground.bus()

    async def fail(_: bytes) -> bytes:
        raise ValueError

    await server.serve("broken", fail)
    for subject in ("nobody", "broken"):
        with pytest.raises(Unanswered):
            await asker.ask(subject, b"", 0.2)


async def test_when_the_line_is_cut_those_at_it_are_told_and_what_is_said_is_lost(ground: Ground) -> None:
    sender, taker = await ground.bus(), await ground.bus()
    taken: list[bytes] = []
    lost: list[str] = []
    await taker.subscribe("a", taken.append)
    sender.when_lost(lambda: lost.append("sender"))
    taker.when_lost(lambda: lost.append("taker"))
    await asyncio.to_thread(ground.cut)
    await eventually(lambda: {*lost} == {"sender", "taker"} and not sender.connected)
    sender.publish("a", b"into the air")
    with pytest.raises(Unanswered):
        await sender.ask("a", b"", 1)
    await asyncio.to_thread(ground.mend)
    await eventually(lambda: sender.connected and taker.connected)
    sender.publish("a", b"heard again")
    await eventually(lambda: taken)
    assert taken == [b"heard again"]


async def test_after_its_close_nothing_reaches_it(ground: Ground) -> None:
    sender, taker = await ground.bus(), await ground.bus()
    taken: list[bytes] = []
    await taker.subscribe("a", taken.append)
    await taker.close()
    assert not taker.connected
    sender.publish("a", b"too late")
    other: list[bytes] = []
    await sender.subscribe("b", other.append)
    sender.publish("b", b"")
    await eventually(lambda: other)
    assert taken == []


async def test_a_nats_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(BusUnreachable, match=r"^NATS at 127\.0\.0\.1:9 cannot be reached"):
        await NatsBus.connected_to("nats://secret@127.0.0.1:9", "a test")
    assert without_secrets("nats://a:b@one:4222, nats://two:4222") == "one:4222,two:4222"
