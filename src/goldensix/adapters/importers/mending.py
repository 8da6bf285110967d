"""A CSV file whose quotes do not close would be lost from there on. Its rows are taken apart one by one instead, so
that only the broken ones are."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from goldensix.adapters.importers.reading import FileFormat
from goldensix.adapters.importers.tables import SPARE

_LONGEST_ROW: Final = 60
"""Lines that one row may run over; a quote that is open for longer was never meant to be one."""


def mended(path: Path, shape: FileFormat, width: int, into: Path) -> Path:
    """A clean copy, row for row. A row that cannot be taken apart stands whole in the first spare cell."""
    copy = into / "mended.csv"
    csv.field_size_limit(1 << 30)
    with path.open(encoding="utf-8", errors="replace", newline="") as file, copy.open("w", newline="") as out:
        writer = csv.writer(out, delimiter=shape.delimiter, lineterminator="\n")
        for text, whole in _rows(file):
            row = next(csv.reader([text], delimiter=shape.delimiter), []) if whole else None
            writer.writerow([""] * width + [text.rstrip("\r\n")] if row is None else row[: width + SPARE] or [""])
    return copy


def _rows(lines: Iterator[str]) -> Iterator[tuple[str, bool]]:
    """Each row, and whether its quotes close."""
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        while waiting:
            taken = _closed(waiting)
            if taken:
                yield "".join(waiting[:taken]), True
            elif len(waiting) <= _LONGEST_ROW:
                break
            else:
                taken = 1
                yield waiting[0], False
            del waiting[:taken]
    while waiting:
        taken = _closed(waiting) or 1
        yield "".join(waiting[:taken]), "".join(waiting[:taken]).count('"') % 2 == 0
        del waiting[:taken]


def _closed(lines: list[str]) -> int:
    """How many of the lines are one row; 0: its quotes are still open."""
    quotes = 0
    for number, line in enumerate(lines, 1):
        quotes += line.count('"')
        if quotes % 2 == 0:
            return number
    return 0
