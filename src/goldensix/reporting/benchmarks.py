"""Figures of others that a merchant compares with: a CSV of caliber, value and, if wanted, day."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from goldensix.adapters.archive.sources import write_whole
from goldensix.reporting.question import CannotReport, unknown

_NAME: Final = re.compile(r"[^/\\\0.\n][^/\\\0\n]{0,59}")
_HEADS: Final = {
    "caliber": "caliber",
    "口径": "caliber",
    "value": "value",
    "数值": "value",
    "day": "day",
    "日期": "day",
}
_MOST_ROWS: Final = 20_000
_LONGEST: Final = 200
"""Characters of a caliber's id."""
_LARGEST: Final = 10**15
"""Of a value: beyond it a figure is no figure, and at last infinite."""


@dataclass(frozen=True, slots=True)
class BenchmarkValue:
    caliber: str
    value: float
    day: str | None


def read_benchmark(text: str) -> list[BenchmarkValue]:
    """Raises CannotReport, naming the line."""
    table = _table(text)
    heads = [_HEADS.get(head.strip().lower(), "") for head in (table[0][1] if table else [])]
    for needed in ("caliber", "value"):
        if needed not in heads:
            raise CannotReport(
                f"The benchmark's first line names no column {needed}: write caliber,value or caliber,value,day.",
                f"对照表第一行没有 {needed} 列：请写 caliber,value 或 caliber,value,day。",
            )
    rows = [(line, row) for line, row in table[1:] if any(cell.strip() for cell in row)]
    if len(rows) > _MOST_ROWS:
        raise CannotReport(f"A benchmark has at most {_MOST_ROWS} lines.", f"对照表最多 {_MOST_ROWS} 行。")
    return [_value(dict(zip(heads, row, strict=False)), line) for line, row in rows]


def _table(text: str) -> list[tuple[int, list[str]]]:
    """Rows with the line they end on. Raises CannotReport."""
    table = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=None))
    try:
        return [(table.line_num, row) for row in table]
    except csv.Error:
        line = table.line_num
        raise CannotReport(
            f"Line {line} of the benchmark cannot be taken apart into cells.", f"对照表第 {line} 行拆不成格。"
        ) from None


def _value(row: dict[str, str], number: int) -> BenchmarkValue:
    day = row.get("day", "").strip()
    try:
        caliber, value = row.get("caliber", "").strip(), Decimal(row.get("value", "").strip().removesuffix("%"))
        if not 0 < len(caliber) <= _LONGEST or not value.is_finite() or abs(value) > _LARGEST:
            raise InvalidOperation
        return BenchmarkValue(caliber, float(value), date.fromisoformat(day).isoformat() if day else None)
    except (InvalidOperation, ValueError):
        told = ",".join(row.values())
        raise CannotReport(
            f"Line {number} of the benchmark ({told}) is not a caliber, a number and a day such as 2026-11-11.",
            f"对照表第 {number} 行（{told}）不是口径、数字和日期（如 2026-11-11）。",
        ) from None


class Benchmarks:
    """Those that a merchant keeps, each under a name."""

    def __init__(self, archive: Path) -> None:
        self._folder = archive / "benchmarks"

    def names(self) -> list[str]:
        return sorted(path.stem for path in self._folder.glob("*.csv") if not path.name.startswith("."))

    def find(self, name: str) -> list[BenchmarkValue]:
        """Raises CannotReport."""
        path = self._path(name)
        if not path.exists():
            raise unknown("benchmark", "对照", name)
        return read_benchmark(path.read_text(encoding="utf-8"))

    def keep(self, name: str, text: str) -> list[BenchmarkValue]:
        values = read_benchmark(text)
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode())
        return values

    def drop(self, name: str) -> None:
        path = self._path(name)
        if not path.exists():
            raise unknown("benchmark", "对照", name)
        path.unlink()

    def _path(self, name: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise CannotReport(
                f"A benchmark cannot be called {name}: at most 60 characters, no slash, no dot in front.",
                f"对照不能叫“{name}”：最多 60 个字符，不含斜杠，不以点开头。",
            )
        return self._folder / f"{name}.csv"
