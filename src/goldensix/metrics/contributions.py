"""What one turn adds to each figure, or takes back: the live interpreter, over the rows of the fold."""

from array import array
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from goldensix.metrics.caliber import RANKED, Caliber
from goldensix.metrics.figures import Grain, Key
from goldensix.metrics.judge import Judged, TurnRow, Whose, is_within, key_of
from goldensix.metrics.tables import NEVER, PIECE, WHOLE, variant_of
from goldensix.metrics.zones import DAY, local

Days = tuple[int, int]
"""First and last local day, both counting, as numbers since 1970."""


@dataclass(slots=True)
class Share:
    """What is added under one key. Sums add up in any order; `each` is for what needs every value, in order."""

    num: int = 0
    den: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    each: "array[int]" = field(default_factory=lambda: array("q"))

    def leave_out(self, why: str, sign: int = 1) -> None:
        count = self.left_out.get(why, 0) + sign
        if count:
            self.left_out[why] = count
        else:
            del self.left_out[why]

    def rank(self, value: int, sign: int = 1) -> None:
        if sign > 0:
            insort(self.each, value)
        else:
            del self.each[bisect_left(self.each, value)]

    def add(self, other: "Share", sign: int) -> None:
        self.num += sign * other.num
        self.den += sign * other.den
        for why, count in other.left_out.items():
            self.leave_out(why, sign * count)
        for value in other.each:
            self.rank(value, sign)

    @property
    def is_empty(self) -> bool:
        return not (self.num or self.den or self.left_out or self.each)


Shares = dict[Key, Share]


@dataclass(frozen=True, slots=True)
class View:
    """How figures are cut: by which grains, over which days, in which zones, as of when."""

    by: tuple[Grain, ...] = ()
    zones: dict[int, str] = field(default_factory=dict)
    zone: str = "UTC"
    """Of shops that `zones` does not name."""
    days: Days | None = None
    as_of: int | None = None

    def zone_of(self, shop: int) -> str:
        return self.zones.get(shop, self.zone)

    def key(self, whose: Whose, at: int) -> Key | None:
        """None: on a day that is not asked for."""
        wall = local(self.zone_of(whose.shop), at)
        if self.days is not None and not self.days[0] <= wall // DAY <= self.days[1]:
            return None
        return key_of(self.by, whose, wall)


def turns_for(caliber: Caliber, turns: Iterable[TurnRow]) -> list[TurnRow]:
    """The rows that are turns to this caliber."""
    bit = 1 << variant_of(caliber)
    part = part_of(caliber)
    found = [turn for turn in turns if turn.variants & bit and turn.part & part]
    return [turn for turn in found if turn.first & bit] if caliber.unit == "session_first" else found


def part_of(caliber: Caliber) -> int:
    return PIECE if caliber.split_transfer and caliber.unit != "message" else WHOLE


Add = Callable[[Share, TurnRow, Judged, str, int | None, int], None]
"""Adds a judged turn, or (-1) takes back what it had added: share, turn, judgement, zone, instant, sign."""


def adding(caliber: Caliber) -> Add:
    """How a turn that stands for itself is added."""
    if caliber.measure == "waiting_over":
        return _waiting(caliber.threshold or 0)
    if caliber.measure == "skew":
        return _add_skewed
    if caliber.measure in RANKED:
        return _add_ranked
    if caliber.measure == "recent_weighted":
        return _in_order(caliber)
    worth, by_message = _worth_of(caliber), caliber.unit == "message_run"

    def add(share: Share, turn: TurnRow, found: Judged, zone: str, _: int | None, sign: int) -> None:
        if found.why is not None:
            share.leave_out(found.why, sign)
            return
        weight = sign * turn.n if by_message else sign
        share.den += weight
        share.num += worth(found, zone) * weight

    return add


