"""What one buyer's rows add to each figure: the live interpreter, over the rows of the fold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from goldensix.metrics.caliber import TURN_MEASURES, Caliber
from goldensix.metrics.figures import Grain, Key
from goldensix.metrics.judge import Judged, TurnRow, Whose, is_within, judge, key_of
from goldensix.metrics.tables import NEVER, PIECE, WHOLE, variant_of
from goldensix.metrics.zones import DAY, local

Days = tuple[int, int]
"""First and last local day, both counting, as numbers since 1970."""


@dataclass(slots=True)
class Share:
    """What a buyer adds under one key. Sums add up in any order; `each` is for what needs every value."""

    num: int = 0
    den: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    each: list[int] = field(default_factory=list)

    def leave_out(self, why: str) -> None:
        self.left_out[why] = self.left_out.get(why, 0) + 1


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
    part = PIECE if caliber.split_transfer and caliber.unit != "message" else WHOLE
    found = [turn for turn in turns if turn.variants & bit and turn.part & part]
    return [turn for turn in found if turn.first & bit] if caliber.unit == "session_first" else found


def whose(turn: TurnRow) -> Whose:
    return Whose(turn.shop, turn.platform, turn.agent, turn.group)


def shares_of_turns(caliber: Caliber, turns: Iterable[TurnRow], view: View) -> Shares:
    """`turns` are one buyer's, from messages where the unit is the message."""
    assert caliber.measure in TURN_MEASURES
    kept = turns_for(caliber, turns)
    judged = [(turn, judge(caliber, turn, view.zone_of(turn.shop), view.as_of)) for turn in kept]
    if caliber.measure == "waiting_over":
        return _waiting(caliber, judged, view)
    if caliber.measure == "skew":
        return _skewed(judged, view)
    if caliber.unit in ("session_mean", "session_all", "customer_day"):
        return _grouped(caliber, judged, view)
    return _each(caliber, judged, view)


def _each(caliber: Caliber, judged: Sequence[tuple[TurnRow, Judged]], view: View) -> Shares:
    shares: Shares = {}
    for turn, found in judged:
        key = view.key(whose(turn), found.booked)
        if key is None:
            continue
        share = shares.setdefault(key, Share())
        if found.why is not None:
            share.leave_out(found.why)
        elif caliber.measure in ("median", "percentile", "fastest"):
            share.each.append(found.wait or 0)
        else:
            weight = turn.n if caliber.unit == "message_run" else 1
            share.den += weight
            share.num += _worth(caliber, found, view.zone_of(turn.shop)) * weight
    return shares


def _worth(caliber: Caliber, found: Judged, zone: str) -> int:
    match caliber.measure:
        case "within":
            return int(is_within(caliber, found, zone))
        case "late":
            return int(not is_within(caliber, found, zone))
        case "answered":
            return int(found.wait is not None)
        case "unanswered":
            return int(found.wait is None)
        case "slow":
            return int(found.wait is not None and found.wait > (caliber.limit or 0))
        case _:
            return found.wait or 0


def _waiting(caliber: Caliber, judged: Sequence[tuple[TurnRow, Judged]], view: View) -> Shares:
    shares: Shares = {}
    now = view.as_of
    for turn, found in judged:
        key = view.key(whose(turn), found.booked)
        if key is None or now is None:
            continue
        share = shares.setdefault(key, Share())
        if found.why is not None:
            share.leave_out(found.why)
        elif found.reply == NEVER and not NEVER < turn.closed_at <= now:
            share.den += 1
            share.num += int(now - found.start >= (caliber.threshold or 0))
    return shares


def _skewed(judged: Sequence[tuple[TurnRow, Judged]], view: View) -> Shares:
    shares: Shares = {}
    for turn, found in judged:
        key = view.key(whose(turn), found.booked)
        if key is not None and found.why in (None, "skew"):
            share = shares.setdefault(key, Share())
            share.den += 1
            share.num += int(found.why == "skew")
    return shares


@dataclass(slots=True)
class _Bundle:
    """The turns of a conversation, or of a buyer's day, under one key."""

    turns: int = 0
    answered: int = 0
    within: int = 0
    wait: int = 0


def _grouped(caliber: Caliber, judged: Sequence[tuple[TurnRow, Judged]], view: View) -> Shares:
    shares: Shares = {}
    bundles: dict[tuple[Key, object], _Bundle] = {}
    for turn, found in judged:
        zone = view.zone_of(turn.shop)
        by_day = caliber.unit == "customer_day"
        key = view.key(whose(turn), found.booked if by_day else turn.asked_at)
        if key is None:
            continue
        share = shares.setdefault(key, Share())
        if found.why is not None:
            share.leave_out(found.why)
            continue
        which = (turn.shop, turn.buyer, local(zone, found.booked) // DAY if by_day else turn.session)
        bundle = bundles.setdefault((key, which), _Bundle())
        bundle.turns += 1
        bundle.answered += int(found.wait is not None)
        bundle.wait += found.wait or 0
        if caliber.measure in ("within", "late") and caliber.unit != "session_mean":
            bundle.within += int(is_within(caliber, found, zone))
    for (key, _), bundle in bundles.items():
        worth = _bundle_worth(caliber, bundle)
        if worth is not None:
            shares[key].den += 1
            shares[key].num += worth
    return shares


def _bundle_worth(caliber: Caliber, bundle: _Bundle) -> int | None:
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


def _all_within(caliber: Caliber, bundle: _Bundle) -> bool:
    if caliber.unit != "session_mean":
        return bundle.within == bundle.turns
    limit = (caliber.threshold or 0) * bundle.turns
    in_limit = bundle.wait <= limit if caliber.op == "<=" else bundle.wait < limit
    return bundle.answered == bundle.turns and in_limit


def mean_of(total: int, count: int) -> int:
    """Half-up, in whole milliseconds."""
    return (2 * total + count) // (2 * count)
