"""What the two sockets tell, typed once; the front end's types are generated from here and from `wire.commands`.

The server sends a JSON array of objects, told apart by `t`, as many as were ready. An event that a client does not know
is ignored and counted by it, never an error.

Times are whole milliseconds since 1970 UTC, durations whole milliseconds.
"""

from typing import Literal

from msgspec import Raw, Struct

from goldensix.actions.premises import JudgedBy
from goldensix.events.facts import AlertKind, Body, Step, Task, Told, Way, Wish
from goldensix.metrics.chances import Goal
from goldensix.team.team import InShift

# --------------------------------------------------------------------------- server -> client, both doors


class EventFrame(Struct, tag="event", tag_field="t"):
    """One event of a conversation's log. `facts` is the event class named by `type`, as JSON."""

    type: str
    c: str
    n: int
    """Dense within the conversation, from 1. A hole means: ask for what came after the last one."""
    at: int
    facts: Raw
    body: Body | Raw | None = None
    """None where the event has none, and where the words were recalled or erased."""


class Refused(Struct, tag="refused", tag_field="t"):
    """A command that was not done. `id` is the client's message id where it had one."""

    code: str
    message: str
    id: str | None = None
    c: str | None = None
    wait: int | None = None
    """Of `too_fast`: the seconds after which the same may be sent again."""


class Stored(Struct, tag="stored", tag_field="t"):
    """A message that was sent again and had been stored before: its place in the log."""

    id: str
    c: str
    n: int


class TypingNow(Struct, tag="typing", tag_field="t"):
    """The other side struck a key just now; show it for 4 s."""

    c: str


class Beat(Struct, tag="beat", tag_field="t"):
    """The server is there: each 2 s to staff, each 20 s to buyers. Also the clock to show waits by."""

    now: int


# --------------------------------------------------------------------------- server -> buyers


class BuyerWelcome(Struct, tag="welcome", tag_field="t"):
    now: int
    conversation: str | None
    """The buyer's open conversation in this shop; or the last one when `after` named it."""
    closed: bool
    events: list[EventFrame]
    names: dict[int, str]
    """Display names of the agents in it."""


class Served(Struct, tag="served", tag_field="t"):
    """An agent has taken the conversation."""

    c: str
    agent: int
    name: str
    waited: int
    """In the queue; 0: it came from another agent."""


class Place(Struct, tag="place", tag_field="t"):
    """Where the buyer stands in the queue: 1 is next. 0: not in it any more, or kept as a message."""

    c: str
    place: int
    expected: int | None
    """The wait that is still to be expected, as the queue has moved in the last minutes; None: it is not known."""


# --------------------------------------------------------------------------- server -> staff


class LastWords(Struct):
    by: str
    text: str
    kind: str
    at: int


class Reception(Struct, tag="reception", tag_field="t"):
    """A conversation as a list shows it, and the newest part of its log. Replaces what the page held."""

    c: str
    shop: int
    group: int
    channel: str
    buyer: str
    buyer_name: str
    agent: int | None
    started_at: int
    waiting_since: int | None
    """First buyer message since the last human answer; None: the buyer is not waiting for us."""
    first_answered: bool
    """A human has answered at least once."""
    unread: int
    read_by_buyer: int
    last: LastWords | None
    position: int
    """Rows are true up to here: an event not above it changes the log only, not the row."""
    mine: bool
    events: list[EventFrame]


Why = Literal["nobody_ready", "all_full", "hands_busy", "next", "off_hours"]


class PoolRow(Struct):
    c: str
    shop: int
    group: int
    buyer_name: str
    channel: str
    waiting_since: int
    text: str
    why: Why
    """Why nobody has it yet."""


class Pool(Struct, tag="pool", tag_field="t"):
    """Who waits with no agent, longest first, of the groups this account may take from. At most one a second."""

    total: int
    rows: list[PoolRow]
    """The first 20."""


class Colleague(Struct, tag="colleague", tag_field="t"):
    id: int
    name: str
    role: str
    groups: list[int]
    limit: int
    open: int
    connected: bool
    ready: bool
    break_reason: str
    """Empty while ready."""
    shift: InShift
    """`none`: this account has no shifts, and works whenever it is ready."""
    since: int
    """When the presence last changed."""


class Me(Struct, tag="me", tag_field="t"):
    """The account's own presence and figures of today; sent when they change, at most one a second."""

    ready: bool
    break_reason: str
    shift: InShift
    open: int
    limit: int
    golden_human: "Rate"
    golden_anyone: "Rate"
    chance: "Chance | None"
    """Of the consults in this account's hands."""


class Rate(Struct):
    hits: int
    of: int
    """The share is hits / of; of = 0 is "no data", never 0 or 100 %."""
    pending: int
    """May still come in time: in neither of them."""


class Chance(Struct):
    """Answer these in time, and today's rate is `hits` of `of`; each that is not will be a miss."""

    goal: Goal
    turns: int
    until: int
    """When time runs out for the first of them."""
    hits: int
    of: int
    conversations: list[str]
    """Of these turns, the first to run out first; at most 50."""


class DeskFrame(Struct, tag="desk", tag_field="t"):
    """The answer to `hello`: everything the workbench shows, as of now. Replaces what the page held."""

    now: int
    receptions: list[Reception]
    pool: Pool
    me: Me
    colleagues: list[Colleague]


class Gone(Struct, tag="gone", tag_field="t"):
    """A conversation left my list: closed, or an agent has it."""

    c: str
    agent: int | None
    closed: bool


class Thread(Struct, tag="thread", tag_field="t"):
    c: str
    events: list[EventFrame]
    more_before: bool
    reception: Reception | None
    """Without events; None once closed."""
    marks: dict[str, bool]
    """What people said of the robot's decisions: right or wrong."""


class SuggestedQuestion(Struct):
    title: str
    answer: str


class Suggested(Struct, tag="suggested", tag_field="t"):
    c: str
    typed: str
    """What was being typed when it was asked for."""
    questions: list[SuggestedQuestion]


class Marked(Struct, tag="marked", tag_field="t"):
    """Somebody marked what the robot decided."""

    c: str
    decision: str
    right: bool


class OrdersMoved(Struct, tag="orders", tag_field="t"):
    """Orders of this conversation's buyer came to another status, or are new."""

    c: str


# --------------------------------------------------------------------------- the live page


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


PresenceNow = Literal["idle", "typing", "break", "away"]


class PersonNow(Struct):
    id: int
    name: str
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


BuyerFrame = EventFrame | Refused | Stored | TypingNow | Beat | BuyerWelcome | Served | Place
StaffFrame = (
    EventFrame
    | Refused
    | Stored
    | TypingNow
    | Beat
    | DeskFrame
    | Reception
    | Pool
    | Me
    | Gone
    | Thread
    | Suggested
    | Marked
    | OrdersMoved
    | Live
    | AlertsNow
    | Colleague
)
