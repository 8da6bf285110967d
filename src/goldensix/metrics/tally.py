"""The running totals of calibers over turns: a turn is added once, and taken back by being worked out again.

What a turn adds depends on nothing but the turn and the instant of the reading, so nothing needs to be kept for it.
Calibers that begin their clock alike share the work of a turn: its start, its wall clock, its key.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from goldensix.metrics.caliber import TURN_MEASURES, Caliber
from goldensix.metrics.contributions import Bundle, Share, View, add_bundled, add_single, part_of
from goldensix.metrics.figures import Key
from goldensix.metrics.judge import TurnRow, Whose, booked_at, judge_booked, key_of, start_of
from goldensix.metrics.tables import NEVER, variant_of
from goldensix.metrics.zones import DAY, local

NO_CHANGE: Final = 1 << 62
BY_SESSION: Final = ("session_mean", "session_all")
Bundles = dict[tuple[str, Key, object], Bundle]
"""Of one buyer: by caliber, key, and conversation or local day."""


def everything(_: Caliber, __: TurnRow, ___: View) -> bool:
    return True


class _Member(NamedTuple):
    caliber: Caliber
    bit: int
    part: int
    first: int
    """The same bit where only a conversation's first turn counts, else 0."""
    shares: dict[Key, Share]


@dataclass(slots=True)
class _Alike:
    """Calibers whose clock begins at the same instant, and who book a turn at the same one."""

    head: Caliber
    of_messages: bool
    by_session: bool
    by_day: bool
    members: list[_Member] = field(default_factory=list)
    limits: set[int] = field(default_factory=set)
    """Milliseconds after the start at which an open turn may count otherwise."""
    always: bool = False
    """Whether it may at any instant."""


@dataclass(slots=True)
class Tally:
    calibers: Sequence[Caliber]
    view: View
    counts: Callable[[Caliber, TurnRow, View], bool] = everything
    totals: dict[str, dict[Key, Share]] = field(default_factory=dict)
    _alike: list[_Alike] = field(default_factory=list)

    def __post_init__(self) -> None:
        found: dict[object, _Alike] = {}
        for caliber in self.calibers:
            if caliber.measure in TURN_MEASURES:
                self._enter(caliber, found)
        self._alike = list(found.values())

    def _enter(self, caliber: Caliber, found: dict[object, _Alike]) -> None:
        unit, first = caliber.unit, caliber.unit == "session_first"
        way = (unit == "message", unit in BY_SESSION, unit == "customer_day")
        alike = found.setdefault(
            (caliber.clock, caliber.anchor, caliber.human_stage, first, way), _Alike(caliber, *way)
        )
        shares = self.totals.setdefault(caliber.id, {})
        bit = 1 << variant_of(caliber)
        alike.members.append(_Member(caliber, bit, part_of(caliber), bit if first else 0, shares))
        alike.limits |= {limit for limit in (caliber.threshold, caliber.cap) if limit is not None}
        alike.always |= caliber.cycle is not None or caliber.service_hours is not None

    @property
    def reads_messages(self) -> bool:
        return any(alike.of_messages for alike in self._alike)

    def change(self, turn: TurnRow, bundles: Bundles, view: View, sign: int) -> None:
        """Add what a turn, or one line of it, comes to at the instant of the view; or take that back (-1)."""
        of_messages, zone = turn.at != NEVER, view.zone_of(turn.shop)
        whose = Whose(turn.shop, turn.platform, turn.agent, turn.group)
        for alike in self._alike:
            if alike.of_messages is not of_messages:
                continue
            start = start_of(alike.head, turn)
            booked = booked_at(alike.head, turn, start)
            wall = local(zone, booked)
            on = local(zone, turn.asked_at) if alike.by_session else wall
            if view.days is not None and not view.days[0] <= on // DAY <= view.days[1]:
                continue
            key = key_of(view.by, whose, on)
            at = (start, booked, wall)
            for member in alike.members:
                if turn.variants & member.bit and turn.part & member.part and turn.first & member.first == member.first:
                    self._change_one(alike, member, turn, key, at, bundles, view, sign)

    def _change_one(
        self, alike: _Alike, member: _Member, turn: TurnRow, key: Key, at: tuple[int, int, int], bundles: Bundles,
        view: View, sign: int,
    ) -> None:  # fmt: skip
        caliber, zone = member.caliber, view.zone_of(turn.shop)
        if not self.counts(caliber, turn, view):
            return
        found = judge_booked(caliber, turn, at[0], at[1], at[2], zone, view.as_of)
        share = member.shares.get(key)
        if share is None:
            share = member.shares[key] = Share()
        if not alike.by_session and not alike.by_day:
            add_single(caliber, share, turn, found, zone, view.as_of, sign)
            return
        which = (caliber.id, key, turn.session if alike.by_session else at[2] // DAY)
        add_bundled(caliber, share, bundles.setdefault(which, Bundle()), found, zone, sign)

    def next_change(self, turn: TurnRow, as_of: int) -> int:
        """The first instant after `as_of` at which the turn may count otherwise although nothing happens."""
        of_messages, instants = turn.at != NEVER, [turn.reply_at, turn.closed_at]
        for alike in self._alike:
            if alike.of_messages is of_messages:
                start = start_of(alike.head, turn)
                instants.append(start)
                if not NEVER < turn.reply_at <= as_of:
                    instants += [start + limit + late for limit in alike.limits for late in (0, 1)]
                    if alike.always:
                        return as_of + 1
        return min((instant for instant in instants if instant > as_of), default=NO_CHANGE)


def is_settled(turn: TurnRow, as_of: int | None) -> bool:
    """Whether it counts the same at every later reading: answered, and all that is known of it is past."""
    if as_of is None:
        return True
    return NEVER < turn.reply_at <= as_of and max(turn[9:19]) <= as_of
