"""A first look at a file: what it seems to be and how its rows would be read, for a person to confirm."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from goldensix.adapters.importers import columns, dates, threads
from goldensix.adapters.importers.columns import Samples
from goldensix.adapters.importers.encodings import Unreadable, bom_of
from goldensix.adapters.importers.formats import format_of
from goldensix.adapters.importers.lines import Target, read
from goldensix.adapters.importers.reading import FileFormat, Problem, Reading
from goldensix.adapters.importers.tables import SPARE, Sample, cell, column_names, sample
from goldensix.adapters.importers.words import Role

if TYPE_CHECKING:
    import polars as pl

SHOWN: Final = 7
"""Rows of a preview."""
SHOWN_FAULTY: Final = 3
"""Rows that cannot be read, shown after them."""
_EXAMPLE: Final = 60
"""Characters of a cell in a sentence."""
_MOST_COLUMNS: Final = 500
"""Each is looked at closely, and a file of thousands is no log of chats."""
_VALUES: Final = 30
"""Different values shown of a column that says who, what or what kind."""
_TWEETS: Final[dict[Role, str]] = {
    "line": "tweet_id",
    "session": "thread",
    "buyer": "customer",
    "sender": "author_id",
    "side": "inbound",
    "time": "created_at",
    "text": "text",
}
DIALOGUE_COLUMNS: Final = ("id", "session", "buyer", "agent", "side", "time", "text")
_DIALOGUES: Final[dict[Role, str]] = {
    "line": "id",
    "session": "session",
    "buyer": "buyer",
    "agent": "agent",
    "side": "side",
    "time": "time",
    "text": "text",
}


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A row as it would be read."""

    row: int
    at: int | None
    by: str | None
    buyer: str | None
    agent: str | None
    session: str | None
    what: str | None
    text: str | None
    fault: str | None


@dataclass(frozen=True, slots=True)
class Look:
    file: str
    bytes: int
    format: FileFormat
    names: tuple[str, ...]
    """The columns, in the file's order."""
    samples: tuple[tuple[str, ...], ...]
    """The first rows, as texts."""
    reading: Reading
    platform: str
    values: dict[str, tuple[str, ...]]
    """By role, the different values that say who, what or what kind."""
    lines: tuple[ShownLine, ...]
    rejected: int
    """Of the sampled rows."""
    sampled: int
    rows: int
    """In the whole file, roughly."""
    bom: bool
    problems: tuple[Problem, ...]
    generated: bool = False
    """Its times are drawn, not recorded."""


def look(
    path: Path, zone: str, reading: Reading | None = None, *, file: str = "", encoding: str = "", delimiter: str = ""
) -> Look:
    """What the file seems to be; with a reading, how that would read it. Raises Unreadable."""
    if reading is not None:
        encoding, delimiter = reading.encoding, reading.delimiter
    shape = format_of(path, encoding, delimiter)
    name = file or path.name
    if shape.kind == "dialogues":
        return _dialogues(path, name, shape, zone)
    found = sample(path, shape) if path.stat().st_size else Sample([], [], 0)
    if not any(any(row) for row in found.head):
        return _empty(path, name, shape, zone)
    first = 0 if shape.header is None else shape.header + 1
    header = found.head[shape.header] if shape.header is not None else None
    width = len(header) if header else max(map(len, found.head))
    if width > _MOST_COLUMNS:
        raise Unreadable(f"{name} has {width:,} columns, and a log of chats not more than {_MOST_COLUMNS}.")
    names = column_names(header, width)
    data = [(number, row) for number, row in enumerate(found.head[first:], first + 1) if any(row)]
    rows = [row for _, row in data] + found.beyond
    values = {each: [row[place] if place < len(row) else "" for row in rows] for place, each in enumerate(names)}
    if threads.are_threads(names):
        shape = replace(shape, threads=True)
    told = _reading(values, names, zone, reading, tweets=shape.threads)
    told = replace(told, encoding=encoding, delimiter=delimiter)
    return _looked(path, name, shape, data, values, told, max(found.rows - first, len(data)))


def _reading(samples: Samples, names: list[str], zone: str, told: Reading | None, *, tweets: bool) -> Reading:
    if tweets:
        shape = [*dates.guess(samples[next(name for name in names if name.replace("_", "") == "createdat")])]
        sides = {"true": "buyer", "false": "agent", "1": "buyer", "0": "agent"}
        return Reading(columns=_TWEETS, zone=told.zone if told else "UTC", times=tuple(shape), sides=sides)
    if told is None or not told.columns:
        return columns.guess(samples, told.zone if told else zone)
    return columns.with_values(told, samples)


def _looked(
    path: Path,
    name: str,
    shape: FileFormat,
    data: list[tuple[int, list[str]]],
    samples: Samples,
    found: Reading,
    rows: int,
) -> Look:
    names = [*samples]
    problems = problems_of(found, samples, tweets=shape.threads)
    lines, rejected = _preview(data, names, found) if data and not problems and not shape.threads else ((), 0)
    return Look(
        file=name,
        bytes=path.stat().st_size,
        format=shape,
        names=tuple(names),
        samples=tuple(tuple(row) for _, row in data[:SHOWN]),
        reading=found,
        platform=columns.platform_of(names, name),
        values={role: _values(samples, found.column(role)) for role in ("side", "sender", "what", "kind")},
        lines=lines,
        rejected=rejected,
        sampled=len(data),
        rows=rows,
        bom=_has_bom(path),
        problems=tuple(problems) if data else (_no_rows(name),),
    )


def _values(samples: Samples, column: str | None) -> tuple[str, ...]:
    values = dict.fromkeys(value.strip() for value in samples.get(column or "", ()) if value.strip())
    return tuple([*values][:_VALUES])