def _worth_of(caliber: Caliber) -> Callable[[Judged, str], int]:
    limit = caliber.limit or 0
    match caliber.measure:
        case "within" if caliber.cycle is None and caliber.threshold is not None:
            below = caliber.threshold + (caliber.op == "<=")
            return lambda found, _: found.wait is not None and found.wait < below
        case "within":
            return lambda found, zone: is_within(caliber, found, zone)
        case "late":
            return lambda found, zone: not is_within(caliber, found, zone)
        case "answered":
            return lambda found, _: found.wait is not None
        case "unanswered":
            return lambda found, _: found.wait is None
        case "slow":
            return lambda found, _: found.wait is not None and found.wait > limit
        case _:
            return lambda found, _: found.wait or 0


def _add_skewed(share: Share, _: TurnRow, found: Judged, __: str, ___: int | None, sign: int) -> None:
    if found.why in (None, "skew"):
        share.den += sign
        share.num += sign * int(found.why == "skew")


def _add_ranked(share: Share, _: TurnRow, found: Judged, __: str, ___: int | None, sign: int) -> None:
    if found.why is not None:
        share.leave_out(found.why, sign)
    else:
        share.rank(found.wait or 0, sign)


def _in_order(caliber: Caliber) -> Add:
    """By when the clock began; of those that began together, misses first."""

    def add(share: Share, _: TurnRow, found: Judged, zone: str, __: int | None, sign: int) -> None:
        if found.why is not None:
            share.leave_out(found.why, sign)
        else:
            share.rank(2 * found.start + is_within(caliber, found, zone), sign)

    return add


def _waiting(limit: int) -> Add:
    def add(share: Share, turn: TurnRow, found: Judged, _: str, now: int | None, sign: int) -> None:
        if now is None:
            return
        if found.why is not None:
            share.leave_out(found.why, sign)
        elif found.reply == NEVER and not NEVER < turn.closed_at <= now:
            share.den += sign
            share.num += sign * int(now - found.start >= limit)

    return add


@dataclass(slots=True)
class Bundle:
    """The turns of a conversation, or of a buyer's day, under one key."""

    turns: int = 0
    answered: int = 0
    within: int = 0
    wait: int = 0

    def add(self, caliber: Caliber, found: Judged, zone: str, sign: int) -> None:
        self.turns += sign
        self.answered += sign * int(found.wait is not None)
        self.wait += sign * (found.wait or 0)
        if caliber.measure in ("within", "late") and caliber.unit != "session_mean":
            self.within += sign * int(is_within(caliber, found, zone))


def add_bundled(caliber: Caliber, share: Share, bundle: Bundle, found: Judged, zone: str, sign: int) -> None:
    """A turn of a conversation or a buyer's day: what that had added goes, what it adds now comes."""
    if found.why is not None:
        share.leave_out(found.why, sign)
        return
    _add_worth(caliber, share, bundle, -1)
    bundle.add(caliber, found, zone, sign)
    _add_worth(caliber, share, bundle, 1)


def _add_worth(caliber: Caliber, share: Share, bundle: Bundle, sign: int) -> None:
    worth = _bundle_worth(caliber, bundle) if bundle.turns else None
    if worth is not None:
        share.den += sign
        share.num += sign * worth


def _bundle_worth(caliber: Caliber, bundle: Bundle) -> int | None:
    """None: it is not in the base."""
    match caliber.measure:
        case "within":
            return int(_all_within(caliber, bundle))
        case "late":
            return int(not _all_within(caliber, bundle))
        case "answered":
            return int(bundle.answered > 0)
        case "unanswered":
            return int(bundle.answered == 0)
        case "slow":
            return int(bundle.wait > (caliber.limit or 0) * bundle.answered)
        case _:
            return mean_of(bundle.wait, bundle.answered) if bundle.answered else None


def _all_within(caliber: Caliber, bundle: Bundle) -> bool:
    if caliber.unit != "session_mean":
        return bundle.within == bundle.turns
    limit = (caliber.threshold or 0) * bundle.turns
    in_limit = bundle.wait <= limit if caliber.op == "<=" else bundle.wait < limit
    return bundle.answered == bundle.turns and in_limit


def mean_of(total: int, count: int) -> int:
    """Half-up, in whole milliseconds."""
    return (2 * total + count) // (2 * count)
