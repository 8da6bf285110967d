"""The robot attends to a merchant's buyers: it reads what they wrote once that is durable, and acts when they pause.

Nothing here is kept. What was not decided when the desk ended is decided by the next one, from the folds and the
newest lines; what takes too long is people's (`actions/robot.py`, `keep_promise`).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol, cast

import structlog

from goldensix.actions import classify, robot
from goldensix.actions.outcome import No
from goldensix.actions.robot import Considered
from goldensix.adapters.answers import Message, Whom
from goldensix.adapters.outside import Asking, Outsider
from goldensix.api.live.frames import Line, encode
from goldensix.api.live.hub import Hub
from goldensix.api.live.reading import Asked, Reading, read
from goldensix.api.live.socket import Socket
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import AgentAssigned, Body, MessageSent, RobotDecided, RobotTook
from goldensix.events.ids import AccountId, ConversationId, GroupId, Instant, MerchantId, Milliseconds
from goldensix.log.port import Stored
from goldensix.robot.decision import Decision
from goldensix.robot.question import Scene
from goldensix.robot.turn import BURST, LONGEST, Turn
from goldensix.wire import live
from goldensix.wire.thinking import Suggestion

log = structlog.get_logger()
_AT_MOST: Final = Milliseconds(3_500)
"""So long after a turn's first message it is read at the latest, however much follows."""
_OTHERS_AT_MOST: Final = Milliseconds(4_000)
"""So long after a turn's first message a robot of others may answer."""
_WORDED_AT_MOST: Final = Milliseconds(4_600)
"""So long after a turn's first message its answer is ready at the latest."""
_AGAIN: Final = 0.4
"""Seconds until a robot that did not answer is asked again."""


class Thinks(Protocol):
    async def decide(self, merchant: MerchantId, turn: Turn, scene: Scene) -> Decision | None: ...
    async def suggest(self, merchant: MerchantId, turn: Turn, scene: Scene, typed: str) -> tuple[Suggestion, ...]: ...
    async def keep(self, merchant: MerchantId, precision: float) -> None: ...
    async def marked(self, merchant: MerchantId) -> None: ...
    def drop(self, merchant: MerchantId) -> None: ...


class Asks(Protocol):
    async def ask(self, merchant: MerchantId, asking: Asking, within: float) -> Outsider | None: ...
    async def look(self, merchant: MerchantId) -> None: ...


class Words(Protocol):
    async def reworded(
        self, question: str, answers: tuple[Message, ...], within: float
    ) -> tuple[Message, ...] | None: ...
    async def ordered(self, question: str, decision: Decision, within: float) -> Decision: ...


Ready = Callable[[Whom, Decision], Awaitable[tuple[Message, ...]]]
Of = Callable[[MerchantId, ConversationId], Awaitable[dict[str, bool]]]
"""The marks of a conversation's decisions."""
Put = Callable[[MerchantId, str, float, bool, bool, AccountId | None], Awaitable[None]]
"""Keeps a mark: of which decision, how sure it was, whether the first was right, whether one of three was, by whom."""


@dataclass(frozen=True)
class Attendants:
    """What a robot at a desk needs."""

    robots: Thinks
    outside: Asks
    rewording: Words
    ready: Ready
    put: Put
    marks_of: Of


