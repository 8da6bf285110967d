"""The live interpreter: lines in any order, late, twice or taken back; figures at any instant.

A line moves its conversation on by one step. When figures are read, the turns of conversations that moved are compared
with those that were counted: what is gone is taken back, what is new is added. So the order of arrival cannot matter.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count, islice
from typing import Any, TypeVar

from goldensix.metrics.caliber import TURN_MEASURES, Caliber, SessionRule
from goldensix.metrics.concurrency import most_at_a_time
from goldensix.metrics.contributions import Share, Shares, View
from goldensix.metrics.figures import Figure, FigureRow, Key, rank_of, rows_of
from goldensix.metrics.folding import Conversation, Folded, Folder
from goldensix.metrics.judge import TurnRow
from goldensix.metrics.moments import MomentRow, shares_of_moments, spans_of
from goldensix.metrics.order import Line
from goldensix.metrics.tally import NO_CHANGE, Bundles, Tally, everything, is_settled

Place = tuple[int, str | None, str]
Person = tuple[int, str]
Watch = Callable[[TurnRow, View, int], None]
"""Told each turn as it comes to count (1) and as it is taken back (-1), with the view under which it does."""
T = TypeVar("T")


def place_of(line: Line) -> Place:
    """Which lines are folded together: a named conversation's, else a buyer's."""
    return (line.shop, line.session, "") if line.session is not None else (line.shop, None, line.buyer)


def _figure(caliber: Caliber, total: Share) -> Figure:
    left_out, each = dict(total.left_out), total.each
    size = len(each)
    match caliber.measure:
        case "median" if size:
            return Figure(each[(size - 1) // 2] + each[size // 2], size, 2, left_out)
        case "percentile" if size:
            return Figure(each[rank_of(caliber.p or 50, size) - 1], size, 1, left_out)
        case "fastest" if size:
            kept = rank_of(caliber.p or 90, size)
            return Figure(sum(each[:kept]), size, kept, left_out)
        case "recent_weighted" if size:
            latest = rank_of(25, size)
            hits, lately = (sum(value & 1 for value in some) for some in (each, each[-latest:]))
            return Figure(hits * latest + lately * size, size, 2 * size * latest, left_out)
        case "queue_max" if size:
            return Figure(each[-1], size, 1, left_out)
        case _:
            return Figure(total.num, total.den, total.den, left_out)


def _same(counted: "_Counted", turns: list[TurnRow]) -> int:
    """How many turns, from the first, are as they were and count the same: rows are made anew all or none."""
    settled = counted.settled
    return settled if settled and len(turns) >= settled and turns[settled - 1] is counted.turns[settled - 1] else 0


def _settled(turns: list[TurnRow], settled: int, as_of: int | None) -> int:
    while settled < len(turns) and is_settled(turns[settled], as_of):
        settled += 1
    return settled


def as_it_is(given: T) -> T:
    return given


@dataclass(frozen=True, slots=True)
class Parts:
    """What the interpreter is made of; a test of the law plants a faulty part here."""

    admit: Callable[[Line], Line] = as_it_is
    """A line as it is taken in."""
    caliber: Callable[[Caliber], Caliber] = as_it_is
    """A caliber as it is read."""
    view: Callable[[View], View] = as_it_is
    counts: Callable[[Caliber, TurnRow, View], bool] = everything
    """Whether a turn is one to a caliber."""


@dataclass(slots=True)
class _Buyer:
    conversations: set[Place] = field(default_factory=set)
    bundles: Bundles = field(default_factory=dict)
    added: list[tuple[str, Shares]] = field(default_factory=list)
    """What the buyer's moments add."""


@dataclass(slots=True)
class _Counted:
    """What is in the totals of one conversation."""

    conversation: Conversation
    person: Person | None = None
    turns: list[TurnRow] = field(default_factory=list)
    messages: list[TurnRow] = field(default_factory=list)
    moments: list[MomentRow] = field(default_factory=list)
    settled: int = 0
    """So many turns, from the first, count the same at every later reading."""
    change: int = NO_CHANGE
    """When what it adds will change without a line."""


