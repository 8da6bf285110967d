"""The buyers' door, /ws/buyer: identified by the token in the first frame."""

import msgspec

from goldensix.actions import rating, reception, say
from goldensix.actions.arrival import OrderFacts
from goldensix.actions.outcome import Known, No
from goldensix.api.limits import Limits, in_seconds
from goldensix.api.live.frames import Line, encode, in_stream, lines, names_a_conversation, raw, refused
from goldensix.api.live.hub import Hub
from goldensix.api.live.letters import OfBuyer
from goldensix.api.live.socket import Socket
from goldensix.api.live.ticker import Ticker
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import AgentAssigned, Body, ConversationStarted, MessageSent, Picture
from goldensix.events.ids import AccountId, BuyerId, ConversationId, Instant, Milliseconds, ShopId
from goldensix.log.port import Place, Stored
from goldensix.wire import commands, live

_TYPING_EVERY = Milliseconds(1_000)
_MOST_TOLD = 100_000
"""Letters of a conversation that are enough for a page when it comes: months of an eager buyer. Whoever comes again and
again must not make the desk read books."""
_PART = 100
_FURTHEST = 2**31 - 1


class BuyerDoor:
    """One buyer's socket after its hello."""

    def __init__(self, hub: Hub, ticker: Ticker, socket: Socket, whose: OfBuyer, limits: Limits) -> None:
        self._hub, self._desk, self._ticker = hub, hub.desk, ticker
        self._socket = socket
        visitor, hello = whose.visitor, whose.hello
        self._buyer = say.Buyer(visitor.shop, visitor.buyer, visitor.name, whose.channel, hello.language, whose.address)
        self._limits = limits
        self._typed_at = 0

    @property
    def _key(self) -> tuple[ShopId, BuyerId]:
        return self._buyer.shop, self._buyer.id

    async def enter(self, hello: commands.BuyerHello) -> None:
        """Follow first, then read: what happens in between comes twice rather than not at all.

        The welcome is the first frame all the same: a page that had heard of later events would take the earlier
        ones in it for known.
        """
        self._socket.hold()
        self._hub.buyers[self._key].add(self._socket)
        if self._buyer.address:
            self._hub.addresses[self._key].add(self._buyer.address)
        self._ticker.join(self._socket)
        self._socket.begin(encode(await self._welcome(hello)))
        conversation = self._open
        waits = conversation is not None and not conversation.is_message
        if conversation is not None and waits and (place := self._desk.folds.reception.place(conversation)):
            expected = self._desk.pace.expected(conversation.group, place, self._desk.ports.now())
            self._socket.push(encode(live.Place(conversation.id, place, expected)))
        self._socket.flush()

    def exit(self) -> None:
        sockets = self._hub.buyers[self._key]
        sockets.discard(self._socket)
        if not sockets:
            del self._hub.buyers[self._key]
            self._hub.addresses.pop(self._key, None)
        self._ticker.part(self._socket)

    @property
    def _open(self) -> Conversation | None:
        return self._desk.folds.reception.of_buyer(*self._key)

    @property
    def _open_id(self) -> ConversationId | None:
        return None if self._open is None else self._open.id

    async def handle(self, command: commands.BuyerCommand) -> None:
        if isinstance(command, commands.BuyerSay):
            await self._say(command)
        else:
            self._do(command, self._desk.ports.now())

    def _do(self, command: commands.BuyerCommand, now: Instant) -> None:
        match command:
            case commands.BuyerRecall():
                if self._open is not None:
                    author = f"b{self._buyer.id}"
                    self._tell(say.recall(self._desk, self._open.id, command.message, "buyer", author, now))
            case commands.BuyerRead():
                if self._open is not None:
                    say.read(self._desk, self._open, None, command.up_to, now)
            case commands.BuyerTyping():
                self._typing(now)
            case commands.BuyerClose():
                if self._open is not None:
                    self._tell(reception.leave(self._desk, self._open.id, now))
            case commands.BuyerRate():
                rated = rating.rate(self._desk, self._buyer, command.c, command.score, command.reasons, now)
                self._tell(rated, c=command.c)
            case commands.BuyerHello():
                self._tell(No("bad_command"))

    async def _say(self, command: commands.BuyerSay) -> None:
        """Closed while we asked, the desk has started over: it is sent again, to the desk as it is then."""
        desk = self._desk
        if wait := self._limits.say(self._key, self._buyer.address, starts=self._open is None):
            self._socket.push(refused("too_fast", id=command.id, wait=in_seconds(wait)))
            return
        while True:  # if the conversation ended, or another began, while we asked, the message may be stored by now
            of, known = self._open_id, await self._look_up(command)
            if known is None or self._socket.closed:
                return
            if of == self._open_id:
                break
        picture, orders = known
        body = Body(say.storable(command.text), picture, command.product)
        now = desk.ports.now()
        outcome = say.ask(desk, self._buyer, command.id, body, command.group, command.page, now, orders)
        if isinstance(outcome, Known):
            if await desk.stored():
                self._socket.push(encode(live.Stored(command.id, outcome.conversation, outcome.position)))
        elif isinstance(outcome, No):
            self._socket.push(refused(outcome.code, id=command.id))

    async def _look_up(self, command: commands.BuyerSay) -> tuple[Picture | None, OrderFacts] | None:
        """What must be asked before a message is taken; None: it is not, and its author is told."""
        doubtful = self._open is None or self._key in self._hub.returning
        if doubtful and (known := await self._stored(command.id)) is not None:
            self._socket.push(encode(live.Stored(command.id, known.stream, known.stream_position)))
            return None
        picture = await self._hub.picture(f"b{self._buyer.id}", command.picture) if command.picture else None
        if command.picture and picture is None:
            self._socket.push(refused("unknown_picture", id=command.id))
            return None
        orders = await self._hub.orders(*self._key) if self._open is None else OrderFacts()
        if self._open is None and self._key in self._desk.ending:  # it ended while we asked: another begins after that
            await self._desk.stored()
        return picture, orders

    async def _stored(self, client_id: str) -> Place | None:
        """Where an earlier conversation has this message, if one has; the open one's are known without asking."""
        conversation, message = self._open, say.message_of_buyer(self._buyer.id, client_id)
        if say.check(client_id, Body("any words")) is not None:
            return None
        if conversation is not None and message in conversation.messages:
            return None
        if self._key in self._desk.ending:  # an earlier conversation, which the log may not have yet
            await self._desk.stored()
        known = await self._hub.where(message)
        if known.returning and known.place is None:
            self._hub.returning.add(self._key)
        return known.place

    def _typing(self, now: int) -> None:
        conversation = self._open
        if conversation is None or conversation.agent is None or abs(now - self._typed_at) < _TYPING_EVERY:
            return
        self._typed_at = now
        self._hub.push(self._hub.agents.get(conversation.agent, ()), encode(live.TypingNow(conversation.id)))
        self._hub.flush()

    def _tell(self, outcome: No | None, c: str | None = None) -> None:
        if outcome is not None:
            self._socket.push(refused(outcome.code, c=c))

    async def _welcome(self, hello: commands.BuyerHello) -> live.BuyerWelcome:
        conversation = self._open
        if conversation is not None:
            after = in_stream(hello.after) if hello.conversation == conversation.id else 0
            card = self._hub.cards.get(conversation.id)
            at_hand = card.after(after) if card else None
            recalled = [message for message, said in conversation.messages.items() if said.recalled]
            told = lines(await self._newest(conversation.id, after), recalled) if at_hand is None else at_hand
            agents = {said.agent for said in conversation.messages.values()} | {conversation.agent}
            return self._frame(conversation.id, False, told, agents)
        if hello.conversation is not None and names_a_conversation(hello.conversation):
            id = ConversationId(hello.conversation)
            first = await self._desk.ports.log.read_stream(self._desk.merchant, id, limit=1)
            if first and self._mine(first[0]):
                events = await self._newest(id, in_stream(hello.after))
                agents = {each.event.agent for each in events if isinstance(each.event, AgentAssigned | MessageSent)}
                return self._frame(id, True, lines(events), agents)
        return self._frame(None, True, [], set())

    def _mine(self, first: Stored) -> bool:
        """True if the conversation that began so is this buyer's, in this shop."""
        event = first.event
        return isinstance(event, ConversationStarted) and (event.shop, event.buyer) == self._key

    async def _newest(self, conversation: ConversationId, after: int) -> list[Stored]:
        """Of what came after a position as much as a page is told at once."""
        log, found, letters, before = self._desk.ports.log, list[Stored](), 0, _FURTHEST
        while before > after + 1 and letters < _MOST_TOLD:
            part = await log.read_stream(self._desk.merchant, conversation, before=before, limit=_PART)
            found[:0] = part
            letters += sum(len(each.body.text) for each in part if each.body is not None)
            before = part[0].stream_position if len(part) == _PART else 0
        return [each for each in found if each.stream_position > after]

    def _frame(
        self, id: ConversationId | None, closed: bool, told: list[Line], agents: set[AccountId | None]
    ) -> live.BuyerWelcome:
        names = {int(agent): self._hub.name_of(agent) for agent in agents if agent is not None}
        events = raw(each for each in told if each.for_buyer)
        return live.BuyerWelcome(self._desk.ports.now(), id, closed, events, names)


decoder = msgspec.json.Decoder(commands.BuyerCommand)
