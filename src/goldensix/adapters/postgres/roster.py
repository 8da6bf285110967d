"""Who works for whom: what the roster's tables hold, typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from goldensix.actions.arrival import ConsultRule
from goldensix.actions.premises import Judged, JudgedBy, Ladder
from goldensix.adapters.postgres.times import instant
from goldensix.events.facts import Language
from goldensix.events.ids import AccountId, GroupId, Instant, MerchantId, Milliseconds, ShopId, Skill
from goldensix.robot.modes import RobotRules
from goldensix.routing.policies import PolicyName
from goldensix.team.hours import ALWAYS, Opening
from goldensix.team.roles import Permission, Role, may
from goldensix.team.team import Member

Duty = Literal["pre_sale", "order_change", "after_sale", "hard_cases", "other"]
Kind = Literal["staff", "part_time", "outsourced"]
_JUDGED_BY: Final[dict[Duty, JudgedBy]] = {"order_change": "quality", "after_sale": "refund"}


@dataclass(frozen=True, slots=True)
class Wording:
    """One text in both languages."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Question:
    """A question offered to the buyer; chosen, it leads to a group."""

    zh: str
    en: str
    group: GroupId | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """An automatic reply to a buyer who has waited this long; one of the wordings is taken."""

    after: Milliseconds
    wordings: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class ShopSettings:
    greeting: Wording = Wording("您好，请问有什么可以帮您？", "Hello, how can we help?")
    """Painted in the window before the buyer writes; not a message."""
    questions: tuple[Question, ...] = ()
    welcome: tuple[Wording, ...] = ()
    """The automatic answer to the first message of a conversation; empty: none is sent."""
    still_waiting: tuple[Reminder, ...] = ()
    away: tuple[Wording, ...] = (
        Wording(
            "现在没有客服在岗，您的留言已收到，有人上线就回复您。",
            "Nobody is here right now. Your message is kept and will be answered when somebody is back.",
        ),
    )
    """Sent when nobody is there for whom to wait; empty: nothing is."""
    ending: tuple[Wording, ...] = (
        Wording("您还在吗？再没有消息的话，会话很快会自动结束。", "Are you still there? This chat will end soon."),
    )
    """Sent before a silent conversation ends; empty: nothing is."""
    opening: Opening = ALWAYS
    off_hours: tuple[Wording, ...] = (
        Wording(
            "现在是休息时间，您的留言已收到，{opens} 上班后第一时间回复您。",
            "We are closed right now. Your message is kept and will be answered when we open, at {opens}.",
        ),
    )
    """Sent to who writes while the shop is closed; `{opens}` is when it opens; empty: nothing is."""
    notice: tuple[Wording, ...] = (Wording("正在为您接通人工客服，请稍等。", "A person will be with you in a moment."),)
    """Said by the robot that hands over, and to who has heard nothing for 5 s where a robot is at work."""
    which: tuple[Wording, ...] = (Wording("您想问的是：", "Did you mean:"),)
    """Said before the questions of which the robot asks one back."""
    asks_rating: bool = True
    """Buyers are asked at the end of a conversation how it was."""


@dataclass(frozen=True, slots=True)
class MerchantSettings:
    """How consults are assigned, and when conversations change hands by themselves; 0: never."""

    policy: PolicyName = "idle_hands"
    silent_after: Milliseconds = Milliseconds(300_000)
    gone_after: Milliseconds = Milliseconds(60_000)
    end_after: Milliseconds = Milliseconds(0)
    """So long nobody says anything in a conversation until it ends."""
    end_notice: Milliseconds = Milliseconds(60_000)
    """So long before that the buyer is told."""
    skill_hold: Milliseconds = Milliseconds(15_000)
    """So long a consult waits for somebody with a preferred skill who has no free place."""
    rules: tuple[ConsultRule, ...] = ()
    """What makes a consult come first, or asks for a skill."""
    ladder: Ladder = field(default_factory=Ladder)
    robot: RobotRules = field(default_factory=RobotRules)


