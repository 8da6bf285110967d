"""One open conversation, folded from its events."""

from dataclasses import dataclass, field
from typing import Final

from goldensix.events.facts import (
    AgentAssigned,
    Channel,
    ConversationClassified,
    ConversationClosed,
    ConversationEvent,
    ConversationLeft,
    ConversationReturned,
    ConversationStarted,
    Kind,
    Language,
    MessageRecalled,
    MessageSent,
    MessagesRead,
    RatingInvited,
    RobotDecided,
    RobotHandedOver,
    RobotTook,
    Sender,
)
from goldensix.events.ids import (
    AccountId,
    BuyerId,
    ConversationId,
    GroupId,
    Instant,
    MessageId,
    Milliseconds,
    ShopId,
    Skill,
)

POINT: Final = Milliseconds(60_000)
"""What a point of priority is worth of waiting: so nobody is overtaken for ever."""


@dataclass(slots=True)
class Said:
    """A message as the clocks see it: who and when, never what."""

    at: Instant
    position: int
    by: Sender
    agent: AccountId | None
    kind: Kind
    recalled: bool = False


@dataclass(slots=True)
class Conversation:
    id: ConversationId
    shop: ShopId
    buyer: BuyerId
    group: GroupId
    channel: Channel
    language: Language
    started_at: Instant
    priority: int = 0
    must: frozenset[Skill] = frozenset()
    """Skills without which nobody is given it."""
    prefers: frozenset[Skill] = frozenset()
    because: tuple[str, ...] = ()
    """Rules that gave it these."""
    chosen: bool = False
    """The buyer chose the group."""
    position: int = 1
    """Of its last event, in its own stream."""
    with_robot: bool = False
    decided: int = 0
    """Stream position up to which the robot has decided."""
    handed_at: Instant | None = None
    """When the robot handed it over: people's clock started."""
    robot_until: int = 0
    """Stream position at which the robot had it no more; 0: it has it, or never had."""
    agent: AccountId | None = None
    assigned_at: Instant | None = None
    """Since when that agent has it."""
    had_by: AccountId | None = None
    """Who had it before it came back to the queue."""
    returned_at: Instant | None = None
    """When it came back; it waits before all who have only waited."""
    let_go: bool = False
    """Whoever had it gave it away, and is not given it again."""
    left: bool = False
    """Nobody was there who could have it: it was left as a message."""
    off_hours: bool = False
    """It was left while the shop is closed, and no human has answered since."""
    began_at: Instant | None = None
    """The buyer's first message that stands: where the consult's clock starts."""
    waiting_since: Instant | None = None
    """The first buyer message that no human has answered since; None: the buyer does not wait for us."""
    answered_by_human: bool = False
    first_reply_at: Instant | None = None
    """The first answer by anyone, the robot included; what the desk sends of itself is none."""
    reminders: int = 0
    """"Still waiting" notices sent in this wait."""
    read_by_buyer: int = 0
    read_by_agent: int = 0
    invited: bool = False
    """The buyer was asked how it was."""
    closed: bool = False
    messages: dict[MessageId, Said] = field(default_factory=dict)

    @property
    def played(self) -> bool:
        """The buyer is a recorded one."""
        return self.channel == "rehearsal"

    @property
    def is_message(self) -> bool:
        """Kept for whoever comes: nobody has had it yet, and its buyer was told so."""
        return self.left and self.agent is None and self.had_by is None

    @property
    def queued(self) -> bool:
        """Nobody has it, and somebody should."""
        return self.agent is None and not self.closed and not self.with_robot

    @property
    def entered_at(self) -> Instant:
        """When it came before people."""
        return self.started_at if self.handed_at is None else self.handed_at

    @property
    def undecided(self) -> bool:
        """The robot has it, and the buyer waits for what it says."""
        return self.with_robot and self.waiting_since is not None

    @property
    def turn(self) -> tuple[bool, Instant]:
        """Its order in the queue: what came back first, each by its start; a point of priority moves that back."""
        return self.returned_at is None, Instant(self.entered_at - self.priority * POINT)

    @property
    def spoken_at(self) -> Instant:
        """When the buyer or an agent last said something."""
        spoken = (said.at for said in reversed(self.messages.values()) if said.by in ("buyer", "agent"))
        return next(spoken, self.started_at)

    @property
    def told_of_end(self) -> bool:
        """Since an agent's last words the buyer had an automatic notice: it can only be that the end is near."""
        newest = next(reversed(self.messages.values()), None)
        return newest is not None and newest.kind == "auto_reply"

    @property
    def answered(self) -> bool:
        """A person or a robot has answered, and it stands: what only bridges a wait is no answer."""
        bridges = ("welcome", "auto_reply", "notice", "choice")
        return any(
            said.by not in ("buyer", "system") and said.kind not in bridges and not said.recalled
            for said in self.messages.values()
        )

    @property
    def last_said(self) -> int:
        """Position of the newest message; 0: there is none."""
        return next(reversed(self.messages.values())).position if self.messages else 0

    @property
    def unread(self) -> int:
        """Buyer messages that the agent has not seen."""
        return sum(said.by == "buyer" and said.position > self.read_by_agent for said in self.messages.values())

    def apply(self, event: ConversationEvent, position: int, at: Instant) -> None:
        """Take in the event at this stream position; the first one made the conversation (`started`)."""
        self.position = position
        match event:
            case MessageSent():
                self.say(event.message, Said(at, position, event.by, event.agent, event.kind))
            case MessagesRead(by="buyer"):
                self.read_by_buyer = max(self.read_by_buyer, event.up_to)
            case MessagesRead():
                self.read_by_agent = max(self.read_by_agent, event.up_to)
            case MessageRecalled():
                self.messages[event.message].recalled = True
                self._count_again()
            case AgentAssigned():
                if self.with_robot:
                    self.with_robot, self.robot_until = False, position
                self.agent, self.assigned_at, self.returned_at = event.agent, at, None
            case ConversationReturned():
                self.agent, self.assigned_at, self.had_by, self.returned_at = None, None, event.agent, at
                self.let_go = event.why in ("put_back", "transferred")
                self.group = event.group
            case ConversationLeft():
                self.left, self.off_hours = True, event.off_hours
            case ConversationClassified():
                self.group = event.group
            case RobotTook():
                self.with_robot = True
            case RobotDecided():
                self.decided = event.up_to
            case RobotHandedOver():
                self.with_robot, self.handed_at, self.robot_until = False, at, position
                self.waiting_since = at
            case RatingInvited():
                self.invited = True
            case ConversationClosed():
                self.with_robot = False
                self.closed = True
                self.waiting_since = None

    def say(self, message: MessageId, said: Said) -> None:
        """Take in a message."""
        self.position = said.position
        self.messages[message] = said
        self._clock(said.by, said.kind, said.at)
        if said.by == "agent":
            self.read_by_agent = said.position

    def _clock(self, by: Sender, kind: Kind, at: Instant) -> None:
        if by == "buyer":
            if self.began_at is None:
                self.began_at = at
            if self.waiting_since is None:
                self.waiting_since = at
                self.reminders = 0
        elif by == "agent":
            if self.waiting_since is not None:
                self.answered_by_human = True
                self.first_reply_at = self.first_reply_at or at
            self.waiting_since, self.off_hours = None, False
        elif by != "system" and self.began_at is not None:
            self.reminders += kind == "auto_reply"
            if kind not in ("welcome", "auto_reply"):
                self.first_reply_at = self.first_reply_at or at
                if self.with_robot:
                    self.waiting_since = None

    def _count_again(self) -> None:
        """A recalled question opens nothing and a recalled answer stops no clock: run them without it."""
        self.began_at = self.waiting_since = self.first_reply_at = None
        self.answered_by_human = False
        self.reminders = 0
        with_robot, until = self.with_robot, self.robot_until
        self.with_robot = with_robot or until > 0
        for said in self.messages.values():
            if 0 < until < said.position:
                self._leave_robot()
                until = 0
            if not said.recalled:
                self._clock(said.by, said.kind, said.at)
        if until:
            self._leave_robot()
        self.with_robot = with_robot

    def _leave_robot(self) -> None:
        """Handed over, the buyer waits for people from then on, if anything that was asked stands."""
        self.with_robot = False
        if self.handed_at is not None:
            self.waiting_since = None if self.began_at is None else self.handed_at


def started(id: ConversationId, event: ConversationStarted, at: Instant) -> Conversation:
    """The conversation that its first event makes."""
    return Conversation(
        id,
        event.shop,
        event.buyer,
        event.group,
        event.channel,
        event.language,
        at,
        event.priority,
        frozenset(event.must),
        frozenset(event.prefers),
        event.because,
        event.chosen,
    )
