"""One router. The live desk and the simulator ask the same function."""

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from goldensix.events.facts import Language, Through
from goldensix.events.ids import AccountId, ConversationId, GroupId, Instant, Milliseconds, ShopId, Skill
from goldensix.team.roles import Role
from goldensix.team.team import Member

_NAMED: Final = 8
"""Most others that an assignment names."""
_LOOKED_AT: Final = 3 * _NAMED
_ANY_SHOP: Final = ShopId(0)

Overflow = Mapping[GroupId, tuple[GroupId, ...]]
"""For each group those that help it out, in order."""
Rank = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A consult that nobody has."""

    conversation: ConversationId
    shop: ShopId
    group: GroupId
    since: Instant
    played: bool = False
    """The buyer is a recorded one, of a rehearsal."""
    language: Language = "zh"
    last_agent: AccountId | None = None
    """Who had this buyer's conversation before."""
    not_to: AccountId | None = None
    """Who had it and did not answer, or gave it away."""
    must: frozenset[Skill] = frozenset()
    """Nobody without these is given it, by no way."""
    prefers: frozenset[Skill] = frozenset()
    """Those who have these come first; while it is `patient`, and one of them is there, it waits for them."""
    patient: bool = False


@dataclass(slots=True)
class Hand:
    """An agent who is connected and ready."""

    member: Member
    load: int
    """Conversations he has."""
    typing: bool
    last_assigned: Instant
    loads: dict[GroupId, int] = field(default_factory=dict)
    """Of those the ones of a group, where he has a limit for that group."""

    @property
    def free(self) -> int:
        """Slots left under the reception limit."""
        return self.member.limit - self.load

    def has_room(self, group: GroupId) -> bool:
        """For one more conversation, of this group."""
        limits = self.member.group_limits
        return self.load < self.member.limit and (group not in limits or self.loads.get(group, 0) < limits[group])

    def copy(self) -> "Hand":
        return Hand(self.member, self.load, self.typing, self.last_assigned, dict(self.loads))

    def take(self, group: GroupId, now: Instant) -> None:
        self.load += 1
        self.last_assigned = now
        if group in self.member.group_limits:
            self.loads[group] = self.loads.get(group, 0) + 1


class Assignment(NamedTuple):
    """Who answers whom, and why: on what ground, and the others who could have had it."""

    conversation: ConversationId
    agent: AccountId
    could_have: tuple[AccountId, ...]
    through: Through
    group: GroupId | None
    """Through which group; None: through none, as the service manager's."""


