"""One router. The live desk and the simulator ask the same function."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heapreplace
from itertools import islice
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from goldensix.events.facts import Language, Through
from goldensix.events.ids import AccountId, ConversationId, GroupId, Instant, Milliseconds, ShopId
from goldensix.team.roles import Role
from goldensix.team.team import Member

_NAMED: Final = 8
"""Most others that an assignment names."""
_LOOKED_AT: Final = 3 * _NAMED

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


@dataclass(frozen=True, slots=True)
class Assignment:
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


class _Step:
    """Hands to which consults of one kind may go on one ground, the one to choose on top."""

    def __init__(self, through: Through, group: GroupId | None, hands: Iterable[Hand], of: GroupId, policy: Policy):
        self.through, self.group = through, group
        self._of, self._policy = of, policy
        self._heap = [(policy.rank(hand), hand) for hand in hands if hand.has_room(of)]
        heapify(self._heap)

    def best(self) -> Hand | None:
        """The hand to choose. Ranks only grow, so what lies deeper is never better than its place says."""
        while self._heap:
            rank, hand = self._heap[0]
            if not hand.has_room(self._of):
                heappop(self._heap)
            elif (true := self._policy.rank(hand)) != rank:
                heapreplace(self._heap, (true, hand))
            else:
                return hand
        return None

    def others(self, chosen: Hand) -> tuple[AccountId, ...]:
        near = (hand for _, hand in islice(self._heap, _LOOKED_AT))
        able = (hand.member.id for hand in near if hand is not chosen and hand.has_room(self._of))
        return tuple(islice(able, _NAMED))

    @property
    def over(self) -> bool:
        """True if it has nobody left."""
        return not self._heap


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
        self._by_group: dict[GroupId, list[Hand]] = {}
        self._managers: list[Hand] = []
        self._hands: dict[AccountId, Hand] = {}
        self._steps: dict[_Kind, list[_Step]] = {}
        self._alike: dict[GroupId, bool] = {}
        self.free = 0
        """Hands that have a slot."""
        for given in hands:
            self._take_in(given.copy() if given.free > 0 else given)

    def _take_in(self, hand: Hand) -> None:
        self.free += hand.free > 0
        self._hands[hand.member.id] = hand
        for group in hand.member.groups:
            self._by_group.setdefault(group, []).append(hand)
        if hand.member.role is Role.SERVICE_MANAGER:
            self._managers.append(hand)

    def of(self, consult: Waiting) -> Assignment | None:
        kind = self._kind(consult)
        steps = self._steps.get(kind)
        if steps is None:
            steps = self._steps[kind] = self._made(kind)
        if not steps:  # hands only become fewer: a long queue is not held against them again
            return None
        if consult.last_agent is not None and (again := self._last(consult, steps)) is not None:
            return again
        typing: tuple[_Step, Hand] | None = None
        for step in steps:
            hand = step.best()
            if hand is not None and not (self._policy.hold and hand.typing):
                return self._give(consult, step, hand, step.through)
            typing = typing or (None if hand is None else (step, hand))
        if typing is not None and self._now - consult.since >= self._policy.hold:
            return self._give(consult, *typing, typing[0].through)
        self._steps[kind] = [step for step in steps if not step.over]
        return None

    def _kind(self, consult: Waiting) -> _Kind:
        """Where a group's people take every shop and language, all its consults are of one kind."""
        group = consult.group
        if group not in self._alike:
            chain = (group, *self._overflow.get(group, ()))
            members = [hand.member for each in chain for hand in self._by_group.get(each, ())]
            self._alike[group] = bool(members) and not any(m.shops or m.languages or m.played for m in members)
        if self._alike[group] and consult.not_to is None:
            return _Kind(ShopId(0), group, "zh", False, None)
        return _Kind(consult.shop, group, consult.language, consult.played, consult.not_to)

    def _made(self, kind: _Kind) -> list[_Step]:
        """The consult's own group, then those that help it out; if nobody is there in any, the service manager."""
        there = [(group, self._able(kind, group)) for group in (kind.group, *self._overflow.get(kind.group, ()))]
        if not any(hands for _, hands in there):
            managers = [h for h in self._managers if h.member.serves_shop(kind.shop) and h.member.id != kind.not_to]
            return self._with_room([_Step("manager", None, managers, kind.group, self._policy)])
        speaking = [(group, [h for h in hands if h.member.speaks(kind.language)]) for group, hands in there]
        if any(hands for _, hands in speaking):
            there = speaking
        return self._with_room(
            [
                _Step("group" if group == kind.group else "overflow", group, hands, kind.group, self._policy)
                for group, hands in there
            ]
        )

    def _able(self, kind: _Kind, group: GroupId) -> list[Hand]:
        return [
            hand
            for hand in self._by_group.get(group, ())
            if hand.member.serves(kind.shop, group, played=kind.played) and hand.member.id != kind.not_to
        ]

    def _with_room(self, steps: list[_Step]) -> list[_Step]:
        return [step for step in steps if not step.over]

    def _last(self, consult: Waiting, steps: list[_Step]) -> Assignment | None:
        """To whoever had this buyer before, if he can answer now."""
        hand = self._hands.get(consult.last_agent) if consult.last_agent is not None else None
        if hand is None or hand.typing or not hand.has_room(consult.group) or hand.member.id == consult.not_to:
            return None
        for step in steps:
            if step.group in hand.member.groups and hand.member.serves(consult.shop, step.group, played=consult.played):
                return self._give(consult, step, hand, "last_agent")
        return None

    def _give(self, consult: Waiting, step: _Step, hand: Hand, through: Through) -> Assignment:
        others = step.others(hand)
        hand.take(consult.group, self._now)
        self.free -= hand.free <= 0
        return Assignment(consult.conversation, hand.member.id, others, through, step.group)
