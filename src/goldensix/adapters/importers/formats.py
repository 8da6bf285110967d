"""What kind of file this is, found out from its bytes; its name only breaks ties."""

import json
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final

from goldensix.adapters.importers import dates
from goldensix.adapters.importers.encodings import Unreadable, detect, most_unpacked, opened, samples, text_of
from goldensix.adapters.importers.reading import FileFormat
from goldensix.adapters.importers.tables import records, sample, sheet_names
from goldensix.adapters.importers.words import HEADERS, plain

_DELIMITERS: Final = (",", "\t", ";", "|", "\x01")
_PARQUET: Final = b"PAR1"
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_PIECE: Final = 1 << 20
_CELL: Final = re.compile(rb"<(?:\w+:)?c [^<>]{0,80}?\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_LONGEST_CELL_TAG: Final = 120
_MOST_CELLS: Final = 1 << 26
"""Of a worksheet, empty ones included: 64 columns of as many rows as a sheet has."""
_TITLES: Final = 10
"""Rows at the top that may hold a title before the header."""
_KNOWN: Final = frozenset(word for words in HEADERS.values() for word in words.split())


def format_of(path: Path, encoding: str = "", delimiter: str = "") -> FileFormat:
    """What is given is not found out. Raises Unreadable for what is no table at all."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
        with opened(path) as file:
            content = file.read(4)
    except (OSError, EOFError) as failed:
        raise Unreadable(f"{path.name} cannot be read: {getattr(failed, 'strerror', None) or failed}.") from None
    if content == _PARQUET and magic == _PARQUET:
        return _parquet(path)
    if content[:4] == _ZIP or content == _OLD_EXCEL:
        if magic == _ZIP:
            _check_unpacked(path)
        return _spreadsheet(path)
    return _text(path, encoding, delimiter)


def _parquet(path: Path) -> FileFormat:
    import polars as pl

    try:
        pl.read_parquet_schema(path)
    except pl.exceptions.PolarsError as failed:
        raise Unreadable(f"{path.name} is damaged Parquet: {str(failed).splitlines()[0]}") from None
    return FileFormat(kind="parquet")


def _check_unpacked(path: Path) -> None:
    """That a spreadsheet unpacks to no more than it may, and to what it says: unpacked once, a little at a time."""
    most = most_unpacked(path)
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(each.file_size for each in packed.infolist()) > most:
                raise Unreadable(f"{path.name} unpacks to more than {most >> 20} MB, which no log of its size does.")
            for each in packed.infolist():
                with packed.open(each) as part:
                    cells = _Extent()
                    while piece := part.read(_PIECE):
                        cells.take(piece)
                    if cells.area > _MOST_CELLS:
                        raise Unreadable(
                            f"{path.name} spreads {cells.rows:,} rows over {cells.columns:,} columns, most of them "
                            "empty: delete what stands far off the table."
                        )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as damaged:
        raise Unreadable(f"{path.name} is damaged or locked and cannot be unpacked: {damaged}.") from None


class _Extent:
    """How far a worksheet reaches: its reader makes room for every cell up to the last one, be they empty or not."""

    def __init__(self) -> None:
        self.rows, self.columns = 0, 0
        self._rest = b""

    @property
    def area(self) -> int:
        return self.rows * self.columns

    def take(self, piece: bytes) -> None:
        text = self._rest + piece
        if found := _CELL.findall(text):
            columns, rows = zip(*found, strict=True)
            self.rows = max(self.rows, *map(int, set(rows)))
            self.columns = max(self.columns, *map(_column_number, set(columns)))
        self._rest = text[-_LONGEST_CELL_TAG:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _spreadsheet(path: Path) -> FileFormat:
    names = sheet_names(path)
    if not names:
        raise Unreadable(f"{path.name} is a packed file but no spreadsheet: unpack it first.")
    head = sample(path, FileFormat(kind="xlsx", sheet=names[0])).head
    return FileFormat(kind="xlsx", sheet=names[0], header=header_of(head))


def _text(path: Path, encoding: str, delimiter: str) -> FileFormat:
    try:
        pieces = samples(path)
    except (OSError, EOFError) as damaged:
        raise Unreadable(f"{path.name} is damaged: {damaged}.") from None
    encoding = encoding or detect(pieces)
    text = text_of(pieces[0], encoding)
    if (kind := _json_kind(text)) is not None:
        return FileFormat(kind="dialogues" if kind == "dialogues" else "jsonl", encoding=encoding)
    line_end = "\r" if "\r" in text and "\n" not in text else "\n"
    shape = FileFormat(
        kind="csv", encoding=encoding, delimiter=delimiter or delimiter_of(text), line_end=line_end, header=None
    )
    return replace(shape, header=header_of(records(text, shape)[:200]))


def _json_kind(text: str) -> str | None:
    line = text.lstrip().partition("\n")[0].strip()
    if not line.startswith("{"):
        return None
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return "dialogues" if "turns" in told or "context" in told else "jsonl"


def delimiter_of(text: str) -> str:
    """The one that cuts most rows into the same number of cells; a comma where none cuts."""
    return max(_DELIMITERS, key=lambda delimiter: _evenness(text, delimiter))


def _evenness(text: str, delimiter: str) -> float:
    rows = [row for row in records(text, FileFormat(kind="csv", delimiter=delimiter))[:200] if any(row)]
    widths = Counter(map(len, rows))
    if not rows:
        return 0.0
    [(width, count)] = widths.most_common(1)
    return 0.0 if width == 1 else count / len(rows) + min(width, 20) / 1000


def header_of(rows: list[list[str]]) -> int | None:
    """The row that names the columns: the one with most known words, else the first if it looks like names."""
    top = rows[:_TITLES]
    known = [sum(plain(name) in _KNOWN for name in row) for row in top]
    if known and max(known) >= min(2, max(map(len, top))):
        return known.index(max(known))
    return 0 if top and _looks_like_names(top) else None


def _looks_like_names(top: list[list[str]]) -> bool:
    """No cell of the first row is empty, a number or a time, and some cell below is."""
    first, below = top[0], [each for row in top[1:] for each in row]
    if not all(each.strip() for each in first) or any(map(_is_value, first)):
        return False
    return not below or any(map(_is_value, below))


def _is_value(cell: str) -> bool:
    text = cell.strip()
    return text.replace(".", "", 1).isdigit() or dates.shape_of(text) is not None
