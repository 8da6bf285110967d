"""The staff's door, /ws/desk: opened with the session cookie; every command declares what it needs."""

from typing import Final

import msgspec

from goldensix.actions import ladder, presence, reception, route, say
from goldensix.actions.outcome import Code, Known, No
from goldensix.api.live.floors import Floor
from goldensix.api.live.frames import TAIL, Line, encode, in_stream, lines, names_a_conversation, raw, refused
from goldensix.api.live.socket import Socket
from goldensix.api.live.ticker import Filter
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import Body, ConversationStarted
from goldensix.events.ids import AccountId, ConversationId, GroupId, Instant, ShopId
from goldensix.team.roles import Permission, may
from goldensix.team.team import Member
from goldensix.wire import commands, live

NEEDS: Final[dict[type[commands.StaffCommand], Permission | None]] = {
    commands.Hello: None,
    commands.Open: None,  # one's own; any other needs READ_DESK, see `_cannot_open`
    commands.Older: None,
    commands.Leave: None,
    commands.Say: Permission.CONSULT,
    commands.Suggest: Permission.CONSULT,
    commands.MarkAnswer: None,  # of what one may open, see `_mark`
    commands.Recall: Permission.CONSULT,
    commands.Read: Permission.CONSULT,
    commands.Typing: Permission.CONSULT,
    commands.Take: Permission.CONSULT,
    commands.Assign: Permission.ASSIGN,
    commands.Reassign: Permission.ASSIGN,
    commands.TakeOver: Permission.ASSIGN,
    commands.Transfer: Permission.CONSULT,
    commands.PutBack: Permission.CONSULT,  # one's own; any other needs ASSIGN, see `route.put_back`
    commands.Close: Permission.CONSULT,
    commands.Ready: Permission.CONSULT,
    commands.TakeBreak: Permission.CONSULT,
    commands.Acknowledge: Permission.ASSIGN,
    commands.WatchLive: Permission.VIEW_WORK_STATE,
    commands.UnwatchLive: Permission.VIEW_WORK_STATE,
}
"""What each command of the socket needs; None: to be logged in."""


def _destination(command: commands.Transfer) -> route.Transfer:
    agent = None if command.agent is None else AccountId(command.agent)
    group = None if command.group is None else GroupId(command.group)
    return route.Transfer(agent, group, command.note, command.task, command.wish, command.order)


decoder = msgspec.json.Decoder(commands.StaffCommand)


