"""The live page's frame, computed from the folds once a second for each filter that somebody watches."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final

from goldensix.actions.desk import Desk
from goldensix.conversations.conversation import Conversation
from goldensix.events.ids import AccountId, GroupId, Instant, ShopId
from goldensix.metrics.today import COLUMN, COLUMNS, GOLDEN, Column, Key, Tally, day_of
from goldensix.team.roles import Permission, may
from goldensix.team.team import Member
from goldensix.wire import live

EDGES: Final = (6_000, 15_000, 30_000, 60_000, 180_000)
_ROWS: Final = 50
NameOf = Callable[[Conversation], tuple[str, str]]
"""The buyer's display name and the last words of a conversation."""


class Board:
    """One look at the desk, through a filter."""

    def __init__(self, desk: Desk, shop: int | None, group: int | None, now: Instant) -> None:
        self._desk = desk
        self._now = now
        self._shop = None if shop is None else ShopId(shop)
        self._group = None if group is None else GroupId(group)
        self._open = [c for c in desk.folds.reception.open.values() if self._within(c.shop, c.group)]

    def _within(self, shop: ShopId, group: GroupId) -> bool:
        return self._shop in (None, shop) and self._group in (None, group)

    def frame(self, name_of: NameOf) -> live.Live:
        waiting = sorted(
            (c for c in self._open if c.waiting_since is not None), key=lambda c: c.waiting_since or self._now
        )
        waits = [self._now - (c.waiting_since or self._now) for c in waiting]
        return live.Live(
            now=self._now,
            day=self._day(),
            today=self._today(self._within),
            last_five=self._last_five(),
            waiting=_buckets(waits),
            over={str(edge // 1000): sum(wait > edge for wait in waits) for edge in (6_000, 30_000, 180_000)},
            queued=sum(c.queued for c in self._open),
            rows=[self._row(c, name_of) for c in waiting[:_ROWS]],
            columns=self._columns(),
            groups=[self._group_now(id) for id in self._desk.premises.groups if self._group in (None, id)],
            shops=[self._shop_now(id) for id in self._desk.premises.shops],
            people=self._people(),
        )

    def _day(self) -> str:
        shop = self._shop if self._shop is not None else next(iter(self._desk.premises.shops))
        return day_of(self._now, self._desk.premises.zone_of(shop))

    def _today(self, within: Callable[[ShopId, GroupId], bool]) -> live.Speed:
        keys = (key for key in self._keys() if key.agent is None and within(key.shop, key.group))
        open_ = [c for c in self._desk.folds.reception.open.values() if within(c.shop, c.group)]
        return self._speed(self._desk.folds.today.total(keys), open_)

    def _keys(self) -> Iterable[Key]:
        """Today's, each shop by its own day."""
        days = {id: day_of(self._now, rules.zone) for id, rules in self._desk.premises.shops.items()}
        return (key for key in self._desk.folds.today.tallies if days.get(key.shop) == key.day)

    def _speed(self, tally: Tally, open_: Iterable[Conversation]) -> live.Speed:
        """Consults that may still become golden are in neither side."""
        fresh = [c for c in open_ if c.began_at is not None and self._now - c.began_at <= GOLDEN]
        pending_human = sum(not c.answered_by_human for c in fresh)
        pending_anyone = sum(c.first_reply_at is None for c in fresh)
        return speed(tally, pending_human, pending_anyone)

    def _last_five(self) -> live.Speed:
        total = Tally()
        for _, column in self._recent():
            total.add(column.begun)
        return self._speed(total, self._open)

    def _recent(self) -> list[tuple[int, Column]]:
        oldest = self._now // COLUMN - COLUMNS
        columns = self._desk.folds.today.columns.items()
        return [(at, c) for (at, shop, group), c in columns if at > oldest and self._within(shop, group)]

    def _columns(self) -> list[live.Column]:
        newest = self._now // COLUMN
        made = {at: live.Column(at * COLUMN, 0, 0, 0, 0) for at in range(newest - COLUMNS + 1, newest + 1)}
        for at, column in self._recent():
            if (into := made.get(at)) is not None:
                into.golden += column.golden
                into.due += column.due
                into.slow += column.slow
                into.arrivals += column.arrivals
        return list(made.values())

    def _row(self, c: Conversation, name_of: NameOf) -> live.WaitingRow:
        name, text = name_of(c)
        why = why_waiting(self._desk, c, self._now) if c.queued else None
        since = c.waiting_since or self._now
        return live.WaitingRow(c.id, c.shop, c.group, c.agent, name, text, since, why)

    def _group_now(self, id: GroupId) -> live.GroupNow:
        rules, desk = self._desk.premises.groups[id], self._desk
        here = [c for c in self._open if c.group == id]
        people = [m for m in self._staff() if id in m.groups]
        waits = [c.waiting_since for c in here if c.waiting_since is not None]
        return live.GroupNow(
            id=id,
            name=rules.name,
            queued=sum(c.queued for c in here),
            longest_since=min(waits, default=None),
            open=sum(not c.queued for c in here),
            limit=sum(m.limit for m in people if desk.team.receives(m.id)),
            ready=sum(desk.team.receives(m.id) for m in people),
            people=len(people),
            target_ms=rules.target,
            speed=self._today(lambda shop, group: group == id and self._shop in (None, shop)),
        )

    def _shop_now(self, id: ShopId) -> live.ShopNow:
        open_ = self._desk.folds.reception.open.values()
        waiting = sum(c.shop == id and c.waiting_since is not None for c in open_)
        name = self._desk.premises.shops[id].name
        return live.ShopNow(id, name, waiting, self._today(lambda shop, _: shop == id))

    def _people(self) -> list[live.PersonNow]:
        chosen = [m for m in self._staff() if may(m.role, Permission.CONSULT) and self._works_here(m.id)]
        return [self._person(m.id) for m in chosen]

    def _staff(self) -> list[Member]:
        """Who works for the merchant; a played agent does as long as he is there, not after his rehearsal."""
        here = self._desk.folds.attendance
        members = self._desk.premises.members.values()
        return [m for m in members if m.active and (not m.played or here.of(m.id).connected)]

    def _works_here(self, agent: AccountId) -> bool:
        """Of the filter's group and shop; an administrator shows only when at work."""
        member = self._desk.premises.members[agent]
        if self._group is not None and self._group not in member.groups:
            return False
        if self._shop is not None and member.shops and self._shop not in member.shops:
            return False
        return bool(member.groups) or self._desk.folds.attendance.of(agent).ready

    def _person(self, agent: AccountId) -> live.PersonNow:
        desk, member = self._desk, self._desk.premises.members[agent]
        presence = desk.folds.attendance.of(agent)
        mine = desk.folds.reception.of_agent(agent)
        since = sorted(c.waiting_since for c in mine if c.waiting_since is not None)
        waits: list[int | None] = [*since, *[None] * (len(mine) - len(since))]
        state: live.PresenceNow = "away"
        if presence.connected:
            state = "break" if not presence.ready else "typing" if self._typing(agent) else "idle"
        return live.PersonNow(
            id=agent,
            name=member.name,
            groups=sorted(member.groups),
            presence=state,
            break_reason=presence.break_reason,
            since=presence.since,
            limit=member.limit,
            waits=waits,
            speed=self.of_agent(agent),
        )

    def _typing(self, agent: AccountId) -> bool:
        return self._desk.typing.get(agent, 0) > self._now

    def of_agent(self, agent: AccountId) -> live.Speed:
        """An agent's own figures of today: first answers given, and those of his that nobody has answered."""
        tally = Tally()
        tally.add(self._by_agent.get(agent) or Tally())
        for c in self._desk.folds.reception.of_agent(agent):
            if c.began_at is not None and self._now - c.began_at > GOLDEN and not c.answered_by_human:
                tally.consults += 1
                tally.golden_anyone += int(c.first_reply_at is not None and c.first_reply_at - c.began_at <= GOLDEN)
        return speed(tally, 0, 0)

    @cached_property
    def _by_agent(self) -> dict[AccountId, Tally]:
        tallies: dict[AccountId, Tally] = {}
        for key in self._keys():
            if key.agent is not None:
                tallies.setdefault(key.agent, Tally()).add(self._desk.folds.today.tallies[key])
        return tallies


def speed(tally: Tally, pending_human: int, pending_anyone: int) -> live.Speed:
    return live.Speed(
        golden_human=live.Rate(tally.golden_human, max(tally.golden_human, tally.consults - pending_human)),
        golden_anyone=live.Rate(tally.golden_anyone, max(tally.golden_anyone, tally.consults - pending_anyone)),
        first_response=round(tally.first_wait / tally.firsts) if tally.firsts else None,
        average_response=round(tally.turn_wait / tally.turns) if tally.turns else None,
    )


def _buckets(waits: Iterable[int]) -> list[int]:
    counts = [0] * (len(EDGES) + 1)
    for wait in waits:
        counts[sum(wait > edge for edge in EDGES)] += 1
    return counts


def why_waiting(desk: Desk, conversation: Conversation, now: Instant) -> live.Why:
    """Why nobody has it yet, as routing sees it."""
    able = [
        m
        for m in desk.premises.members.values()
        if m.serves(conversation.shop, conversation.group, played=conversation.played)
    ]
    ready = [m for m in able if desk.team.receives(m.id)]
    if not ready:
        return "nobody_ready"
    if all(desk.folds.reception.load(m.id) >= m.limit for m in ready):
        return "all_full"
    return "hands_busy" if all(desk.typing.get(m.id, 0) > now for m in ready) else "next"
