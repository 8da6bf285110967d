"""The figures of a question: every caliber over the same log, by the grains that were asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import ibis
import msgspec

from goldensix.metrics.batch import Source, evaluate
from goldensix.metrics.caliber import ORDER_MEASURES, Caliber, SessionRule
from goldensix.metrics.contributions import View
from goldensix.metrics.figures import Figure, FigureRow, Grain, Key, is_assessed, meets_target
from goldensix.metrics.tables import ORDERED, PAID, SESSION
from goldensix.metrics.zones import day_name
from goldensix.reporting.benchmarks import Benchmarks, BenchmarkValue, read_benchmark
from goldensix.reporting.book import Book, Days
from goldensix.reporting.calibers import asked_calibers
from goldensix.reporting.days import compared_days, named_days, today
from goldensix.reporting.question import Question

MOST_ROWS: Final = 20_000
_SETTLED_AFTER: Final = 4
"""Days after which no wait of a period is pending any more: the longest limit is 48 hours."""


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


@dataclass(frozen=True, slots=True)
class _Cut:
    """Figures of one stretch of days."""

    rows: list[FigureRow]
    sessions: int


def known_days(book: Book, question: Question) -> Days | None:
    """First and last local day with a conversation, in the asked shops."""

    def make() -> Days | None:
        source = book.source(question, SessionRule())
        zones = book.zones(question)
        begun = source.moments.filter(source.moments.what == SESSION).group_by("shop")
        found = begun.aggregate(low=lambda t: t.at.min(), high=lambda t: t.at.max()).to_pyarrow().to_pylist()
        days = [day for row in found for day in _days_of(row, zones)]
        return (min(days), max(days)) if days else None

    return book.remember(("days", question.shop, question.shops, book.counts_rehearsals(question)), make)


def _days_of(row: Mapping[str, int], zones: Mapping[int, str]) -> tuple[int, int]:
    zone = zones.get(row["shop"], "UTC")
    return today(zone, row["low"]), today(zone, row["high"])


def as_of(book: Book, question: Question, days: Days) -> int | None:
    """Now, to the second, for days of which a wait may be pending."""
    latest = max((today(zone, question.now) for zone in book.zones(question).values()), default=0)
    return question.now // 1000 * 1000 if days[1] + _SETTLED_AFTER > latest else None


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
        names=_names(book, question.by, rows),
        rows=rows,
    )


def figures(book: Book, question: Question, calibers: Sequence[Caliber], days: Days) -> _Cut:
    """The rows of the asked grains, of the asked agent and group."""
    instant = as_of(book, question, days)
    wanted: dict[Grain, str | None] = {"agent": question.agent, "group": question.group}
    narrowed = tuple(grain for grain, name in wanted.items() if name)
    by = (*question.by, *(grain for grain in narrowed if grain not in question.by))
    asked = (question.shop, question.shops, book.counts_rehearsals(question), by, days, instant)

    def make() -> _Cut:
        view = View(by=by, zones=book.zones(question), zone="UTC", days=days, as_of=instant)
        rows = [row for rule, group in by_rule(calibers) for row in _evaluated(book, question, rule, group, view)]
        sessions = _sessions(book, question, view)
        named = {caliber.id: caliber for caliber in calibers}
        return _Cut([_known(row, named[row.caliber], sessions) for row in rows], sessions)

    cut = book.remember(("figures", tuple(calibers), *asked), make)
    rows = [row for row in cut.rows if all(_has(row, by, grain, wanted[grain]) for grain in narrowed)]
    rows = [row._replace(key=row.key[: len(question.by)]) for row in rows]
    if not question.by and narrowed:
        rows = _with_empty(rows, calibers)
    order = {caliber.id: number for number, caliber in enumerate(calibers)}
    return replace(cut, rows=sorted(rows, key=lambda row: (_sortable(row.key), order[row.caliber])))


def by_rule(calibers: Sequence[Caliber]) -> list[tuple[SessionRule, list[Caliber]]]:
    """Turns depend on how conversations are told apart, so calibers of another rule need other turns."""
    groups: dict[SessionRule, list[Caliber]] = {}
    for caliber in calibers:
        groups.setdefault(caliber.sessions, []).append(caliber)
    return list(groups.items())


def _evaluated(
    book: Book, question: Question, rule: SessionRule, calibers: Sequence[Caliber], view: View
) -> list[FigureRow]:
    source = book.source(question, rule, view.days)
    rows = evaluate(source, calibers, view)
    named = {caliber.id: caliber for caliber in calibers}
    if any(caliber.measure in ORDER_MEASURES for caliber in calibers) and not has_orders(source):
        return [row._replace(value=None) if named[row.caliber].measure in ORDER_MEASURES else row for row in rows]
    return rows


def has_orders(source: Source) -> bool:
    """A log without any order says nothing of conversion, which is not 0."""
    trade = source.moments.filter(source.moments.what.isin([ORDERED, PAID])).count()
    return bool(trade.to_pyarrow().as_py())


def _known(row: FigureRow, caliber: Caliber, sessions: int) -> FigureRow:
    """A count of nothing is 0 only where something could have been counted."""
    if caliber.shape != "count" or row.figure.num:
        return row
    unseen = sessions == 0 and not row.figure.den
    return row._replace(value=None) if unseen or caliber.measure == "max_concurrent" else row


def _sessions(book: Book, question: Question, view: View) -> int:
    """Conversations that began on the days."""
    counted = Caliber(id="sessions", measure="sessions")
    (row,) = _evaluated(book, question, SessionRule(), [counted], replace(view, by=()))
    return row.figure.num


def _has(row: FigureRow, by: Sequence[Grain], grain: Grain, wanted: str | None) -> bool:
    return row.key[by.index(grain)] == wanted


def _with_empty(rows: list[FigureRow], calibers: Sequence[Caliber]) -> list[FigureRow]:
    """A total is always told, be there nothing."""
    known = {row.caliber for row in rows}
    return rows + [FigureRow((), each.id, Figure(), None) for each in calibers if each.id not in known]


def _sortable(key: Key) -> list[tuple[bool, int, str]]:
    return [
        (part is not None, part if isinstance(part, int) else 0, part if isinstance(part, str) else "") for part in key
    ]


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
                number(named[row.caliber], row.figure.num), row.figure.den, row.value
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


def number(caliber: Caliber, num: int) -> float:
    """Waits are told in seconds."""
    return num / 1000 if caliber.shape == "seconds" else num


def _row(row: FigureRow, by: Sequence[Grain], calibers: Sequence[Caliber], others: Others | None) -> Row:
    caliber = next(each for each in calibers if each.id == row.caliber)
    figure = row.figure
    return Row(
        dict(zip(by, row.key, strict=True)),
        row.caliber,
        number(caliber, figure.num),
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


def _names(book: Book, by: Sequence[Grain], rows: Sequence[Row]) -> dict[str, dict[str, str]]:
    return {
        grain: {
            str(key): book.name(grain, key) for key in dict.fromkeys(row.key[grain] for row in rows) if key is not None
        }
        for grain in by
        if grain in ("shop", "agent", "group")
    }


def told(book: Book, question: Question) -> bytes:
    made = report(book, question)
    if len(made.rows) > MOST_ROWS:
        made = msgspec.structs.replace(made, rows=made.rows[:MOST_ROWS], truncated=True)
    return msgspec.json.encode(made)


def sources(book: Book, question: Question) -> bytes:
    """What there are figures of, for the filters and for pages that have nothing to show."""
    everything = msgspec.structs.replace(question, rehearsals=True)
    return book.remember(("sources", question.shops), lambda: msgspec.json.encode(_sources(book, everything)))


def _sources(book: Book, question: Question) -> dict[str, Any]:
    source = book.source(question, SessionRule())
    begun = source.moments.filter(source.moments.what == SESSION)
    played = ibis.ifelse(begun.platform == "rehearsal", 1, 0).sum()
    counted = begun.group_by("shop").aggregate(
        low=begun.at.min(), high=begun.at.max(), count=begun.count(), said=(begun.n + begun.m).sum(), played=played
    )
    by_shop = {row["shop"]: row for row in counted.to_pyarrow().to_pylist()}
    return {
        "shops": [_shop(shop, by_shop.get(shop.id)) for shop in book.shops(question)],
        "groups": _seen(book, source, "group"),
        "agents": _seen(book, source, "agent"),
        "benchmarks": Benchmarks(book.ground.archive.folder).names(),
        "rehearsals": book.ground.demo,
        "orders": has_orders(source),
    }


def _shop(shop: Any, row: Mapping[str, int] | None) -> dict[str, Any]:
    days = (None, None) if row is None else tuple(day_name(today(shop.zone, row[each])) for each in ("low", "high"))
    return {
        "number": shop.id,
        "name": shop.name,
        "platform": shop.platform,
        "zone": shop.zone,
        "first_day": days[0],
        "last_day": days[1],
        "conversations": row["count"] if row else 0,
        "messages": int(row["said"]) if row else 0,
        "rehearsed": int(row["played"]) if row else 0,
    }


def _seen(book: Book, source: Any, grain: str) -> list[dict[str, str]]:
    keys = {row[grain] for table in (source.turns, source.moments) for row in _distinct(table, grain)}
    named = [{"key": key, "name": book.name(grain, key)} for key in keys if key is not None]
    return sorted(named, key=lambda each: each["name"])


def _distinct(table: Any, grain: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = table.select(grain).distinct().to_pyarrow().to_pylist()
    return found
