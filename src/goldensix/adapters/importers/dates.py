"""What the times of a file look like. Guessed on a sample, so that the whole is parsed by an explicit format.

A format is written as strptime's, or is one of the NUMBERS, or the word `meridiem` before a 12-hour one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

NUMBERS: Final = ("unix_s", "unix_ms", "unix_us", "excel")
DATE_ONLY: Final = "date"
TIME_ONLY: Final = "time"
_FIRST: Final = 946_684_800_000
"""2000-01-01: a chat before it is a slip."""
_LAST: Final = 4_102_444_800_000
"""2100-01-01."""
_EXCEL_DAYS: Final = 25_569
"""Between the spreadsheet's day 0, 1899-12-30, and 1970."""
_EXCEL_LAST: Final = 100_000
"""In the year 2173."""
_DAY_MS: Final = 86_400_000

_YEAR_FIRST: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_CHINESE: Final = re.compile(r"(\d{4})(\s*)年(\s*)(\d{1,2})(\s*)月(\s*)(\d{1,2})(\s*)(日|号)")
_COMPACT: Final = re.compile(r"\d{8}(?=$|[T ]|\d{6}$|\d{4}$)")
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})(:(\d{2})(\.\d+)?)?")
_CHINESE_TIME: Final = re.compile(r"(\d{1,2})(时|点)(\d{1,2})分((\d{1,2})秒)?")
_MERIDIEM: Final = re.compile(r"(上午|下午|AM|PM|am|pm)")
_ZONE: Final = re.compile(r"\s?(Z|[+-]\d{2}:?\d{2})$")
_MONTH_FIRST: Final = re.compile(r"%m([-/.])%d\1%Y")
_TWITTER: Final = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} \d{1,2}:\d{2}:\d{2} [+-]\d{4} \d{4}$")


def guess(cells: Iterable[str | None]) -> list[str]:
    """Every format among the cells, the commonest first. An order of day and month that could be either is month
    first between slashes and day first between dots, unless one cell decides."""
    known = [cell.strip() for cell in cells if cell]
    day_first = any(_is_day_first(cell) for cell in known)
    counted = Counter(_ordered(shape, day_first) for cell in known if (shape := shape_of(cell)) is not None)
    return [shape for shape, _ in counted.most_common()]


def _ordered(shape: str, day_first: bool) -> str:
    return _MONTH_FIRST.sub(r"%d\1%m\1%Y", shape) if day_first else shape


def _is_day_first(cell: str) -> bool:
    found = _YEAR_LAST.match(cell)
    return found is not None and int(found[1]) > 12


def shape_of(cell: str) -> str | None:
    """The format of one cell; None if it is no time that we know."""
    if _TWITTER.match(cell):
        return "%a %b %d %H:%M:%S %z %Y"
    if (number := _number(cell)) is not None:
        return number
    date, rest = _date(cell)
    if date is None:
        return _clock_only(cell)
    gap = rest[: len(rest) - len(rest.lstrip(" T"))]
    time = _clock(rest[len(gap) :])
    if not rest.strip():
        return date
    return None if time is None else f"{date}{gap}{time}"


def _number(cell: str) -> str | None:
    if not re.fullmatch(r"\d+(\.\d+)?", cell):
        return None
    whole, value = len(cell.partition(".")[0]), float(cell)
    for name, scale, digits in (("unix_s", 1000.0, 10), ("unix_ms", 1.0, 13), ("unix_us", 0.001, 16)):
        if whole == digits and _FIRST <= value * scale < _LAST:
            return name
    if whole == 5 and _FIRST <= (value - _EXCEL_DAYS) * _DAY_MS < _LAST:
        return "excel"
    return None


def _date(cell: str) -> tuple[str | None, str]:
    if found := _YEAR_FIRST.match(cell):
        return f"%Y{found[2]}%m{found[2]}%d", cell[found.end() :]
    if found := _YEAR_LAST.match(cell):
        first, second = ("%d", "%m") if int(found[1]) > 12 or found[2] == "." else ("%m", "%d")
        return f"{first}{found[2]}{second}{found[2]}%Y", cell[found.end() :]
    if found := _CHINESE.match(cell):
        gaps = [found[place] for place in (2, 3, 5, 6, 8)]
        return f"%Y{gaps[0]}年{gaps[1]}%m{gaps[2]}月{gaps[3]}%d{gaps[4]}{found[9]}", cell[found.end() :]
    if found := _COMPACT.match(cell):
        return "%Y%m%d", cell[found.end() :]
    return None, cell


def _clock(text: str) -> str | None:
    """The part after the date, with its zone."""
    zone = _ZONE.search(text)
    tail = "" if zone is None else f"{zone[0][: zone.start(1) - zone.start()]}%#z"
    text = text if zone is None else text[: zone.start()]
    halves = _MERIDIEM.search(text)
    bare = text if halves is None else text.replace(halves[0], "\0")
    if found := _TIME.search(bare):
        seconds = "" if found[3] is None else "%S" if found[5] is None else "%S%.f"
        shape = f"%H:%M{':' if seconds else ''}{seconds}"
        shape = bare[: found.start()] + shape + bare[found.end() :]
    elif found := _CHINESE_TIME.search(bare):
        shape = bare[: found.start()] + f"%H{found[2]}%M分{'' if found[4] is None else '%S秒'}" + bare[found.end() :]
    elif re.fullmatch(r"\d{4}|\d{6}", bare):
        shape = "%H%M%S" if len(bare) == 6 else "%H%M"
    else:
        return None
    if re.sub(r"%\.?\w|[时点分秒:\0 ]", "", shape):
        return None
    if halves is not None:
        shape = "meridiem" + shape.replace("%H", "%I").replace("\0", "%p")
    return shape + tail


