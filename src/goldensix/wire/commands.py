"""What pages ask for on the two sockets: one JSON object a frame, told apart by `t`. Answers are in `wire.live`.

Times are whole milliseconds since 1970 UTC, durations whole milliseconds.
"""

from typing import Literal

from msgspec import Struct

from goldensix.events.facts import RatingReason, Score, Task, Wish

# --------------------------------------------------------------------------- client -> server, buyers
# Door: /ws/buyer. The first frame is `hello`; the visitor token never stands in an address.


class BuyerHello(Struct, tag="hello", tag_field="t"):
    token: str
    """The signed visitor identity from POST /api/visitor."""
    conversation: str | None = None
    after: int = 0
    """The last position of `conversation` this page has; events after it follow. 0: all of it."""
    channel: Literal["widget", "page"] = "widget"
    """Does not count for a played buyer, whose token says what he is."""
    language: Literal["zh", "en"] = "zh"


class BuyerSay(Struct, tag="say", tag_field="t"):
    id: str
    """The client's own id of the message, 8 to 40 of A-Z a-z 0-9 _ -. Sent again, it is the same message."""
    text: str = ""
    picture: str | None = None
    """The id that the upload answered."""
    product: int | None = None
    group: int | None = None
    """The group a chosen question leads to; counts only when this message starts a conversation."""
    page: str = ""


class BuyerRecall(Struct, tag="recall", tag_field="t"):
    message: str


class BuyerRead(Struct, tag="read", tag_field="t"):
    up_to: int


class BuyerTyping(Struct, tag="typing", tag_field="t"):
    pass


class BuyerClose(Struct, tag="close", tag_field="t"):
    """The buyer ends the conversation."""


class BuyerRate(Struct, tag="rate", tag_field="t"):
    """How a conversation was that ended within 24 hours; once, where `rating_invited` asked for it."""

    c: str
    score: Score
    reasons: tuple[RatingReason, ...] = ()
    """Of a 4 or 5 what was good; of less what was not."""


BuyerCommand = BuyerHello | BuyerSay | BuyerRecall | BuyerRead | BuyerTyping | BuyerClose | BuyerRate

# --------------------------------------------------------------------------- client -> server, staff
# Door: /ws/desk, opened with the session cookie from the desk's own origin.


class Hello(Struct, tag="hello", tag_field="t"):
    """Answered by `desk`, then by everything that happens in what this account may see."""

    opened: dict[str, int] = {}
    """Conversations whose log this page holds: the last position of each; what came after follows."""


class Open(Struct, tag="open", tag_field="t"):
    """Show a conversation: answered by `thread`, and its events follow from now on."""

    c: str
    after: int = 0
    """0: the last 50 events."""


class Older(Struct, tag="older", tag_field="t"):
    """The 50 events before a position; answered by `thread`."""

    c: str
    before: int


class Leave(Struct, tag="leave", tag_field="t"):
    """Stop following a conversation that is not mine."""

    c: str


class Say(Struct, tag="say", tag_field="t"):
    c: str
    id: str
    """The client's own id, as in `BuyerSay`."""
    text: str = ""
    picture: str | None = None
    product: int | None = None
    offered: int | None = None
    """Of the robot's suggestions for this turn: which one this was made of, from 1; 0: none of them. None: there were
    none."""


class Suggest(Struct, tag="suggest", tag_field="t"):
    """Questions of the bank that go with what is being typed: answered by `suggested`, if the robot thinks here."""

    c: str
    typed: str


class MarkAnswer(Struct, tag="mark", tag_field="t"):
    """Whether what the robot decided was right: its bands follow."""

    c: str
    decision: str
    """Name of the `robot_decided` event."""
    right: bool


class Recall(Struct, tag="recall", tag_field="t"):
    c: str
    message: str


class Read(Struct, tag="read", tag_field="t"):
    c: str
    up_to: int


class Typing(Struct, tag="typing", tag_field="t"):
    """Hands are busy in this conversation; sent at most each 2 s while keys are struck."""

    c: str


class Take(Struct, tag="take", tag_field="t"):
    c: str | None = None
    """None: the head of my groups' queue."""


class Assign(Struct, tag="assign", tag_field="t"):
    """Hand a waiting conversation to an agent, or take it from one for another."""

    c: str
    agent: int


class Reassign(Struct, tag="reassign", tag_field="t"):
    """All conversations of an agent at once: to another, or back to their queues."""

    agent: int
    to: int | None = None


class TakeOver(Struct, tag="take_over", tag_field="t"):
    """Take a conversation from an agent, to answer it oneself."""

    c: str


class Transfer(Struct, tag="transfer", tag_field="t"):
    """Pass a conversation of one's own on, to an agent or to a group: one of the two."""

    c: str
    agent: int | None = None
    group: int | None = None
    note: str = ""
    """For whoever has it next; the buyer does not see it."""
    task: Task | None = None
    """What is to be done; the note is then what the buyer wishes."""
    wish: Wish = "other"
    order: int | None = None


class PutBack(Struct, tag="put_back", tag_field="t"):
    """Out of an agent's hands into the queue again."""

    c: str


class Close(Struct, tag="close", tag_field="t"):
    c: str


class Ready(Struct, tag="ready", tag_field="t"):
    pass


class TakeBreak(Struct, tag="break", tag_field="t"):
    reason: str = ""


class Acknowledge(Struct, tag="acknowledge", tag_field="t"):
    """I look after what this alert is about: it is quiet from now on."""

    alert: str


class WatchLive(Struct, tag="watch", tag_field="t"):
    """Begin `live` frames, at most one a second; again with another shop to change it."""

    shop: int | None = None
    group: int | None = None
    agent: int | None = None
    """Whose conversations `live.chats` lists."""


class UnwatchLive(Struct, tag="unwatch", tag_field="t"):
    pass


StaffCommand = (
    Hello
    | Open
    | Older
    | Leave
    | Say
    | Suggest
    | MarkAnswer
    | Recall
    | Read
    | Typing
    | Take
    | Assign
    | Reassign
    | TakeOver
    | Transfer
    | PutBack
    | Close
    | Ready
    | TakeBreak
    | Acknowledge
    | WatchLive
    | UnwatchLive
)
