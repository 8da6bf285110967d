"""Round robin: one after the other, whatever each has already."""

from dataclasses import dataclass

from goldensix.events.ids import Milliseconds
from goldensix.routing.decide import Hand, Rank


@dataclass(frozen=True, slots=True)
class RoundRobin:
    hold: Milliseconds = Milliseconds(0)
    name: str = "round_robin"

    def rank(self, hand: Hand) -> Rank:
        """Of those who got one at the same instant, the one with fewer: nobody gets two before all have one."""
        return hand.member.level, hand.last_assigned, hand.load, hand.member.id
