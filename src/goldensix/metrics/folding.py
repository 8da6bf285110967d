"""The fold over lines as they come, in plain Python: what the live interpreter folds with.

A conversation keeps its state, so a line that comes last in the order of lines is one step. Any other line, and one
taken back, has the conversation folded anew from its lines.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from goldensix.log.columns import BYS, WHATS
from goldensix.metrics.caliber import SessionRule
from goldensix.metrics.fold import end, fill_moments, fill_turns, starts_anew, take_line
from goldensix.metrics.judge import TurnRow
from goldensix.metrics.moments import MomentRow
from goldensix.metrics.order import Line, Place, in_order, place_of
from goldensix.metrics.runs import (
    ASKED_AT,
    ASKED_BASE,
    ASKED_MADE,
    ASKED_SIZE,
    CLOSED_AT,
    FLAGS,
    MOMENT_BASE,
    MOMENT_SIZE,
    MOMENTS_MADE,
    NUMBER,
    OPENED_AT,
    RECALLED,
    STAGE_AT,
    TURN_SIZE,
    TURNS_MADE,
    WHOLE_STATE,
    begin,
    prepare,
)
from goldensix.metrics.tables import MOMENT, NEVER, TURN, VARIANTS

_ROOM: Final = (2 * VARIANTS, 0, 16)
"""Most turns and moments that one line makes."""
_WHAT: Final = {what: code for code, what in enumerate(WHATS)}
_BY: Final[dict[str | None, int]] = {None: NEVER, **{by: code for code, by in enumerate(BYS)}}


Rows = tuple[list[TurnRow], list[TurnRow], list[MomentRow]]
"""Turns, messages, moments."""


@dataclass(slots=True)
class Folded:
    """What a fold of one conversation's lines gives, and the lines in their order."""

    lines: list[Line] = field(default_factory=list)
    turns: list[TurnRow] = field(default_factory=list)
    messages: list[TurnRow] = field(default_factory=list)
    moments: list[MomentRow] = field(default_factory=list)


class Names(dict[str | None, int]):
    """Text as numbers for the fold, and back: `names[text]` gives a new one its number."""

    def __init__(self) -> None:
        super().__init__({None: NEVER})
        self._names: dict[int, str | None] = {NEVER: None}

    def __missing__(self, name: str | None) -> int:
        code = self[name] = len(self)
        self._names[code] = name
        return code

    def name(self, code: int) -> str | None:
        return self._names[code]


@dataclass(slots=True)
class Folder:
    """Folds the lines of many conversations; each of them named, or a buyer's whose conversations have no names."""

    rule: SessionRule = field(default_factory=SessionRule)
    each_message: bool = True
    """Whether each buyer line is wanted as a row."""
    each_moment: bool = True
    names: Names = field(default_factory=Names)
    out: list[int] = field(default_factory=list)
    """Where the fold writes what a line makes, used again and again."""
    fresh: list[int] = field(default_factory=list)
    """The state of a conversation that has no lines yet."""

    def __post_init__(self) -> None:
        self.fresh = [0] * WHOLE_STATE
        self.out = [NEVER] * prepare(self.fresh, _ROOM, self.each_message)
        begin(self.fresh, 0)

    def fold(self, lines: Iterable[Line]) -> Folded:
        conversation = Conversation(self)
        for line in lines:
            conversation.take(line)
        conversation.settle()
        return conversation.folded()

    def coded(self, line: Line) -> tuple[int, ...]:
        names = self.names
        return (
            _WHAT[line.what],
            _BY[line.by],
            names[line.agent],
            names[line.from_agent],
            names[line.group],
            line.at,
            line.flags | RECALLED if line.recalled else line.flags,
            line.chars,
            NEVER if line.value is None else line.value,
            names[line.detail],
        )


