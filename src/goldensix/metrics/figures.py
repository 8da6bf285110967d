"""Figures: what a caliber comes to, for whom, and of what it is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
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
    up, down = (10_000, 1) if caliber.shape == "percent" else (1, 10)
    return half_up(figure.num * up, figure.over * down) / 100


def half_up(num: int, over: int) -> int:
    """Rounded to a whole number, halves away from zero."""
    size = (2 * abs(num) + over) // (2 * over)
    return -size if num < 0 else size


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
    found: dict[str, dict[Key, Figure]] = {caliber.id: {} if by else {(): Figure()} for caliber in calibers}
    for (name, key), figure in figures.items():
        if figure.num or figure.den or figure.left_out:
            found[name][key] = figure
    keys = {key for each in found.values() for key in each}
    return [
        FigureRow(key, caliber.id, each, value_of(caliber, each))
        for key in sorted(keys, key=lambda key: [_sortable(part) for part in key])
        for caliber in calibers
        if (each := found[caliber.id].get(key)) is not None
    ]


def _sortable(part: int | str | None) -> tuple[bool, int, str]:
    return (part is not None, part if isinstance(part, int) else 0, part if isinstance(part, str) else "")
