"""A buyer who comes back reads what was said meanwhile, whatever happens while it is looked up."""

import asyncio
import json
from collections.abc import MutableMapping, Sequence
from typing import Any

import pytest

from builders import MERCHANT, SHOP, World, agent, buyer, words
from goldensix.actions import reception, say
from goldensix.adapters.visitors import Visitor
from goldensix.api.limits import limits
from goldensix.api.live.buyer import BuyerDoor
from goldensix.api.live.hub import Hub, no_orders
from goldensix.api.live.letters import OfBuyer
from goldensix.api.live.socket import Socket
from goldensix.api.live.ticker import Ticker
from goldensix.events.facts import Picture
from goldensix.events.ids import AccountId, Instant, MerchantId
from goldensix.log.memory import MemoryLog
from goldensix.log.port import Append, Appended, Refusal, Stored
from goldensix.wire import commands


class GatedLog(MemoryLog):
    """Stores and reads when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.storing, self.reading, self.asked = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.storing.set()

    async def append(
        self, merchant: MerchantId, appends: Sequence[Append], recorded_at: Instant
    ) -> list[Appended | Refusal]:
        await self.storing.wait()
        return await super().append(merchant, appends, recorded_at)

    async def read_stream(
        self, merchant: MerchantId, stream: str, *, after: int = 0, before: int | None = None, limit: int = 1000
    ) -> list[Stored]:
        self.asked.set()
        await self.reading.wait()
        return await super().read_stream(merchant, stream, after=after, before=before, limit=limit)


async def _no_note(*_: object) -> None:
    return None


async def _no_picture(*_: object) -> Picture | None:
    return None


async def test_an_end_that_is_told_while_the_welcome_is_made_follows_the_welcome() -> None:
    log = GatedLog()
    world = World([agent(1)], log)
    desk, me = world.desk, AccountId(1)
    hub = Hub(desk, _no_picture, no_orders, _no_note)
    committing = asyncio.create_task(desk.run())
    reception.connect(desk, me, world.now)
    reception.become_ready(desk, me, world.now)
    say.ask(desk, buyer(), "question1", words(), None, "", world.now)
    await desk.settled()
    (conversation,) = world.with_agent(1)
    say.answer(desk, me, conversation, "answer001", words("有的"), world.now)
    await desk.settled()
    log.storing.clear()
    reception.close(desk, me, conversation, world.now)

    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    hello = commands.BuyerHello("", conversation, after=3)
    visitor = Visitor(SHOP, MERCHANT, buyer().id, "chen", customer=False)
    door = BuyerDoor(hub, Ticker(hub), Socket(send), OfBuyer(visitor, hello), limits())
    coming = asyncio.create_task(door.enter(hello))
    await log.asked.wait()
    log.storing.set()
    await desk.settled()
    log.reading.set()
    await coming
    committing.cancel()

    welcome, *later = [frame for message in sent for frame in json.loads(message["text"])]
    assert welcome["t"] == "welcome"
    assert "有的" in [event["body"]["text"] for event in welcome["events"] if event["body"]]
    assert [frame["type"] for frame in later if frame["t"] == "event"] == [
        "rating_invited",
        "conversation_closed",
    ]
    assert {frame["c"] for frame in later} == {conversation}


@pytest.mark.parametrize("closed", [False, True])
async def test_of_a_very_long_conversation_a_page_is_told_the_newest(closed: bool) -> None:
    world = World([agent(1)])
    desk, me = world.desk, AccountId(1)
    hub = Hub(desk, _no_picture, no_orders, _no_note)
    committing = asyncio.create_task(desk.run())
    reception.connect(desk, me, world.now)
    reception.become_ready(desk, me, world.now)
    for number in range(1_000):
        say.ask(desk, buyer(), f"question{number:04}", words(f"{number:04}" + "x" * 3_000), None, "", world.now)
    await desk.settled()
    (conversation,) = world.with_agent(1)
    if closed:
        reception.close(desk, me, conversation, world.now)
        await desk.settled()
    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    hello = commands.BuyerHello("", conversation, after=0)
    visitor = Visitor(SHOP, MERCHANT, buyer().id, "chen", customer=False)
    await BuyerDoor(hub, Ticker(hub), Socket(send), OfBuyer(visitor, hello), limits()).enter(hello)
    committing.cancel()
    (welcome,) = json.loads(sent[0]["text"])
    told = [event["body"]["text"][:4] for event in welcome["events"] if event["body"]]
    assert told == [f"{number:04}" for number in range(1_000 - len(told), 1_000)]
    assert 30 < len(told) <= 100
