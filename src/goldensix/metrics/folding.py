"""The fold over lines as they come, in plain Python: what the live interpreter folds with."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from goldensix.log.columns import BYS, WHATS
from goldensix.metrics.caliber import SessionRule
from goldensix.metrics.fold import fold_conversation
from goldensix.metrics.judge import TurnRow
from goldensix.metrics.moments import MomentRow
from goldensix.metrics.order import Line, in_order
from goldensix.metrics.runs import (
    ASKED_BASE,
    ASKED_MADE,
    ASKED_ROOM,
    MOMENT_BASE,
    MOMENT_ROOM,
    MOMENTS_MADE,
    RECALLED,
    TURN_ROOM,
    TURNS_MADE,
    WHOLE_STATE,
    prepare,
)
from goldensix.metrics.tables import MOMENT, NEVER, TURN, VARIANTS


@dataclass(slots=True)
class Folded:
    """What a fold of one conversation's lines gives, and the lines in their order."""

    lines: list[Line] = field(default_factory=list)
    turns: list[TurnRow] = field(default_factory=list)
    messages: list[TurnRow] = field(default_factory=list)
    moments: list[MomentRow] = field(default_factory=list)


class Names:
    """Text as numbers for the fold, and back."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._names: list[str] = []

    def code(self, name: str | None) -> int:
        if name is None:
            return NEVER
        code = self._codes.get(name)
        if code is None:
            code = self._codes[name] = len(self._names)
            self._names.append(name)
        return code

    def name(self, code: int) -> str | None:
        return None if code == NEVER else self._names[code]


@dataclass(slots=True)
class Folder:
    """Folds the lines of one conversation, or of a buyer whose conversations have no names."""

    rule: SessionRule = field(default_factory=SessionRule)
    names: Names = field(default_factory=Names)
    _room: list[int] = field(default_factory=list)
    """Where the fold writes, used again and again."""

    def fold(self, lines: Iterable[Line]) -> Folded:
        ordered = in_order(lines)
        coded: list[int] = []
        for line in ordered:
            coded += self._coded(line)
        size = len(ordered) + 1
        state = [0] * WHOLE_STATE
        needed = prepare(state, (VARIANTS * size, VARIANTS * size, 5 * size), True)
        if len(self._room) < needed:
            self._room = [NEVER] * needed
        out = self._room
        derived = ordered[0].session is None
        fold_conversation(coded, 0, len(ordered), derived, self.rule.gap_after_close, self.rule.idle_gap, state, out)
        return self._named(ordered, derived, state, out)

    def _coded(self, line: Line) -> tuple[int, ...]:
        code = self.names.code
        return (
            WHATS.index(line.what),
            BYS.index(line.by) if line.by else NEVER,
            code(line.agent),
            code(line.from_agent),
            code(line.group),
            line.at,
            line.flags | (RECALLED if line.recalled else 0),
            line.chars,
            NEVER if line.value is None else line.value,
            code(line.detail),
        )

    def _named(self, ordered: list[Line], derived: bool, state: list[int], out: list[int]) -> Folded:
        head = ordered[0]
        buyer = next((line.buyer for line in ordered if line.buyer), "")
        name = self.names.name
        folded = Folded(ordered)
        room = state[TURN_ROOM]
        for row in range(state[TURNS_MADE]):
            opened = out[TURN.opened_at * room + row]
            session = f"{buyer}@{opened}" if derived else head.session or ""
            whose = (head.shop, head.platform, buyer, session)
            agent, group = name(out[TURN.agent * room + row]), name(out[TURN.group * room + row])
            rest = [out[place * room + row] for place in range(TURN.variants, TURN.flags + 1)]
            folded.turns.append(TurnRow(*whose, agent, group, *rest))
        asked, gap = state[ASKED_BASE], state[ASKED_ROOM]
        for row in range(asked, asked + state[ASKED_MADE]):
            folded.messages.append(folded.turns[out[row]]._replace(at=out[row + gap]))
        base, room = state[MOMENT_BASE], state[MOMENT_ROOM]
        for row in range(base, base + state[MOMENTS_MADE]):
            opened = out[MOMENT.opened_at * room + row]
            session = f"{buyer}@{opened}" if derived else head.session or ""
            whose = (head.shop, head.platform, buyer, session)
            agent, group = name(out[MOMENT.agent * room + row]), name(out[MOMENT.group * room + row])
            detail, what = name(out[MOMENT.detail * room + row]), out[MOMENT.what * room + row]
            rest = [out[place * room + row] for place in range(MOMENT.at, MOMENT.flags + 1)]
            folded.moments.append(MomentRow(*whose, agent, group, detail, what, *rest))
        return folded
