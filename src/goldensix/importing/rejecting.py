"""Rows that were not read: kept with their file, row, column and reason, so that they can be mended and imported."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from goldensix.adapters.importers.lines import FAULTS
from goldensix.adapters.importers.reading import Reading
from goldensix.adapters.importers.words import Role
from goldensix.adapters.spreadsheets import harmless
from goldensix.importing.order import Reject

MOST_KEPT: Final = 100_000
"""Rows of a rejects file, for each imported file."""
SHOWN: Final = 20
_ROLES: Final[dict[str, tuple[Role, ...]]] = {
    "no_time": ("time",),
    "time": ("time",),
    "what": ("what",),
    "side": ("side", "sender"),
    "damaged_buyer": ("buyer", "sender", "session"),
    "damaged_agent": ("agent", "sender"),
    "damaged_session": ("session",),
    "no_buyer": ("buyer", "session"),
    "value": ("value",),
}


@dataclass(frozen=True, slots=True)
class RejectsOf:
    file: str
    names: tuple[str, ...]
    reading: Reading
    rows: Path
    """A folder of Parquet, as staged."""


@dataclass(frozen=True, slots=True)
class Rejected:
    rows: int
    faults: dict[str, int]
    first: tuple[Reject, ...]


def collect(files: Sequence[RejectsOf], out: Path) -> Rejected:
    """Writes them all to one CSV, which a spreadsheet opens; no file if there are none."""
    import polars as pl

    faults: Counter[str] = Counter()
    first: list[Reject] = []
    header: tuple[str, ...] = ()
    for each in files:
        found = sorted(each.rows.glob("*.parquet"))
        for fault, count in pl.scan_parquet(found).group_by("fault").len().collect().iter_rows() if found else ():
            faults[fault] += count
        if found:
            out.parent.mkdir(parents=True, exist_ok=True)
            mode, encoding = ("a", "utf-8") if header else ("w", "utf-8-sig")  # its mark tells a spreadsheet
            with out.open(mode, encoding=encoding, newline="") as file:
                writer = csv.writer(file)
                if header != each.names:
                    header = each.names
                    writer.writerow(["file", "row", "column", "reason", *map(_shown, each.names)])
                first += _written(each, writer, SHOWN - len(first))
    return Rejected(faults.total(), dict(faults.most_common()), tuple(first))


def _written(file: RejectsOf, writer: "csv._writer", shown: int) -> list[Reject]:  # type: ignore[name-defined]  # typeshed only
    import polars as pl

    first: list[Reject] = []
    staged = pl.scan_parquet(sorted(file.rows.glob("*.parquet")))
    for row, fault, *cells in staged.sort("row").head(MOST_KEPT).collect().iter_rows():
        column = _column(file, fault)
        en, zh = FAULTS[fault]
        while cells and cells[-1] is None:
            cells.pop()
        writer.writerow([harmless(file.file), row, harmless(column), f"{en} · {zh}", *map(_shown, cells)])
        if len(first) < shown:
            place = file.names.index(column) if column in file.names else -1
            cell = cells[place] or "" if 0 <= place < len(cells) else ""
            first.append(Reject(file.file, row, column, fault, cell[:200]))
    return first


def _column(file: RejectsOf, fault: str) -> str:
    for role in _ROLES.get(fault, ()):
        if (name := file.reading.column(role)) is not None:
            return name
    return ""


def _shown(cell: str | None) -> str:
    """A buyer may have written what a spreadsheet would carry out."""
    return harmless(cell or "")
