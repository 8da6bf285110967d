"""Events as frames, and the newest lines of a conversation as both sides may see them."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, cast

import msgspec

from goldensix.actions.outcome import MESSAGES, Code
from goldensix.api.live.reading import Reading, Words
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import Body, ConversationStarted, MessageRecalled, MessageSent, RobotDecided
from goldensix.events.ids import NO_CONVERSATION, AccountId, Instant, MessageId
from goldensix.log.port import Stored
from goldensix.robot.question import QuestionId
from goldensix.wire import live
from goldensix.wire.stored import NAMES

_encoder = msgspec.json.Encoder()
encode = _encoder.encode
TAIL: Final = 50
"""Events of a conversation that are kept at hand."""
_MOST_BYTES: Final = 64 * 1024
"""Of these events, as frames: thousands of long messages must fit into memory, and a page's into what it is sent."""
_LONGEST_NAME: Final = 40
_WORDS: Final = 12
"""Messages of a buyer that a robot reads back."""
_FURTHEST: Final = 2**31 - 1
BUYERS_SEE: Final = frozenset(
    {
        "message_sent",
        "message_recalled",
        "messages_read",
        "rating_invited",
        "conversation_closed",
        "conversation_rated",
    }
)


@dataclass(slots=True)
class Line:
    """An event, encoded once for every socket."""

    n: int
    name: str
    message: MessageId | None
    frame: bytes

    @property
    def for_buyer(self) -> bool:
        return self.name in BUYERS_SEE


def line(stored: Stored, *, worded: bool = True) -> Line:
    """Without its words where they were recalled."""
    event = stored.event
    name = NAMES[type(event)]
    body = stored.body if worded else None
    facts = cast(msgspec.Raw, event)  # as in `raw`: the encoder knows what to do
    frame = live.EventFrame(name, stored.stream, stored.stream_position, stored.occurred_at, facts, body)
    message = event.message if isinstance(event, MessageSent) else None
    return Line(stored.stream_position, name, message, encode(frame))


def lines(stored: Iterable[Stored], recalled: Iterable[MessageId] = ()) -> list[Line]:
    """Lines of one conversation; what `recalled` or the events themselves take back has no words."""
    events = list(stored)
    gone = {each.event.message for each in events if isinstance(each.event, MessageRecalled)} | set(recalled)
    return [
        line(each, worded=not (isinstance(each.event, MessageSent) and each.event.message in gone)) for each in events
    ]


@dataclass(slots=True)
class Card:
    """An open conversation as it has been told so far: never ahead of the log."""

    buyer_name: str = ""
    agent: AccountId | None = None
    last: live.LastWords | None = None
    asked: live.LastWords | None = None
    """The last of the buyer's: what somebody must answer."""
    tail: deque[Line] = field(default_factory=lambda: deque(maxlen=TAIL))
    words: deque[Words] = field(default_factory=lambda: deque(maxlen=_WORDS))
    """The newest of the buyer's."""
    decision: RobotDecided | None = None
    """The robot's last."""
    titles: tuple[str, ...] = ()
    """Of the questions that it thought of then."""
    answered: set[str] = field(default_factory=set)
    """Questions that the robot has answered."""
    place_told: int = -1
    place_told_at: Instant = Instant(0)
    _bytes: int = 0
    """Of the tail."""

    def take_in(self, stored: Stored) -> Line:
        """The event's line, kept at hand."""
        event = stored.event
        if isinstance(event, ConversationStarted):
            self.buyer_name = stored.body.name if stored.body else ""
        elif isinstance(event, MessageSent):
            self.last = live.LastWords(event.by, preview(stored.body), event.kind, stored.occurred_at)
            if event.by == "buyer":
                self.asked = self.last
                text = stored.body.text if stored.body else ""
                self.words.append(Words(stored.stream_position, stored.occurred_at, text, event.message))
        elif isinstance(event, RobotDecided):
            self._decided(event, stored.body)
        elif isinstance(event, MessageRecalled):
            self._take_back(event.message)
        made = line(stored)
        self.keep((made,))
        return made

    def keep(self, made: Iterable[Line]) -> None:
        """At hand, and let go of the oldest that are too much."""
        for each in made:
            if len(self.tail) == TAIL:
                self._bytes -= len(self.tail.popleft().frame)
            self.tail.append(each)
            self._bytes += len(each.frame)
        while self._bytes > _MOST_BYTES and len(self.tail) > 1:
            self._bytes -= len(self.tail.popleft().frame)

    def let_go(self) -> None:
        """Of all that is at hand."""
        self.tail.clear()
        self._bytes = 0

    def _decided(self, event: RobotDecided, body: Body | None) -> None:
        self.decision, self.titles = event, tuple(offer.title for offer in body.offers) if body else ()
        if event.did == "answer" and event.candidates:
            self.answered.add(event.candidates[0].question)

    def reading(self, c: Conversation) -> Reading | None:
        """What the robot reads; None: the buyer has said nothing that stands."""
        if not self.words:
            return None
        choices = self.titles if self.decision is not None and self.decision.did == "ask" else ()
        answered = frozenset(QuestionId(each) for each in self.answered)
        return Reading(tuple(self.words), c.decided, answered, choices, c.with_robot)

    def _take_back(self, message: MessageId) -> None:
        for read in [each for each in self.words if each.message == message]:
            self.words.remove(read)
        for each in self.tail:
            if each.message == message:
                frame, length = msgspec.json.decode(each.frame), len(each.frame)
                each.frame = encode({**frame, "body": None})
                self._bytes += len(each.frame) - length
                for words in (self.last, self.asked):
                    if words is not None and words.at == frame["at"]:
                        words.text = ""

    def after(self, position: int) -> list[Line] | None:
        """The lines after a position, if all of them are at hand."""
        if self.tail and self.tail[0].n > position + 1:
            return None
        return [each for each in self.tail if each.n > position]


def names_a_conversation(c: str) -> bool:
    """Whether it can: what a client sends is looked up only then."""
    return c.isascii() and c.isalnum() and len(c) <= _LONGEST_NAME and c not in NO_CONVERSATION


def in_stream(position: int) -> int:
    """A position that a client names, within what a stream can have."""
    return max(0, min(position, _FURTHEST))


def preview(body: Body | None) -> str:
    return "" if body is None else body.text[:80]


def raw(chosen: Iterable[Line]) -> list[live.EventFrame]:
    """Lines as they are, to stand inside another frame: encoded already, which the encoder knows and mypy does not."""
    return cast(list[live.EventFrame], [msgspec.Raw(each.frame) for each in chosen])


def refused(code: Code, *, id: str | None = None, c: str | None = None, wait: int | None = None) -> bytes:
    return encode(live.Refused(code, MESSAGES[code], id, c, wait))
