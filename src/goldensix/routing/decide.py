"""One router. The live desk and the simulator ask the same function."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from goldensix.events.ids import AccountId, ConversationId, GroupId, Instant, ShopId
from goldensix.team.team import Member


@dataclass(frozen=True, slots=True)
class Waiting:
    """A consult that nobody has."""

    conversation: ConversationId
    shop: ShopId
    group: GroupId
    since: Instant
    played: bool = False
    """The buyer is a recorded one, of a rehearsal."""


@dataclass(slots=True)
class Hand:
    """An agent who is connected and ready."""

    member: Member
    load: int
    """Conversations he has."""
    typing: bool
    last_assigned: Instant

    @property
    def free(self) -> int:
        """Slots left under the reception limit."""
        return self.member.limit - self.load


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who answers whom, and why: the others who could have had it."""

    conversation: ConversationId
    agent: AccountId
    could_have: tuple[AccountId, ...]


class Policy(Protocol):
    @property
    def name(self) -> str: ...

    def choose(self, waiting: Waiting, hands: Sequence[Hand], now: Instant) -> Hand | None:
        """One of the hands, all of which may take it and have a slot; None: better wait."""
        ...


def decide(waiting: Iterable[Waiting], hands: Iterable[Hand], policy: Policy, now: Instant) -> list[Assignment]:
    """Who answers whom, now. Same inputs, same answer: live, replayed or simulated.

    `waiting` is in the order of service. The given hands are not changed. Nobody gets more than the limit.
    """
    free = [Hand(h.member, h.load, h.typing, h.last_assigned) for h in hands if h.free > 0]
    assignments: list[Assignment] = []
    hopeless: set[tuple[ShopId, GroupId, bool]] = set()
    for consult in waiting:
        if not free:
            break
        kind = (consult.shop, consult.group, consult.played)
        if kind in hopeless:  # hands only become fewer: a long queue is not held against them again
            continue
        able = [hand for hand in free if hand.member.serves(consult.shop, consult.group, played=consult.played)]
        if not able:
            hopeless.add(kind)
            continue
        chosen = policy.choose(consult, able, now)
        if chosen is None:
            continue
        others = tuple(hand.member.id for hand in able if hand is not chosen)[:8]
        assignments.append(Assignment(consult.conversation, chosen.member.id, others))
        chosen.load += 1
        chosen.last_assigned = now
        if chosen.free <= 0:
            free.remove(chosen)
    return assignments
