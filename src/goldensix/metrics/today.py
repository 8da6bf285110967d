"""Today's speed, folded event by event: golden six, first response, average response, the last five minutes.

A consult is a conversation; its clock starts at the buyer's first message. Two figures always stand side by side:
answered by anyone (the robot counts) and by a human. Consults are booked on the shop's local day of their start,
turns on the day of theirs. The figures of a recalled message are taken back exactly.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from goldensix.conversations.conversation import Conversation, Said
from goldensix.events.ids import AccountId, GroupId, Instant, Milliseconds, ShopId
from goldensix.metrics.turns import ANYONE, HUMAN, turns

GOLDEN: Final = Milliseconds(6_000)
"""Within six seconds; exactly six counts."""
DUE: Final = Milliseconds(30_000)
COLUMN: Final = Milliseconds(10_000)
COLUMNS: Final = 30
"""Ten-second columns of the last five minutes."""
_DAYS_KEPT: Final = 2


class Key(NamedTuple):
    """Whose figures: every figure is a sum over some of these."""

    day: str
    shop: ShopId
    group: GroupId
    agent: AccountId | None
    """The one who gave the first human answer, or the answer of the turn; None for the consult as the shop's."""


@dataclass(slots=True)
class Tally:
    """Sums, so that tallies add up in any order."""

    consults: int = 0
    golden_human: int = 0
    golden_anyone: int = 0
    firsts: int = 0
    first_wait: int = 0
    turns: int = 0
    turn_wait: int = 0

    def add(self, other: "Tally", sign: int = 1) -> None:
        self.consults += sign * other.consults
        self.golden_human += sign * other.golden_human
        self.golden_anyone += sign * other.golden_anyone
        self.firsts += sign * other.firsts
        self.first_wait += sign * other.first_wait
        self.turns += sign * other.turns
        self.turn_wait += sign * other.turn_wait

    @property
    def empty(self) -> bool:
        return self == Tally()


@dataclass(slots=True)
class Column:
    """Ten seconds: consults that began, and first human answers that came, by how long they took."""

    arrivals: int = 0
    golden: int = 0
    due: int = 0
    slow: int = 0
    begun: Tally = field(default_factory=Tally)
    """Of the consults that began in these ten seconds, however late their answer."""


Slice = tuple[int, ShopId, GroupId]


