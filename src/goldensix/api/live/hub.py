"""Who is connected to one merchant's desk, and what each is told once it is durable."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final, NamedTuple

import structlog

from goldensix.actions import reception
from goldensix.actions.arrival import OrderFacts, asks_for_orders
from goldensix.actions.desk import Desk, LogMoved, Published
from goldensix.adapters.postgres.audit import What
from goldensix.api.live.frames import TAIL, Card, encode, lines, raw
from goldensix.api.live.socket import Socket
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import AgentAssigned, ConversationClosed, ConversationReturned, OrderMoved, Picture
from goldensix.events.ids import (
    ALERT_STREAM,
    TEAM_STREAM,
    AccountId,
    BuyerId,
    ConversationId,
    Instant,
    MerchantId,
    MessageId,
    ShopId,
)
from goldensix.log.port import Place, Stored
from goldensix.team.roles import Permission, Role, may
from goldensix.wire import live

GRACE: Final = 3.0
"""Seconds an agent's last socket may be gone (a reload, a change of network) before he counts as disconnected."""
_BACK_WITHIN: Final = 10.0
"""The same after the desk started over: clients wait up to 5 s between their tries."""
_TRY_AGAIN: Final = 1013
_PART: Final = 2_000


log = structlog.get_logger()
FindOrders = Callable[[MerchantId, ShopId, BuyerId], Awaitable[OrderFacts]]
"""What a buyer has ordered in a shop."""
Note = Callable[[MerchantId, AccountId, What, str], Awaitable[None]]
"""Writes into the audit: who did what to whom."""
FindPicture = Callable[[MerchantId, str, str], Awaitable[Picture | None]]
"""A picture by merchant, author (as message ids begin) and name; None unless this author uploaded it."""


async def no_orders(_merchant: MerchantId, _shop: ShopId, _buyer: BuyerId) -> OrderFacts:
    return OrderFacts()


class Known(NamedTuple):
    place: Place | None
    """Where the message is stored, if it is."""
    returning: bool
    """Its author has written before."""


