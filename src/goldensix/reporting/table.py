"""A report as a table: what every export and the terminal write, so that all of them say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from goldensix.metrics.caliber import Caliber
from goldensix.metrics.wording import version
from goldensix.reporting.figures import Report, Row
from goldensix.reporting.question import Language

Places = Literal[0, 2, 3]


@dataclass(frozen=True, slots=True)
class Number:
    """With as many places as are shown."""

    value: float
    places: Places

    @property
    def text(self) -> str:
        return str(Decimal(str(self.value)).quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP))


Cell = str | Number | None
"""None: there is no data."""

NO_DATA: Final[dict[Language, str]] = {"zh": "暂无数据", "en": "no data"}
UNITS: Final[dict[str, dict[Language, str]]] = {
    "percent": {"zh": "%", "en": "%"},
    "seconds": {"zh": "秒", "en": "s"},
    "count": {"zh": "个", "en": ""},
}
GRAINS: Final[dict[str, dict[Language, str]]] = {
    "shop": {"zh": "店铺", "en": "shop"},
    "agent": {"zh": "客服", "en": "agent"},
    "group": {"zh": "组", "en": "group"},
    "day": {"zh": "日期", "en": "day"},
    "hour": {"zh": "小时", "en": "hour"},
}
NOBODY: Final[dict[str, dict[Language, str]]] = {
    "agent": {"zh": "无人接待", "en": "nobody"},
    "group": {"zh": "未分组", "en": "no group"},
}
_HEADS: Final[tuple[tuple[str, dict[Language, str]], ...]] = (
    ("caliber", {"zh": "口径", "en": "caliber"}),
    ("id", {"zh": "编号", "en": "id"}),
    ("version", {"zh": "版本", "en": "version"}),
    ("value", {"zh": "数值", "en": "value"}),
    ("unit", {"zh": "单位", "en": "unit"}),
    ("num", {"zh": "分子", "en": "numerator"}),
    ("den", {"zh": "分母", "en": "denominator"}),
    ("target", {"zh": "目标", "en": "target"}),
    ("meets", {"zh": "达标", "en": "meets"}),
    ("out", {"zh": "不计入", "en": "left out"}),
)
_COMPARED: Final[tuple[tuple[str, dict[Language, str]], ...]] = (
    ("vs", {"zh": "对比值", "en": "compared"}),
    ("change", {"zh": "变化", "en": "change"}),
)
SENSES: Final = {"at_least": "≥", "at_most": "≤", "above": ">", "below": "<"}
_MEETS: Final[dict[Language, dict[bool, str]]] = {
    "zh": {True: "达标", False: "未达标"},
    "en": {True: "yes", False: "no"},
}
_NOT_ASSESSED: Final[dict[Language, str]] = {"zh": "样本不足", "en": "too few to judge"}
REASONS: Final[dict[str, dict[Language, str]]] = {
    "future": {"zh": "还没发生", "en": "yet to come"},
    "window": {"zh": "时段外", "en": "outside hours"},
    "day": {"zh": "不计的星期", "en": "other weekday"},
    "exempt": {"zh": "豁免日", "en": "exempt day"},
    "no_human": {"zh": "未转人工", "en": "never reached a human"},
    "agent_started": {"zh": "客服先开口", "en": "agent began"},
    "bot_only": {"zh": "只有机器人", "en": "robot only"},
    "leave": {"zh": "留言", "en": "leave-message"},
    "closers": {"zh": "结束语", "en": "closing words"},
    "skew": {"zh": "时钟不准", "en": "clock fault"},
    "zero": {"zh": "零秒回复", "en": "zero seconds"},
    "cross_day": {"zh": "跨天", "en": "across days"},
    "pending": {"zh": "还来得及", "en": "pending"},
    "unanswered": {"zh": "未回复", "en": "unanswered"},
}


@dataclass(frozen=True, slots=True)
class Table:
    keys: tuple[str, ...]
    """What each column is, whatever its head is called."""
    heads: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


def table_of(report: Report, calibers: Sequence[Caliber], language: Language) -> Table:
    known = {caliber.id: caliber for caliber in calibers}
    compared = any(row.vs is not None for row in report.rows)
    heads = (*((grain, GRAINS[grain]) for grain in report.by), *_HEADS, *(_COMPARED if compared else ()))
    rows = [_cells(row, known[row.caliber], report, language, compared=compared) for row in report.rows]
    return Table(tuple(key for key, _ in heads), tuple(head[language] for _, head in heads), rows)


def _cells(row: Row, caliber: Caliber, report: Report, language: Language, *, compared: bool) -> tuple[Cell, ...]:
    places: Places = 0 if caliber.shape == "count" else 2
    found: list[Cell] = [
        *(_key(grain, row, report, language) for grain in report.by),
        caliber.names.get(language, caliber.id),
        caliber.id,
        version(caliber).to(language),
        None if row.value is None else Number(row.value, places),
        UNITS[caliber.shape][language],
        Number(row.num, 3 if caliber.shape == "seconds" else 2 if caliber.measure == "recent_weighted" else 0),
        Number(row.den, 0),
        _target(caliber),
        _meets(row, language),
        "; ".join(f"{REASONS[why][language]} {count}" for why, count in row.left_out.items()),
    ]
    if compared:
        other = row.vs.value if row.vs is not None else None
        found.append(None if other is None else Number(other, places))
        found.append(None if other is None or row.value is None else Number(_change(row.value, other), places))
    return tuple(found)


def _key(grain: str, row: Row, report: Report, language: Language) -> Cell:
    key = row.key[grain]
    if key is None:
        return NOBODY.get(grain, {"zh": "", "en": ""})[language]
    if grain == "hour":
        return Number(int(key), 0)
    return report.names.get(grain, {}).get(str(key), str(key))


def _target(caliber: Caliber) -> str:
    target = caliber.target
    return f"{SENSES[target.sense]} {target.value}" if target else ""


def _meets(row: Row, language: Language) -> str:
    if not row.assessed:
        return _NOT_ASSESSED[language]
    return "" if row.meets is None else _MEETS[language][row.meets]


def _change(value: float, other: float) -> float:
    """Of what is shown, so that whoever subtracts finds the same."""
    return float(Decimal(str(value)) - Decimal(str(other)))


def brief(number: Number) -> str:
    """For people: a sum of waits to a hundredth of a second at most, and no zeros that say nothing."""
    text = Number(number.value, min(number.places, 2)).text
    return text.rstrip("0").rstrip(".") if "." in text else text


def cell_text(cell: Cell, language: Language) -> str:
    return NO_DATA[language] if cell is None else cell.text if isinstance(cell, Number) else cell