@dataclass(frozen=True, slots=True)
class GroupSettings:
    overflow: tuple[GroupId, ...] = ()
    """Groups that help it out, in order."""
    priority: int = 0
    opening: Opening = ALWAYS
    """Where it differs from the shop's."""
    must: frozenset[Skill] = frozenset()
    prefers: frozenset[Skill] = frozenset()
    judged: Judged = field(default_factory=Judged)


def usual_settings(duty: Duty) -> GroupSettings:
    """Of a group for this, until somebody chooses others."""
    return GroupSettings(judged=Judged(_JUDGED_BY.get(duty, "speed")))


@dataclass(frozen=True, slots=True)
class AccountSettings:
    group_limits: Mapping[GroupId, int] = field(default_factory=dict)
    languages: frozenset[Language] = frozenset()
    level: int = 1
    skills: frozenset[Skill] = frozenset()


@dataclass(frozen=True, slots=True)
class Term:
    """Of what kind an account is, and when it is good."""

    kind: Kind = "staff"
    begins: Instant | None = None
    ends: Instant | None = None
    """The first instant at which it is not good any more."""


@dataclass(frozen=True, slots=True)
class Merchant:
    id: MerchantId
    name: str
    demo: bool
    secret: bytes
    """Signs visitors' identities."""
    settings: MerchantSettings = MerchantSettings()


@dataclass(frozen=True, slots=True)
class Shop:
    id: ShopId
    merchant: MerchantId
    name: str
    letter: str
    zone: str
    """IANA name."""
    secret: bytes
    """Shared with the shop's own server, which signs its customers with it."""
    default_group: GroupId
    settings: ShopSettings


@dataclass(frozen=True, slots=True)
class Group:
    id: GroupId
    merchant: MerchantId
    name: str
    duty: Duty
    target: Milliseconds
    """A first reply within this is on target."""
    settings: GroupSettings = GroupSettings()


@dataclass(frozen=True, slots=True)
class Account:
    id: AccountId
    merchant: MerchantId
    name: str
    role: Role
    phone: str | None
    email: str | None
    groups: frozenset[GroupId]
    shops: frozenset[ShopId]
    """Empty: every shop of the merchant."""
    limit: int
    active: bool
    rehearsal: bool
    """Made for a rehearsal."""
    group_limits: Mapping[GroupId, int] = field(default_factory=dict)
    """Most conversations of a group at a time, where that is less than the limit."""
    languages: frozenset[Language] = frozenset()
    """Empty: every language."""
    level: int = 1
    """2 and more: backs up those of a lower one."""
    skills: frozenset[Skill] = frozenset()
    term: Term = Term()

    @property
    def is_limited(self) -> bool:
        """To answering buyers, to some groups, some shops and a last day: what people from outside have to be."""
        return self.role is Role.AGENT and bool(self.groups and self.shops) and self.term.ends is not None

    def may(self, permission: Permission) -> bool:
        return self.active and may(self.role, permission)

    def serves_shop(self, shop: ShopId) -> bool:
        return not self.shops or shop in self.shops

    @property
    def member(self) -> Member:
        return Member(
            id=self.id,
            name=self.name,
            role=self.role,
            groups=self.groups,
            shops=self.shops,
            limit=self.limit,
            active=self.active,
            played=self.rehearsal,
            group_limits=self.group_limits,
            languages=self.languages,
            level=self.level,
            skills=self.skills,
            begins=self.term.begins,
            ends=self.term.ends,
        )

    def is_good(self, at: Instant) -> bool:
        """Whether anybody may use it then."""
        return self.active and self.member.is_good(at)

    @property
    def settings(self) -> AccountSettings:
        """What of it is stored in one piece; a limit only of a group it works in."""
        limits = {group: limit for group, limit in self.group_limits.items() if group in self.groups}
        return AccountSettings(limits, self.languages, self.level, self.skills)