class StaffDoor:
    """One device of an account."""

    def __init__(self, floor: Floor, socket: Socket, agent: AccountId) -> None:
        hub = floor.hub
        self._hub, self._desk, self._ticker, self._attending = hub, hub.desk, floor.ticker, floor.attending
        self._socket = socket
        self._agent = agent
        self._typed: dict[str, int] = {}
        self._looked: set[str] = set()
        """Conversations of others that this page opened."""

    @property
    def _member(self) -> Member:
        return self._desk.premises.members[self._agent]

    def enter(self) -> None:
        self._hub.enter(self._agent, self._socket)

    def exit(self) -> None:
        self._ticker.part(self._socket)
        self._hub.exit(self._agent, self._socket)

    async def handle(self, command: commands.StaffCommand) -> None:
        needs, member = NEEDS[type(command)], self._member
        if not member.active or (needs is not None and not may(member.role, needs)):
            self._refuse("not_allowed", command)
            return
        outcome = await (self._say(command) if isinstance(command, commands.Say) else self._do(command))
        if isinstance(outcome, No):
            self._refuse(outcome.code, command)

    async def _do(self, command: commands.StaffCommand) -> No | None:
        desk, me, now = self._desk, self._agent, self._desk.ports.now()
        match command:
            case commands.Typing():
                return self._typing(command.c)
            case commands.Read():
                return self._read(command)
            case commands.Take():
                return route.take(desk, me, command.c, now)
            case commands.Close():
                return reception.close(desk, me, command.c, now)
            case commands.Recall():
                return say.recall(desk, ConversationId(command.c), command.message, "agent", f"a{me}", now)
            case commands.Assign():
                return route.hand_over(desk, me, command.c, AccountId(command.agent), now)
            case commands.TakeOver():
                return await self._take_over(command.c, now)
            case commands.PutBack():
                return route.put_back(desk, me, command.c, now)
            case commands.Transfer():
                return route.transfer(desk, me, command.c, _destination(command), now)
            case commands.Suggest():
                return self._attending.suggest(ConversationId(command.c), command.typed, self._agent, self._socket)
            case commands.Acknowledge():
                return ladder.acknowledge(desk, me, command.alert, now)
            case commands.MarkAnswer():
                return await self._mark(command)
            case commands.Reassign():
                self._reassign(command, now)
            case commands.Ready():
                reception.become_ready(desk, me, now)
            case commands.TakeBreak():
                presence.take_break(desk, me, command.reason, now)
            case _:
                return await self._look(command)
        return None

    def _reassign(self, command: commands.Reassign, now: Instant) -> None:
        to = None if command.to is None else AccountId(command.to)
        for stayed, refused_ in route.reassign(self._desk, self._agent, AccountId(command.agent), to, now):
            self._socket.push(refused(refused_.code, c=stayed.id))

    async def _look(self, command: commands.StaffCommand) -> No | None:
        """Commands that only show."""
        match command:
            case commands.Hello():
                await self._hello()
            case commands.Open():
                return await self._open(command.c, after=in_stream(command.after))
            case commands.Older():
                return await self._open(command.c, before=in_stream(command.before))
            case commands.Leave():
                self._hub.watchers.get(ConversationId(command.c), set()).discard(self._socket)
            case commands.WatchLive():
                return self._watch(command)
            case commands.UnwatchLive():
                self._ticker.watching.pop(self._socket, None)
        return None

    def _watch(self, command: commands.WatchLive) -> No | None:
        shop, member = None if command.shop is None else ShopId(command.shop), self._member
        if shop is not None and not (shop in self._desk.premises.shops and member.serves_shop(shop)):
            return No("bad_command")
        chosen = Filter(shop, command.group, command.agent, member.shops)
        self._ticker.watching[self._socket] = chosen
        self._socket.push(self._ticker.board(chosen, self._desk.ports.now()))
        return None

    def _refuse(self, code: Code, command: commands.StaffCommand) -> None:
        id = command.id if isinstance(command, commands.Say) else None
        self._socket.push(refused(code, id=id, c=getattr(command, "c", None)))

    async def _say(self, command: commands.Say) -> No | None:
        picture = await self._hub.picture(f"a{self._agent}", command.picture) if command.picture else None
        if command.picture and picture is None:
            return No("unknown_picture")
        if self._socket.closed:  # while we asked the desk started over
            return None
        body = Body(say.storable(command.text), picture, command.product)
        outcome = say.answer(self._desk, self._agent, command.c, command.id, body, self._desk.ports.now())
        if isinstance(outcome, No) and outcome.code == "no_conversation" and say.check(command.id, body) is None:
            await self._desk.stored()  # the end of the conversation may be on its way to the log, and this before it
            known = (await self._hub.where(say.message_of_agent(self._agent, command.id))).place
            if known is not None and known.stream == command.c:
                outcome = Known(ConversationId(known.stream), known.stream_position)
        if isinstance(outcome, Known):
            if await self._desk.stored():
                self._socket.push(encode(live.Stored(command.id, outcome.conversation, outcome.position)))
            return None
        if outcome is None and command.offered is not None:
            self._attending.took_offer(ConversationId(command.c), command.offered, self._agent)
        return outcome

    async def _mark(self, command: commands.MarkAnswer) -> No | None:
        if not names_a_conversation(command.c):
            return No("no_conversation")
        if (refused_ := await self._cannot_open(command.c, self._desk.conversation(command.c))) is not None:
            return refused_
        if not await self._attending.mark_answer(
            ConversationId(command.c), command.decision, command.right, self._agent
        ):
            return No("unknown_message")
        marked = encode(live.Marked(command.c, command.decision, command.right))
        self._hub.push({self._socket, *self._hub.watchers.get(ConversationId(command.c), ())}, marked)
        self._hub.flush()
        return None

    def _typing(self, c: str) -> No | None:
        conversation, now = self._desk.conversation(c), self._desk.ports.now()
        if conversation is None or conversation.agent != self._agent:
            return No("not_yours")
        reception.strike_key(self._desk, self._agent, now)
        if abs(now - self._typed.get(c, 0)) >= 1_000:
            self._typed = {c: now}
            buyers = self._hub.buyers.get((conversation.shop, conversation.buyer), ())
            self._hub.push(buyers, encode(live.TypingNow(conversation.id)))
            self._hub.flush()
        return None

    def _read(self, command: commands.Read) -> No | None:
        conversation = self._desk.conversation(command.c)
        if conversation is None or conversation.agent != self._agent:
            return No("not_yours")
        say.read(self._desk, conversation, self._agent, command.up_to, self._desk.ports.now())
        return None

    async def _hello(self) -> None:
        """Everything the workbench shows; it replaces what the page held, so nothing can be missed."""
        hub, now = self._hub, self._desk.ports.now()
        mine = self._desk.folds.reception.of_agent(self._agent)
        frame = live.DeskFrame(
            now=now,
            receptions=[hub.reception(c, hub.cards[c.id], mine=True) for c in mine if c.id in hub.cards],
            pool=self._ticker.pool(self._member, now),
            me=self._ticker.me(self._agent, self._member, self._ticker.whole_board(now)),
            colleagues=[hub.colleague(id) for id, member in self._desk.premises.members.items() if member.active],
        )
        self._socket.push(encode(frame))

    async def _cannot_open(self, c: str, conversation: Conversation | None) -> No | None:
        """Those who read the desk open any of their shops; an agent his own and what waits in his groups."""
        member = self._member
        if may(member.role, Permission.READ_DESK):
            mine = conversation is not None and conversation.agent == self._agent
            return None if mine or await self._of_my_shops(c, conversation) else No("no_conversation")
        if conversation is None or not may(member.role, Permission.CONSULT):
            return No("not_allowed")
        waits_for_me = conversation.queued and member.serves(
            conversation.shop, conversation.group, played=conversation.played
        )
        return None if conversation.agent == self._agent or waits_for_me else No("not_allowed")

    async def _of_my_shops(self, c: str, conversation: Conversation | None) -> bool:
        """The log is asked only for those who are limited, of what is over."""
        member = self._member
        if not member.shops or conversation is not None:
            return conversation is None or member.serves_shop(conversation.shop)
        first = await self._desk.ports.log.read_stream(self._desk.merchant, c, limit=1)
        started = first[0].event if first else None
        return isinstance(started, ConversationStarted) and member.serves_shop(started.shop)

    async def _open(self, c: str, *, after: int = 0, before: int | None = None) -> No | None:
        if not names_a_conversation(c):
            return No("no_conversation")
        conversation = self._desk.conversation(c)
        if (refused_ := await self._cannot_open(c, conversation)) is not None:
            return refused_
        await self._note_look(c, conversation)
        if conversation is not None:
            self._hub.watchers[conversation.id].add(self._socket)
        shown = await self._lines(c, conversation, after, before)
        if not shown and conversation is None:
            return No("no_conversation")
        row = None
        if conversation is not None and (card := self._hub.cards.get(conversation.id)) is not None:
            row = self._hub.reception(conversation, card, mine=conversation.agent == self._agent, with_events=False)
        more = not after and bool(shown) and shown[0].n > 1
        self._socket.push(encode(live.Thread(c, raw(shown), more, row, await self._attending.marks(c, shown))))
        return None

    async def _take_over(self, c: str, now: Instant) -> No | None:
        before = self._desk.conversation(c)
        held_by = None if before is None else before.agent
        outcome = route.take_over(self._desk, self._agent, c, now)
        if outcome is None:
            await self._hub.note(self._agent, "taken over", f"{c} from account {held_by}")
        return outcome

    async def _note_look(self, c: str, conversation: Conversation | None) -> None:
        """Of somebody else's, or one that is over; what waits is for everybody who may have it."""
        others = conversation is None or conversation.agent not in (None, self._agent)
        if others and c not in self._looked:
            self._looked.add(c)
            await self._hub.note(self._agent, "conversation opened", c)

    async def _lines(self, c: str, open_: Conversation | None, after: int, before: int | None) -> list[Line]:
        """The events after a position, or the last 50 before one. What was taken back has no words."""
        log, merchant = self._desk.ports.log, self._desk.merchant
        if open_ is None:  # closed: what was recalled is known only from its whole log
            whole = lines(await self._hub.events(c, 0))
            return [each for each in whole if each.n > after and (before is None or each.n < before)][
                None if after else -TAIL :
            ]
        recalled = [message for message, said in open_.messages.items() if said.recalled]
        if after:
            return lines(await self._hub.events(c, after), recalled)
        end = 2**31 - 1 if before is None else before
        return lines(await log.read_stream(merchant, c, before=end, limit=TAIL), recalled)