class Conversation:
    """One conversation, or all of a buyer's, while lines come."""

    __slots__ = (
        "_asked", "_coded", "_count", "_done", "_folder", "_head", "_last", "_latest", "_moments", "_named",
        "_out_of_order", "_state", "_turns", "_whole", "buyer", "heard", "lines", "messages", "moments", "turns",
    )  # fmt: skip

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.lines: dict[str, Line] = {}
        self.heard = NEVER
        """The instant of its latest line."""
        self.turns: list[TurnRow] = []
        self.messages: list[TurnRow] = []
        self.moments: list[MomentRow] = []
        self._begin()

    def _begin(self) -> None:
        self.buyer = ""
        self._head: Line | None = None
        self._out_of_order = False
        self._last: Place | None = None
        self._latest = (NEVER, "", NEVER)
        """Of lines with a server's order: the last one, and the latest instant among them."""
        self._count = 0
        self._coded: list[int] = []
        """All lines, if each buyer line is wanted as a row."""
        self._done: Rows | None = None
        """Rows of conversations that are over; then those of the one that goes on, without what is open."""
        self._state = self._folder.fresh.copy()
        self._turns: list[int] = []
        self._asked: list[int] = []
        self._moments: list[int] = []
        self._named: list[TurnRow] = []
        self._whole: tuple[object, ...] = ()

    def take(self, line: Line) -> bool:
        """A line, new, late, known, or known and now recalled. False: nothing is new."""
        known = self.lines.get(line.line)
        if known is not None:
            if known.recalled or not line.recalled:
                return False
            self.lines[line.line] = known._replace(recalled=True)
            self._out_of_order = True
            return True
        self.lines[line.line] = line
        self.heard = max(self.heard, line.at)
        if not self._out_of_order:
            self._take_in_order(line)
        return True

    def settle(self) -> None:
        """Bring `turns`, `messages` and `moments` up to date."""
        if self._out_of_order:
            self._begin()
            for line in in_order(self.lines.values()):
                self._step(line)
                self._last = self._placed(line)
        self._read()

    def folded(self) -> Folded:
        return Folded(in_order(self.lines.values()), self.turns, self.messages, self.moments)

    def _take_in_order(self, line: Line) -> None:
        place = self._placed(line)
        if place is None or (self._last is not None and place <= self._last):
            self._out_of_order = True
            return
        self._last = place
        self._step(line)

    def _placed(self, line: Line) -> Place | None:
        """None: the server has it before one that is already taken."""
        if line.seq is None:
            return place_of(line, line.at)
        seq, name, latest = self._latest
        if (line.seq, line.line) <= (seq, name) and name:
            return None
        self._latest = (line.seq, line.line, max(latest, line.at))
        return place_of(line, self._latest[2])

    def _step(self, line: Line) -> None:
        folder, state = self._folder, self._state
        coded, place = folder.coded(line), 0
        if folder.each_message:
            self._coded += coded
            place = self._count
            self._make_room()
        lines = self._coded if folder.each_message else coded
        if self._head is None:
            self._head = line
        if not self.buyer:
            self.buyer = line.buyer
        self._count += 1
        rule = folder.rule
        if line.session is None and starts_anew(lines, state, place, rule.gap_after_close, rule.idle_gap):
            end(lines, state, folder.out, place)
            self._end_one()
        take_line(lines, state, folder.out, place)
        if state[TURNS_MADE] or state[MOMENTS_MADE]:
            self._keep(state, self._turns, self._asked, self._moments)

    def _make_room(self) -> None:
        """A reply may end runs of all lines so far."""
        out = self._folder.out
        missing = self._state[ASKED_BASE] + ASKED_SIZE * VARIANTS * (self._count + 1) - len(out)
        if missing > 0:
            out += [NEVER] * (2 * missing)

    def _keep(self, state: list[int], turns: list[int], asked: list[int], moments: list[int]) -> None:
        """Take what was written."""
        out, base, start = self._folder.out, state[ASKED_BASE], state[MOMENT_BASE]
        if state[ASKED_MADE]:
            before = len(turns) // TURN_SIZE
            made = out[base : base + ASKED_SIZE * state[ASKED_MADE]]
            made[::ASKED_SIZE] = [row + before for row in made[::ASKED_SIZE]]
            asked += made
        turns += out[: TURN_SIZE * state[TURNS_MADE]]
        moments += out[start : start + MOMENT_SIZE * state[MOMENTS_MADE]]
        state[TURNS_MADE] = state[ASKED_MADE] = state[MOMENTS_MADE] = 0

    def _end_one(self) -> None:
        """One of a buyer's conversations is over, and the next begins."""
        state = self._state
        self._keep(state, self._turns, self._asked, self._moments)
        made = self._rows(state, self._turns, self._asked, self._moments)
        self._done = made if self._done is None else _one_after_the_other(self._done, made)
        self._turns, self._asked, self._moments, self._named, self._whole = [], [], [], [], ()
        begin(state, state[NUMBER] + 1)

    def _read(self) -> None:
        """As if this were the end: a copy of the state is taken there."""
        state = self._state.copy()
        end(self._coded, state, self._folder.out, self._count)
        turns, asked, moments = self._turns.copy(), self._asked.copy(), self._moments.copy()
        self._keep(state, turns, asked, moments)
        made = self._rows(state, turns, asked, moments)
        rows = made if self._done is None else _one_after_the_other(self._done, made)
        self.turns, self.messages, self.moments = rows

    def _rows(self, state: list[int], turns: list[int], asked: list[int], moments: list[int]) -> Rows:
        head = self._head
        assert head is not None
        session = head.session if head.session is not None else f"{self.buyer}@{state[OPENED_AT]}"
        whose = (head.shop, head.platform, self.buyer, session)
        named = self._turn_rows(whose, state, turns)
        messages = [
            named[row]._replace(at=at) for row, at in zip(asked[::ASKED_SIZE], asked[1::ASKED_SIZE], strict=True)
        ]
        return named, messages, self._moment_rows(whose, state, moments) if self._folder.each_moment else []

    def _turn_rows(self, whose: tuple[object, ...], state: list[int], turns: list[int]) -> list[TurnRow]:
        """Those named before are the same as long as the conversation as a whole is."""
        whole = (whose, state[ASKED_AT], state[STAGE_AT], state[CLOSED_AT], state[FLAGS])
        if whole != self._whole:
            self._whole, self._named = whole, []
        fill_turns(state, turns, len(self._named), len(turns) // TURN_SIZE)
        name = self._folder.names.name
        rows = self._named.copy()
        for at in range(len(rows) * TURN_SIZE, len(turns), TURN_SIZE):
            agent, group = name(turns[at + TURN.agent]), name(turns[at + TURN.group])
            own = turns[at + TURN.variants : at + TURN.flags + 1]
            rows.append(TurnRow._make((*whose, agent, group, *own, NEVER)))
        self._named = rows[: len(self._turns) // TURN_SIZE]
        return rows

    def _moment_rows(self, whose: tuple[object, ...], state: list[int], moments: list[int]) -> list[MomentRow]:
        fill_moments(state, moments, 0, 0, len(moments) // MOMENT_SIZE)
        name, rows = self._folder.names.name, []
        for at in range(0, len(moments), MOMENT_SIZE):
            agent, group = name(moments[at + MOMENT.agent]), name(moments[at + MOMENT.group])
            detail, what = name(moments[at + MOMENT.detail]), moments[at + MOMENT.what]
            own = moments[at + MOMENT.at : at + MOMENT.flags + 1]
            rows.append(MomentRow._make((*whose, agent, group, detail, what, *own)))
        return rows


def _one_after_the_other(before: Rows, after: Rows) -> Rows:
    return before[0] + after[0], before[1] + after[1], before[2] + after[2]
