"""One merchant's running desk: the folds ahead of the log by what is being committed, and nothing told before it is.

An action decides on the folds, records events (which moves the folds at once, so that the next action sees a slot
taken and a message known) and returns. The committer stores as many as wait in one transaction; only then are they
published: an acked message is committed. If the log refuses or is not there, the folds were ahead of the truth:
everybody is sent away, the folds are read from the log again, and clients send what was not acked.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from goldensix.actions.deadlines import Deadlines
from goldensix.actions.due import CALENDAR, answers_at, climbs_at, next_due
from goldensix.actions.folds import Folds
from goldensix.actions.premises import Premises
from goldensix.actions.standing import Standing, standing_at
from goldensix.conversations.conversation import Conversation
from goldensix.conversations.pace import QueuePace
from goldensix.events.facts import AgentAssigned, Body, ConversationClosed, Event
from goldensix.events.ids import (
    ALERT_STREAM,
    ORDER_STREAM,
    TEAM_STREAM,
    AccountId,
    BuyerId,
    ConversationId,
    Instant,
    MerchantId,
    Milliseconds,
    ShopId,
)
from goldensix.log.port import Append, Log, Refusal, Stored
from goldensix.metrics.caliber import Caliber
from goldensix.metrics.reading import Reading
from goldensix.robot.modes import Mode
from goldensix.routing.decide import Policy
from goldensix.team.team import InShift, Team

_BATCH: Final = 2_000
"""Most events in one transaction."""
_CROWD: Final = 10 * _BATCH
_READ: Final = 1_000
_UNREAD: Final = 100_000
_AT_ONCE: Final = 5_000
"""Events, and lines: figures of so many are read within a tenth of a second."""
"""Events read at a time when folding the log: in between others have their turn, or this process would seem dead."""


class Published(NamedTuple):
    """A durable event and the conversation it belongs to, which may have moved on since."""

    stored: Stored
    conversation: Conversation | None


Publish = Callable[[Sequence[Published]], None]


class LogMoved(Exception):
    """The log refused what this desk appended: somebody else writes for this merchant too."""


@dataclass(frozen=True, slots=True)
class Ports:
    """What the desk needs of the world."""

    log: Log
    now: Callable[[], Instant]
    new_conversation: Callable[[], ConversationId]
    calibers: Sequence[Caliber]
    """By which today's figures are read."""
    steady: Callable[[], float] | None = None
    """Seconds that nobody sets, beside which it shows that `now` was set; None: it never is."""