@dataclass(slots=True)
class Live:
    """Calibers of one session rule, under one view; the view's `as_of` is given with each reading."""

    calibers: Sequence[Caliber]
    view: View = field(default_factory=View)
    rule: SessionRule = field(default_factory=SessionRule)
    parts: Parts = field(default_factory=Parts)
    watch: Watch | None = None
    _folder: Folder = field(init=False)
    _tally: Tally = field(init=False)
    _of_moments: list[Caliber] = field(init=False)
    _counted: dict[Place, _Counted] = field(default_factory=dict)
    _buyers: dict[Person, _Buyer] = field(default_factory=dict)
    _moved: dict[Place, _Counted] = field(default_factory=dict)
    _totals: dict[str, dict[Key, Share]] = field(default_factory=dict)
    """Of moments; the tally has those of turns."""
    _waking: list[tuple[int, int, Place]] = field(default_factory=list)
    """A heap: when a conversation's figures change by themselves."""
    _wakings: Any = field(default_factory=count)
    _read: View = field(init=False)
    """As it was at the last reading."""

    def __post_init__(self) -> None:
        calibers = [self.parts.caliber(caliber) for caliber in self.calibers]
        self._tally = Tally(calibers, self.parts.view(self.view), self.parts.counts)
        self._of_moments = [caliber for caliber in calibers if caliber.measure not in TURN_MEASURES]
        self._folder = Folder(self.rule, self._tally.reads_messages, bool(self._of_moments))
        self._read = self.parts.view(replace(self.view, as_of=None))

    def take(self, line: Line) -> None:
        """A line, new, late, known, or known and now recalled."""
        line = self.parts.admit(line)
        if line.session is None and not line.buyer:
            line = line._replace(session=line.line)
        place = place_of(line)
        counted = self._counted.get(place)
        if counted is None:
            counted = self._counted[place] = _Counted(Conversation(self._folder))
        if counted.conversation.take(line):
            self._moved[place] = counted

    def take_all(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.take(line)

    def catch_up(self, as_of: int, most: int | None = None) -> None:
        """Bring what is counted up to an instant; of the conversations that moved since, at most so many.

        Those that moved first go first. What the others add is as it was before they moved.
        """
        self._bring_up_to(self.parts.view(replace(self.view, as_of=as_of)), most)

    @property
    def totals(self) -> dict[str, dict[Key, Share]]:
        """By caliber over turns, as of the last reading. To read, not to change."""
        return self._tally.totals

    @property
    def moved(self) -> int:
        """Conversations with lines that are not counted yet."""
        return len(self._moved)

    def figures(self, as_of: int | None = None) -> list[FigureRow]:
        self._bring_up_to(self.parts.view(replace(self.view, as_of=as_of)))
        found: dict[tuple[str, Key], Figure] = {}
        for caliber in self.calibers:
            if caliber.measure == "max_concurrent":
                found.update(self._most(caliber, self._read))
                continue
            totals = self._tally.totals if caliber.measure in TURN_MEASURES else self._totals
            for key, total in totals.get(caliber.id, {}).items():
                found[caliber.id, key] = _figure(caliber, total)
        return rows_of(self.calibers, self.view.by, found)

    def forget(self, before: int) -> int:
        """Let go of the lines of buyers who were last heard of before an instant; what they added stays.

        A line of theirs that comes later counts as a new conversation's. How many buyers were let go.
        """
        gone = [person for person, buyer in self._buyers.items() if self._is_quiet(buyer, before)]
        for person in gone:
            for place in self._buyers.pop(person).conversations:
                del self._counted[place]
        return len(gone)

    def release(self, place: Place) -> list[TurnRow] | None:
        """Take back all that a conversation adds and let go of it: its turns. No line of it may come any more.

        None: what it adds will yet change by itself, or is not counted yet.
        """
        counted = self._counted[place]
        if place in self._moved or counted.person is None or counted.change != NO_CHANGE:
            return None
        buyer = self._buyers[counted.person]
        for turn in (*counted.turns, *counted.messages):
            self._change(turn, buyer.bundles, self._read, -1)
        del self._counted[place]
        buyer.conversations.discard(place)
        if self._of_moments:
            self._count_moments(counted.person, self._read)
        if not buyer.conversations:
            del self._buyers[counted.person]
        return counted.turns

    def tidy(self) -> None:
        """Forget the keys under which nothing counts any more."""
        for shares in self._tally.totals.values():
            for key in [key for key, share in shares.items() if share.is_empty]:
                del shares[key]

    def rows(self) -> Iterable[Folded]:
        """Everything folded, for whoever opens a figure down to its turns."""
        self._bring_up_to(self._read)
        return [each.conversation.folded() for each in self._counted.values()]

    @property
    def held(self) -> int:
        """Conversations whose lines are in memory."""
        return len(self._counted)

    def _is_quiet(self, buyer: _Buyer, before: int) -> bool:
        return all(
            place not in self._moved and self._counted[place].conversation.heard < before
            for place in buyer.conversations
        )

    def _bring_up_to(self, view: View, most: int | None = None) -> None:
        last, now = self._read.as_of, view.as_of
        back = (last is None) != (now is None) or (last is not None and now is not None and now < last)
        places = dict(self._counted) if back else dict(islice(self._moved.items(), most))
        if now is not None:
            while self._waking and self._waking[0][0] <= now:
                at, _, place = heappop(self._waking)
                if (counted := self._counted.get(place)) is not None and counted.change == at:
                    places[place] = counted
        touched: set[Person] = set()
        for place, counted in places.items():
            if self._moved.pop(place, None) is not None:
                counted.conversation.settle()
            self._count(place, counted, view, touched, anew=back)
        for person in touched:
            self._count_moments(person, view)
        self._read = view

    def _count(self, place: Place, counted: _Counted, view: View, touched: set[Person], *, anew: bool) -> None:
        conversation = counted.conversation
        person = (place[0], place[2] or conversation.buyer)
        if counted.person != person:
            self._move(place, counted, person, touched)
        bundles = self._buyers[person].bundles
        same = 0 if anew else _same(counted, conversation.turns)
        self._compare(counted.turns[same:], conversation.turns[same:], bundles, view, anew)
        self._compare(counted.messages, conversation.messages, bundles, view, anew)
        counted.turns, counted.messages = conversation.turns, conversation.messages
        counted.settled = _settled(counted.turns, same, view.as_of)
        if self._of_moments:
            awaited = self._read.as_of is not None and any(each.at > self._read.as_of for each in counted.moments)
            if anew or awaited or counted.moments != conversation.moments:
                touched.add(person)
            counted.moments = conversation.moments
        if view.as_of is not None:
            self._wake_later(place, counted, view.as_of)

    def _move(self, place: Place, counted: _Counted, person: Person, touched: set[Person]) -> None:
        """Only now is it known whose conversation it is."""
        if counted.person is not None:
            before = self._buyers[counted.person]
            before.conversations.discard(place)
            for turn in (*counted.turns, *counted.messages):
                self._change(turn, before.bundles, self._read, -1)
            touched.add(counted.person)
            counted.turns, counted.messages, counted.moments, counted.settled = [], [], [], 0
        counted.person = person
        self._buyers.setdefault(person, _Buyer()).conversations.add(place)

    def _compare(self, before: list[TurnRow], after: list[TurnRow], bundles: Bundles, view: View, anew: bool) -> None:
        change, known = self._change, len(before)
        for place, turn in enumerate(after):
            if place < known:
                was = before[place]
                if turn == was and not anew and is_settled(was, self._read.as_of):
                    continue
                change(was, bundles, self._read, -1)
            change(turn, bundles, view, 1)
        for turn in before[len(after) :]:
            change(turn, bundles, self._read, -1)

    def _change(self, turn: TurnRow, bundles: Bundles, view: View, sign: int) -> None:
        self._tally.change(turn, bundles, view, sign)
        if self.watch is not None:
            self.watch(turn, view, sign)

    def _wake_later(self, place: Place, counted: _Counted, as_of: int) -> None:
        turns = (*counted.turns[counted.settled :], *counted.messages)
        open_turns = [turn for turn in turns if not is_settled(turn, as_of)]
        change = min((self._tally.next_change(turn, as_of) for turn in open_turns), default=NO_CHANGE)
        for moment in counted.moments:
            if as_of < moment.at < change:
                change = moment.at
        known, counted.change = counted.change, change
        if change not in (NO_CHANGE, known):
            heappush(self._waking, (change, next(self._wakings), place))

    def _count_moments(self, person: Person, view: View) -> None:
        buyer = self._buyers[person]
        for name, shares in buyer.added:
            self._add(name, shares, -1)
        places = sorted(buyer.conversations, key=str)
        moments = [moment for place in places for moment in self._counted[place].moments]
        buyer.added = [(each.id, shares_of_moments(each, moments, view)) for each in self._of_moments]
        for name, shares in buyer.added:
            self._add(name, shares, 1)

    def _add(self, name: str, shares: Shares, sign: int) -> None:
        totals = self._totals.setdefault(name, {})
        for key, share in shares.items():
            total = totals.setdefault(key, Share())
            total.add(share, sign)
            if total.is_empty:
                del totals[key]

    def _most(self, caliber: Caliber, view: View) -> dict[tuple[str, Key], Figure]:
        spans = [span for each in self._counted.values() for span in spans_of(each.moments, caliber, view)]
        most = most_at_a_time(spans, view)
        return {(caliber.id, key): Figure(found, found, 1) for key, found in most.items()}