class Hub:
    def __init__(self, desk: Desk, find_picture: FindPicture, find_orders: FindOrders, note: Note) -> None:
        self.desk = desk
        self._find_picture = find_picture
        self._find_orders = find_orders
        self._note = note
        self.cards: dict[ConversationId, Card] = {}
        self.agents: dict[AccountId, set[Socket]] = defaultdict(set)
        self.buyers: dict[tuple[ShopId, BuyerId], set[Socket]] = defaultdict(set)
        self.addresses: dict[tuple[ShopId, BuyerId], set[str]] = defaultdict(set)
        """Where buyers who are here write from, as the merchant marks it."""
        self.watchers: dict[ConversationId, set[Socket]] = defaultdict(set)
        self._dirty: set[Socket] = set()
        self.returning: set[tuple[ShopId, BuyerId]] = set()
        """Buyers in conversation who wrote before: what they send may be stored in an earlier one."""
        self._asked: dict[MessageId, asyncio.Future[Known]] = {}
        self._leaving: dict[AccountId, asyncio.TimerHandle] = {}
        self._lookup: asyncio.Task[None] | None = None
        self.on_alert: Callable[[Stored], None] = lambda _: None
        """Called with each event of the ladder once it is durable."""
        self.on_turn: Callable[[Stored, Conversation], None] = lambda *_: None
        """Called with each event of a conversation once it is durable and told."""
        desk.publish = self.publish
        desk.on_broken = self.on_broken
        desk.on_loaded = self.start_over

    # -- sockets

    def push(self, sockets: Iterable[Socket], frame: bytes) -> None:
        for socket in sockets:
            socket.push(frame)
            self._dirty.add(socket)

    def flush(self) -> None:
        """Send what was pushed since the last time."""
        dirty, self._dirty = self._dirty, set()
        for socket in dirty:
            socket.flush()

    def enter(self, agent: AccountId, socket: Socket) -> None:
        """A staff socket is here; with the first one the agent is connected."""
        self.agents[agent].add(socket)
        if (timer := self._leaving.pop(agent, None)) is not None:
            timer.cancel()
        reception.connect(self.desk, agent, self.desk.ports.now())

    def exit(self, agent: AccountId, socket: Socket) -> None:
        """A staff socket is gone; after the last one the agent has a moment to come back."""
        self.agents[agent].discard(socket)
        for watching in self.watchers.values():
            watching.discard(socket)
        if not self.agents[agent] and agent not in self._leaving:
            loop = asyncio.get_running_loop()
            self._leaving[agent] = loop.call_later(GRACE, self._left, agent)

    def _left(self, agent: AccountId) -> None:
        del self._leaving[agent]
        if not self.agents[agent] and not self.desk.broken:
            reception.disconnect(self.desk, agent, self.desk.ports.now())

    def nobody_is_here(self) -> None:
        """After a start: whoever the log says is connected has yet to come back."""
        now = self.desk.ports.now()
        for agent, presence in list(self.desk.folds.attendance.present.items()):
            if presence.connected and not self.agents.get(agent):
                reception.disconnect(self.desk, agent, now)

    def close_all(self, code: int) -> None:
        for group in (*self.agents.values(), *self.buyers.values()):
            for socket in list(group):
                socket.close(code)

    def on_broken(self, reason: BaseException) -> None:
        """The folds were ahead of the log: all reconnect, catch up and send what was not acked."""
        why = str(reason) if isinstance(reason, LogMoved) else ""  # a driver's words may hold what a buyer wrote
        log.error("the desk starts over", merchant=self.desk.merchant, error=type(reason).__name__, why=why)
        self.cards.clear()
        self.close_all(_TRY_AGAIN)

    # -- the start, and messages that may have been stored before

    async def start_over(self) -> None:
        """The desk's folds were read again: take up all that was told and who was here."""
        await self.load()
        loop = asyncio.get_running_loop()
        for agent, presence in self.desk.folds.attendance.present.items():
            if presence.connected and not self.agents.get(agent) and agent not in self._leaving:
                self._leaving[agent] = loop.call_later(_BACK_WITHIN, self._left, agent)
        log.warning("the desk goes on", merchant=self.desk.merchant)

    async def load(self) -> None:
        """The newest lines of every open conversation, in one query."""
        desk = self.desk
        self.cards.clear()
        by_stream: dict[str, list[Stored]] = defaultdict(list)
        open_ = list(desk.folds.reception.open)
        for stored in await desk.ports.log.tails(desk.merchant, open_, TAIL):
            by_stream[stored.stream].append(stored)
        for id, events in by_stream.items():
            await self._deal(ConversationId(id), events)

    async def _deal(self, id: ConversationId, events: list[Stored]) -> None:
        desk, card = self.desk, Card()
        if events[0].stream_position > 1:
            first = await desk.ports.log.read_stream(desk.merchant, id, limit=1)
            card.buyer_name = first[0].body.name if first[0].body else ""
        for stored in events:
            card.take_in(stored)
        conversation = desk.folds.reception.open[id]
        recalled = [message for message, said in conversation.messages.items() if said.recalled]
        card.let_go()
        card.keep(lines(events, recalled))
        card.agent = conversation.agent
        self.cards[id] = card
        self.returning.add((conversation.shop, conversation.buyer))  # perhaps: the log is asked when it matters

    async def events(self, c: str, after: int) -> list[Stored]:
        """All of a conversation after a position, however long it is."""
        log, found = self.desk.ports.log, list[Stored]()
        while part := await log.read_stream(self.desk.merchant, c, after=after, limit=_PART):
            found += part
            after = part[-1].stream_position
            if len(part) < _PART:
                break
        return found

    async def where(self, message: MessageId) -> Known:
        """Whether a message is stored somewhere: asked for as many as wait at a time."""
        asked = self._asked.setdefault(message, asyncio.get_running_loop().create_future())
        if self._lookup is None:
            self._lookup = asyncio.create_task(self._look_up())
        return await asyncio.shield(asked)  # another tab may ask for the same

    async def _look_up(self) -> None:
        log, merchant = self.desk.ports.log, self.desk.merchant
        while self._asked:
            asked, self._asked = self._asked, {}
            try:
                spoken = await log.spoken(merchant, list({_author(message) for message in asked}))
                doubtful = [message for message in asked if _author(message) in spoken]
                found = await log.find(merchant, doubtful) if doubtful else {}
            except Exception as away:  # whatever the log says, each who asked hears it
                for future in asked.values():
                    if not future.done():
                        future.set_exception(away)
                continue
            for message, future in asked.items():
                if not future.done():
                    future.set_result(Known(found.get(message), _author(message) in spoken))
        self._lookup = None

    async def picture(self, author: str, name: str) -> Picture | None:
        if not name.isalnum():  # a name of ours is hexadecimal
            return None
        return await self._find_picture(self.desk.merchant, author, name)

    async def orders(self, shop: ShopId, buyer: BuyerId) -> OrderFacts:
        """Asked when a consult begins, and only where a rule of the merchant's asks for them."""
        if not asks_for_orders(self.desk.premises.rules, shop):
            return OrderFacts()
        return await self._find_orders(self.desk.merchant, shop, buyer)

    async def note(self, by: AccountId, what: What, subject: str) -> None:
        await self._note(self.desk.merchant, by, what, subject)

    # -- telling

    def publish(self, batch: Sequence[Published]) -> None:
        for stored, conversation in batch:
            if stored.stream == ALERT_STREAM:
                self.on_alert(stored)
            elif conversation is not None:
                self._tell(stored, conversation)
            elif stored.stream == TEAM_STREAM:
                self._tell_team(stored)
            elif isinstance(stored.event, OrderMoved):
                self._tell_order(stored.event)
            else:
                self._tell_rating(stored)
        self.flush()

    def _tell(self, stored: Stored, conversation: Conversation) -> None:
        card = self.cards.get(conversation.id)
        if card is None:
            card = self.cards[conversation.id] = Card()
        line = card.take_in(stored)
        event = stored.event
        before = card.agent
        if isinstance(event, AgentAssigned):
            self._assigned(conversation, card, event, before)
        elif isinstance(event, ConversationReturned):
            self._returned(conversation, card, before)
        agents = self.agents.get(card.agent, ()) if card.agent is not None else ()
        if not isinstance(event, AgentAssigned):
            self.push(agents, line.frame)
        watching = self.watchers.get(conversation.id)
        if watching:
            if isinstance(event, AgentAssigned | ConversationReturned):
                # who looked into the queue, or had it, has nothing to do with it any more
                watching &= self._readers(conversation.shop)
            self.push(watching.difference(agents), line.frame)
        if line.for_buyer:
            self.push(self.buyers.get((conversation.shop, conversation.buyer), ()), line.frame)
        if isinstance(event, ConversationClosed):
            self._closed(conversation, card)
        self.on_turn(stored, conversation)

    def _assigned(self, conversation: Conversation, card: Card, event: AgentAssigned, before: AccountId | None) -> None:
        card.agent = event.agent
        if before is not None and before != event.agent:
            self.push(self.agents.get(before, ()), encode(live.Gone(conversation.id, event.agent, False)))
        self.push(self.agents.get(event.agent, ()), encode(self.reception(conversation, card, mine=True)))
        waited = event.waited if before is None else 0
        served = live.Served(conversation.id, event.agent, self.name_of(event.agent), waited)
        self.push(self.buyers.get((conversation.shop, conversation.buyer), ()), encode(served))

    def _returned(self, conversation: Conversation, card: Card, before: AccountId | None) -> None:
        card.agent = None
        card.place_told, card.place_told_at = -1, Instant(0)  # the buyer is told at once where he stands now
        if before is not None:
            self.push(self.agents.get(before, ()), encode(live.Gone(conversation.id, None, False)))

    def _closed(self, conversation: Conversation, card: Card) -> None:
        if card.agent is not None:
            self.push(self.agents.get(card.agent, ()), encode(live.Gone(conversation.id, card.agent, True)))
        self.watchers.pop(conversation.id, None)
        self.returning.discard((conversation.shop, conversation.buyer))
        del self.cards[conversation.id]

    def _tell_rating(self, stored: Stored) -> None:
        """To its buyer's pages, and to those of the agent who may look at it still; it calls nobody."""
        parted = self.desk.folds.ratings.parted.get(ConversationId(stored.stream))
        if parted is not None:
            [told] = lines([stored])
            self.push(self.buyers.get((parted.shop, parted.buyer), ()), told.frame)
            self.push(self.agents.get(parted.agent, ()) if parted.agent is not None else (), told.frame)

    def _tell_team(self, stored: Stored) -> None:
        agent: AccountId | None = getattr(stored.event, "agent", None)
        if agent is not None and agent in self.desk.premises.members:
            self.push(self._staff(), encode(self.colleague(agent)))

    def _tell_order(self, event: OrderMoved) -> None:
        """Whoever has its buyer on a page."""
        conversation = self.desk.folds.reception.of_buyer(event.shop, event.buyer)
        if conversation is None:
            return
        agents = self.agents.get(conversation.agent, set()) if conversation.agent is not None else set()
        self.push(agents | self.watchers.get(conversation.id, set()), encode(live.OrdersMoved(conversation.id)))

    def _readers(self, shop: ShopId) -> set[Socket]:
        """Of those who may read any conversation of the shop."""
        here = ((self.desk.premises.members.get(id), sockets) for id, sockets in self.agents.items())
        may_read = (s for m, s in here if m and may(m.role, Permission.READ_DESK) and m.serves_shop(shop))
        return {socket for sockets in may_read for socket in sockets}

    def roster_changed(self) -> None:
        """Those whom the change stops are sent away; what others may not see any more they do not; all are told."""
        members = self.desk.premises.members
        self._send_away()
        for id, watching in self.watchers.items():
            if watching and (conversation := self.desk.conversation(id)) is not None:
                watching &= self._readers(conversation.shop)
        for agent, member in members.items():
            if member.active:
                self.push(self._staff(), encode(self.colleague(agent)))
        self.flush()

    def came_and_went(self, agents: Iterable[AccountId]) -> None:
        """Their shifts began or ended, or they are not good for longer."""
        self._send_away()
        members = self.desk.premises.members
        for agent in agents:
            if agent in members and members[agent].active:
                self.push(self._staff(), encode(self.colleague(agent)))

    def _send_away(self) -> None:
        """Those who may not be here any more."""
        members, now = self.desk.premises.members, self.desk.ports.now()
        for agent, sockets in self.agents.items():
            if agent not in members or not members[agent].active or not members[agent].is_good(now):
                for socket in list(sockets):
                    socket.close(4401)

    def _staff(self) -> list[Socket]:
        return [socket for group in self.agents.values() for socket in group]

    # -- what frames say

    def name_of(self, agent: AccountId) -> str:
        member = self.desk.premises.members.get(agent)
        return member.name if member else ""

    def reception(self, c: Conversation, card: Card, *, mine: bool, with_events: bool = True) -> live.Reception:
        return live.Reception(
            c=c.id,
            shop=c.shop,
            group=c.group,
            channel=c.channel,
            buyer=c.buyer,
            buyer_name=card.buyer_name,
            agent=c.agent,
            started_at=c.started_at,
            waiting_since=c.waiting_since,
            first_answered=c.answered_by_human,
            unread=c.unread,
            read_by_buyer=c.read_by_buyer,
            last=card.last,
            position=c.position,
            mine=mine,
            events=raw(card.tail) if with_events else [],
        )

    def colleague(self, agent: AccountId) -> live.Colleague:
        member, presence = self.desk.premises.members[agent], self.desk.folds.attendance.of(agent)
        return live.Colleague(
            id=agent,
            name=member.name,
            played=member.played,
            role=Role(member.role).value,
            groups=sorted(member.groups),
            limit=member.limit,
            open=self.desk.folds.reception.load(agent),
            connected=presence.connected,
            ready=presence.ready,
            break_reason=presence.break_reason,
            since=presence.since,
            shift=self.desk.shift_of(agent),
        )


def _author(message: MessageId) -> str:
    return message.partition(".")[0]
