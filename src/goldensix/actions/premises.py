"""The settings the desk runs by: shops, groups and members. Replaced as a whole when a setting changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from zlib import crc32
from zoneinfo import ZoneInfo

from goldensix.actions.arrival import ConsultRule
from goldensix.events.facts import Language, Step
from goldensix.events.ids import AccountId, BuyerId, ConversationId, GroupId, Instant, Milliseconds, ShopId, Skill
from goldensix.robot.groups import Sorting
from goldensix.robot.modes import RobotRules
from goldensix.routing.decide import Overflow, Policy
from goldensix.routing.idle_hands import IdleHands
from goldensix.team.hours import ALWAYS, Hours, Opening, hours
from goldensix.team.shifts import Shifts
from goldensix.team.team import Member

JudgedBy = Literal["speed", "quality", "refund"]
Wordings = Mapping[Language, tuple[str, ...]]
"""Several wordings of one text in each language."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """An automatic reply to a buyer who has waited this long."""

    after: Milliseconds
    wordings: Wordings


@dataclass(frozen=True, slots=True)
class Silence:
    """When a conversation ends in which nobody says anything and no buyer waits."""

    after: Milliseconds
    notice: Milliseconds
    """So long before its end the buyer is told; 0: not at all."""
    wordings: Wordings


@dataclass(frozen=True, slots=True)
class ShopRules:
    id: ShopId
    name: str
    zone: ZoneInfo
    default_group: GroupId
    """Where a consult goes that chose no question."""
    welcome: Wordings
    """Sent at once to whoever starts a conversation; no wording: nothing is sent."""
    still_waiting: tuple[Reminder, ...]
    """By rising wait."""
    away: Wordings = field(default_factory=dict)
    """Sent when a consult becomes a message because nobody is there; no wording: nothing is sent."""
    silence: Silence | None = None
    opening: Opening = ALWAYS
    off_hours: Wordings = field(default_factory=dict)
    """Sent when a consult becomes a message because the shop is closed; `{opens}` is when it opens."""
    notice: Wordings = field(default_factory=dict)
    """Sent when the robot hands over; no wording: nothing is sent."""
    which: Wordings = field(default_factory=dict)
    """Said before the questions of which the robot asks one back."""
    asks_rating: bool = True
    """Its buyers are asked at the end how it was."""
    groups: frozenset[GroupId] = frozenset()
    """Where its buyers' consults go: by a question, or by none."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a group is judged by: how fast it replies, how content buyers are, or how fast refunds are paid."""

    by: JudgedBy = "speed"
    satisfied: int = 80
    """Percent of ratings that should be good."""
    refunded: Milliseconds = Milliseconds(86_400_000)
    """From the request for a refund to its payment."""


@dataclass(frozen=True, slots=True)
class GroupRules:
    id: GroupId
    name: str
    target: Milliseconds
    """A first reply within this is on target."""
    overflow: tuple[GroupId, ...] = ()
    """Groups that help it out, in order."""
    priority: int = 0
    """Of two groups that an agent serves, a point lets the consults of one come before a minute of waiting."""
    opening: Opening = ALWAYS
    """Where it differs from the shop's."""
    must: frozenset[Skill] = frozenset()
    """Skills without which nobody is given its consults."""
    prefers: frozenset[Skill] = frozenset()
    """Skills of those who come first."""
    judged: Judged = field(default_factory=Judged)


@dataclass(frozen=True, slots=True)
class AssignmentRules:
    policy: Policy = field(default_factory=IdleHands)
    silent_after: Milliseconds = Milliseconds(300_000)
    """An agent who lets a buyer wait so long loses the conversation; 0: never."""
    gone_after: Milliseconds = Milliseconds(60_000)
    """So does one who is not connected for so long; 0: never."""
    skill_hold: Milliseconds = Milliseconds(15_000)
    """So long a consult waits for somebody with a preferred skill who is there but has no free place."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Who is called when a buyer has waited so long; 0: nobody is."""

    red_after: Milliseconds = Milliseconds(30_000)
    """The agent: his page rings louder; his phone, if he has one for it."""
    manager_after: Milliseconds = Milliseconds(60_000)
    """The pages of those who may assign."""
    phone_after: Milliseconds = Milliseconds(120_000)
    """The service managers' phones, and senders."""
    administrator_after: Milliseconds = Milliseconds(180_000)
    """The administrators' phones too."""
    window: Milliseconds = Milliseconds(60_000)
    """Phones are called at most once in it for one step: later ones are one summary."""
    deserted: bool = True
    """Call when nobody is there for a group while its buyers wait."""
    queue_over: int = 0
    """Call when more than so many queue; 0: never."""

    def after(self, step: Step) -> Milliseconds:
        return {
            "agent": self.red_after,
            "manager": self.manager_after,
            "phone": self.phone_after,
            "administrator": self.administrator_after,
        }[step]


@dataclass(frozen=True, slots=True)
class Block:
    """What a buyer, or everybody at an address, writes is not taken."""

    by: AccountId
    until: Instant | None
    """None: until somebody lifts it."""

    def holds(self, now: Instant) -> bool:
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Premises:
    shops: Mapping[ShopId, ShopRules]
    groups: Mapping[GroupId, GroupRules]
    """In the merchant's own order."""
    members: Mapping[AccountId, Member]
    assignment: AssignmentRules = AssignmentRules()
    shifts: Shifts = field(default_factory=dict)
    """Those of the present: they are read again in time."""
    rules: tuple[ConsultRule, ...] = ()
    ladder: Ladder = Ladder()
    phones: frozenset[AccountId] = frozenset()
    """Who has a phone that can be called."""
    senders: Mapping[int, str] = field(default_factory=dict)
    """Names of what else can be called."""
    blocks: Mapping[str, Block] = field(default_factory=dict)
    """By buyer, and by what an address counts as at this merchant."""
    robot: RobotRules = field(default_factory=RobotRules)
    sorting: Sorting = field(default_factory=Sorting)

    @property
    def overflow(self) -> Overflow:
        return {id: rules.overflow for id, rules in self.groups.items() if rules.overflow}

    @property
    def priorities(self) -> Mapping[GroupId, int]:
        return {id: rules.priority for id, rules in self.groups.items() if rules.priority}

    def hours(self, shop: ShopId, group: GroupId) -> Hours | None:
        """None: always open."""
        rules = self.shops[shop]
        return hours(rules.opening, self.groups[group].opening, rules.zone)

    def block_of(self, buyer: BuyerId, address: str, now: Instant) -> Block | None:
        """Why nothing of this buyer is taken, if it is not."""
        for each in (self.blocks.get(buyer), self.blocks.get(address)):
            if each is not None and each.holds(now):
                return each
        return None

    def zone_of(self, shop: ShopId) -> str:
        """The name of its time zone."""
        return self.shops[shop].zone.key


def wording(wordings: Wordings, language: Language, conversation: ConversationId) -> str | None:
    """One of the wordings, always the same for a conversation; None where there is none."""
    choices = wordings.get(language) or wordings.get("zh") or ()
    return choices[crc32(conversation.encode()) % len(choices)] if choices else None
