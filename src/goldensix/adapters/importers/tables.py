"""A file as a table of texts, whatever it was: one column a cell, named c0, c1, ... so that no header can confuse."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from goldensix.adapters.importers.encodings import Unreadable, as_utf8, samples, text_of
from goldensix.adapters.importers.reading import FileFormat

if TYPE_CHECKING:
    import polars as pl

SPARE: Final = 8
"""Cells kept of a row that has more than its header."""
_HEAD_ROWS: Final = 400
_PIECE_ROWS: Final = 100
_NO_CHARACTER: Final = "\x01"
"""A delimiter that no JSON line can hold."""


def cell(place: int) -> str:
    return f"c{place}"


def column_names(header: list[str] | None, width: int) -> list[str]:
    """A name for every column, each different: a header's own where it has one."""
    given = (header or [])[:width] + [""] * (width - len(header or []))
    names: list[str] = []
    for place, name in enumerate(given, 1):
        wanted = " ".join(name.replace("\0", "").split()) or f"#{place}"
        names.append(wanted if wanted not in names else f"{wanted} ({place})")
    return names


@dataclass(frozen=True, slots=True)
class Sample:
    head: list[list[str]]
    """The first rows, header and blank ones included."""
    beyond: list[list[str]]
    """Rows from the middle and the end, where the file can be entered there."""
    rows: int
    """In the whole file, roughly."""


def sample(path: Path, shape: FileFormat) -> Sample:
    if shape.kind in ("csv", "jsonl"):
        return _text_sample(path, shape)
    import polars as pl

    if shape.kind == "xlsx":
        whole = sheet(path, shape)
        head = [["" if each is None else each for each in row] for row in whole.head(_HEAD_ROWS).rows()]
        return Sample(head, [], whole.height)
    frame = pl.scan_parquet(path).head(_HEAD_ROWS).select(_as_text(path)).collect()
    rows = pl.scan_parquet(path).select(pl.len()).collect().item()
    return Sample([frame.columns, *([each or "" for each in row] for row in frame.rows())], [], rows)


def _text_sample(path: Path, shape: FileFormat) -> Sample:
    first, *pieces = samples(path)
    rows = round(first.count(b"\r" if shape.line_end == "\r" else b"\n") * path.stat().st_size / max(len(first), 1))
    if shape.kind == "jsonl":
        return Sample(_json_rows(text_of(first, shape.encoding)), [], rows)
    head = records(text_of(first, shape.encoding), shape)
    if len(head) < _HEAD_ROWS and len(first) == path.stat().st_size:
        rows = len(head)
    head = head[: _HEAD_ROWS + 1]
    width = max(map(len, head), default=0)
    entered = [text_of(piece, shape.encoding).partition("\n")[2] for piece in pieces]
    beyond = [row for text in entered for row in records(text, shape)[1:-1][:_PIECE_ROWS] if len(row) == width]
    return Sample(head, beyond, rows)


def records(text: str, shape: FileFormat) -> list[list[str]]:
    """Rows of a text that may be cut at its end."""
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if shape.quoted else csv.QUOTE_NONE
    lines = io.StringIO(text.replace("\0", ""), newline=None)
    rows = []
    csv.field_size_limit(1 << 30)
    try:
        for row in csv.reader(lines, delimiter=shape.delimiter, quoting=quoting):
            rows.append(row)
            if len(rows) > 4 * _HEAD_ROWS:
                break
    except csv.Error:
        pass
    return rows


def _json_rows(head: str) -> list[list[str]]:
    names: list[str] = []
    found: list[dict[str, object]] = []
    for text in head.split("\n")[:_HEAD_ROWS]:
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(told, dict):
            found.append({_whole(name): value for name, value in told.items()})
            names += [name for name in found[-1] if name not in names]
    return [names, *([_scalar(row.get(name)) for name in names] for row in found)] if names else []


def _whole(text: str) -> str:
    """JSON can tell of half a character, which is none."""
    return text.encode("utf-8", "replace").decode()


def _scalar(value: object) -> str:
    if value is None or isinstance(value, str):
        return _whole(value or "")
    return json.dumps(value, ensure_ascii=False)


def sheet(path: Path, shape: FileFormat) -> "pl.DataFrame":
    """A worksheet as texts; a time of day, which a spreadsheet keeps as an instant of its day 0, as a time of day."""
    import fastexcel
    import polars as pl

    try:
        book = fastexcel.read_excel(path)
        frame = book.load_sheet(shape.sheet or 0, header_row=None, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, OSError) as failed:
        raise Unreadable(f"{path.name} is no spreadsheet that can be read: {str(failed).splitlines()[0]}") from None
    frame.columns = [cell(place) for place in range(frame.width)]
    return frame.with_columns(pl.all().str.strip_prefix("1899-12-31 ").str.strip_prefix("1899-12-30 "))


