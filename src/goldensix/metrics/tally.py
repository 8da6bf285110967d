"""The running totals of calibers over turns: a turn is added once, and taken back by being worked out again.

What a turn adds depends on nothing but the turn and the instant of the reading, so nothing needs to be kept for it.
Calibers that begin their clock alike share the work of a turn: its start, its wall clock, its key.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from goldensix.metrics.caliber import TURN_MEASURES, Caliber
from goldensix.metrics.contributions import Add, Bundle, Share, View, add_bundled, adding, part_of
from goldensix.metrics.figures import Key
from goldensix.metrics.judge import (
    JudgeOfBooked,
    TurnRow,
    Whose,
    booked_at,
    is_open,
    judged_alike,
    judging,
    key_of,
    start_of,
)
from goldensix.metrics.tables import NEVER, variant_of
from goldensix.metrics.zones import DAY, HOUR, local

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
    judge: JudgeOfBooked
    add: Add


@dataclass(slots=True)
class _Alike:
    """Calibers whose clock begins at the same instant, and who book a turn at the same one."""

    head: Caliber
    of_messages: bool
    by_session: bool
    by_day: bool
    members: dict[Caliber, list[_Member]] = field(default_factory=dict)
    """By what those have in common that judge a turn alike."""
    limits: set[int] = field(default_factory=set)
    """Milliseconds after the start at which an open turn may count otherwise."""
    always: bool = False
    """Whether it may at any instant."""


_Traits = tuple[int, int, int, bool]
"""Of a turn: its variants, those it is the first of, its part, whether it is one line of a turn."""
_Asked = tuple[_Alike, list[list[_Member]]]


@dataclass(slots=True)
class Tally:
    calibers: Sequence[Caliber]
    view: View
    counts: Callable[[Caliber, TurnRow, View], bool] = everything
    totals: dict[str, dict[Key, Share]] = field(default_factory=dict)
    _alike: list[_Alike] = field(default_factory=list)
    _asked: dict[_Traits, list[_Asked]] = field(default_factory=dict)
    """Who counts a turn, by all that decides it; there are few such turns."""

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
            (caliber.clock, caliber.anchor, caliber.human_stage, caliber.booked, first, way), _Alike(caliber, *way)
        )
        shares = self.totals.setdefault(caliber.id, {})
        bit = 1 << variant_of(caliber)
        member = _Member(caliber, bit, part_of(caliber), bit if first else 0, shares, judging(caliber), adding(caliber))
        alike.members.setdefault(judged_alike(caliber), []).append(member)
        alike.limits |= {limit for limit in (caliber.threshold, caliber.cap) if limit is not None}
        alike.always |= caliber.cycle is not None or caliber.service_hours is not None

    @property
    def reads_messages(self) -> bool:
        return any(alike.of_messages for alike in self._alike)

    def _who_counts(self, traits: _Traits) -> list[_Asked]:
        variants, firsts, part, of_messages = traits
        found = self._asked[traits] = []
        for alike in self._alike:
            groups = [
                [
                    each
                    for each in group
                    if variants & each.bit and part & each.part and firsts & each.first == each.first
                ]
                for group in alike.members.values()
            ]
            if alike.of_messages is of_messages and any(groups):
                found.append((alike, [group for group in groups if group]))
        return found

    def change(self, turn: TurnRow, bundles: Bundles, view: View, sign: int) -> None:
        """Add what a turn, or one line of it, comes to at the instant of the view; or take that back (-1)."""
        traits = (turn.variants, turn.first, turn.part, turn.at != NEVER)
        asked = self._asked.get(traits)
        if asked is None:
            asked = self._who_counts(traits)
        if not asked:
            return
        zone, hour, now = view.zone_of(turn.shop), NEVER, view.as_of
        whose, key = Whose(turn.shop, turn.platform, turn.agent, turn.group), None
        counts = None if self.counts is everything else self.counts
        for alike, groups in asked:
            start = start_of(alike.head, turn)
            booked = booked_at(alike.head, turn, start, now)
            wall = local(zone, booked)
            on = local(zone, turn.asked_at) if alike.by_session else wall
            if view.days is not None and not view.days[0] <= on // DAY <= view.days[1]:
                continue
            if key is None or on // HOUR != hour:
                key, hour = key_of(view.by, whose, on), on // HOUR
            which = turn.session if alike.by_session else wall // DAY if alike.by_day else None
            for members in groups:
                found = None
                for caliber, _, _, _, shares, judge, add in members:
                    if counts is not None and not counts(caliber, turn, view):
                        continue
                    if found is None or is_open(found):
                        found = judge(turn, start, booked, wall, zone, now)
                    share = shares.get(key) or shares.setdefault(key, Share())
                    if which is None:
                        add(share, turn, found, zone, now, sign)
                    else:
                        bundle = bundles.setdefault((caliber.id, key, which), Bundle())
                        add_bundled(caliber, share, bundle, found, zone, sign)

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
