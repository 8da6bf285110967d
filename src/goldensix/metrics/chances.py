"""What can still be won today: open turns whose limit has not run out, and what meeting it would make of the rate."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from goldensix.events.ids import Milliseconds
from goldensix.metrics.caliber import Caliber
from goldensix.metrics.contributions import View, part_of
from goldensix.metrics.judge import TurnRow, judge
from goldensix.metrics.tables import NEVER, variant_of
from goldensix.metrics.today import Sums
from goldensix.metrics.zones import DAY, day_name, local

Goal = Literal["golden_six_human", "within_30s", "within_3min"]
"""A caliber of the house that says within which time to answer."""
_BY_TARGET: Final[tuple[tuple[Milliseconds, tuple[Goal, ...]], ...]] = (
    (Milliseconds(6_000), ("golden_six_human", "within_30s")),
    (Milliseconds(30_000), ("within_30s",)),
)


_Key = tuple[str, int]
"""Its session, and when it was asked."""


class Open(NamedTuple):
    """A turn that nobody has answered, and that may still be answered in time."""

    until: int
    """The last instant at which an answer is in time."""
    session: str
    shop: int
    group: str | None
    agent: str | None
    day: str
    """The local day whose figures it belongs to."""


@dataclass(frozen=True, slots=True)
class Chance:
    """If all of these are answered in time, today's figure is `hits` of `of`."""

    goal: Goal
    open: Sequence[Open]
    """Who runs out first stands first; never empty."""
    hits: int
    of: int


def goals(target: Milliseconds) -> tuple[Goal, ...]:
    """What a group with this target is after. Six seconds are over soon: then what counts is to answer within 30."""
    return next((goals for limit, goals in _BY_TARGET if target <= limit), ("within_3min",))


@dataclass(slots=True)
class _Kept:
    """Open turns, also by who has them: each of five hundred agents is told of his own every second."""

    each: dict[_Key, Open] = field(default_factory=dict)
    _of: dict[str | None, dict[_Key, Open]] = field(default_factory=dict)

    def put(self, key: _Key, turn: Open) -> None:
        self.drop(key)
        self.each[key] = turn
        self._of.setdefault(turn.agent, {})[key] = turn

    def drop(self, key: _Key) -> None:
        if (turn := self.each.pop(key, None)) is not None:
            own = self._of[turn.agent]
            del own[key]
            if not own:
                del self._of[turn.agent]

    def among(self, agent: str | None) -> Iterable[Open]:
        """Those of an agent; None: all."""
        return self.each.values() if agent is None else self._of.get(agent, {}).values()


@dataclass(slots=True)
class Chances:
    """Kept turn by turn, as these come to count and are taken back."""

    calibers: Sequence[Caliber]
    """That count answers within a limit."""
    _open: dict[str, _Kept] = field(default_factory=dict)
    _given_up: dict[str, _Kept] = field(default_factory=dict)
    """Their conversation ended within the limit: no answer can come, though the figure does not count them yet."""

    def __post_init__(self) -> None:
        self._open = {caliber.id: _Kept() for caliber in self.calibers}
        self._given_up = {caliber.id: _Kept() for caliber in self.calibers}

    def change(self, turn: TurnRow, view: View, sign: int) -> None:
        for caliber in self.calibers:
            bit = 1 << variant_of(caliber)
            first = caliber.unit == "session_first"
            if not (turn.variants & bit and turn.part & part_of(caliber)) or (first and not turn.first & bit):
                continue
            if sign < 0:
                for kept in (self._open, self._given_up):
                    kept[caliber.id].drop((turn.session, turn.first_at))
            elif turn.reply_at == NEVER:
                self._enter(caliber, turn, view)

    def _enter(self, caliber: Caliber, turn: TurnRow, view: View) -> None:
        zone = view.zone_of(turn.shop)
        found = judge(caliber, turn, zone, view.as_of)
        if found.why == "pending":
            until, day = found.start + (caliber.threshold or 0), day_name(local(zone, found.booked) // DAY)
            open_ = Open(until, turn.session, turn.shop, turn.group, turn.agent, day)
            kept = self._open if turn.closed_at == NEVER else self._given_up
            kept[caliber.id].put((turn.session, turn.first_at), open_)

    def best(
        self, goals: Iterable[Goal], sums: Sums, concerns: Callable[[Open], bool], agent: str | None = None
    ) -> Chance | None:
        """By the first of these goals by which anything can be won; of an agent, or of all."""
        for goal in (goal for goal in goals if goal in self._open):
            if found := sorted(each for each in self._open[goal].among(agent) if concerns(each)):
                today = sums[goal]
                lost = sum(concerns(each) for each in self._given_up[goal].among(agent))
                return Chance(goal, found, today.num + len(found), today.den + len(found) + lost)
        return None
