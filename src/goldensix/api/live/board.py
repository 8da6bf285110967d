"""The live page's frame, computed from the folds once a second for each filter that somebody watches."""

from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from typing import Final

from goldensix.actions import route
from goldensix.actions.desk import Desk
from goldensix.conversations.conversation import Conversation
from goldensix.conversations.ratings import Rated
from goldensix.events.ids import AccountId, GroupId, Instant, ShopId
from goldensix.metrics.chances import Chance, goals
from goldensix.metrics.figures import half_up
from goldensix.metrics.last_five import COLUMN, COLUMNS, GOLDEN, Column, Share, pooled
from goldensix.metrics.today import (
    AVERAGE_RESPONSE,
    FIRST_RESPONSE,
    GOLDEN_ANYONE,
    GOLDEN_HUMAN,
    WITHIN_3MIN,
    WITHIN_30S,
    Sum,
    Sums,
)
from goldensix.metrics.zones import day_start
from goldensix.team.roles import Permission, may
from goldensix.team.team import Member
from goldensix.wire import floor, live

EDGES: Final = (6_000, 15_000, 30_000, 60_000, 180_000)
_ROWS: Final = 50
NameOf = Callable[[Conversation], tuple[str, str]]
"""The buyer's display name and the last words of a conversation."""


class Board:
    """One look at the desk, through a filter; of no shop but those within reach, where whoever looks is limited."""

    def __init__(
        self,
        desk: Desk,
        shop: int | None,
        group: int | None,
        now: Instant,
        reach: frozenset[ShopId] = frozenset(),
    ) -> None:
        self._desk = desk
        self._now = now
        self._reach = reach
        self._shops = reach if shop is None else frozenset((ShopId(shop),))
        self._group = None if group is None else GroupId(group)
        self._open = [c for c in desk.folds.reception.open.values() if self._within(c.shop, c.group)]
        desk.figures.read(now)

    def _within(self, shop: ShopId, group: GroupId) -> bool:
        return self._shows(shop) and self._group in (None, group)

    def _shows(self, shop: ShopId) -> bool:
        return not self._shops or shop in self._shops

    def _reaches(self, shop: ShopId) -> bool:
        return not self._reach or shop in self._reach

    def frame(self, name_of: NameOf, agent: int | None = None) -> floor.Live:
        waiting = sorted(
            (c for c in self._open if c.waiting_since is not None), key=lambda c: c.waiting_since or self._now
        )
        waits = [self._now - (c.waiting_since or self._now) for c in waiting]
        return floor.Live(
            now=self._now,
            day=self._day(),
            today=speed(self._desk.figures.within(self._shops, self._group)),
            chance=self._chance(),
            last_five=self._last_five(),
            waiting=_buckets(waits),
            over={str(edge // 1000): sum(wait > edge for wait in waits) for edge in (6_000, 30_000, 180_000)},
            queued=sum(c.queued for c in self._open),
            rows=[waiting_row(self._desk, c, name_of, self._now) for c in waiting[:_ROWS]],
            columns=self._columns(),
            groups=[self._group_now(id) for id in self._desk.premises.groups if self._group in (None, id)],
            shops=[self._shop_now(id) for id in self._desk.premises.shops if self._reaches(id)],
            people=self._people(),
            tasks=self._tasks(),
            chats=[] if agent is None else self._chats(AccountId(agent), name_of),
        )

    def _tasks(self) -> list[floor.TaskCount]:
        """Those of the merchant, which do not know their shops: whoever is limited sees none."""
        counts = {} if self._reach else self._desk.folds.tasks.since(self._today)
        return [floor.TaskCount(*what, count) for what, count in counts.items()]

    def _day(self) -> str:
        return self._desk.figures.day(self._own_shop)

    @property
    def _own_shop(self) -> ShopId:
        """Whose day it is."""
        return next(filter(self._shows, self._desk.premises.shops))

    @cached_property
    def _today(self) -> Instant:
        return self._began(self._own_shop)

    def _began(self, shop: ShopId) -> Instant:
        """Its local day."""
        return day_start(self._desk.premises.zone_of(shop), self._now)

    @cached_property
    def _rated(self) -> dict[GroupId, Rated]:
        began = {id: self._began(id) for id in self._desk.premises.shops if self._shows(id)}
        return self._desk.folds.ratings.since(began)

    def _chance(self) -> live.Chance | None:
        """By the target of the group, or the strictest of all."""
        groups = self._desk.premises.groups.values()
        targets = [rules.target for rules in groups if self._group in (None, rules.id)]
        return told(self._desk.figures.chance(goals(min(targets, default=GOLDEN)), self._shops, self._group))

    def _last_five(self) -> floor.Golden:
        total = pooled(self._columns_now.values())
        return floor.Golden(_rate(total.human), _rate(total.anyone))

    @cached_property
    def _columns_now(self) -> dict[int, Column]:
        oldest = self._now // COLUMN - COLUMNS
        found = self._desk.figures.columns(self._shops, self._group)
        return {number: column for number, column in found.items() if number > oldest}

    def _columns(self) -> list[floor.Column]:
        newest = self._now // COLUMN
        found = ((at, self._columns_now.get(at, Column())) for at in range(newest - COLUMNS + 1, newest + 1))
        return [floor.Column(at * COLUMN, each.golden, each.due, each.slow, each.arrivals) for at, each in found]

    def _group_now(self, id: GroupId) -> floor.GroupNow:
        rules, desk = self._desk.premises.groups[id], self._desk
        judged = rules.judged.by
        here = [c for c in self._open if c.group == id]
        people = [m for m in self._staff() if id in m.groups]
        waits = [c.waiting_since for c in here if c.waiting_since is not None]
        rated = self._rated.get(id, Rated())
        return floor.GroupNow(
            id=id,
            name=rules.name,
            queued=sum(c.queued for c in here),
            longest_since=min(waits, default=None),
            open=sum(c.agent is not None for c in here),
            limit=sum(m.limit for m in people if desk.team.receives(m.id)),
            ready=sum(desk.team.receives(m.id) for m in people),
            people=len(people),
            target_ms=rules.target,
            judged=floor.Judged(judged, rules.judged.satisfied, rules.judged.refunded),
            rated=live.Rate(rated.good, rated.all, 0),
            speed=speed(desk.figures.within(self._shops, id)),
            refunds=self._refunds({shop for m in people for shop in self._served(m)}) if judged == "refund" else None,
        )

    def _served(self, member: Member) -> Iterable[ShopId]:
        """Of the shops that the page shows."""
        shops = member.shops or self._desk.premises.shops
        return filter(self._shows, shops)

    def _refunds(self, shops: Collection[ShopId]) -> floor.RefundsNow:
        found = self._desk.folds.refunds.of({shop: self._began(shop) for shop in shops})
        mean = half_up(found.took, found.paid) if found.paid else None
        return floor.RefundsNow(found.paid, mean, found.waiting, found.oldest)

    def _shop_now(self, id: ShopId) -> floor.ShopNow:
        open_ = self._desk.folds.reception.open.values()
        waiting = sum(c.shop == id and c.waiting_since is not None for c in open_)
        name = self._desk.premises.shops[id].name
        return floor.ShopNow(id, name, waiting, speed(self._desk.figures.within({id})))

    def _people(self) -> list[floor.PersonNow]:
        chosen = [m for m in self._staff() if may(m.role, Permission.CONSULT) and self._works_here(m.id)]
        return [self._person(m.id) for m in chosen]

    @cached_property
    def rehearsal(self) -> bool:
        """Played agents are here; what a killed rehearsal left behind is not."""
        here = self._desk.folds.attendance
        return any(m.played and here.of(m.id).connected for m in self._desk.premises.members.values())

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
        if self._shops and member.shops and not self._shops & member.shops:
            return False
        return bool(member.groups) or self._desk.folds.attendance.of(agent).ready

    def _person(self, agent: AccountId) -> floor.PersonNow:
        desk, member = self._desk, self._desk.premises.members[agent]
        presence = desk.folds.attendance.of(agent)
        mine = desk.folds.reception.of_agent(agent)
        since = sorted(c.waiting_since for c in mine if c.waiting_since is not None and self._reaches(c.shop))
        waits: list[int | None] = [*since, *[None] * (len(mine) - len(since))]
        state: floor.PresenceNow = "away"
        if presence.connected:
            state = "break" if not presence.ready else "typing" if self._typing(agent) else "idle"
        connected, ready = presence.online(self._today, self._now)
        return floor.PersonNow(
            id=agent,
            name=member.name,
            played=member.played,
            groups=sorted(member.groups),
            presence=state,
            break_reason=presence.break_reason,
            shift=desk.shift_of(agent),
            since=presence.since,
            limit=member.limit,
            connected_ms=connected,
            ready_ms=ready,
            waits=waits,
            speed=self.of_agent(agent),
        )

    def _chats(self, agent: AccountId, name_of: NameOf) -> list[floor.ChatRow]:
        mine = [c for c in self._desk.folds.reception.of_agent(agent) if self._reaches(c.shop)]
        mine.sort(key=lambda c: c.waiting_since or self._now)
        return [floor.ChatRow(c.id, c.shop, c.group, *name_of(c), c.waiting_since, c.played) for c in mine]

    def _typing(self, agent: AccountId) -> bool:
        return self._desk.typing.get(agent, 0) > self._now

    def of_agent(self, agent: AccountId) -> floor.Speed:
        """An agent's own figures of today: of answers given, and of those unanswered in his hands."""
        return speed(self._desk.figures.of_agent(agent))

    def chance_of(self, agent: AccountId) -> live.Chance | None:
        """By the strictest target of his groups."""
        premises = self._desk.premises
        targets = [premises.groups[id].target for id in premises.members[agent].groups if id in premises.groups]
        return told(self._desk.figures.chance(goals(min(targets, default=GOLDEN)), agent=agent))


def speed(sums: Sums) -> floor.Speed:
    return floor.Speed(
        golden_human=_rate(sums[GOLDEN_HUMAN]),
        golden_anyone=_rate(sums[GOLDEN_ANYONE]),
        within_30s=_rate(sums[WITHIN_30S]),
        within_3min=_rate(sums[WITHIN_3MIN]),
        first_response=_mean(sums[FIRST_RESPONSE]),
        average_response=_mean(sums[AVERAGE_RESPONSE]),
    )


def _rate(kept: Sum | Share) -> live.Rate:
    return live.Rate(kept.num, kept.den, kept.pending)


def _mean(kept: Sum) -> int | None:
    return half_up(kept.num, kept.den) if kept.den else None


def told(chance: Chance | None) -> live.Chance | None:
    if chance is None:
        return None
    open_ = chance.open
    named = list(dict.fromkeys(turn.session for turn in open_))[:_ROWS]
    return live.Chance(chance.goal, len(open_), open_[0].until, chance.hits, chance.of, named)


def _buckets(waits: Iterable[int]) -> list[int]:
    counts = [0] * (len(EDGES) + 1)
    for wait in waits:
        counts[sum(wait > edge for edge in EDGES)] += 1
    return counts


def waiting_row(desk: Desk, c: Conversation, name_of: NameOf, now: Instant) -> floor.WaitingRow:
    name, text = name_of(c)
    why = why_waiting(desk, c, now) if c.queued else None
    return floor.WaitingRow(c.id, c.shop, c.group, c.agent, name, text, c.waiting_since or now, why, c.played)


def why_waiting(desk: Desk, conversation: Conversation, now: Instant) -> live.Why:
    """Why nobody has it yet, as routing sees it."""
    if desk.is_closed(conversation):
        return "off_hours"
    ready = [member for member in route.who_could_have(desk, conversation) if desk.team.receives(member.id)]
    if not ready:
        return "nobody_ready"
    if not any(route.has_room(desk, member, conversation.group) for member in ready):
        return "all_full"
    return "hands_busy" if all(desk.typing.get(m.id, 0) > now for m in ready) else "next"