def _has_bom(path: Path) -> bool:
    with path.open("rb") as file:
        return bom_of(file.read(4)) is not None


def _preview(data: list[tuple[int, list[str]]], names: list[str], found: Reading) -> tuple[tuple[ShownLine, ...], int]:
    """The first rows, and the first with a fault, as they would be read."""
    import polars as pl

    target = Target(0, "", found.zone, "keep")
    wanted = ("row", "at", "by", "buyer", "agent", "session", "what", "text", "fault")
    frame = read(_table(data, len(names)), names, found, target).select(wanted).collect()
    faulty = frame.filter(pl.col("fault").is_not_null())
    shown = pl.concat([frame.head(SHOWN), faulty.head(SHOWN_FAULTY)]).unique("row", maintain_order=True)
    return tuple(ShownLine(*row) for row in shown.rows()), faulty.height


def _table(data: Sequence[tuple[int, Sequence[str]]], width: int) -> "pl.LazyFrame":
    import polars as pl

    every = width + SPARE
    cut = [(number, *(each or None for each in row[:every]), *[None] * (every - len(row))) for number, row in data]
    schema = {"row": pl.UInt32} | {cell(place): pl.String for place in range(every)}
    return pl.LazyFrame(cut, schema=schema, orient="row")


def problems_of(reading: Reading, samples: Samples, *, tweets: bool = False) -> list[Problem]:
    """What stands in the way of reading anything at all."""
    if tweets:
        return _zone_problems(reading)
    if len(samples) == 1:
        return [
            Problem(
                "one_column",
                "The file has one column only: its cells are not separated by a comma, tab, semicolon or bar.",
                "文件只有一列：没有用逗号、制表符、分号或竖线分开。",
            )
        ]
    found = [
        Problem("missing_column", f"There is no column “{name}” in this file.", f"这个文件里没有“{name}”这一列。")
        for name in reading.columns.values()
        if name not in samples
    ]
    return found + _zone_problems(reading) + _time_problems(reading, samples) + _people_problems(reading, samples)


def _zone_problems(reading: Reading) -> list[Problem]:
    try:
        ZoneInfo(reading.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        said = reading.zone
        return [
            Problem(
                "unknown_zone",
                f"“{said}” is no time zone; one is called Asia/Shanghai.",
                f"没有“{said}”这个时区，例如 Asia/Shanghai。",
            )
        ]
    return []


def _time_problems(reading: Reading, samples: Samples) -> list[Problem]:
    column = reading.column("time")
    if column is None:
        return [Problem("no_time", "No column says when: choose the time column.", "没有哪一列是时间：请选择时间列。")]
    if not reading.times:
        example = next((value for value in samples.get(column, ()) if value.strip()), "")[:_EXAMPLE]
        return [
            Problem(
                "time_format",
                f"“{example}” in “{column}” is no time that is known.",
                f"“{column}”里的“{example}”不是认识的时间。",
            )
        ]
    apart = bool(reading.column("date") or reading.day)
    if not apart and not any(dates.has_day(shape) for shape in reading.times):
        return [
            Problem(
                "no_day",
                "The times have no day: choose a date column or give the day.",
                "时间没有日期：请选择日期列，或填写这一天是哪天。",
            )
        ]
    if not apart and not any(dates.has_time(shape) for shape in reading.times):
        return [
            Problem(
                "no_clock",
                f"“{column}” holds days without a time of day: waits cannot be counted.",
                f"“{column}”只有日期没有时刻，算不出等待。",
            )
        ]
    return []


def _people_problems(reading: Reading, samples: Samples) -> list[Problem]:
    has = reading.columns.keys()
    found = []
    if not has & {"side", "sender"}:
        empty = [not value.strip() for value in samples.get(reading.column("agent") or "", ())]
        if "agent" not in has or all(empty) or not any(empty):
            found.append(
                Problem(
                    "no_sender",
                    "No column says who sent a message: choose one that names the sender or the side.",
                    "没有哪一列说明是谁发的：请选择发送人或方向列。",
                )
            )
    if not has & {"buyer", "session"} and not has >= {"sender", "receiver"}:
        found.append(
            Problem(
                "no_buyer",
                "No column tells whose conversation it is: choose the buyer or the conversation.",
                "没有哪一列说明是哪位买家：请选择买家或会话列。",
            )
        )
    if not has & {"text", "what", "kind"}:
        found.append(Problem("no_text", "No column holds what was said.", "没有哪一列是消息内容。"))
    return found


def _no_rows(name: str) -> Problem:
    return Problem("no_rows", f"{name} has a header and no rows.", f"{name} 只有表头，没有内容。")


def _empty(path: Path, name: str, shape: FileFormat, zone: str) -> Look:
    problem = Problem("empty", f"{name} is empty.", f"{name} 是空的。")
    return Look(
        name, path.stat().st_size, shape, (), (), Reading(zone=zone), "other", {}, (), 0, 0, 0, False, (problem,)
    )


def _dialogues(path: Path, name: str, shape: FileFormat, zone: str) -> Look:
    """Times are drawn when it is read; there is nothing to choose."""
    reading = Reading(columns=_DIALOGUES, zone=zone, times=("unix_ms",))
    return Look(
        file=name,
        bytes=path.stat().st_size,
        format=shape,
        names=DIALOGUE_COLUMNS,
        samples=(),
        reading=reading,
        platform=columns.platform_of([], name),
        values={},
        lines=(),
        rejected=0,
        sampled=0,
        rows=0,
        bom=False,
        problems=(),
        generated=True,
    )


__all__ = ["Look", "ShownLine", "Unreadable", "look"]
