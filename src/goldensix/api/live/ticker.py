"""What is told once a second: queue places, the pool, one's own figures, the live page; and that we are here."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from goldensix.api.live.alarm import alerts_now
from goldensix.api.live.board import Board, why_waiting
from goldensix.api.live.frames import Card, encode
from goldensix.api.live.hub import Hub
from goldensix.api.live.socket import Socket
from goldensix.conversations.conversation import Conversation
from goldensix.events.ids import AccountId, GroupId, Instant, ShopId
from goldensix.team.roles import Permission, may
from goldensix.team.team import Member
from goldensix.wire import live

_POOL_ROWS: Final = 20
_STAFF_BEAT: Final = 2
_BUYER_BEAT: Final = 20
_PLACE_EVERY: Final = 5_000
_MANY: Final = 50
_PARTS: Final = 10
_PAUSE: Final = 0.09
"""Seconds between parts of the staff: ten of them are done before the second is over."""


class Filter(NamedTuple):
    """What somebody looks at on the live page."""

    shop: ShopId | None
    group: int | None
    agent: int | None
    """Whose conversations it lists."""
    reach: frozenset[ShopId]
    """The shops that whoever looks is limited to; empty: every one."""


Territory = tuple[frozenset[GroupId], frozenset[ShopId]]


@dataclass(slots=True)
class Ticker:
    hub: Hub
    watching: dict[Socket, Filter] = field(default_factory=dict)
    """Who sees the live page, and what of it."""
    _told: dict[Socket, dict[str, bytes]] = field(default_factory=dict)
    _beats: list[set[Socket]] = field(default_factory=lambda: [set() for _ in range(_BUYER_BEAT)])
    _off: frozenset[AccountId] = frozenset()
    """Who was not in shift in the second before."""
    _joined: int = 0
    _second: int = 0
    _alerts: tuple[Instant, dict[frozenset[ShopId], bytes]] = (Instant(0), {})

    def join(self, socket: Socket) -> None:
        """A buyer's socket gets its beats, in the second after which it came: never all at once."""
        self._joined += 1
        self._beats[self._joined % _BUYER_BEAT].add(socket)

    def part(self, socket: Socket) -> None:
        for beats in self._beats:
            beats.discard(socket)
        self.watching.pop(socket, None)
        self._told.pop(socket, None)

    def roster_changed(self) -> None:
        """The live page closes to those who may not see it any more, and the shop that is not theirs any more."""
        members = self.hub.desk.premises.members
        for agent, sockets in self.hub.agents.items():
            for socket in self.watching.keys() & sockets:
                chosen, member = self.watching.pop(socket), members.get(agent)
                if member is None or not may(member.role, Permission.VIEW_WORK_STATE):
                    continue
                if chosen.shop is None or member.serves_shop(chosen.shop):
                    self.watching[socket] = chosen._replace(reach=member.shops)

    async def run(self) -> None:
        """Each second, on the second; where many are at work, to each his own figures in the course of it."""
        while True:
            now = self.hub.desk.ports.now()
            await asyncio.sleep((1000 - now % 1000) / 1000)
            if self.hub.desk.broken:
                continue
            board = self._tell_all(self.hub.desk.ports.now())
            parts = _PARTS if len(self.hub.agents) > _MANY else 1
            for part in range(parts):
                if part:
                    await asyncio.sleep(_PAUSE)
                self._tell_themselves(board, part, parts)
                self.hub.flush()

    def tick(self, now: Instant) -> None:
        """A whole second at once."""
        self._tell_themselves(self._tell_all(now), 0, 1)
        self.hub.flush()

    def _tell_all(self, now: Instant) -> Board:
        """All but each one's own figures, which the answer knows."""
        self._second += 1
        board = self.whole_board(now)
        self._beat(now)
        self._tell_calendar()
        self._tell_places(now)
        self._tell_staff(now)
        self._tell_watchers(now)
        return board

    def _beat(self, now: Instant) -> None:
        beat = encode(live.Beat(now))
        self.hub.push(self._beats[self._second % _BUYER_BEAT], beat)
        if self._second % _STAFF_BEAT == 0:
            for sockets in self.hub.agents.values():
                self.hub.push(sockets, beat)

    def _tell_calendar(self) -> None:
        """Shifts began or ended, or accounts are not good any more: all are told, and those are sent away."""
        standing, before = self.hub.desk.standing, self._off
        if standing.off != before:
            self._off = standing.off
            self.hub.came_and_went(standing.off ^ before)

    def _tell_places(self, now: Instant) -> None:
        reception = self.hub.desk.folds.reception
        for queue in reception.queues.values():
            for at, id in enumerate(queue, 1):
                card = self.hub.cards.get(id)
                place = 0 if reception.open[id].is_message else at
                if card is not None and card.place_told != place and abs(now - card.place_told_at) >= _PLACE_EVERY:
                    self._tell_place(reception.open[id], card, place, now)

    def _tell_place(self, conversation: Conversation, card: Card, place: int, now: Instant) -> None:
        card.place_told, card.place_told_at = place, now
        sockets = self.hub.buyers.get((conversation.shop, conversation.buyer), ())
        expected = self.hub.desk.pace.expected(conversation.group, place, now) if place else None
        self.hub.push(sockets, encode(live.Place(conversation.id, place, expected)))

    def _tell_staff(self, now: Instant) -> None:
        pools: dict[Territory, bytes] = {}
        for _, member, sockets in self._staff():
            territory = (member.groups, member.shops)
            if territory not in pools:
                pools[territory] = encode(self.pool(member, now))
            sees = may(member.role, Permission.VIEW_WORK_STATE)
            for socket in sockets:
                if sees:
                    self._tell_if_new(socket, "alerts", self.alerts(member.shops, now))
                self._tell_if_new(socket, "pool", pools[territory])

    def _tell_themselves(self, board: Board, part: int, parts: int) -> None:
        """Each his own figures, which cost more than all the rest where hundreds are at work."""
        for agent, member, sockets in self._staff():
            if agent % parts == part:
                me = encode(self.me(agent, member, board))
                for socket in sockets:
                    self._tell_if_new(socket, "me", me)

    def _staff(self) -> Iterator[tuple[AccountId, Member, set[Socket]]]:
        """Those who are here."""
        members = self.hub.desk.premises.members
        return ((id, members[id], sockets) for id, sockets in self.hub.agents.items() if sockets and id in members)

    def _tell_if_new(self, socket: Socket, kind: str, frame: bytes) -> None:
        told = self._told.setdefault(socket, {})
        if told.get(kind) != frame:
            told[kind] = frame
            self.hub.push((socket,), frame)

    def _tell_watchers(self, now: Instant) -> None:
        frames: dict[Filter, bytes] = {}
        for socket, chosen in self.watching.items():
            if chosen not in frames:
                frames[chosen] = self.board(chosen, now)
            self.hub.push((socket,), frames[chosen])

    def whole_board(self, now: Instant) -> Board:
        return Board(self.hub.desk, None, None, now)

    def board(self, chosen: Filter, now: Instant) -> bytes:
        board = Board(self.hub.desk, chosen.shop, chosen.group, now, chosen.reach)
        return encode(board.frame(self._card_of, chosen.agent))

    def _card_of(self, conversation: Conversation) -> tuple[str, str]:
        card = self.hub.cards.get(conversation.id)
        return (card.buyer_name, card.asked.text if card.asked else "") if card else ("", "")

    def alerts(self, reach: frozenset[ShopId], now: Instant) -> bytes:
        """As of this second, encoded once for all who reach the same shops."""
        if self._alerts[0] != now:
            self._alerts = (now, {})
        encoded = self._alerts[1]
        if reach not in encoded:
            encoded[reach] = encode(alerts_now(self.hub.desk, self._card_of, now, reach))
        return encoded[reach]

    def pool(self, member: Member, now: Instant) -> live.Pool:
        """Who waits where this member could take from."""
        desk = self.hub.desk
        total = 0
        rows: list[live.PoolRow] = []
        for c in desk.folds.reception.queued(member.groups):
            if not member.serves(c.shop, c.group, played=c.played):
                continue
            total += 1
            if len(rows) < _POOL_ROWS:
                name, text = self._card_of(c)
                since = c.waiting_since or c.started_at
                rows.append(
                    live.PoolRow(c.id, c.shop, c.group, name, c.channel, since, text, why_waiting(desk, c, now))
                )
        return live.Pool(total, rows)

    def me(self, agent: AccountId, member: Member, board: Board) -> live.Me:
        presence = self.hub.desk.folds.attendance.of(agent)
        speed = board.of_agent(agent)
        return live.Me(
            ready=presence.ready,
            break_reason=presence.break_reason,
            shift=self.hub.desk.shift_of(agent),
            open=self.hub.desk.folds.reception.load(agent),
            limit=member.limit,
            golden_human=speed.golden_human,
            golden_anyone=speed.golden_anyone,
            chance=board.chance_of(agent),
            rehearsal=board.rehearsal,
        )
