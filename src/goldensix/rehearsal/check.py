"""Is everything that was sent in the log, once, in order, word for word? And was all of it played?"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from goldensix.events.facts import MessageSent
from goldensix.events.ids import AccountId, BuyerId
from goldensix.log.port import Stored
from goldensix.rehearsal.ledger import Kept
from goldensix.rehearsal.talk import Talk, line_of


@dataclass(slots=True)
class Check:
    sent: int = 0
    """Messages of buyers and played agents."""
    stored: int = 0
    lost: int = 0
    """Sent and not in the log."""
    doubled: int = 0
    """In the log a second time, or never sent."""
    reordered: int = 0
    """In the log after something that the recording says later."""
    altered: int = 0
    """Other words, another author, or other words on arrival at the other side."""
    undelivered: int = 0
    """Sent, but the other side was never told."""
    unplayed: int = 0
    """Lines of the recording that were not said."""
    unclosed: int = 0
    """Conversations that are still open."""

    @property
    def passed(self) -> bool:
        return self.faults == 0

    @property
    def faults(self) -> int:
        counts: dict[str, int] = asdict(self)
        return sum(counts.values()) - self.sent - self.stored


@dataclass(slots=True)
class Checker:
    talks: dict[BuyerId, Talk]
    crew: frozenset[AccountId]
    check: Check = field(default_factory=Check)
    _stored: dict[BuyerId, set[int]] = field(default_factory=dict)

    def add(self, kept: Kept) -> None:
        """Compare a conversation with what was sent in it."""
        self.check.unclosed += not kept.closed
        last = -1
        for each in kept.events:
            if isinstance(each.event, MessageSent) and self._is_ours(each.event):
                number = self._place(kept.buyer, each, each.event)
                self.check.reordered += number < last
                last = max(last, number)

    def _is_ours(self, event: MessageSent) -> bool:
        """Robots speak for themselves, and people of the shop may have answered too."""
        return event.by == "buyer" or (event.by == "agent" and event.agent in self.crew)

    def _place(self, buyer: BuyerId, each: Stored, event: MessageSent) -> int:
        """The line's number in the script; counts it."""
        talk, stored = self.talks[buyer], self._stored.setdefault(buyer, set())
        script, number = line_of(event.message) or (-1, -1)
        if script != talk.script.number or talk.said.get(number) != event.message or number in stored:
            self.check.doubled += 1
            return number
        stored.add(number)
        line = talk.script.line(number)
        same = each.body is not None and each.body.text == line.text and event.kind == "text"
        self.check.altered += not (same and event.by == line.by and event.agent == talk.agents.get(number))
        return number

    def finish(self, cast: Sequence[Talk]) -> Check:
        check = self.check
        check.stored = sum(len(numbers) for numbers in self._stored.values())
        for talk in cast:
            lines = list(talk.script.lines)
            check.sent += len(talk.said)
            check.unplayed += len(lines) - len(talk.said)
            check.undelivered += len(talk.said.keys() - talk.heard)
            check.altered += talk.altered
        check.lost = check.sent - check.stored
        return check
