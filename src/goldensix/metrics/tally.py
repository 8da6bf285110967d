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
from goldensix.metrics.judge import TurnRow, Whose, booked_at, is_open, judge_booked, judged_alike, key_of, start_of
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
    variants: int = 0
    """Those of the members."""
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
            (caliber.clock, caliber.anchor, caliber.human_stage, caliber.booked, first, way), _Alike(caliber, *way)
        )
        shares = self.totals.setdefault(caliber.id, {})
        bit = 1 << variant_of(caliber)
        member = _Member(caliber, bit, part_of(caliber), bit if first else 0, shares, adding(caliber))
        alike.members.setdefault(judged_alike(caliber), []).append(member)
        alike.variants |= bit
        alike.limits |= {limit for limit in (caliber.threshold, caliber.cap) if limit is not None}
        alike.always |= caliber.cycle is not None or caliber.service_hours is not None

    @property
    def reads_messages(self) -> bool:
        return any(alike.of_messages for alike in self._alike)

    def change(self, turn: TurnRow, bundles: Bundles, view: View, sign: int) -> None:
        """Add what a turn, or one line of it, comes to at the instant of the view; or take that back (-1)."""
        of_messages, zone, hour = turn.at != NEVER, view.zone_of(turn.shop), NEVER
        whose, key = Whose(turn.shop, turn.platform, turn.agent, turn.group), None
        variants, firsts, part = turn.variants, turn.first, turn.part
        for alike in self._alike:
            if alike.of_messages is not of_messages or not variants & alike.variants:
                continue
            start = start_of(alike.head, turn)
            booked = booked_at(alike.head, turn, start, view.as_of)
            wall = local(zone, booked)
            on = local(zone, turn.asked_at) if alike.by_session else wall
            if view.days is not None and not view.days[0] <= on // DAY <= view.days[1]:
                continue
            if key is None or on // HOUR != hour:
                key, hour = key_of(view.by, whose, on), on // HOUR
            which = turn.session if alike.by_session else wall // DAY if alike.by_day else None
            for members in alike.members.values():
                found = None
                for caliber, bit, parts, first, shares, add in members:
                    if not (variants & bit and part & parts and firsts & first == first):
                        continue
                    if self.counts is not everything and not self.counts(caliber, turn, view):
                        continue
                    if found is None or is_open(found):
                        found = judge_booked(caliber, turn, start, booked, wall, zone, view.as_of)
                    share = shares.get(key) or shares.setdefault(key, Share())
                    if which is None:
                        add(share, turn, found, zone, view.as_of, sign)
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
