"""The figures of calibers over some days: worked out once for each view of the same lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from goldensix.metrics.caliber import Caliber, SessionRule
from goldensix.metrics.contributions import View
from goldensix.metrics.figures import Figure, FigureRow, Grain, Key
from goldensix.metrics.tables import SESSION
from goldensix.reporting.book import Book, Days
from goldensix.reporting.days import today
from goldensix.reporting.held import evaluated
from goldensix.reporting.question import Question

_MOST_KEPT: Final = 20_000
"""Rows of a caliber that are remembered: more would fill the memory."""
_SETTLED_AFTER: Final = 4
"""Days after which no wait of a period is pending any more: the longest limit is 48 hours."""


@dataclass(frozen=True, slots=True)
class Cut:
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


def figures(book: Book, question: Question, calibers: Sequence[Caliber], days: Days) -> Cut:
    """The rows of the asked grains, of the asked agent and group."""
    instant = as_of(book, question, days)
    wanted: dict[Grain, str | None] = {"agent": question.agent, "group": question.group}
    narrowed = tuple(grain for grain, name in wanted.items() if name)
    by = (*question.by, *(grain for grain in narrowed if grain not in question.by))
    view = View(by=by, zones=book.zones(question), zone="UTC", days=days, as_of=instant)
    cut = _whole(book, question, calibers, view)
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


def _whole(book: Book, question: Question, calibers: Sequence[Caliber], view: View) -> Cut:
    """Each caliber is worked out once for a view of the same lines, with whichever others it is asked for."""
    asked = (question.shop, question.shops, book.counts_rehearsals(question), view.by, view.days, view.as_of)
    sessions = book.remember(("sessions", *asked), lambda: _sessions(book, question, view))
    found = {caliber: book.recall(("figures", caliber, *asked)) for caliber in calibers}
    missing = [caliber for caliber, rows in found.items() if rows is None]
    for rule, group in by_rule(missing):
        rows = _evaluated(book, question, rule, group, view)
        for caliber in group:
            own = [_known(row, caliber, sessions) for row in rows if row.caliber == caliber.id]
            found[caliber] = own
            if len(own) <= _MOST_KEPT:
                book.keep(("figures", caliber, *asked), own)
    return Cut([row for rows in found.values() for row in rows or ()], sessions)


def _evaluated(
    book: Book, question: Question, rule: SessionRule, calibers: Sequence[Caliber], view: View
) -> list[FigureRow]:
    return evaluated(book, question, book.source(question, rule, view.days), calibers, view)


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
