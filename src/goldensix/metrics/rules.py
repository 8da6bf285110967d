"""Rules on plain figures, which need no log: staffing, targets, badges. One function each; both interpreters use it."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import Literal

from goldensix.metrics.figures import rank_of

_CENT = Decimal("0.01")
Verdict = Literal["pass", "fail", "not_applicable"]
Colour = Literal["none", "grey", "yellow", "red"]


def rounded(value: Decimal) -> float:
    """Half-up to two decimals; whole where it is."""
    exact = value.quantize(_CENT, ROUND_HALF_UP)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def staffing_rule(customers: Decimal, average: Decimal) -> Verdict:
    """Up to 100 customers in eight hours must be answered in less than 30 s on average."""
    if customers > 100:
        return "not_applicable"
    return "pass" if average < 30 else "fail"


def staffing_advice(average: Decimal, attitude_ok: bool) -> bool:
    """Whether to add people or divert: over 60 s although people work as they should."""
    return average > 60 and attitude_ok


def typing_target(speeds: Sequence[Decimal]) -> list[float] | None:
    """From the team's mean + 10 to + 20."""
    if not speeds:
        return None
    mean = sum(speeds, Decimal(0)) / len(speeds)
    return [rounded(mean + 10), rounded(mean + 20)]


def people_needed(visits: Decimal, capacity: Decimal) -> int | None:
    return None if capacity <= 0 else ceil(visits / capacity)


def is_below(value: Decimal, limit: Decimal) -> bool:
    return value < limit


def has_enough(sample: Decimal, least: Decimal) -> bool:
    return sample >= least


def timer_colour(seconds: Decimal) -> Colour:
    """Over a minute grey, from two yellow, over ten red."""
    return "red" if seconds > 600 else "yellow" if seconds >= 120 else "grey" if seconds > 60 else "none"


def recent_weighted(within: Sequence[bool]) -> float | None:
    """Half the rate of all, half that of the latest quarter (nearest rank), oldest first; in percent."""
    if not within:
        return None
    latest = within[-rank_of(25, len(within)) :]
    both = Decimal(sum(within)) / len(within) + Decimal(sum(latest)) / len(latest)
    return rounded(both * 50)


def fastest_mean(waits: Sequence[Decimal], p: int = 90) -> float | None:
    """Mean of the fastest `p` percent, by nearest rank."""
    if not waits:
        return None
    kept = sorted(waits)[: rank_of(p, len(waits))]
    return rounded(sum(kept, Decimal(0)) / len(kept))


def earns_badge(rate: Decimal, seconds: Decimal) -> bool:
    """90 percent and 15 minutes, both inclusive."""
    return rate >= 90 and seconds <= 900
