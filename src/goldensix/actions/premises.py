"""The settings the desk runs by: shops, groups and members. Replaced as a whole when a setting changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32
from zoneinfo import ZoneInfo

from goldensix.events.facts import Language
from goldensix.events.ids import AccountId, ConversationId, GroupId, Milliseconds, ShopId
from goldensix.team.team import Member

Wordings = Mapping[Language, tuple[str, ...]]
"""Several wordings of one text in each language."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """An automatic reply to a buyer who has waited this long."""

    after: Milliseconds
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


@dataclass(frozen=True, slots=True)
class GroupRules:
    id: GroupId
    name: str
    target: Milliseconds
    """A first reply within this is on target."""


@dataclass(frozen=True, slots=True)
class Premises:
    shops: Mapping[ShopId, ShopRules]
    groups: Mapping[GroupId, GroupRules]
    """In the merchant's own order."""
    members: Mapping[AccountId, Member]

    def zone_of(self, shop: ShopId) -> str:
        """The name of its time zone."""
        return self.shops[shop].zone.key


def wording(wordings: Wordings, language: Language, conversation: ConversationId) -> str | None:
    """One of the wordings, always the same for a conversation; None where there is none."""
    choices = wordings.get(language) or wordings.get("zh") or ()
    return choices[crc32(conversation.encode()) % len(choices)] if choices else None
