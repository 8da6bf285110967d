"""What the live page and alerts are told each second; times and durations as in `wire.live`."""

from typing import Literal

from msgspec import Struct

from goldensix.actions.premises import JudgedBy
from goldensix.events.facts import AlertKind, Step, Task, Told, Way, Wish
from goldensix.team.team import InShift
from goldensix.wire.live import Chance, Rate, Why, WorkbenchFrame


class Speed(Struct):
    """Today's figures of one set of consults, by calibers of the house. Waits in milliseconds; None is "no data"."""

    golden_human: Rate
    golden_anyone: Rate
    within_30s: Rate
    """First human answers."""
    within_3min: Rate
    """Human answers, all turns."""
    first_response: int | None
    """Mean wait for the first human answer, over consults that have one."""
    average_response: int | None
    """Mean wait over all answered turns, pooled."""


class WaitingRow(Struct):
    c: str
    shop: int
    group: int
    agent: int | None
    buyer_name: str
    text: str
    since: int
    why: Why | None
    """For a queued one as in `PoolRow.why`; None when an agent has it."""
    played: bool
    """A rehearsal's buyer."""


PresenceNow = Literal["idle", "typing", "break", "away"]


class PersonNow(Struct):
    id: int
    name: str
    played: bool
    """A rehearsal's agent, who can have its buyers only."""
    groups: list[int]
    presence: PresenceNow
    break_reason: str
    shift: InShift
    since: int
    limit: int
    connected_ms: int
    """Today, in all."""
    ready_ms: int
    """Of that, ready."""
    waits: list[int | None]
    """One entry an open conversation: since when its buyer waits, or None; longest wait first."""
    speed: Speed


class Judged(Struct):
    """What a group is judged by, and what is good enough."""

    by: JudgedBy
    satisfied: int
    """Percent of ratings that should be good."""
    refunded_ms: int
    """From the request for a refund to its payment."""


class RefundsNow(Struct):
    """Of the shops that a group's people serve."""

    paid: int
    """Today."""
    mean_ms: int | None
    """From the request to the payment, of these; None: there are none."""
    waiting: int
    oldest: int | None
    """Since when the oldest of those waits."""


class GroupNow(Struct):
    id: int
    name: str
    queued: int
    longest_since: int | None
    open: int
    limit: int
    ready: int
    people: int
    target_ms: int
    judged: Judged
    rated: Rate
    """Of today's ratings those that are good: a 4 or 5."""
    speed: Speed
    refunds: RefundsNow | None
    """Of a group that is judged by them."""


class ShopNow(Struct):
    id: int
    name: str
    waiting: int
    speed: Speed


class TaskCount(Struct):
    task: Task
    wish: Wish
    count: int


class ChatRow(Struct):
    c: str
    shop: int
    group: int
    buyer_name: str
    text: str
    """The buyer's last words."""
    since: int | None
    """Since when the buyer waits; None: the buyer does not."""
    played: bool


class TellingNow(Struct):
    """Who was called, and how it went."""

    at: int
    way: Way
    account: int | None
    sender: str
    """Its name, where it went through one."""
    told: Told


class AlertNow(Struct):
    id: str
    kind: AlertKind
    step: Step
    group: int | None
    raised_at: int
    ended_at: int | None
    acknowledged_by: int | None
    acknowledged_at: int | None
    waiting: int
    """Buyers of it who wait still; of a crowd, all who queue."""
    most: int
    """How many it has been about."""
    rows: list[WaitingRow]
    """Of the buyers who wait, the longest first; at most 20."""
    tellings: list[TellingNow]


class AlertsNow(Struct, tag="alerts", tag_field="t"):
    """Who has to be looked after, to those who may see the floor: when it changes, at most one a second."""

    open: list[AlertNow]
    recent: list[AlertNow]
    """Over since a while, the newest first; at most 20."""


class Golden(Struct):
    human: Rate
    anyone: Rate


class Column(Struct):
    """Ten seconds of the last five minutes: first human answers by how long they took, and arrivals."""

    at: int
    golden: int
    due: int
    slow: int
    arrivals: int


class Live(Struct, tag="live", tag_field="t"):
    now: int
    day: str
    """The shop's local date the figures of today belong to."""
    today: Speed
    chance: Chance | None
    """What answering in time would make of today's rate."""
    last_five: Golden
    """Of the consults that began in the last five minutes."""
    waiting: list[int]
    """Waiting for a human answer now, by wait: 0-6, 6-15, 15-30, 30-60, 60-180, over 180 s."""
    over: dict[str, int]
    """Waiting now longer than "6", "30", "180" s."""
    queued: int
    rows: list[WaitingRow]
    """The longest waiting, at most 50."""
    columns: list[Column]
    groups: list[GroupNow]
    shops: list[ShopNow]
    people: list[PersonNow]
    tasks: list[TaskCount]
    """Handed on today, in all shops; the most frequent wish first."""
    chats: list[ChatRow]
    """Of the agent that was asked for; whose buyer waits longest first."""


StaffFrame = WorkbenchFrame | Live | AlertsNow
