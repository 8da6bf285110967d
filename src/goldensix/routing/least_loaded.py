"""Least loaded: a new consult goes to the agent who has the fewest conversations."""

from dataclasses import dataclass

from goldensix.events.ids import Milliseconds
from goldensix.routing.decide import Hand, Rank


@dataclass(frozen=True, slots=True)
class LeastLoaded:
    hold: Milliseconds = Milliseconds(0)
    name: str = "least_loaded"

    def rank(self, hand: Hand) -> Rank:
        return hand.member.level, hand.load, hand.last_assigned, hand.member.id