def sheet_names(path: Path) -> list[str]:
    import fastexcel

    try:
        return list(fastexcel.read_excel(path).sheet_names)
    except (fastexcel.FastExcelError, OSError):
        return []


def _as_text(path: Path) -> "list[pl.Expr]":
    """Every column of a Parquet file as text; times with their zone, so that nothing is guessed about them."""
    import polars as pl

    return [_texts(name, kind) for name, kind in pl.read_parquet_schema(path).items()]


def _texts(name: str, kind: "pl.DataType") -> "pl.Expr":
    import polars as pl

    column = pl.col(name)
    if isinstance(kind, pl.Datetime):
        told = column.dt.cast_time_unit("ms")
        return (
            told.dt.convert_time_zone("UTC").dt.epoch("ms").cast(pl.String)
            if kind.time_zone
            else (told.dt.to_string("%Y-%m-%d %H:%M:%S%.3f"))
        )
    if isinstance(kind, pl.Duration):
        return column.dt.to_string("polars")
    if kind.is_nested():
        return pl.lit(None, pl.String).alias(name)  # Polars has no text for it, and no cell holds it
    return column if kind == pl.String else column.cast(pl.String, strict=False)


def scan(
    path: Path,
    shape: FileFormat,
    names: list[str],
    into: Path,
    told: Callable[[int], None],
    *,
    strict: bool = False,
) -> "pl.LazyFrame":
    """Every row after the header, with `row` as a spreadsheet counts it and spare cells after the last column.

    `into` takes copies that are needed on the way; `told` hears of bytes read while they are made. `strict`: bytes that
    are no UTF-8 fail when they are met, which is faster than to look for them.
    """
    import polars as pl

    first = 1 if shape.header is None else shape.header + 2
    if shape.kind == "xlsx":
        frame = sheet(path, shape)
        return spared(frame[first - 1 :].lazy(), len(names)).with_row_index("row", first)
    if shape.kind == "parquet":
        texts = [each.alias(cell(place)) for place, each in enumerate(_as_text(path))]
        return spared(pl.scan_parquet(path).select(texts), len(names)).with_row_index("row", 1)
    if shape.kind == "jsonl":
        return _scan_json(as_utf8(path, shape.encoding, into, told), names)
    return scan_csv(as_utf8(path, shape.encoding, into, told), shape, len(names), skip=first - 1, strict=strict)


def scan_csv(path: Path, shape: FileFormat, width: int, *, skip: int, strict: bool = False) -> "pl.LazyFrame":
    import polars as pl

    return pl.scan_csv(
        path,
        has_header=False,
        separator=shape.delimiter,
        quote_char='"' if shape.quoted else None,
        eol_char=shape.line_end,
        skip_rows=skip,
        schema={cell(place): pl.String for place in range(width + SPARE)},
        missing_columns="insert",
        extra_columns="ignore",
        encoding="utf8" if strict else "utf8-lossy",
        row_index_name="row",
        row_index_offset=skip + 1,
    )


def _scan_json(path: Path, names: list[str]) -> "pl.LazyFrame":
    """A line with none of the columns, or no JSON, is a row of nulls with the line itself in the first spare cell."""
    import polars as pl

    raw = scan_csv(path, FileFormat(kind="csv", delimiter=_NO_CHARACTER, quoted=False), 1, skip=0)
    line = pl.col(cell(0))
    found = [line.str.json_path_match(f"$[{json.dumps(name, ensure_ascii=False)}]") for name in names]
    whole = line.str.strip_chars()
    # What is broken between its braces has none of the columns either, and would pass for a blank line.
    told = pl.any_horizontal(each.is_not_null() for each in found) if found else pl.lit(value=False)
    return spared(
        raw.select(
            "row",
            *(each.alias(f"j{place}") for place, each in enumerate(found)),
            pl.when(~told).then(whole).alias("raw"),
        )
        .filter(pl.col("raw").is_null() | (pl.col("raw") != ""))
        .rename({f"j{place}": cell(place) for place in range(len(names))} | {"raw": cell(len(names))}),
        len(names),
    )


def spared(frame: "pl.LazyFrame", width: int) -> "pl.LazyFrame":
    import polars as pl

    there = set(frame.collect_schema().names())
    missing = [cell(place) for place in range(width + SPARE) if cell(place) not in there]
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in missing)