def _clock_only(cell: str) -> str | None:
    shape = _clock(cell)
    return None if shape is None else f"{TIME_ONLY}:{shape}"


def has_day(shape: str) -> bool:
    return not shape.startswith(TIME_ONLY)


def has_time(shape: str) -> bool:
    return shape in NUMBERS or "%H" in shape or "%I" in shape


def has_zone(shape: str) -> bool:
    return shape.startswith("unix") or "%#z" in shape or "%z" in shape


def parse(text: "pl.Expr", formats: Sequence[str], zone: str) -> "pl.Expr":
    """Milliseconds UTC; null for what fits no format or is not between 2000 and 2100. `zone`: of times without one."""
    import polars as pl

    read = [_parsed(text, shape, zone) for shape in formats]
    return pl.coalesce([pl.when(each.is_between(_FIRST, _LAST)).then(each) for each in read])


def parse_pair(date: "pl.Expr", dates: Sequence[str], time: "pl.Expr", times: Sequence[str], zone: str) -> "pl.Expr":
    """The same of a day in one place and a time of day in another."""
    import polars as pl

    day = pl.coalesce([_counted_day(date) if shape == "excel" else _local(date, shape) for shape in dates])
    stem = pl.lit("2000-01-01 ") + time
    clock = pl.coalesce([_local(stem, f"%Y-%m-%d {shape.removeprefix(f'{TIME_ONLY}:')}") for shape in times])
    at = in_zone(day.dt.truncate("1d") + (clock - clock.dt.truncate("1d")), zone)
    return pl.when(at.is_between(_FIRST, _LAST)).then(at)


def _counted_day(text: "pl.Expr") -> "pl.Expr":
    import polars as pl

    days = _excel_days(text).floor().cast(pl.Int64) - _EXCEL_DAYS
    return (days * _DAY_MS).cast(pl.Datetime("ms"))


def _local(text: "pl.Expr", shape: str) -> "pl.Expr":
    """The clock time, or with a zone in the text the instant."""
    import polars as pl

    if "meridiem" in shape:
        shape = shape.replace("meridiem", "")
        text = text.str.replace("上午", "AM", literal=True).str.replace("下午", "PM", literal=True)
    if not has_time(shape):
        return text.str.to_date(shape, strict=False, cache=False).cast(pl.Datetime("ms"))
    return text.str.to_datetime(shape, time_unit="ms", strict=False, cache=False)


def _parsed(text: "pl.Expr", shape: str, zone: str) -> "pl.Expr":
    if shape in NUMBERS:
        return _counted(text, shape, zone)
    moment = _local(text, shape)
    return moment.dt.epoch("ms") if has_zone(shape) else in_zone(moment, zone)


def _counted(text: "pl.Expr", shape: str, zone: str) -> "pl.Expr":
    import polars as pl

    if shape == "excel":
        number = _excel_days(text)
        # A spreadsheet's day fraction is good to a millisecond or so, and its seconds are whole.
        return in_zone((((number - _EXCEL_DAYS) * 86_400).round() * 1000).cast(pl.Int64).cast(pl.Datetime("ms")), zone)
    number = text.cast(pl.Float64, strict=False)
    scale = {"unix_s": 1000.0, "unix_ms": 1.0, "unix_us": 0.001}[shape]
    return (number * scale).round().cast(pl.Int64, strict=False)


def _excel_days(text: "pl.Expr") -> "pl.Expr":
    """Null beyond what any calendar can tell."""
    import polars as pl

    days = text.cast(pl.Float64, strict=False)
    return pl.when(days.is_between(0, _EXCEL_LAST)).then(days)


def in_zone(local: "pl.Expr", zone: str) -> "pl.Expr":
    """Milliseconds UTC of clock times. Of an hour that a zone has twice, the first; of one that it skips, null."""
    if (offset := steady_offset(zone)) is not None:
        return local.dt.epoch("ms") - offset
    return local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.epoch("ms")


def local_day(at: "pl.Expr", zone: str) -> "pl.Expr":
    """The day of the zone's calendar in which an instant lies."""
    import polars as pl

    if (offset := steady_offset(zone)) is not None:
        return (at + offset).floordiv(_DAY_MS).cast(pl.Int32).cast(pl.Date)
    return at.cast(pl.Datetime("ms", "UTC")).dt.convert_time_zone(zone).dt.date()


@lru_cache
def steady_offset(zone: str) -> int | None:
    """Milliseconds east of Greenwich, if the zone has been there since 2000; None: it moves."""
    from datetime import UTC, datetime, timedelta
    from zoneinfo import ZoneInfo

    place, start = ZoneInfo(zone), datetime(2000, 1, 1, tzinfo=UTC)
    offsets = {(start + timedelta(days=15 * step)).astimezone(place).utcoffset() for step in range(27 * 25)}
    [first, *others] = offsets
    return None if others or first is None else first // timedelta(milliseconds=1)
