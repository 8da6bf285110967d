"""Messages become turns, by one sequential fold."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from goldensix.conversations.conversation import Said
from goldensix.events.facts import Sender
from goldensix.events.ids import AccountId, Instant, Milliseconds

HUMAN: Final[frozenset[Sender]] = frozenset({"agent"})
ANYONE: Final[frozenset[Sender]] = frozenset({"agent", "bot_assist", "bot_auto"})
"""Who stops the clock. A system line never does."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A maximal run of buyer messages with no valid reply in it, and the first valid reply, if there is one."""

    first_at: Instant
    replied_at: Instant | None
    replier: AccountId | None

    @property
    def wait(self) -> Milliseconds | None:
        """From the first question of the run to the reply; None: not answered."""
        return None if self.replied_at is None else Milliseconds(max(0, self.replied_at - self.first_at))


def turns(messages: Iterable[Said], valid: frozenset[Sender]) -> list[Turn]:
    """The turns of a conversation, its messages given in order. Recalled ones count for nothing."""
    found: list[Turn] = []
    first_at: Instant | None = None
    for said in messages:
        if said.recalled:
            continue
        if said.by == "buyer":
            first_at = said.at if first_at is None else first_at
        elif said.by in valid and first_at is not None:
            found.append(Turn(first_at, said.at, said.agent))
            first_at = None
    if first_at is not None:
        found.append(Turn(first_at, None, None))
    return found
