"""The live interpreter: lines in any order, late, twice or taken back; figures at any instant.

A line only marks its conversation. When figures are read, what its buyer had added is taken back, the conversation is
folded anew, and what the buyer adds now is added. So the order of arrival cannot matter.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from goldensix.metrics.caliber import TURN_MEASURES, Caliber, SessionRule
from goldensix.metrics.concurrency import most_at_a_time
from goldensix.metrics.contributions import Share, Shares, View, shares_of_turns
from goldensix.metrics.figures import Figure, FigureRow, Key, rank_of, rows_of
from goldensix.metrics.folding import Folded, Folder
from goldensix.metrics.judge import TurnRow
from goldensix.metrics.moments import MomentRow, shares_of_moments, spans_of
from goldensix.metrics.order import Line
from goldensix.metrics.restless import next_change

Conversation = tuple[int, str | None, str]
Person = tuple[int, str]


def conversation_of(line: Line) -> Conversation:
    """Which lines are folded together: a named conversation's, else a buyer's."""
    return (line.shop, line.session, "") if line.session is not None else (line.shop, None, line.buyer)


@dataclass(slots=True)
class _Total:
    num: int = 0
    den: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    each: list[int] = field(default_factory=list)

    def add(self, share: Share) -> None:
        self.num += share.num
        self.den += share.den
        for why, count in share.left_out.items():
            self.left_out[why] = self.left_out.get(why, 0) + count
        for value in share.each:
            insort(self.each, value)

    def take_back(self, share: Share) -> None:
        self.num -= share.num
        self.den -= share.den
        for why, count in share.left_out.items():
            self.left_out[why] -= count
            if not self.left_out[why]:
                del self.left_out[why]
        for value in share.each:
            del self.each[bisect_left(self.each, value)]

    @property
    def is_empty(self) -> bool:
        return not (self.num or self.den or self.left_out or self.each)


def _figure(caliber: Caliber, total: _Total) -> Figure:
    left_out = dict(total.left_out)
    count = len(total.each)
    match caliber.measure:
        case "median" if count:
            num = total.each[(count - 1) // 2] + total.each[count // 2]
            return Figure(num, count, 2, left_out)
        case "percentile" if count:
            return Figure(total.each[rank_of(caliber.p or 50, count) - 1], count, 1, left_out)
        case "fastest" if count:
            kept = rank_of(caliber.p or 90, count)
            return Figure(sum(total.each[:kept]), count, kept, left_out)
        case "queue_max" if count:
            return Figure(total.each[-1], count, 1, left_out)
        case _:
            return Figure(total.num, total.den, total.den, left_out)


def as_it_is(line: Line) -> Line:
    return line


@dataclass(frozen=True, slots=True)
class Parts:
    """What the interpreter is made of; a test of the law plants a faulty part here."""

    admit: Callable[[Line], Line] = as_it_is
    """A line as it is taken in."""
    of_turns: Callable[[Caliber, Iterable[TurnRow], View], Shares] = shares_of_turns
    of_moments: Callable[[Caliber, Sequence[MomentRow], View], Shares] = shares_of_moments


@dataclass(slots=True)
class Live:
    """Calibers of one session rule, under one view; the view's `as_of` is given with each reading."""

    calibers: Sequence[Caliber]
    view: View = field(default_factory=View)
    rule: SessionRule = field(default_factory=SessionRule)
    parts: Parts = field(default_factory=Parts)
    _folder: Folder = field(init=False)
    _lines: dict[Conversation, dict[str, Line]] = field(default_factory=dict)
    _folded: dict[Conversation, tuple[Person, Folded]] = field(default_factory=dict)
    _people: dict[Person, set[Conversation]] = field(default_factory=dict)
    _marked: set[Conversation] = field(default_factory=set)
    _shares: dict[Person, list[tuple[str, Shares]]] = field(default_factory=dict)
    _totals: dict[tuple[str, Key], _Total] = field(default_factory=dict)
    _changes: dict[Person, int] = field(default_factory=dict)
    """When what a buyer adds will change without a line."""
    _read_at: int | None = None

    def __post_init__(self) -> None:
        self._folder = Folder(self.rule)

    def take(self, line: Line) -> None:
        """A line, new, late, known, or known and now recalled."""
        line = self.parts.admit(line)
        if line.session is None and not line.buyer:
            line = line._replace(session=line.line)
        place = conversation_of(line)
        lines = self._lines.setdefault(place, {})
        known = lines.get(line.line)
        if known is not None and (known.recalled or not line.recalled):
            return
        lines[line.line] = line if known is None else known._replace(recalled=True)
        self._marked.add(place)

    def take_all(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.take(line)

    def figures(self, as_of: int | None = None) -> list[FigureRow]:
        view = replace(self.view, as_of=as_of)
        for person in self._fold_marked() | self._restless(as_of):
            self._count(person, view)
        self._read_at = as_of
        found = {place: _figure(self._named(place[0]), total) for place, total in self._totals.items()}
        for caliber in self.calibers:
            if caliber.measure == "max_concurrent":
                found.update(self._most(caliber, view))
        return rows_of(self.calibers, view.by, found)

    def forget(self, before: int) -> int:
        """Let go of the lines of buyers who were last heard of before an instant; what they added stays.

        A line of theirs that comes later counts as a new conversation's. How many buyers were let go.
        """
        gone = [person for person, places in self._people.items() if self._latest(places) < before]
        for person in gone:
            for place in self._people.pop(person):
                del self._lines[place], self._folded[place]
            self._shares.pop(person, None)
            self._changes.pop(person, None)
        return len(gone)

    def rows(self) -> Iterable[Folded]:
        """Everything folded, for whoever opens a figure down to its turns."""
        self._fold_marked()
        return [folded for _, folded in self._folded.values()]

    def _latest(self, places: set[Conversation]) -> int:
        if places & self._marked:
            return 1 << 62
        return max(line.at for place in places for line in self._lines[place].values())

    def _named(self, caliber: str) -> Caliber:
        return next(each for each in self.calibers if each.id == caliber)

    def _fold_marked(self) -> set[Person]:
        touched: set[Person] = set()
        for place in self._marked:
            lines = self._lines[place]
            folded = self._folder.fold(lines.values())
            buyer = place[2] or next((line.buyer for line in folded.lines if line.buyer), "")
            person = (place[0], buyer)
            if place in self._folded and self._folded[place][0] != person:
                before = self._folded[place][0]
                self._people[before].discard(place)
                touched.add(before)
            self._people.setdefault(person, set()).add(place)
            self._folded[place] = (person, folded)
            touched.add(person)
        self._marked.clear()
        return touched

    def _restless(self, as_of: int | None) -> set[Person]:
        if as_of == self._read_at:
            return set()
        if as_of is None or self._read_at is None or as_of < self._read_at:
            return set(self._people)
        return {person for person, change in self._changes.items() if change <= as_of}

    def _count(self, person: Person, view: View) -> None:
        for name, shares in self._shares.pop(person, []):
            for key, share in shares.items():
                total = self._totals[name, key]
                total.take_back(share)
                if total.is_empty:
                    del self._totals[name, key]
        folded = [self._folded[place][1] for place in sorted(self._people.get(person, ()), key=str)]
        self._shares[person] = added = self._added(folded, view)
        for name, shares in added:
            for key, share in shares.items():
                self._totals.setdefault((name, key), _Total()).add(share)
        if view.as_of is not None:
            self._changes[person] = next_change(self.calibers, folded, view.as_of)

    def _added(self, folded: list[Folded], view: View) -> list[tuple[str, Shares]]:
        turns = [turn for each in folded for turn in each.turns]
        moments = [moment for each in folded for moment in each.moments]
        added: list[tuple[str, Shares]] = []
        for caliber in self.calibers:
            if caliber.measure not in TURN_MEASURES:
                added.append((caliber.id, self.parts.of_moments(caliber, moments, view)))
            elif caliber.unit == "message":
                messages = [message for each in folded for message in each.messages]
                added.append((caliber.id, self.parts.of_turns(caliber, messages, view)))
            else:
                added.append((caliber.id, self.parts.of_turns(caliber, turns, view)))
        return added

    def _most(self, caliber: Caliber, view: View) -> dict[tuple[str, Key], Figure]:
        spans = [span for _, folded in self._folded.values() for span in spans_of(folded.moments, caliber, view)]
        most = most_at_a_time(spans, view)
        return {(caliber.id, key): Figure(count, count, 1) for key, count in most.items()}
