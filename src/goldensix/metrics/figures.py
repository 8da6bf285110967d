"""Figures: what a caliber comes to, for whom, and of what it is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal, NamedTuple, get_args

from goldensix.metrics.caliber import Caliber

Grain = Literal["shop", "platform", "agent", "group", "day", "hour"]
GRAINS: Final[tuple[Grain, ...]] = get_args(Grain)
Key = tuple[int | str | None, ...]
"""Of the asked grains, in the asked order; a day such as 2026-11-11, an hour from 0 to 23."""

Reason = Literal[
    "future",
    "window",
    "day",
    "exempt",
    "no_human",
    "agent_started",
    "bot_only",
    "leave",
    "closers",
    "skew",
    "zero",
    "cross_day",
    "pending",
    "unanswered",
]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)
"""Why a turn is in neither side, in the order in which they are asked."""

_CENT: Final = Decimal("0.01")


@dataclass(slots=True)
class Figure:
    """Whole numbers: waits in milliseconds. `den` is how many there are, `over` what `num` is divided by."""

    num: int = 0
    den: int = 0
    over: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


class FigureRow(NamedTuple):
    key: Key
    caliber: str
    figure: Figure
    value: float | None
    """Percent or seconds, half-up to two decimals; a count; None where there is nothing to divide by."""


def value_of(caliber: Caliber, figure: Figure) -> float | None:
    if caliber.shape == "count":
        return figure.num
    if figure.over == 0:
        return None
    scale = Decimal(100) if caliber.shape == "percent" else Decimal("0.001")
    value = Decimal(figure.num) * scale / Decimal(figure.over)
    return float(value.quantize(_CENT, ROUND_HALF_UP))


def is_assessed(caliber: Caliber, figure: Figure) -> bool:
    """Whether there is enough for the platform to judge by."""
    return caliber.min_sample is None or figure.den >= caliber.min_sample


def meets_target(caliber: Caliber, value: float | None) -> bool | None:
    """None without a target or a value."""
    if caliber.target is None or value is None:
        return None
    number, limit = Decimal(str(value)), caliber.target.value
    match caliber.target.sense:
        case "at_least":
            return number >= limit
        case "at_most":
            return number <= limit
        case "above":
            return number > limit
        case "below":
            return number < limit


def rank_of(p: int, count: int) -> int:
    """Nearest rank, from 1."""
    return -(-p * count // 100)


def rows_of(
    calibers: Sequence[Caliber], by: Sequence[Grain], figures: Mapping[tuple[str, Key], Figure]
) -> list[FigureRow]:
    """Sorted by key, then as the calibers are. Without grains each caliber has a row, be it empty."""
    order = {caliber.id: number for number, caliber in enumerate(calibers)}
    named = {caliber.id: caliber for caliber in calibers}
    found = {place: each for place, each in figures.items() if each.num or each.den or each.left_out}
    if not by:
        for caliber in calibers:
            found.setdefault((caliber.id, ()), Figure())
    rows = [FigureRow(key, name, figure, value_of(named[name], figure)) for (name, key), figure in found.items()]
    return sorted(rows, key=lambda row: ([_sortable(each) for each in row.key], order[row.caliber]))


def _sortable(part: int | str | None) -> tuple[bool, int, str]:
    return (part is not None, part if isinstance(part, int) else 0, part if isinstance(part, str) else "")