class Policy(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def hold(self) -> Milliseconds:
        """The longest a consult waits for idle hands while others have a slot."""
        ...

    def rank(self, hand: Hand) -> Rank:
        """The lowest is chosen; it grows with every consult that is given to the hand. No two are the same."""
        ...


class _Kind(NamedTuple):
    """What of a consult says who may have it."""

    shop: ShopId
    group: GroupId
    language: Language
    played: bool
    not_to: AccountId | None
    must: frozenset[Skill] = frozenset()
    prefers: frozenset[Skill] = frozenset()
    patient: bool = False

    def allows(self, seat: "_Seat") -> bool:
        """Unless he let it go, or lacks what it needs."""
        return seat.id != self.not_to and self.must <= seat.hand.member.skills


class _Seat:
    """A hand in one decision, with its rank; what it is given here does not change the hand that was given."""

    __slots__ = ("hand", "id", "left", "limited", "own", "rank")

    def __init__(self, hand: Hand, policy: Policy) -> None:
        member = hand.member
        self.hand, self.id, self.own = hand, member.id, False
        self.left = member.limit - hand.load
        self.limited = bool(member.group_limits)
        self.rank: Rank = policy.rank(hand) if self.left > 0 else ()

    def has_room(self, group: GroupId) -> bool:
        return self.left > 0 and (not self.limited or self.hand.has_room(group))

    def take(self, group: GroupId, policy: Policy, now: Instant) -> None:
        if not self.own:  # most are given nothing: only who is given something is copied
            self.hand, self.own = self.hand.copy(), True
        self.hand.take(group, now)
        self.left -= 1
        if self.left > 0:
            self.rank = policy.rank(self.hand)


_Chain = list[tuple[GroupId, list[_Seat]]]
"""A consult's own group and those that help it out, each with those of its people who may have it."""


class _Step:
    """Hands to which consults of one kind may go on one ground, the one to choose first."""

    def __init__(self, through: Through, group: GroupId | None, seats: Iterable[_Seat], of: GroupId):
        self.through, self.group = through, group
        self._of = of
        self._line = [(seat.rank, seat) for seat in seats if seat.has_room(of)]
        self._line.sort()

    def best(self) -> _Seat | None:
        """The hand to choose. Ranks only grow, so what stands further back is never better than its place says."""
        line = self._line
        while line:
            rank, seat = line[0]
            if not seat.has_room(self._of):
                del line[0]
            elif seat.rank is not rank:  # it was given one meanwhile
                del line[0]
                insort(line, (seat.rank, seat))
            else:
                return seat
        return None

    def others(self, chosen: _Seat) -> tuple[AccountId, ...]:
        able = self._able_of_the_first(_NAMED + 1, chosen)  # they almost always are
        return tuple((able if len(able) >= _NAMED else self._able_of_the_first(_LOOKED_AT, chosen))[:_NAMED])

    def _able_of_the_first(self, number: int, chosen: _Seat) -> list[AccountId]:
        of = self._of
        return [
            seat.id
            for _, seat in self._line[:number]
            if seat.left > 0 and seat is not chosen and (not seat.limited or seat.hand.has_room(of))
        ]

    @property
    def over(self) -> bool:
        """True if it has nobody left."""
        return not self._line


def decide(
    waiting: Iterable[Waiting],
    hands: Iterable[Hand],
    policy: Policy,
    now: Instant,
    overflow: Overflow = MappingProxyType({}),
) -> list[Assignment]:
    """Who answers whom, now. Same inputs, same answer: live, replayed or simulated.

    `waiting` is in the order of service; `hands` are all who are ready, full ones too: while they are there it is
    not the service manager's turn. The given hands are not changed. Nobody gets more than the limits.
    """
    decision = _Decision(hands, policy, now, overflow)
    assignments: list[Assignment] = []
    for consult in waiting:
        if not decision.free:
            break
        if (assignment := decision.of(consult)) is not None:
            assignments.append(assignment)
    return assignments


class _Decision:
    def __init__(self, hands: Iterable[Hand], policy: Policy, now: Instant, overflow: Overflow) -> None:
        self._policy, self._now, self._overflow = policy, now, overflow
        self._by_group: dict[GroupId, list[_Seat]] = {}
        self._managers: list[_Seat] = []
        self._seats: dict[AccountId, _Seat] = {}
        self._steps: dict[_Kind, list[_Step]] = {}
        self._alike: dict[GroupId, _Kind | None] = {}
        self.free = 0
        """Hands that have a slot."""
        seats = [_Seat(hand, policy) for hand in hands]
        seats.sort(key=attrgetter("rank"))  # once for all: what is taken of it is in order already
        for seat in seats:
            self._take_in(seat)

    def _take_in(self, seat: _Seat) -> None:
        member = seat.hand.member
        self.free += seat.left > 0
        self._seats[seat.id] = seat
        for group in member.groups:
            self._by_group.setdefault(group, []).append(seat)
        if member.role is Role.SERVICE_MANAGER:
            self._managers.append(seat)

    def of(self, consult: Waiting) -> Assignment | None:
        kind = self._kind(consult)
        steps = self._steps.get(kind)
        if steps is None:
            steps = self._steps[kind] = self._made(kind)
        if not steps:  # hands only become fewer: a long queue is not held against them again
            return None
        if consult.last_agent is not None and (again := self._last(consult, steps)) is not None:
            return again
        typing: tuple[_Step, _Seat] | None = None
        for step in steps:
            seat = step.best()
            if seat is not None and not (self._policy.hold and seat.hand.typing):
                return self._give(consult, step, seat, step.through)
            typing = typing or (None if seat is None else (step, seat))
        if typing is not None and self._now - consult.since >= self._policy.hold:
            return self._give(consult, *typing, typing[0].through)
        self._steps[kind] = [step for step in steps if not step.over]
        return None

    def _kind(self, consult: Waiting) -> _Kind:
        """Where a group's people take every shop and language, all its consults are of one kind."""
        group = consult.group
        if group not in self._alike:
            self._alike[group] = _Kind(_ANY_SHOP, group, "zh", False, None) if self._are_alike(group) else None
        alike = self._alike[group]
        if alike is not None and consult.not_to is None and not (consult.must or consult.prefers):
            return alike
        skills = consult.must, consult.prefers, consult.patient
        return _Kind(consult.shop, group, consult.language, consult.played, consult.not_to, *skills)

    def _are_alike(self, group: GroupId) -> bool:
        """Its people, and those of the groups that help it out."""
        chain = (group, *self._overflow.get(group, ()))
        members = [seat.hand.member for each in chain for seat in self._by_group.get(each, ())]
        return bool(members) and not any(m.shops or m.languages or m.played for m in members)

    def _made(self, kind: _Kind) -> list[_Step]:
        """The consult's own group, then those that help it out; if nobody is there in any, the service manager."""
        there = [(group, self._able(kind, group)) for group in (kind.group, *self._overflow.get(kind.group, ()))]
        if not any(seats for _, seats in there):
            managers = [s for s in self._managers if s.hand.member.serves_shop(kind.shop) and kind.allows(s)]
            return self._with_room([_Step("manager", None, managers, kind.group)])
        speaking = [(group, [s for s in seats if s.hand.member.speaks(kind.language)]) for group, seats in there]
        if any(seats for _, seats in speaking):
            there = speaking
        if kind.prefers:
            there = self._skilled_first(kind, there)
        return self._with_room(
            [_Step("group" if group == kind.group else "overflow", group, seats, kind.group) for group, seats in there]
        )

    def _skilled_first(self, kind: _Kind, there: _Chain) -> _Chain:
        """Those with the skills that are preferred, helpers too; and those without, unless they are waited for."""
        skilled = [(group, [s for s in seats if kind.prefers <= s.hand.member.skills]) for group, seats in there]
        if not any(seats for _, seats in skilled):
            return there
        return skilled if kind.patient else [*skilled, *there]

    def _able(self, kind: _Kind, group: GroupId) -> list[_Seat]:
        seats = self._by_group.get(group, [])
        if kind.shop == _ANY_SHOP:
            return seats
        return [
            seat
            for seat in seats
            if seat.hand.member.serves(kind.shop, group, played=kind.played) and kind.allows(seat)
        ]

    def _with_room(self, steps: list[_Step]) -> list[_Step]:
        return [step for step in steps if not step.over]

    def _last(self, consult: Waiting, steps: list[_Step]) -> Assignment | None:
        """To whoever had this buyer before, if he can answer now."""
        seat = self._seats.get(consult.last_agent) if consult.last_agent is not None else None
        if seat is None or seat.hand.typing or not seat.has_room(consult.group) or seat.id == consult.not_to:
            return None
        member = seat.hand.member
        if not consult.must <= member.skills:
            return None
        for step in steps:
            if step.group in member.groups and member.serves(consult.shop, step.group, played=consult.played):
                return self._give(consult, step, seat, "last_agent")
        return None

    def _give(self, consult: Waiting, step: _Step, seat: _Seat, through: Through) -> Assignment:
        others = step.others(seat)
        seat.take(consult.group, self._policy, self._now)
        self.free -= seat.left <= 0
        return Assignment(consult.conversation, seat.id, others, through, step.group)
