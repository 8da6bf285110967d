"""What a buyer sends again is the same message, whatever ends or begins while the log is asked."""

import asyncio
import json
from collections.abc import MutableMapping, Sequence
from typing import Any

from builders import MERCHANT, SHOP, World, agent, buyer
from goldensix.actions import reception, say
from goldensix.adapters.visitors import Visitor
from goldensix.api.limits import limits
from goldensix.api.live.buyer import BuyerDoor
from goldensix.api.live.hub import Hub, no_orders
from goldensix.api.live.letters import OfBuyer
from goldensix.api.live.socket import Socket
from goldensix.api.live.ticker import Ticker
from goldensix.events.facts import MessageSent, Picture
from goldensix.events.ids import AccountId, ConversationId, Instant, MerchantId
from goldensix.log.memory import MemoryLog
from goldensix.log.port import Append, Appended, Refusal
from goldensix.wire import commands

ME = AccountId(1)
PICTURE = Picture("0123456789abcdef", 40, 30)


class SlowLog(MemoryLog):
    """Stores, and says who has written, when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.storing, self.telling, self.asked = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.storing.set()
        self.telling.set()

    async def append(
        self, merchant: MerchantId, appends: Sequence[Append], recorded_at: Instant
    ) -> list[Appended | Refusal]:
        await self.storing.wait()
        return await super().append(merchant, appends, recorded_at)

    async def spoken(self, merchant: MerchantId, authors: Sequence[str]) -> set[str]:
        self.asked.set()
        await self.telling.wait()
        return await super().spoken(merchant, authors)


class Stage:
    """An agent at work, and a buyer's page."""

    def __init__(self) -> None:
        self.log = SlowLog()
        self.world = World([agent(1)], self.log)
        self.desk = self.world.desk
        self.sent: list[MutableMapping[str, Any]] = []
        self.showing, self.shown = asyncio.Event(), asyncio.Event()
        self.showing.set()
        self.hub = Hub(self.desk, self._picture, no_orders, self._no_note)
        self.committing = asyncio.create_task(self.desk.run())
        reception.connect(self.desk, ME, self.world.now)
        reception.become_ready(self.desk, ME, self.world.now)
        visitor = Visitor(SHOP, MERCHANT, buyer().id, "chen", customer=False)
        whose = OfBuyer(visitor, commands.BuyerHello(""))
        self.socket = Socket(self._send)
        self.door = BuyerDoor(self.hub, Ticker(self.hub), self.socket, whose, limits())

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        self.sent.append(message)

    async def _picture(self, *_: object) -> Picture:
        self.shown.set()
        await self.showing.wait()
        return PICTURE

    async def _no_note(self, *_: object) -> None:
        return None

    async def says(self, id: str, **more: Any) -> None:
        await self.door.handle(commands.BuyerSay(id, id, **more))
        await self.desk.settled()

    async def has_ended_one_and_begun_another(self) -> ConversationId:
        """Whoever has written before is looked for in the log."""
        await self.says("earlier001")
        self.closes()
        await self.desk.settled()
        await self.says("question1")
        (conversation,) = self.world.with_agent(1)
        return ConversationId(conversation)

    def closes(self) -> None:
        for conversation in self.world.with_agent(1):
            reception.close(self.desk, ME, conversation, self.world.now)

    async def times_stored(self, id: str) -> int:
        events = await self.log.read_after(MERCHANT, 0, 1_000)
        name = say.message_of_buyer(buyer().id, id)
        return sum(isinstance(each.event, MessageSent) and each.event.message == name for each in events)

    def told_stored(self, id: str) -> bool:
        self.socket.flush()
        frames = [frame for message in self.sent for frame in json.loads(message["text"])]
        return any(frame["t"] == "stored" and frame["id"] == id for frame in frames)


async def test_after_an_end_while_the_log_was_asked_what_was_said_before_is_still_known() -> None:
    stage = Stage()
    await stage.has_ended_one_and_begun_another()
    await stage.says("question2")
    stage.log.telling.clear()
    stage.log.asked.clear()
    stage.log.storing.clear()
    saying = asyncio.create_task(stage.door.handle(commands.BuyerSay("question3", "question3")))
    await stage.log.asked.wait()
    stage.closes()
    stage.log.telling.set()
    while not stage.desk.ending:
        await asyncio.sleep(0)
    for _ in range(20):  # all that can go on without the log
        await asyncio.sleep(0)
    stage.log.storing.set()
    await saying
    await stage.desk.settled()
    await stage.says("question2")
    stage.committing.cancel()
    assert [await stage.times_stored(f"question{n}") for n in (1, 2, 3)] == [1, 1, 1]
    assert stage.told_stored("question2")


async def test_a_picture_sent_again_begins_nothing_if_its_conversation_ends_while_it_is_looked_up() -> None:
    stage = Stage()
    await stage.says("question1", picture="0123456789abcdef")
    stage.showing.clear()
    stage.shown.clear()
    saying = asyncio.create_task(
        stage.door.handle(commands.BuyerSay("question1", "question1", picture="0123456789abcdef"))
    )
    await stage.shown.wait()
    stage.closes()
    stage.showing.set()
    await saying
    await stage.desk.settled()
    stage.committing.cancel()
    assert await stage.times_stored("question1") == 1
    assert stage.told_stored("question1")
    assert not stage.desk.folds.reception.open
