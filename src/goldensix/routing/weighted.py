"""Weighted: by ability. Whoever has the larger reception limit gets the more, in that proportion."""

from dataclasses import dataclass

from goldensix.events.ids import Milliseconds
from goldensix.routing.decide import Hand, Rank


@dataclass(frozen=True, slots=True)
class Weighted:
    hold: Milliseconds = Milliseconds(0)
    name: str = "weighted"

    def rank(self, hand: Hand) -> Rank:
        """How full the next conversation would make each."""
        fill = (hand.load + 1) / max(1, hand.member.limit)
        return hand.member.level, fill, hand.last_assigned, hand.member.id
