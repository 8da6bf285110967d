"""What can happen: one fact per class, never changed, named in the past tense.

Times, positions and the buyer's words are not in the fact: the log adds the first two (`log.port.Stored`), and
words live apart (`Body`) so that they can be erased without rewriting history.
"""

from dataclasses import dataclass
from typing import Literal

from goldensix.events.ids import (
    AccountId,
    AlertId,
    BuyerId,
    ConversationId,
    GroupId,
    Instant,
    MessageId,
    Milliseconds,
    ShopId,
    Skill,
)

Sender = Literal["buyer", "agent", "bot_assist", "bot_auto", "system"]
"""Who wrote a line, as the metrics count it; `bot_auto` includes the timed auto-replies, never a person."""
Kind = Literal["text", "picture", "product", "welcome", "auto_reply", "choice", "notice"]
"""Of a robot's: `choice` asks which of some questions is meant, one a line; `notice` says that a person is called."""
Channel = Literal["widget", "page", "rehearsal"]
"""`rehearsal`: a recorded buyer, played; whatever is told of the log can tell it from a real one."""
Language = Literal["zh", "en"]
How = Literal["routed", "taken", "handed", "transferred", "taken_over"]
Through = Literal["last_agent", "group", "overflow", "manager"]
"""The buyer's last agent; the consult's own group; a group that helps it out; the service manager, as all are away."""
Why = Literal["silent", "gone", "put_back", "transferred"]
RobotDid = Literal["answer", "ask", "hand_over", "suggest"]
"""`suggest`: it was only asked what an agent could say."""
HandedOverFor = Literal["decided", "late", "stopped"]
"""The robot said so; it did not decide in time; it is at work no more."""
SortedBy = Literal["words", "learned", "robot"]
"""A group's own words; what labels and transfers taught; the question that the robot took the turn for."""
Task = Literal["order_change", "bargain"]
"""What a colleague is asked to do: change an order, or talk about a price."""
Score = Literal[1, 2, 3, 4, 5]
RatingReason = Literal["fast", "solved", "friendly", "slow", "unsolved", "unfriendly", "robot"]
"""What was good, or what was not; `robot`: only a robot had answered."""
Wish = Literal["address", "colour", "size", "quantity", "price", "other"]
OrderStatus = Literal["placed", "paid", "shipped", "received", "refund_asked", "refunded"]
"""Where an order stands with the shop platform."""
AlertKind = Literal["waiting", "deserted", "crowded"]
"""Buyers wait too long; nobody is there for a group; too many queue."""
Step = Literal["agent", "manager", "phone", "administrator"]
"""Of the ladder: who is called, one after the other."""
Way = Literal["page", "push", "sender"]
Told = Literal["sent", "quiet", "failed"]
"""`quiet`: it was the person's quiet hours."""


@dataclass(frozen=True, slots=True)
class ConversationStarted:
    """A buyer wrote with no conversation open; the consult enters the group's queue at this instant."""

    shop: ShopId
    buyer: BuyerId
    channel: Channel
    group: GroupId
    language: Language
    """The buyer's, for the timed auto-replies."""
    priority: int = 0
    """Each point is worth a minute of waiting; what follows is by the rules for consults that were true of it."""
    must: tuple[Skill, ...] = ()
    """Skills without which nobody is given it."""
    prefers: tuple[Skill, ...] = ()
    because: tuple[str, ...] = ()
    """The names of those rules."""
    chosen: bool = False
    """The buyer chose the group, by a question."""


@dataclass(slots=True)  # not frozen, nor is `Body`: made for every message, and freezing trebles what that costs
class MessageSent:
    message: MessageId
    by: Sender
    agent: AccountId | None
    """The person who really sent it; None unless `by` is `agent`."""
    kind: Kind


@dataclass(frozen=True, slots=True)
class MessageRecalled:
    message: MessageId
    by: Sender
    agent: AccountId | None


