"""The figures of a question: every caliber over the same log, by the grains that were asked for."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from goldensix.metrics.caliber import Caliber
from goldensix.metrics.figures import Figure, FigureRow, Grain, Key, is_assessed, meets_target
from goldensix.metrics.zones import day_name
from goldensix.reporting.benchmarks import Benchmarks, BenchmarkValue, read_benchmark
from goldensix.reporting.book import Book, Days
from goldensix.reporting.calibers import asked_calibers
from goldensix.reporting.cut import figures, known_days
from goldensix.reporting.days import compared_days, named_days
from goldensix.reporting.question import Question

MOST_ROWS: Final = 20_000


class Compared(msgspec.Struct, frozen=True):
    num: float | None
    den: int | None
    value: float | None


class Row(msgspec.Struct, frozen=True, omit_defaults=False):
    key: dict[str, Any]
    caliber: str
    num: float
    den: int
    value: float | None
    left_out: dict[str, int]
    assessed: bool
    meets: bool | None
    vs: Compared | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    zone: str | None
    first: str | None
    last: str | None
    as_of: int
    sessions: int
    rehearsals: bool
    against: dict[str, str | None] | None
    by: tuple[Grain, ...]
    names: dict[str, dict[str, str]]
    truncated: bool = False
    rows: list[Row]


def report(book: Book, question: Question) -> Report:
    calibers = asked_calibers(book.ground, question)
    days = named_days(question.first, question.last, known_days(book, question))
    empty = Report(
        zone=book.zone(question), first=None, last=None, as_of=question.now, sessions=0,
        rehearsals=book.counts_rehearsals(question), against=None, by=question.by, names={}, rows=[],
    )  # fmt: skip
    if days is None:
        return empty
    cut = figures(book, question, calibers, days)
    against = compared_days(question.vs, days)
    others = _others(book, question, calibers, days, against)
    rows = [_row(row, question.by, calibers, others) for row in cut.rows]
    return msgspec.structs.replace(
        empty,
        first=day_name(days[0]),
        last=day_name(days[1]),
        sessions=cut.sessions,
        against=None if against is None else {"first": day_name(against[0]), "last": day_name(against[1])},
        names=_names(book, question, rows),
        rows=rows,
    )


Others = Mapping[tuple[Any, str], Compared]


def _others(
    book: Book, question: Question, calibers: Sequence[Caliber], days: Days, against: Days | None
) -> Others | None:
    """What rows are compared with, by the key as it would be there and the caliber; None: with nothing."""
    if against is not None:
        shift, named = days[0] - against[0], {caliber.id: caliber for caliber in calibers}
        rows = figures(book, question, calibers, against).rows
        return {
            (_moved(row.key, question.by, shift), row.caliber): Compared(
                number(named[row.caliber], row.figure), row.figure.den, row.value
            )
            for row in rows
        }
    if values := _benchmark(book, question.vs):
        return {(each.day, each.caliber): Compared(None, None, each.value) for each in values}
    return None


def _benchmark(book: Book, vs: str) -> list[BenchmarkValue]:
    kind, _, name = vs.partition(":")
    if kind == "file":  # the terminal's own; over HTTP nobody can ask for one
        return read_benchmark(Path(name).read_text(encoding="utf-8-sig"))
    return Benchmarks(book.ground.archive.folder).find(name) if kind == "benchmark" else []


def _moved(key: Key, by: Sequence[Grain], shift: int) -> Key:
    """The same key in the days that are reported."""
    return tuple(
        (date.fromisoformat(str(part)) + timedelta(days=shift)).isoformat() if grain == "day" else part
        for grain, part in zip(by, key, strict=True)
    )


def number(caliber: Caliber, figure: Figure) -> float:
    """Waits are told in seconds, a weighted share as so many of all."""
    if caliber.measure == "recent_weighted":
        return round(figure.num * figure.den / figure.over, 2) if figure.over else 0
    return figure.num / 1000 if caliber.shape == "seconds" else figure.num


def _row(row: FigureRow, by: Sequence[Grain], calibers: Sequence[Caliber], others: Others | None) -> Row:
    caliber = next(each for each in calibers if each.id == row.caliber)
    figure = row.figure
    return Row(
        dict(zip(by, row.key, strict=True)),
        row.caliber,
        number(caliber, figure),
        figure.den,
        row.value,
        figure.left_out,
        is_assessed(caliber, figure),
        meets_target(caliber, row.value),
        _compared(row, by, others),
    )


def _compared(row: FigureRow, by: Sequence[Grain], others: Others | None) -> Compared | None:
    if others is None:
        return None
    day = row.key[by.index("day")] if "day" in by else None
    return others.get((row.key, row.caliber)) or others.get((day, row.caliber)) or others.get((None, row.caliber))


def _names(book: Book, question: Question, rows: Sequence[Row]) -> dict[str, dict[str, str]]:
    return {
        grain: {
            str(key): book.name(grain, key, question.language)
            for key in dict.fromkeys(row.key[grain] for row in rows)
            if key is not None
        }
        for grain in question.by
        if grain in ("shop", "agent", "group")
    }


def told(book: Book, question: Question) -> bytes:
    made = report(book, question)
    if len(made.rows) > MOST_ROWS:
        made = msgspec.structs.replace(made, rows=made.rows[:MOST_ROWS], truncated=True)
    return msgspec.json.encode(made)