@dataclass(frozen=True, slots=True)
class Roster:
    """All of one merchant; shops and accounts by id, groups in the merchant's own order."""

    merchant: Merchant
    shops: Mapping[ShopId, Shop]
    groups: Mapping[GroupId, Group]
    accounts: Mapping[AccountId, Account]

    @property
    def zone(self) -> ZoneInfo:
        """Of its first shop: what days of people's work are counted in."""
        shop = next(iter(self.shops.values()), None)
        return ZoneInfo("UTC" if shop is None else shop.zone)

    @property
    def by_duty(self) -> Mapping[Duty, GroupId]:
        """The first group of each."""
        return {group.duty: group.id for group in reversed([*self.groups.values()])}


class Refused(StrEnum):
    """Why the roster was not changed."""

    UNKNOWN_ACCOUNT = "unknown_account"
    UNKNOWN_GROUP = "unknown_group"
    UNKNOWN_SHOP = "unknown_shop"
    NAME_TAKEN = "name_taken"
    FULL = "full"
    """There are as many as a merchant may have."""
    PHONE_TAKEN = "phone_taken"
    EMAIL_TAKEN = "email_taken"
    LAST_ADMINISTRATOR = "last_administrator"
    BAD_TERM = "bad_term"
    """It would begin after its end."""
    UNLIMITED = "unlimited"
    """An account of people from outside, and not limited as these must be."""
    UNREACHABLE = "unreachable"
    """Neither phone nor e-mail: nobody could log in."""


ACCOUNTS: Final = """
  select a.id as account_id, a.merchant_id, a.name, a.role, a.phone, a.email, a.password_hash,
         a.reception_limit, a.active, a.rehearsal, a.settings, a.kind, a.begins_at, a.ends_at,
         array(select group_id from account_groups where account_id = a.id) as groups,
         array(select shop_id from account_shops where account_id = a.id) as shops
  from accounts a """


def account_of(row: asyncpg.Record) -> Account:
    """From a row of `ACCOUNTS`."""
    settings = msgspec.json.decode(row["settings"], type=AccountSettings)
    return Account(
        id=AccountId(row["account_id"]),
        merchant=MerchantId(row["merchant_id"]),
        name=row["name"],
        role=Role(row["role"]),
        phone=row["phone"],
        email=row["email"],
        groups=frozenset(row["groups"]),
        shops=frozenset(row["shops"]),
        limit=row["reception_limit"],
        active=row["active"],
        rehearsal=row["rehearsal"],
        group_limits=settings.group_limits,
        languages=settings.languages,
        level=settings.level,
        skills=settings.skills,
        term=Term(row["kind"], _instant(row["begins_at"]), _instant(row["ends_at"])),
    )


def _instant(at: datetime | None) -> Instant | None:
    return None if at is None else instant(at)


def merchant_of(row: asyncpg.Record) -> Merchant:
    settings = msgspec.json.decode(row["settings"], type=MerchantSettings)
    return Merchant(MerchantId(row["id"]), row["name"], row["demo"], row["secret"], settings)


def group_of(row: asyncpg.Record) -> Group:
    merchant_id, target = MerchantId(row["merchant_id"]), Milliseconds(row["target_ms"])
    settings = msgspec.json.decode(row["settings"], type=GroupSettings)
    return Group(GroupId(row["id"]), merchant_id, row["name"], row["duty"], target, settings)


def shop_of(row: asyncpg.Record) -> Shop:
    return Shop(
        id=ShopId(row["id"]),
        merchant=MerchantId(row["merchant_id"]),
        name=row["name"],
        letter=row["letter"],
        zone=row["zone"],
        secret=row["secret"],
        default_group=GroupId(row["default_group_id"]),
        settings=msgspec.json.decode(row["settings"], type=ShopSettings),
    )