@dataclass(frozen=True, slots=True)
class MessagesRead:
    """One side has seen every message up to and including stream position `up_to`."""

    by: Literal["buyer", "agent"]
    agent: AccountId | None
    up_to: int


@dataclass(frozen=True, slots=True)
class AgentAssigned:
    """The conversation is an agent's from now on. Keeps its reason: why this one, who else could have had it."""

    agent: AccountId
    how: How
    by: AccountId | None
    """Who decided: the agent (taken, transferred), the service manager (handed, taken over), nobody (routed)."""
    policy: str | None
    waited: Milliseconds
    """In the queue, since it came or came back; 0 where it went from one agent to another."""
    could_have: tuple[AccountId, ...]
    through: Through | None = None
    """Of a routed one: on what ground this agent could have it."""
    group: GroupId | None = None
    """Through which group, where it was routed through one."""
    because: tuple[str, ...] = ()
    """Rules for consults by which it came before others, or to him: their names."""


@dataclass(frozen=True, slots=True)
class ConversationReturned:
    """No agent has the conversation any more: it waits again, before all who have only waited."""

    agent: AccountId
    """Who had it, and is not offered it again at once."""
    why: Why
    by: AccountId | None
    """Who decided; nobody when the agent was silent or gone."""
    group: GroupId
    """In whose queue it waits."""


@dataclass(frozen=True, slots=True)
class ConversationLeft:
    """Nobody is there who could have it: it is a message now, handed out when somebody comes."""

    group: GroupId
    off_hours: bool = False
    """The shop is closed: it is handed out once it is open again."""


@dataclass(frozen=True, slots=True)
class NoteLeft:
    """Words of an agent to whoever has the conversation next; no buyer sees them."""

    note: MessageId
    agent: AccountId


@dataclass(frozen=True, slots=True)
class TaskHandedOn:
    """An agent asks whoever has the conversation next for a task; what the buyer wishes, in words, is in the body."""

    note: MessageId
    agent: AccountId
    task: Task
    wish: Wish
    order: int | None


@dataclass(frozen=True, slots=True)
class ConversationClassified:
    """The buyer had chosen no group, and first words say which it belongs to; those that say most are in the body."""

    reading: MessageId
    group: GroupId
    """Where it waits from now on; the one it waited in, if that is not sure enough or would have nobody."""
    likeliest: GroupId
    confidence: float
    by: SortedBy


@dataclass(frozen=True, slots=True)
class RobotTook:
    """The robot has the conversation: it is offered to nobody, and nobody is called."""

    mode: Literal["busy", "always"]


@dataclass(frozen=True, slots=True)
class Candidate:
    question: str
    """Its id in the bank."""
    confidence: float


@dataclass(frozen=True, slots=True)
class RobotDecided:
    """What the robot made of a buyer's turn. The words of what it offers are in the body."""

    decision: MessageId
    up_to: int
    """Stream position of the turn's last message."""
    did: RobotDid
    reason: str
    """As `robot.decision.Reason`."""
    candidates: tuple[Candidate, ...]
    """The likeliest first; three at most."""
    rule: str | None
    """The name of the keyword rule that decided."""
    route: str
    took: Milliseconds
    robot: str | None = None
    """The name of the robot of others that decided; None: ours did."""
    reworded: bool = False
    """A language model put the approved answer into other words."""

    @property
    def confidence(self) -> float:
        return self.candidates[0].confidence if self.candidates else 0.0


@dataclass(frozen=True, slots=True)
class RobotHandedOver:
    """People have it from now on: it waits in its queue, and their clock starts."""

    why: HandedOverFor


@dataclass(frozen=True, slots=True)
class RatingInvited:
    """The conversation ends, and its buyer is asked how it was."""


@dataclass(frozen=True, slots=True)
class ConversationClosed:
    by: Literal["agent", "buyer", "desk"]
    """`desk`: nobody had said anything for as long as the shop allows."""
    agent: AccountId | None
    blocked: bool = False
    """Because the buyer was blocked: what nobody had answered by then counts for nothing."""