class Desk:
    def __init__(self, merchant: MerchantId, premises: Premises, ports: Ports, policy: Policy | None = None) -> None:
        self.merchant = merchant
        self.premises = premises
        self.ports = ports
        self._policy = policy
        self.folds = Folds()
        self.figures = self._reading(self.folds)
        self.deadlines = Deadlines()
        self.typing: dict[AccountId, Instant] = {}
        """Whose hands are busy, until when. Not an event: it is over before anybody could read it."""
        self.last_assigned: dict[AccountId, Instant] = {}
        self.begun = Instant(0)
        """Since when this desk runs on what the log holds."""
        self.deserted = Instant(0)
        """When somebody last went away: perhaps the last who was there."""
        self.pace = QueuePace()
        self.thanked: dict[ConversationId, Instant | None] = {}
        """Waits that began with words of thanks: since when something else is asked; None: nothing is."""
        self.fresh: list[ConversationId] = []
        """Began since the last routing, where the robot may have them."""
        self.acted: dict[AccountId, Instant] = {}
        """When an agent last did something; who has not since he lost a conversation is not given it again."""
        self.last_return = Instant(0)
        """When a conversation last came back to a queue."""
        self.router: Callable[[Instant], None] = lambda _: None
        """Assigns who waits to whom; called before a batch is committed if anybody wanted it."""
        self.publish: Publish = lambda _: None
        self.on_broken: Callable[[BaseException], None] = lambda _: None
        self.saved_folds: Callable[[], Awaitable[Folds]] = _empty
        """Where reading the log anew begins."""
        self.on_loaded: Callable[[], Awaitable[None]] = _nothing
        """Called once the folds were read again, before anything new is recorded."""
        self.durable = 0
        """Position of the last event that is stored and published."""
        self.ending: dict[tuple[ShopId, BuyerId], int] = {}
        """Buyers of conversations whose end is not published yet, with the position of that end."""
        self._standing: Standing | None = None
        self._pending: list[Published] = []
        self._moved = asyncio.Event()
        self._routing_wanted = False
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self.broken = False
        self.abandoned = False

    # -- what actions use

    @property
    def team(self) -> Team:
        standing = self.standing
        return Team(standing.members, self.folds.attendance, standing.off)

    @property
    def standing(self) -> Standing:
        """What the calendar says now; looked up anew only when that changes."""
        now = self.ports.now()
        if self._standing is None or not self._standing.holds(self.premises, now):
            self._standing = standing_at(self.premises, now)
        return self._standing

    def is_closed(self, conversation: Conversation) -> bool:
        """Its shop, for its group: nothing is routed. Recorded buyers are played at any hour."""
        return not conversation.played and (conversation.shop, conversation.group) in self.standing.closed

    def robot_mode(self, conversation: Conversation) -> Mode:
        """How the robot is at work where this conversation is."""
        return self.standing.robot.get((conversation.shop, conversation.group), "off")

    @property
    def policy(self) -> Policy:
        """How routing chooses: the merchant's, unless this desk was given one."""
        return self._policy or self.premises.assignment.policy

    def conversation(self, id: str) -> Conversation | None:
        """An open conversation."""
        return self.folds.reception.open.get(ConversationId(id))

    def record(self, stream: str, event: Event, at: Instant, body: Body | None = None) -> Stored:
        """Move the folds and queue the event for the log. Its positions are this one writer's to give."""
        folds, queued = self.folds, False
        if stream == TEAM_STREAM:
            position = folds.attendance.position + 1
        elif stream == ALERT_STREAM:
            position = folds.alerts.position + 1
        elif stream == ORDER_STREAM:
            position = folds.refunds.position + 1
        else:
            conversation = folds.reception.open.get(ConversationId(stream))
            known = folds.ratings.position_of(ConversationId(stream)) if conversation is None else conversation.position
            position = known + 1
            queued = conversation is not None and conversation.agent is None
        stored = Stored(self.merchant, folds.position + 1, stream, position, event, at, at, body)
        moved = folds.apply(stored)
        if queued and moved is not None and isinstance(event, AgentAssigned | ConversationClosed):
            self.pace.leave(moved.group, at, others_wait=bool(folds.reception.queues[moved.group]))
        self._pending.append(Published(stored, moved))
        if moved is not None and moved.closed:
            self.ending[moved.shop, moved.buyer] = stored.position
            self.thanked.pop(moved.id, None)
        self._idle.clear()
        self._work.set()
        return stored

    def look_later(self, conversation: Conversation, after: Instant = Instant(0)) -> None:
        """Set the clock for what the desk has to do for this conversation next, if there is something."""
        due = next_due(self.premises, self.folds.attendance, conversation, self.begun, after)
        answers = answers_at(conversation, self.robot_mode(conversation))
        if answers is not None and answers > after:
            self.deadlines.set(answers, conversation.id)
        if due is not None:
            self.deadlines.set(due, conversation.id)
        climbs = climbs_at(self.premises, self.folds.alerts, conversation, self.asked_since(conversation))
        if climbs is not None and climbs > after:
            self.deadlines.set(climbs, conversation.id)

    def asked_since(self, conversation: Conversation) -> Instant | None:
        """Since when the buyer waits for an answer and knows of no reason; who has only said thanks does not.

        Who left a message waits from when somebody has it.
        """
        if conversation.waiting_since is None:
            return None
        since = self.thanked.get(conversation.id, conversation.waiting_since)
        if since is None or not conversation.left:
            return since
        return None if conversation.assigned_at is None else max(since, conversation.assigned_at)

    def shift_of(self, agent: AccountId) -> InShift:
        """The third fact of presence."""
        if agent not in self.premises.shifts:
            return "none"
        return "out" if agent in self.standing.off else "in"

    def look_at_calendar(self) -> None:
        """Set the clock for when somebody's shift or a shop's hours begin or end next."""
        if (until := self.standing.until) is not None:
            self.deadlines.set(until, CALENDAR)

    def act(self, agent: AccountId, now: Instant) -> None:
        """The agent did something: what he lost by his silence may come to him again."""
        if self.acted.get(agent, 0) <= self.last_return:
            self.want_routing()
        self.acted[agent] = now

    def want_routing(self) -> None:
        """Somebody waits or somebody is free: all that came since the last batch is routed at once, before the next."""
        self._routing_wanted = True
        self._idle.clear()
        self._work.set()

    def route_if_wanted(self) -> None:
        if self._routing_wanted:
            self._routing_wanted = False
            self.router(self.ports.now())

    @property
    def recorded(self) -> Sequence[Published]:
        """What is on its way to the log."""
        return tuple(self._pending)

    def clock_moved(self, by: Milliseconds, now: Instant) -> None:
        """The machine's clock was set: what only we remember moves with it, and the time leapt over counts for nobody.

        What the log says stands as it was told, and what is compared with it, too.
        """
        for remembered in (self.typing, self.last_assigned):
            remembered.update({agent: Instant(at + by) for agent, at in remembered.items()})
        self.thanked = {id: None if at is None else Instant(at + by) for id, at in self.thanked.items()}
        self.deserted = Instant(self.deserted + by)
        self.begun = now
        self._set_clocks()
        self.want_routing()

    # -- the committer

    async def run(self) -> None:
        """Commit what actions record, for ever; start it once `load` is done."""
        while True:
            await self._work.wait()
            self._work.clear()
            while self._pending or self._routing_wanted:
                try:
                    self.route_if_wanted()
                    batch, self._pending = self._pending[:_BATCH], self._pending[_BATCH:]
                    await self._commit(batch)
                    self.publish(batch)
                    self._move_on(batch[-1].stored.position if batch else self.durable)
                except Exception as broken:  # whatever it is, what was recorded is not known to be stored and told
                    if self.abandoned:  # a driver that gives up while we are cancelled says so instead
                        raise asyncio.CancelledError from broken
                    await self._start_over(broken)
            self._idle.set()

    async def _commit(self, batch: Sequence[Published]) -> None:
        if not batch:
            return
        appends = [Append(s.stream, (s,), s.stream_position - 1) for s, _ in batch]
        results = await self.ports.log.append(self.merchant, appends, self.ports.now())
        for (stored, _), result in zip(batch, results, strict=True):
            if isinstance(result, Refusal) or result.position != stored.position:
                raise LogMoved(f"event {stored.position} of merchant {self.merchant}: {result}")

    @property
    def crowded(self) -> bool:
        """True if so much waits to be stored that no more should be asked of anybody."""
        return len(self._pending) > _CROWD

    async def settled(self) -> None:
        """Until everything recorded so far is durable and published."""
        await self._idle.wait()

    async def stored(self) -> bool:
        """Wait until all that is recorded by now is durable and published. False: it was given up, all is read anew."""
        folds, position = self.folds, self.folds.position
        while not self.broken and self.folds is folds:
            if self.durable >= position:
                return True
            await self._moved.wait()
        return False

    def _move_on(self, durable: int) -> None:
        self.durable = durable
        if self.ending:
            self.ending = {buyer: position for buyer, position in self.ending.items() if position > durable}
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def _start_over(self, broken: BaseException) -> None:
        """Fold the log anew; tries until it can be read."""
        self.broken = True
        self._pending.clear()
        self._move_on(self.durable)
        self.on_broken(broken)
        delay, told = 0.2, repr(broken)
        while True:
            await asyncio.sleep(delay)  # at first too: a fault that comes again at once must not keep the desk busy
            delay = min(1.0, delay * 2)
            try:
                await self.load(await self.saved_folds())
                await self.on_loaded()
            except Exception as still:  # the log is away yet, or cannot be folded: say so once, and try again
                if repr(still) != told:
                    told = repr(still)
                    self.on_broken(still)
            else:
                break
        self.broken = False

    def abandon(self) -> None:
        """Another process has the merchant from now on: nothing more is stored from here, and nobody waits for it."""
        self.broken = self.abandoned = True
        self._pending.clear()
        self._move_on(self.durable)

    # -- the start

    def _reading(self, folds: Folds) -> Reading:
        return Reading(self.ports.calibers, folds.today, lambda shop: self.premises.zone_of(shop))

    async def load(self, folds: Folds) -> None:
        """Bring saved (or empty) folds up to the log's end and make them this desk's.

        Buyers wait meanwhile, so after a flood today's figures are left to catch up while the desk runs.
        """
        figures, unread = self._reading(folds), 0
        while batch := await self.ports.log.read_after(self.merchant, folds.position, _READ):
            for stored in batch:
                folds.apply(stored)
            unread += len(batch)
            if unread >= _UNREAD:  # a log read from its beginning does not fit into memory
                figures.settle(batch[-1].occurred_at)
                unread = 0
        if len(folds.today.fresh) <= _AT_ONCE:
            figures.settle(self.ports.now())
        self.folds, self.figures, self.begun = folds, figures, self.ports.now()
        self._pending.clear()
        self.ending.clear()
        self._move_on(folds.position)
        self.typing.clear()
        self.thanked.clear()
        self.fresh.clear()
        self.acted.clear()
        for conversation in folds.reception.open.values():
            self.last_return = max(self.last_return, conversation.returned_at or self.last_return)
        self._set_clocks()
        self.want_routing()

    def _set_clocks(self) -> None:
        """From now on, whatever they showed before."""
        self.pace = QueuePace()
        self.deadlines = Deadlines()
        for conversation in self.folds.reception.open.values():
            self.look_later(conversation)
        self.look_at_calendar()


async def _nothing() -> None:
    pass


async def _empty() -> Folds:
    return Folds()
