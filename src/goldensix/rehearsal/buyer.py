"""A played buyer: comes, asks, waits for the answer, asks on, and is gone when the conversation is closed."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import httpx

from goldensix.events.ids import BuyerId
from goldensix.rehearsal.door import NOT_NOW, Door, Shut, door_of
from goldensix.rehearsal.frame import Frame
from goldensix.rehearsal.script import Exchange, Line
from goldensix.rehearsal.stage import Stage
from goldensix.rehearsal.talk import Talk, client_id
from goldensix.wire import commands

_AGAIN: Final = 0.3
_LONGEST_AGAIN: Final = 5.0
_TYPING_EVERY: Final = 2.0


class Buyer:
    """Buyers of a rehearsal never give up: one who left would hide that nothing was lost."""

    def __init__(self, stage: Stage, talk: Talk) -> None:
        self._stage, self._talk = stage, talk
        self._token = ""
        self._conversation: str | None = None
        self._seen = 0
        self._closed = False
        self._typed_at = 0.0
        self._answered_by_others = False
        self._with_others = False
        self._news = asyncio.Event()
        self._coming_back: asyncio.Task[None] | None = None
        address = door_of(stage.desk, "/ws/buyer")
        self._door = Door(address, self._hello, self._take, stage.fail, stage.acknowledgements)

    async def play(self) -> None:
        """The whole visit."""
        await self._come()
        for exchange in self._talk.script.exchanges:
            await self._ask(exchange)
            await self._hear_answer(exchange)
        if self._with_others:
            self._door.do(commands.BuyerClose())
        await self._until(lambda: self._closed)
        self.go()
        self._stage.played += 1

    async def leave(self) -> None:
        """End the conversation before its end."""
        if self._conversation is not None and not self._closed:
            self._door.do(commands.BuyerClose())
            await self._until(lambda: self._closed)
        self.go()

    def go(self) -> None:
        if self._coming_back is not None:
            self._coming_back.cancel()
        self._door.close()
        if self._talk.buyer is not None:
            self._stage.waiting.discard(self._talk.buyer)

    # -- what the buyer does

    async def _come(self) -> None:
        visitor = await self._identity()
        self._token, self._talk.buyer = visitor["token"], BuyerId(visitor["buyer"])
        self._stage.talks[self._talk.buyer] = self._talk
        self._coming_back = asyncio.create_task(self._come_back())
        await self._door.greeted()
        self._stage.begun += 1

    async def _identity(self) -> dict[str, Any]:
        """From the desk, asked as often as it takes: it refreshes the token that this visit was given."""
        delay = _AGAIN
        while True:
            try:
                async with self._stage.at_the_gate:
                    known = {"shop": self._stage.shop, "token": self._talk.token}
                    answer = await self._stage.http.post("/api/visitor", json=known)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == 200:
                visitor: dict[str, Any] = answer.json()
                return visitor
            if answer is not None and answer.status_code < 500 and answer.status_code != 429:
                self._stage.fail(f"The desk does not receive buyers: {answer.status_code} {answer.text[:200]}")
            await asyncio.sleep(delay)
            delay = min(_LONGEST_AGAIN, delay * 2)

    async def _come_back(self) -> None:
        try:
            await self._door.stay_open()
        except Shut:
            self._stage.fail("The desk does not let in a buyer whom it has just named.")

    async def _ask(self, exchange: Exchange) -> None:
        self._answered_by_others = False
        for line in exchange.asked:
            await self._stage.rest(line.pause)
            self._tell_typing()
            await self._stage.rest(line.typing)
            self._say(line)

    def _tell_typing(self) -> None:
        """As a page does: not oftener than every two seconds, however fast this is played."""
        now = asyncio.get_running_loop().time()
        if self._conversation is not None and now - self._typed_at >= _TYPING_EVERY:
            self._typed_at = now
            self._door.do(commands.BuyerTyping())

    def _say(self, line: Line) -> None:
        assert self._talk.buyer is not None
        id = client_id(self._talk.script, line.number)
        self._closed = False
        self._talk.say(line.number, f"b{self._talk.buyer}.{id}")
        self._stage.messages += 1
        self._door.say(commands.BuyerSay(id=id, text=line.text))

    async def _hear_answer(self, exchange: Exchange) -> None:
        assert self._talk.buyer is not None
        if not exchange.answered:
            return
        self._stage.waiting.add(self._talk.buyer)
        await self._until(lambda: self._talk.told(exchange) or self._answered_by_others or self._closed)
        self._stage.waiting.discard(self._talk.buyer)
        if self._talk.told(exchange):
            self._door.do(commands.BuyerRead(self._seen))
        else:
            self._talk.pass_over(exchange)

    # -- what the buyer learns

    def _hello(self) -> commands.BuyerHello:
        return commands.BuyerHello(self._token, self._conversation, self._seen)

    def _take(self, frame: Frame) -> None:
        match frame.t:
            case "event":
                self._take_event(frame)
            case "welcome":
                for event in frame.events:
                    self._take_event(event)
                if frame.closed and frame.conversation is not None and frame.conversation == self._conversation:
                    self._closed = True
            case "served":
                self._with_others = frame.agent not in self._stage.crew
            case "stored":
                self._door.acknowledged(str(frame.id))
            case "refused":
                self._refused(frame)
        self._news.set()

    def _take_event(self, event: Frame) -> None:
        if event.c != self._conversation:
            self._conversation, self._seen, self._closed = event.c, 0, False
        if event.n <= self._seen:
            return
        self._seen = event.n
        if event.type == "conversation_closed":
            self._closed = True
        elif event.type == "message_sent":
            self._take_message(event)

    def _take_message(self, event: Frame) -> None:
        if event.facts.by == "buyer":
            self._door.acknowledged(event.facts.message.partition(".")[2])
        elif event.facts.by == "agent" and self._talk.hear(event) is None:
            self._answered_by_others = True

    def _refused(self, frame: Frame) -> None:
        if frame.id is None:
            return
        if frame.code in NOT_NOW:
            self._door.say_later(str(frame.id))
        else:
            self._stage.fail(f"The desk refused a buyer's message ({frame.code}): {frame.message}")

    async def _until(self, reached: Callable[[], bool]) -> None:
        while not reached():
            self._news.clear()
            await self._news.wait()