@dataclass(frozen=True, slots=True)
class ConversationRated:
    """The buyer's word on a conversation that is over: the one thing that may follow its end."""

    score: Score
    """5 is best."""
    reasons: tuple[RatingReason, ...]


@dataclass(frozen=True, slots=True)
class AgentConnected:
    """A first device of this account has a live socket. Opening a page makes nobody ready."""

    agent: AccountId


@dataclass(frozen=True, slots=True)
class AgentDisconnected:
    agent: AccountId


@dataclass(frozen=True, slots=True)
class AgentBecameReady:
    """The agent chose to receive consults; the choice outlives reconnects and a second device."""

    agent: AccountId


@dataclass(frozen=True, slots=True)
class AgentTookBreak:
    agent: AccountId
    reason: str


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """A step of the ladder was reached by these conversations."""

    alert: AlertId
    kind: AlertKind
    step: Step
    group: GroupId | None
    """Of a deserted one."""
    of: AccountId | None
    """The agent, if it is the agent's own step."""
    conversations: tuple[ConversationId, ...]


@dataclass(frozen=True, slots=True)
class AlertGrew:
    """More reached the same step soon after: the same alert, and no further call."""

    alert: AlertId
    conversations: tuple[ConversationId, ...]


@dataclass(frozen=True, slots=True)
class AlertTold:
    """Somebody was called, by one way."""

    alert: AlertId
    way: Way
    account: AccountId | None
    sender: int | None
    """The sender it went through, where it did not go to one person."""
    told: Told


@dataclass(frozen=True, slots=True)
class AlertAcknowledged:
    alert: AlertId
    by: AccountId


@dataclass(frozen=True, slots=True)
class AlertEnded:
    """What it was about is over, where no conversation of its own says so."""

    alert: AlertId


@dataclass(frozen=True, slots=True)
class Reached:
    """A status that an order came to."""

    status: OrderStatus
    at: Instant
    """By the shop platform's clock."""


@dataclass(frozen=True, slots=True)
class OrderMoved:
    """The shop platform told how far an order has come."""

    order: int
    shop: ShopId
    buyer: BuyerId
    status: OrderStatus
    """Where it stands, all that was told of it taken together."""
    reached: tuple[Reached, ...]
    """What was not known before, the earliest first."""
    cents: int


ConversationEvent = (
    ConversationStarted
    | MessageSent
    | MessageRecalled
    | MessagesRead
    | AgentAssigned
    | ConversationReturned
    | ConversationLeft
    | NoteLeft
    | TaskHandedOn
    | ConversationClassified
    | RobotTook
    | RobotDecided
    | RobotHandedOver
    | RatingInvited
    | ConversationClosed
    | ConversationRated
)
TeamEvent = AgentConnected | AgentDisconnected | AgentBecameReady | AgentTookBreak
AlertEvent = AlertRaised | AlertGrew | AlertTold | AlertAcknowledged | AlertEnded
OrderEvent = OrderMoved
Event = ConversationEvent | TeamEvent | AlertEvent | OrderEvent


@dataclass(frozen=True, slots=True)
class Picture:
    id: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A question that the robot thought of, and the answer to it."""

    title: str
    answer: str


@dataclass(slots=True)
class Body:
    """The erasable part of an event: words, a picture, a buyer's name. Kept apart from the facts."""

    text: str = ""
    picture: Picture | None = None
    product: int | None = None
    """A product of the shop, shown as a card."""
    name: str = ""
    """The buyer's display name, on `ConversationStarted`; of a robot of others, on what it says."""
    page: str = ""
    """The shop page the buyer wrote from; on `ConversationStarted` only."""
    offers: tuple[Offer, ...] = ()
    """Of the candidates of `RobotDecided`, in their order."""