@dataclass(slots=True)
class Today:
    """The fold. `zones` is a setting, given with each event so that nothing but sums is kept."""

    tallies: dict[Key, Tally] = field(default_factory=dict)
    columns: dict[Slice, Column] = field(default_factory=dict)
    latest: Instant = Instant(0)
    oldest_day: str = ""

    def said(self, before: Conversation, said: Said, zone: ZoneInfo) -> None:
        """A message, with its conversation as it was just before."""
        self._forget_old(said.at)
        if said.by == "buyer":
            if before.began_at is None:
                self._begin(before, said.at, zone, 1)
            return
        if said.by not in ANYONE or (began := before.began_at) is None:
            return
        if before.first_reply_at is None:
            self._first_by_anyone(before, began, said.at, zone, 1)
        if said.by in HUMAN and before.waiting_since is not None:
            if not before.answered_by_human:
                self._first_by_human(before, began, said, before.first_reply_at or said.at, zone, 1)
            self._turn(before, before.waiting_since, said, zone, 1)

    def count(self, conversation: Conversation, zone: ZoneInfo, sign: int) -> None:
        """Add (or with -1 take back) all that a conversation contributes, from its messages."""
        messages = list(conversation.messages.values())
        began = conversation.began_at
        if began is None:
            return
        self._begin(conversation, began, zone, sign)
        anyone, human = turns(messages, ANYONE), turns(messages, HUMAN)
        if anyone[0].replied_at is not None:
            self._first_by_anyone(conversation, began, anyone[0].replied_at, zone, sign)
        for number, turn in enumerate(human):
            if turn.replied_at is None:
                continue
            said = Said(turn.replied_at, 0, "agent", turn.replier, "text")
            if number == 0:
                self._first_by_human(conversation, began, said, anyone[0].replied_at or said.at, zone, sign)
            self._turn(conversation, turn.first_at, said, zone, sign)

    def closed(self, conversation: Conversation, zone: ZoneInfo) -> None:
        """A consult that ended without a human answer stays in the base of whoever had it."""
        began = conversation.began_at
        if began is None or conversation.answered_by_human or conversation.agent is None:
            return
        key = Key(day_of(began, zone), conversation.shop, conversation.group, conversation.agent)
        reply = conversation.first_reply_at
        self._tally(key, Tally(consults=1, golden_anyone=int(reply is not None and reply - began <= GOLDEN)), 1)

    def _begin(self, conversation: Conversation, at: Instant, zone: ZoneInfo, sign: int) -> None:
        self._shops(conversation, at, day_of(at, zone), Tally(consults=1), sign)
        self._column(conversation, at).arrivals += sign

    def _first_by_anyone(
        self, conversation: Conversation, began: Instant, at: Instant, zone: ZoneInfo, sign: int
    ) -> None:
        golden = int(at - began <= GOLDEN)
        self._shops(conversation, began, day_of(began, zone), Tally(golden_anyone=golden), sign)

    def _first_by_human(
        self,
        conversation: Conversation,
        began: Instant,
        said: Said,
        first_reply_at: Instant,
        zone: ZoneInfo,
        sign: int,
    ) -> None:
        """Book on the shop and on the agent, whose own base are the consults that he was the first to answer."""
        wait = max(0, said.at - began)
        golden = int(wait <= GOLDEN)
        first = Tally(golden_human=golden, firsts=1, first_wait=wait)
        day = day_of(began, zone)
        self._shops(conversation, began, day, first, sign)
        own = Tally(1, golden, int(first_reply_at - began <= GOLDEN), firsts=1, first_wait=wait)
        self._tally(Key(day, conversation.shop, conversation.group, said.agent), own, sign)
        column = self._column(conversation, said.at)
        column.golden += sign * golden
        column.due += sign * int(GOLDEN < wait <= DUE)
        column.slow += sign * int(wait > DUE)

    def _turn(self, conversation: Conversation, first_at: Instant, reply: Said, zone: ZoneInfo, sign: int) -> None:
        tally = Tally(turns=1, turn_wait=max(0, reply.at - first_at))
        day = day_of(first_at, zone)
        self._shops(conversation, first_at, day, tally, sign)
        self._tally(Key(day, conversation.shop, conversation.group, reply.agent), tally, sign)

    def _shops(self, conversation: Conversation, at: Instant, day: str, tally: Tally, sign: int) -> None:
        """Book on the shop's day and on the ten seconds in which it began."""
        self._tally(Key(day, conversation.shop, conversation.group, None), tally, sign)
        self._column(conversation, at).begun.add(tally, sign)

    def _tally(self, key: Key, tally: Tally, sign: int) -> None:
        if key.day < self.oldest_day:
            return
        if (kept := self.tallies.get(key)) is None:
            kept = self.tallies[key] = Tally()
        kept.add(tally, sign)
        if sign < 0 and kept.empty:
            del self.tallies[key]

    def _column(self, conversation: Conversation, at: Instant) -> Column:
        """The ten seconds of an instant; one that nobody keeps for what is older than five minutes."""
        number = at // COLUMN
        if number < self._oldest_column():
            return Column()
        key = (number, conversation.shop, conversation.group)
        if (kept := self.columns.get(key)) is None:
            kept = self.columns[key] = Column()
        return kept

    def _oldest_column(self) -> int:
        return self.latest // COLUMN - COLUMNS

    def _forget_old(self, at: Instant) -> None:
        """Once every ten seconds of the log's own time, so that a replay forgets the same."""
        if at // COLUMN <= self.latest // COLUMN:
            return
        self.latest = at
        oldest = self._oldest_column()
        self.columns = {key: column for key, column in self.columns.items() if key[0] >= oldest}
        days = sorted({key.day for key in self.tallies})[-_DAYS_KEPT:]
        if days and days[0] > self.oldest_day:
            self.oldest_day = days[0]
            self.tallies = {key: tally for key, tally in self.tallies.items() if key.day >= days[0]}

    def total(self, keys: Iterable[Key]) -> Tally:
        total = Tally()
        for key in keys:
            total.add(self.tallies[key])
        return total


@lru_cache(maxsize=64)
def _hour_day(hour: int, zone: ZoneInfo) -> tuple[str, str]:
    """The local dates at the first and the last millisecond of an hour since 1970."""
    first, last = hour * 3_600, hour * 3_600 + 3_599
    return (
        datetime.fromtimestamp(first, zone).date().isoformat(),
        datetime.fromtimestamp(last, zone).date().isoformat(),
    )


def day_of(at: Instant, zone: ZoneInfo) -> str:
    """The local date, such as 2026-11-11."""
    first, last = _hour_day(at // 3_600_000, zone)
    return first if first == last else datetime.fromtimestamp(at / 1000, zone).date().isoformat()
