"""What the log holds of a rehearsal: read once, in its order, a conversation at a time."""

from collections.abc import AsyncIterator, Callable, Container
from dataclasses import dataclass
from typing import Final

from goldensix.events.facts import ConversationClosed, ConversationStarted
from goldensix.events.ids import BuyerId, MerchantId
from goldensix.log.port import Log, Stored

_READ: Final = 5_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation as the log keeps it."""

    buyer: BuyerId
    events: list[Stored]

    @property
    def closed(self) -> bool:
        return isinstance(self.events[-1].event, ConversationClosed)


async def conversations(
    log: Log, merchant: MerchantId, after: int, buyers: Container[BuyerId], pass_by: Callable[[Stored], None]
) -> AsyncIterator[Kept]:
    """Those that these buyers began after a position: each when it is closed, at last the ones that are not.

    `pass_by` sees their events in the order of the whole log.
    """
    open_: dict[str, Kept] = {}
    while batch := await log.read_after(merchant, after, _READ):
        after = batch[-1].position
        for stored in batch:
            event = stored.event
            if isinstance(event, ConversationStarted) and event.buyer in buyers:
                open_[stored.stream] = Kept(event.buyer, [])
            if (kept := open_.get(stored.stream)) is None:
                continue
            kept.events.append(stored)
            pass_by(stored)
            if isinstance(event, ConversationClosed):
                yield open_.pop(stored.stream)
    for kept in open_.values():
        yield kept
