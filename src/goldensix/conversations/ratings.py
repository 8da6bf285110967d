"""Fold: conversations that ended lately and may be rated, and how good the ratings of today are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import RatingReason, Score
from goldensix.events.ids import AccountId, BuyerId, ConversationId, GroupId, Instant, Milliseconds, ShopId

RATABLE: Final = Milliseconds(86_400_000)
"""So long after its end a conversation may be rated."""
GOOD: Final = 4
"""The score from which a rating is good."""
PRAISE: Final[frozenset[RatingReason]] = frozenset({"fast", "solved", "friendly"})
"""Reasons of good ratings; the others are of those that are not."""
_REMEMBERED: Final = 20_000
"""Most conversations that are waited for; of more, those that ended first cannot be rated any more."""
_QUARTER: Final = 900_000
_KEPT: Final = 2 * 96


@dataclass(slots=True)
class Parted:
    """What is still to be known of a conversation that is over."""

    shop: ShopId
    buyer: BuyerId
    group: GroupId
    agent: AccountId | None
    """Who had it at its end."""
    ended_at: Instant
    position: int
    """Of its last event, in its own stream."""
    rated: bool = False


@dataclass(slots=True)
class Rated:
    good: int = 0
    all: int = 0

    def add(self, good: int, all: int) -> None:
        self.good += good
        self.all += all


@dataclass(slots=True)
class Ratings:
    parted: dict[ConversationId, Parted] = field(default_factory=dict)
    """Whose buyers were asked, in the order in which they ended."""
    counts: dict[int, dict[ShopId, dict[GroupId, Rated]]] = field(default_factory=dict)
    """By quarters of an hour."""

    def part(self, c: Conversation, position: int, at: Instant) -> None:
        """A conversation whose buyer was asked has ended."""
        self.parted[c.id] = Parted(c.shop, c.buyer, c.group, c.agent, at, position)
        while len(self.parted) > _REMEMBERED or at - next(iter(self.parted.values())).ended_at > RATABLE:
            del self.parted[next(iter(self.parted))]

    def position_of(self, id: ConversationId) -> int:
        """Of its last event; 0: it is not known."""
        parted = self.parted.get(id)
        return 0 if parted is None else parted.position

    def take(self, id: ConversationId, score: Score, position: int, at: Instant) -> None:
        if (parted := self.parted.get(id)) is None:
            return
        parted.position, parted.rated = position, True
        quarter = at // _QUARTER
        groups = self.counts.setdefault(quarter, {}).setdefault(parted.shop, {})
        groups.setdefault(parted.group, Rated()).add(score >= GOOD, 1)
        for old in [each for each in self.counts if each <= quarter - _KEPT]:
            del self.counts[old]

    def since(self, began: Mapping[ShopId, Instant]) -> dict[GroupId, Rated]:
        """By group: of each of these shops from this instant on, which begins a quarter."""
        found: dict[GroupId, Rated] = {}
        for quarter, shops in self.counts.items():
            for shop, groups in shops.items():
                if shop in began and quarter >= began[shop] // _QUARTER:
                    for group, rated in groups.items():
                        found.setdefault(group, Rated()).add(rated.good, rated.all)
        return found
