"""What the two sockets tell, typed once; the front end's types are generated from here, from
`wire.floor` and from `wire.commands`.

The server sends a JSON array of objects, told apart by `t`, as many as were ready. An event that a client does not know
is ignored and counted by it, never an error.

Times are whole milliseconds since 1970 UTC, durations whole milliseconds.
"""

from typing import Literal

from msgspec import Raw, Struct

from goldensix.events.facts import Body
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
    played: bool
    """A rehearsal's agent, who can have buyers of the channel `rehearsal` only."""
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
    rehearsal: bool
    """Played agents of a rehearsal are at work on this desk, whoever began it."""


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


BuyerFrame = EventFrame | Refused | Stored | TypingNow | Beat | BuyerWelcome | Served | Place
WorkbenchFrame = (
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
    | Colleague
)
"""What staff are told beside the live page (`wire.floor`)."""
