"""A played agent: one pair of hands. The longest waiting buyer is answered first, with what the recording says."""

import asyncio
from dataclasses import dataclass
from typing import Final

from goldensix.events.ids import AccountId, BuyerId
from goldensix.rehearsal.door import NOT_NOW, Door, Shut, door_of
from goldensix.rehearsal.frame import Frame
from goldensix.rehearsal.script import Exchange, Line
from goldensix.rehearsal.stage import Stage
from goldensix.rehearsal.talk import Talk, client_id
from goldensix.wire import commands

COOKIE: Final = "gs_session"
"""The desk's name for it, said again here: its own module brings the whole web framework along."""
OVER: Final = "演练结束"
"""The reason of a played agent's last break."""
_TYPING_EVERY: Final = 2.0
"""Seconds: a page tells no oftener that keys are struck."""
_NOT_MINE: Final = frozenset({"not_yours", "no_conversation"})


@dataclass(slots=True)
class Held:
    """A conversation in the agent's list."""

    c: str
    talk: Talk
    seen: int = 0
    """Events up to here were taken in."""
    asked_at: int = 0
    """When the buyer began to wait; 0: he does not."""
    closing: bool = False
    """The desk was asked to close it, over this connection."""


class Agent:
    def __init__(self, stage: Stage, id: AccountId, token: str) -> None:
        self._stage, self._id = stage, id
        self._held: dict[str, Held] = {}
        self._news = asyncio.Event()
        address, cookie = door_of(stage.desk, "/ws/desk"), {"Cookie": f"{COOKIE}={token}"}
        self._door = Door(address, commands.Hello, self._take, stage.fail, stage.acknowledgements, cookie)

    async def stay_open(self) -> None:
        try:
            await self._door.stay_open()
        except Shut:
            self._stage.fail(
                f"The desk at {self._stage.desk} does not know the played agents, "
                "or somebody stopped them: does it run on this database?"
            )

    async def greeted(self) -> None:
        await self._door.greeted()

    async def work(self) -> None:
        """Answer, one message after the other, until cancelled."""
        while True:
            self._news.clear()
            if (next_one := self._longest_waiting()) is not None:
                await self._answer(*next_one)
            else:
                await self._news.wait()

    def go(self) -> None:
        """Take a break, so that nothing new comes, and go."""
        self._door.do(commands.TakeBreak(OVER))
        self._door.close()

    # -- what the agent does

    def _longest_waiting(self) -> tuple[Held, Exchange] | None:
        due = [(held, exchange) for held in self._held.values() if (exchange := held.talk.due()) is not None]
        return min(due, key=lambda each: each[0].asked_at, default=None)

    async def _answer(self, held: Held, exchange: Exchange) -> None:
        self._door.do(commands.Read(held.c, held.seen))
        for line in exchange.answered:
            if line.number in held.talk.said:
                continue
            await self._stage.rest(line.pause)
            await self._type(held, line)
            if self._held.get(held.c) is not held or line.number in held.talk.passed:
                return
            self._say(held, line)

    async def _type(self, held: Held, line: Line) -> None:
        """Strike keys, and tell the desk at most every two seconds: new consults go to idle hands."""
        left = line.typing / 1000 / self._stage.speed
        while left > 0:
            self._door.do(commands.Typing(held.c))
            await asyncio.sleep(min(left, _TYPING_EVERY))
            left -= _TYPING_EVERY

    def _say(self, held: Held, line: Line) -> None:
        id = client_id(held.talk.script, line.number)
        held.talk.say(line.number, f"a{self._id}.{id}", self._id)
        self._stage.messages += 1
        self._door.say(commands.Say(held.c, id, line.text))

    # -- what the agent learns

    def _take(self, frame: Frame) -> None:
        match frame.t:
            case "event":
                self._take_live(frame)
            case "thread" if (held := self._held.get(frame.c)) is not None:
                self._take_events(held, frame.events)
            case "reception" if frame.mine:
                self._hold(frame)
            case "desk":
                self._begin_anew(frame)
            case "gone":
                self._held.pop(frame.c, None)
            case "stored":
                self._door.acknowledged(str(frame.id))
            case "refused":
                self._refused(frame)
        self._news.set()

    def _begin_anew(self, frame: Frame) -> None:
        """After every connection: the list is what the desk says, and being ready is said again."""
        mine = {each.c for each in frame.receptions}
        self._held = {c: held for c, held in self._held.items() if c in mine}
        for held in self._held.values():
            held.closing = False
        for reception in frame.receptions:
            self._hold(reception)
        self._door.do(commands.Ready())

    def _hold(self, reception: Frame) -> None:
        """The desk gives played agents played buyers only: one who is not ours was left by a killed rehearsal."""
        talk = self._stage.talks.get(BuyerId(reception.buyer))
        if talk is None:
            self._door.do(commands.Close(reception.c))
            return
        held = self._held.setdefault(reception.c, Held(reception.c, talk))
        self._take_events(held, reception.events)

    def _take_live(self, event: Frame) -> None:
        held = self._held.get(event.c)
        if held is not None:
            self._take_events(held, [event])

    def _take_events(self, held: Held, events: list[Frame]) -> None:
        """In order and once. After a hole, what is missing is asked for and comes as a thread."""
        for event in events:
            if event.n > held.seen + 1:
                held.seen = max(1, held.seen)  # asked for "after 0", the desk gives the last 50 only
                self._door.do(commands.Open(held.c, held.seen))
                return
            if event.n == held.seen + 1:
                held.seen = event.n
                if event.type == "message_sent":
                    self._take_message(held, event)
        if held.talk.over and not held.closing:
            held.closing = True
            self._door.do(commands.Read(held.c, held.seen))
            self._door.do(commands.Close(held.c))

    def _take_message(self, held: Held, event: Frame) -> None:
        if event.facts.by == "buyer":
            held.talk.hear(event)
            held.asked_at = held.asked_at or event.at
        elif event.facts.by == "agent":
            held.asked_at = 0
            held.talk.keep(event)
            if event.facts.agent == self._id:
                self._door.acknowledged(event.facts.message.partition(".")[2])

    def _refused(self, frame: Frame) -> None:
        if frame.id is None:
            return
        if frame.code in NOT_NOW:
            self._door.say_later(str(frame.id))
        elif frame.code in _NOT_MINE:
            self._door.forget(str(frame.id))
            self._stage.unsay(f"a{self._id}.{frame.id}")
        else:
            self._stage.fail(f"The desk refused an agent's message ({frame.code}): {frame.message}")