@dataclass
class Attending:
    hub: Hub
    attendants: Attendants
    _tasks: dict[ConversationId, asyncio.Task[None]] = field(default_factory=dict)

    _put_to_others: dict[ConversationId, int] = field(default_factory=dict)
    """Which turn was put to a robot of others last: none is put to it twice."""
    _by_others: dict[ConversationId, tuple[int, asyncio.Task[Outsider | None]]] = field(default_factory=dict)
    """Turns of which a robot of others has yet to say something."""
    _looking: asyncio.Task[None] | None = None
    """For robots of others."""
    _marking: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.hub.on_turn = self.heard

    async def run(self) -> None:
        """Keeps the bank ready while the robot is at work anywhere, and takes up what was left undecided."""
        desk = self.hub.desk
        while True:
            if desk.standing.robot or desk.folds.reception.with_robot:
                await self.attendants.robots.keep(desk.merchant, desk.premises.robot.precision)
                if self._looking is None or self._looking.done():
                    self._looking = asyncio.create_task(self.attendants.outside.look(desk.merchant))
            for id in [each for each in self._put_to_others if each not in desk.folds.reception.open]:
                del self._put_to_others[id]
            if not desk.broken:
                for id in list(desk.folds.reception.with_robot):
                    if desk.folds.reception.open[id].undecided:
                        self._begin(id)
            await asyncio.sleep(1)

    def heard(self, stored: Stored, c: Conversation) -> None:
        """Something that the robot may have to answer, or suggest an answer to, is durable."""
        event = stored.event
        if (put := self._by_others.get(c.id)) is not None and not robot.awaits(c, put[0]):
            put[1].cancel()  # what it says now would be too late, and it is told so
        asked = isinstance(event, MessageSent) and event.by == "buyer"
        if asked:
            self._learn_choice(stored, c)
        if (
            isinstance(event, RobotTook)
            or (asked and c.with_robot)
            or (
                (asked or isinstance(event, AgentAssigned))
                and c.agent is not None
                and self.hub.desk.robot_mode(c) != "off"
            )
        ):
            self._begin(c.id)

    def _learn_choice(self, stored: Stored, c: Conversation) -> None:
        """A buyer who takes one of the questions that the robot asked back says which was right."""
        card = self.hub.cards.get(c.id)
        if card is None or card.decision is None or stored.body is None:
            return
        if card.decision.did != "ask" or card.decision.robot is not None:
            return
        said = read(Reading([card.words[-1]], 0, frozenset(), card.titles, False)).turn.text
        if said in card.titles:
            right = card.titles.index(said) == 0
            self._aside(self.mark(card.decision, right, True, None))

    def took_offer(self, id: ConversationId, number: int, by: AccountId) -> None:
        """An agent answered with a suggestion, or with none of them."""
        card = self.hub.cards.get(id)
        decision = card.decision if card else None
        if decision is not None and decision.did != "answer" and 0 <= number <= len(decision.candidates):
            self._aside(self.mark(decision, number == 1, number > 0, by))

    def suggest(self, id: ConversationId, typed: str, agent: AccountId, socket: Socket) -> No | None:
        """Aside: what the agent does next waits for no suggestion."""
        c = self.hub.desk.conversation(id)
        if c is None or c.agent != agent:
            return No("not_yours")
        self._aside(self._suggest(c, typed[:LONGEST], socket))
        return None

    async def _suggest(self, c: Conversation, typed: str, socket: Socket) -> None:
        card = self.hub.cards.get(c.id)
        words = None if card is None else card.reading(c)
        turn = Turn("") if words is None else read(words).turn
        desk = self.hub.desk
        found = await self.attendants.robots.suggest(desk.merchant, turn, Scene(desk.ports.now(), c.shop), typed)
        questions = [live.SuggestedQuestion(each.title, each.answer) for each in found if each.answer]
        self.hub.push((socket,), encode(live.Suggested(c.id, typed, questions)))
        self.hub.flush()

    async def mark_answer(self, id: ConversationId, name: str, right: bool, by: AccountId) -> bool:
        """False: the robot decided no such thing there."""
        events = (each.event for each in await self.hub.events(id, 0))
        for event in events:
            if isinstance(event, RobotDecided) and event.decision == name and event.robot is None:
                await self.mark(event, right, right, by)
                return True
        return False

    async def marks(self, id: str, shown: Sequence[Line]) -> dict[str, bool]:
        """Where the robot decided anything."""
        if not any(line.name == "robot_decided" for line in shown):
            return {}
        return await self.attendants.marks_of(self.hub.desk.merchant, ConversationId(id))

    async def mark(self, decision: RobotDecided, right: bool, among: bool, by: AccountId | None) -> None:
        """What a person says of a decision; the bands follow at once."""
        merchant, put = self.hub.desk.merchant, self.attendants.put
        await put(merchant, decision.decision, decision.confidence, right, among, by)
        await self.attendants.robots.marked(merchant)

    def _aside(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._marking.add(task)
        task.add_done_callback(self._marking.discard)

    def _begin(self, id: ConversationId) -> None:
        if id not in self._tasks:
            task = self._tasks[id] = asyncio.create_task(self._attend(id))
            task.add_done_callback(lambda _: self._tasks.pop(id, None))

    async def stop(self) -> None:
        """The merchant's desk is elsewhere from now on, or nowhere."""
        self.attendants.robots.drop(self.hub.desk.merchant)
        tasks = [*self._tasks.values(), *self._marking, *filter(None, (self._looking,))]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _attend(self, id: ConversationId) -> None:
        """Until nothing is left to decide, or the conversation is people's."""
        try:
            more = True
            while more:
                c = self.hub.desk.conversation(id)
                more = c is not None and await self._once(c)
        except Exception:  # whatever it is, the deadline hands the conversation over
            log.exception("the robot failed at a turn")

    async def _once(self, c: Conversation) -> bool:
        """Whether there is more to do."""
        desk, card = self.hub.desk, self.hub.cards.get(c.id)
        words = None if card is None else card.reading(c)
        if desk.broken or words is None or not (c.undecided or (c.agent is not None and c.waiting_since is not None)):
            return False
        asked = read(words)
        if asked.up_to <= c.decided:
            return False
        considered = await self._considered(c, asked)
        if considered is None:
            await asyncio.sleep(_AGAIN)
            return c.with_robot  # an agent has suggestions at once, or does without
        decision = considered.decision
        if c.agent is not None:
            robot.suggest(desk, c, considered, desk.ports.now())
            return False
        if decision.reason not in ("same_words", "rule"):
            await self._pause(asked.since, asked.last)
        return await self._act(c, asked, considered)

    async def _considered(self, c: Conversation, asked: Asked) -> Considered | None:
        """By a robot of others, if there is one that says something in time; hard words and rules come before it."""
        desk, begun = self.hub.desk, time.perf_counter()
        fresh = c.with_robot and self._put_to_others.get(c.id) != asked.up_to
        self._put_to_others[c.id] = asked.up_to
        others = self._put(c, asked) if fresh else None
        try:
            decision = await self.attendants.robots.decide(desk.merchant, asked.turn, Scene(desk.ports.now(), c.shop))
            ruled = decision is not None and decision.reason == "rule"
            found = None if ruled or others is None else await _told(others)
            took = Milliseconds(round((time.perf_counter() - begun) * 1_000))
            if found is not None:
                answers = tuple(("text", Body(each.content, name=found.name)) for each in found.decision.answers)
                return Considered(asked.up_to, found.decision, took, cast(tuple[Message, ...], answers), found.name)
            return None if decision is None else Considered(asked.up_to, decision, took)
        finally:
            if others is not None:
                others.cancel()
                del self._by_others[c.id]

    def _put(self, c: Conversation, asked: Asked) -> "asyncio.Task[Outsider | None]":
        others = asyncio.create_task(self._ask_others(c, asked))
        self._by_others[c.id] = asked.up_to, others
        return others

    async def _ask_others(self, c: Conversation, asked: Asked) -> Outsider | None:
        desk = self.hub.desk
        within = (asked.since + _OTHERS_AT_MOST - desk.ports.now()) / 1_000
        asking = Asking(c.id, asked.up_to, c.shop, asked.turn)
        return None if within <= 0 else await self.attendants.outside.ask(desk.merchant, asking, within)

    async def _pause(self, since: Instant, last: Instant) -> None:
        """Until the buyer has said it all: what follows within the length of a burst is read with it."""
        now = self.hub.desk.ports.now()
        await asyncio.sleep(max(0, min(last + BURST, since + _AT_MOST) - now) / 1_000)

    def _sort(self, c: Conversation, decision: Decision) -> None:
        """Into the queue of the group that the turn's question belongs to, if it has to wait for people."""
        routed, desk = decision.routed, self.hub.desk
        if routed.route.isdecimal():
            classify.move(desk, c, GroupId(int(routed.route)), routed.confidence, desk.ports.now())

    async def _worded(self, c: Conversation, asked: Asked, considered: Considered) -> Considered:
        """The answer ready to be sent; in other words, or questions in another order, if a model says so in time."""
        desk, decision, rewording = self.hub.desk, considered.decision, self.attendants.rewording
        if considered.robot is not None:
            return considered
        within = (asked.since + _WORDED_AT_MOST - desk.ports.now()) / 1_000
        if decision.kind != "answer":
            return replace(considered, decision=await rewording.ordered(asked.turn.text, decision, within))
        whom = Whom(desk.merchant, c.shop, desk.premises.shops[c.shop].name, c.buyer)
        answers = await self.attendants.ready(whom, decision)
        other = await rewording.reworded(asked.turn.text, answers, within)
        return replace(considered, answers=other or answers, reworded=other is not None)

    async def _act(self, c: Conversation, asked: Asked, considered: Considered) -> bool:
        desk = self.hub.desk
        decision = considered.decision
        considered = await self._worded(c, asked, considered)
        if desk.broken or desk.conversation(c.id) is not c:
            return False
        self._sort(c, decision)
        if robot.act(desk, c, considered, desk.ports.now()):
            return False
        await asyncio.sleep(0.05)  # what was written meanwhile is on its way to the log
        return c.with_robot


async def _told(others: "asyncio.Task[Outsider | None]") -> Outsider | None:
    """None, too, once nobody waits for it any more."""
    await asyncio.wait((others,))
    return None if others.cancelled() else others.result()
