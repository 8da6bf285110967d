"""The people of a merchant: what they are (settings) and whether they are here (folded from the log)."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Literal

from goldensix.events.facts import (
    AgentBecameReady,
    AgentConnected,
    AgentDisconnected,
    AgentTookBreak,
    Language,
    TeamEvent,
)
from goldensix.events.ids import AccountId, GroupId, Instant, Milliseconds, ShopId, Skill
from goldensix.team.online import Online
from goldensix.team.roles import Permission, Role, may

InShift = Literal["in", "out", "none"]
"""`none`: there are no shifts of his, and he works whenever he is ready."""


@dataclass(frozen=True, slots=True)
class Member:
    """An account as routing needs it. A setting, not a fact: changed by the administrator."""

    id: AccountId
    name: str
    role: Role
    groups: frozenset[GroupId]
    shops: frozenset[ShopId]
    """Empty: every shop of the merchant."""
    limit: int
    """Most conversations at a time."""
    active: bool = True
    played: bool = False
    """An agent of a rehearsal: answers recorded buyers, and nobody else."""
    group_limits: Mapping[GroupId, int] = field(default_factory=dict)
    """Most conversations of a group at a time, where that is less than the limit."""
    languages: frozenset[Language] = frozenset()
    """Of buyers; empty: every language."""
    level: int = 1
    """Of those who can have a consult, the lowest come first; the others back them up."""
    skills: frozenset[Skill] = frozenset()
    begins: Instant | None = None
    """From when the account is good; None: it always was."""
    ends: Instant | None = None
    """From when it is not any more."""

    def serves(self, shop: ShopId, group: GroupId, *, played: bool) -> bool:
        """`played`: the buyer is a recorded one; people may have those too, that is how they train."""
        return group in self.groups and (not self.shops or shop in self.shops) and (played or not self.played)

    def serves_shop(self, shop: ShopId) -> bool:
        return not self.shops or shop in self.shops

    def speaks(self, language: Language) -> bool:
        return not self.languages or language in self.languages

    def is_good(self, at: Instant) -> bool:
        """True within the account's dates."""
        return (self.begins is None or self.begins <= at) and (self.ends is None or at < self.ends)


@dataclass(slots=True)
class Presence:
    """Two of the three facts: connected (a live socket) and ready (chosen). The third, in shift, is the roster's."""

    connected: bool = False
    ready: bool = False
    break_reason: str = ""
    since: Instant = Instant(0)
    hours: Online = field(default_factory=Online)
    """Online, up to `since`."""

    def online(self, start: Instant, now: Instant) -> tuple[Milliseconds, Milliseconds]:
        """Connected and ready from the start of a day until now."""
        connected, ready = self.hours.since(start)
        running = Milliseconds(max(0, now - max(self.since, start))) if self.connected else Milliseconds(0)
        return Milliseconds(connected + running), Milliseconds(ready + (running if self.ready else 0))


@dataclass(slots=True)
class Attendance:
    """Who is here; the fold of the team's stream."""

    position: int = 0
    present: dict[AccountId, Presence] = field(default_factory=dict)

    def of(self, agent: AccountId) -> Presence:
        return self.present.get(agent) or Presence()

    def apply(self, event: TeamEvent, position: int, at: Instant) -> None:
        self.position = position
        presence = self.present.setdefault(event.agent, Presence())
        if presence.connected:
            presence.hours.add(presence.since, at, ready=presence.ready)
        presence.since = at
        match event:
            case AgentConnected():
                presence.connected = True
            case AgentDisconnected():
                presence.connected = False
            case AgentBecameReady():
                presence.ready, presence.break_reason = True, ""
            case AgentTookBreak():
                presence.ready, presence.break_reason = False, event.reason


@dataclass(slots=True)
class Team:
    """Members and their attendance together."""

    members: Mapping[AccountId, Member]
    attendance: Attendance
    off: AbstractSet[AccountId] = frozenset()
    """Those who are not in shift now, or not within the dates of their account."""

    def receives(self, agent: AccountId) -> bool:
        """True if new consults may come to this agent, as far as presence decides."""
        member = self.members.get(agent)
        if member is None or not member.active or agent in self.off or not may(member.role, Permission.CONSULT):
            return False
        presence = self.attendance.of(agent)
        return presence.connected and presence.ready
