"""All open conversations of a merchant: by id, by buyer and shop, and the queues of its groups."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import merge

from goldensix.conversations.conversation import Conversation
from goldensix.events.ids import AccountId, BuyerId, ConversationId, GroupId, ShopId


@dataclass(slots=True)
class Reception:
    """Who is here now. Closed conversations leave it; the log keeps them."""

    open: dict[ConversationId, Conversation] = field(default_factory=dict)
    by_buyer: dict[tuple[ShopId, BuyerId], ConversationId] = field(default_factory=dict)
    queues: dict[GroupId, dict[ConversationId, None]] = field(default_factory=dict)
    """Unassigned conversations a group, in the order of their start: dictionaries as ordered sets."""
    with_agent: dict[AccountId, dict[ConversationId, None]] = field(default_factory=dict)
    """The slots in use: names, not a counter that could drift."""

    def add(self, conversation: Conversation) -> None:
        self.open[conversation.id] = conversation
        self.by_buyer[conversation.shop, conversation.buyer] = conversation.id
        self.queues.setdefault(conversation.group, {})[conversation.id] = None

    def assign(self, conversation: Conversation, agent: AccountId) -> None:
        """Move a conversation into an agent's slots, out of the queue or another's."""
        self._leave_slot(conversation)
        self.with_agent.setdefault(agent, {})[conversation.id] = None

    def remove(self, conversation: Conversation) -> None:
        self._leave_slot(conversation)
        del self.open[conversation.id]
        del self.by_buyer[conversation.shop, conversation.buyer]

    def _leave_slot(self, conversation: Conversation) -> None:
        if conversation.agent is None:
            self.queues[conversation.group].pop(conversation.id, None)
        else:
            self.with_agent[conversation.agent].pop(conversation.id, None)

    def of_buyer(self, shop: ShopId, buyer: BuyerId) -> Conversation | None:
        id = self.by_buyer.get((shop, buyer))
        return None if id is None else self.open[id]

    def of_agent(self, agent: AccountId) -> list[Conversation]:
        return [self.open[id] for id in self.with_agent.get(agent, ())]

    def load(self, agent: AccountId) -> int:
        """Slots in use."""
        return len(self.with_agent.get(agent, ()))

    def queued(self, groups: Iterable[GroupId] | None = None) -> Iterator[Conversation]:
        """Unassigned conversations in the order of their start, lazily."""
        chosen = self.queues if groups is None else groups
        lines = [(self.open[id] for id in self.queues.get(group, ())) for group in chosen]
        return merge(*lines, key=lambda conversation: conversation.started_at)

    def head(self, groups: Iterable[GroupId]) -> Conversation | None:
        """The longest waiting of these groups' queues."""
        heads = (next(iter(self.queues.get(group, ())), None) for group in groups)
        found = [self.open[id] for id in heads if id is not None]
        return min(found, key=lambda c: c.started_at, default=None)

    def place(self, conversation: Conversation) -> int:
        """1 is next; 0: not in a queue."""
        if not conversation.queued:
            return 0
        return 1 + list(self.queues[conversation.group]).index(conversation.id)
