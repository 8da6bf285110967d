"""Conversations as the log keeps them, for tests of what is read out of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from goldensix.events.facts import (
    AgentAssigned,
    Body,
    ConversationClosed,
    ConversationStarted,
    Event,
    MessageRecalled,
    MessageSent,
    Sender,
)
from goldensix.events.ids import (
    AccountId,
    BuyerId,
    GroupId,
    Instant,
    MerchantId,
    MessageId,
    Milliseconds,
    ShopId,
)
from goldensix.log.port import Stored
from goldensix.rehearsal.ledger import Kept

BUYER = BuyerId("chen")
AGENT, COLLEAGUE = AccountId(7), AccountId(8)


@dataclass
class Log:
    """Writes a conversation, event by event; times are seconds after its start."""

    stream: str = "c1"
    buyer: BuyerId = BUYER
    events: list[Stored] = field(default_factory=list)
    _positions: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.add(0, ConversationStarted(ShopId(1), self.buyer, "rehearsal", GroupId(1), "zh"))

    def add(self, at: float, event: Event, text: str | None = None) -> None:
        position, when = next(self._positions), Instant(round(at * 1000))
        body = None if text is None else Body(text)
        self.events.append(Stored(MerchantId(1), position, self.stream, position, event, when, when, body))

    def say(self, at: float, message: str, text: str, by: Sender, agent: AccountId | None = None) -> None:
        self.add(at, MessageSent(MessageId(message), by, agent, "text"), text)

    def recall(self, at: float, message: str, by: Sender, agent: AccountId | None = None) -> None:
        self.add(at, MessageRecalled(MessageId(message), by, agent))

    def assign(self, at: float, agent: AccountId = AGENT) -> None:
        self.add(at, AgentAssigned(agent, "routed", None, "idle_hands", Milliseconds(round(at * 1000)), ()))

    def close(self, at: float, agent: AccountId = AGENT) -> None:
        self.add(at, ConversationClosed("agent", agent))

    @property
    def kept(self) -> Kept:
        return Kept(self.buyer, self.events)
