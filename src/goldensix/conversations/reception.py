"""All open conversations of a merchant: by id, by buyer and shop, and the queues of its groups."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge
from types import MappingProxyType
from typing import Final

from goldensix.conversations.conversation import POINT, Conversation
from goldensix.events.ids import AccountId, BuyerId, ConversationId, GroupId, ShopId

_REMEMBERED: Final = 20_000
"""Most buyers of whom we know who served them last."""


@dataclass(slots=True)
class Reception:
    """Who is here now. Closed conversations leave it; the log keeps them."""

    open: dict[ConversationId, Conversation] = field(default_factory=dict)
    by_buyer: dict[tuple[ShopId, BuyerId], ConversationId] = field(default_factory=dict)
    queues: dict[GroupId, dict[ConversationId, None]] = field(default_factory=dict)
    """Unassigned conversations a group, in the order of their turn: dictionaries as ordered sets."""
    with_robot: dict[ConversationId, None] = field(default_factory=dict)
    """What the robot has."""
    with_agent: dict[AccountId, dict[ConversationId, None]] = field(default_factory=dict)
    """The slots in use: names, not a counter that could drift."""
    last_agent: dict[tuple[ShopId, BuyerId], AccountId] = field(default_factory=dict)
    """Who had a buyer's last conversation, of the latest that ended."""

    def add(self, conversation: Conversation) -> None:
        self.open[conversation.id] = conversation
        self.by_buyer[conversation.shop, conversation.buyer] = conversation.id
        if conversation.priority:
            self.wait_again(conversation)
        else:
            self.queues.setdefault(conversation.group, {})[conversation.id] = None

    def assign(self, conversation: Conversation, agent: AccountId) -> None:
        """Move a conversation into an agent's slots, out of the queue or another's."""
        self.take_out(conversation)
        self.with_agent.setdefault(agent, {})[conversation.id] = None

    def give_to_robot(self, conversation: Conversation) -> None:
        self.take_out(conversation)
        self.with_robot[conversation.id] = None

    def wait_for_people(self, conversation: Conversation) -> None:
        """The robot has handed it over: behind all who came before people earlier."""
        del self.with_robot[conversation.id]
        if conversation.priority:
            self.wait_again(conversation)
        else:
            self.queues.setdefault(conversation.group, {})[conversation.id] = None

    def wait_again(self, conversation: Conversation) -> None:
        """Into the queue where its turn is: what came back before all who have only waited."""
        waiting = [*self.queues.get(conversation.group, ()), conversation.id]
        waiting.sort(key=lambda id: self.open[id].turn)
        self.queues[conversation.group] = dict.fromkeys(waiting)

    def remove(self, conversation: Conversation) -> None:
        self.take_out(conversation)
        if conversation.agent is not None:
            buyer = conversation.shop, conversation.buyer
            self.last_agent.pop(buyer, None)
            self.last_agent[buyer] = conversation.agent
            if len(self.last_agent) > _REMEMBERED:
                del self.last_agent[next(iter(self.last_agent))]
        del self.open[conversation.id]
        del self.by_buyer[conversation.shop, conversation.buyer]

    def take_out(self, conversation: Conversation) -> None:
        """Out of its queue, of its agent's slots, or of the robot's hands."""
        if conversation.with_robot:
            self.with_robot.pop(conversation.id, None)
        elif conversation.agent is None:
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

    def load_in(self, agent: AccountId, group: GroupId) -> int:
        """Slots in use by conversations of a group."""
        return sum(self.open[id].group == group for id in self.with_agent.get(agent, ()))

    def queued(
        self, groups: Iterable[GroupId] | None = None, priorities: Mapping[GroupId, int] = MappingProxyType({})
    ) -> Iterator[Conversation]:
        """Unassigned conversations in the order of their turn, lazily; a group's points count like a consult's."""
        chosen = self.queues if groups is None else groups
        lines = [(self.open[id] for id in self.queues.get(group, ())) for group in chosen]
        if not any(priorities.values()):
            return merge(*lines, key=lambda c: c.turn)
        return merge(*lines, key=lambda c: (c.turn[0], c.turn[1] - priorities.get(c.group, 0) * POINT))

    def head(self, groups: Iterable[GroupId]) -> Conversation | None:
        """The longest waiting of these groups' queues."""
        heads = (next(iter(self.queues.get(group, ())), None) for group in groups)
        found = [self.open[id] for id in heads if id is not None]
        return min(found, key=lambda c: c.turn, default=None)

    def place(self, conversation: Conversation) -> int:
        """1 is next; 0: not in a queue."""
        if not conversation.queued:
            return 0
        return 1 + list(self.queues[conversation.group]).index(conversation.id)
