"""What each shop's log can tell. Of what it never holds there is no data, which is not 0."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, Literal

import ibis
import ibis.expr.types as ir

from goldensix.metrics.batch import Source, evaluate
from goldensix.metrics.batch.judged import has
from goldensix.metrics.caliber import Caliber, Measure, SessionRule
from goldensix.metrics.contributions import View
from goldensix.metrics.figures import Figure, FigureRow
from goldensix.metrics.tables import INVITED, LEAVE, ORDERED, PAID, RECEPTION, SESSION, SPOKE, TALK
from goldensix.reporting.book import Book
from goldensix.reporting.question import Question

Kind = Literal["orders", "leave_messages", "invitations", "assignments", "characters"]

_NEEDS: Final[dict[Measure, Kind]] = {
    "conversion_order": "orders",
    "conversion_paid": "orders",
    "inquiring": "orders",
    "leave_rate": "leave_messages",
    "invite_rate": "invitations",
    "received_in": "assignments",
    "passed_on": "assignments",
    "transfers_in": "assignments",
    "transfers_out": "assignments",
    "agent_characters": "characters",
}
"""Measures that would come to 0 where their events are not recorded at all."""

Shops = frozenset[int]


def need_of(caliber: Caliber) -> Kind | None:
    return _NEEDS.get(caliber.measure)


def holders(book: Book, question: Question, kind: Kind) -> Shops:
    """Of the asked shops, those whose log has at least one such event, on whichever day."""

    def make() -> dict[int, set[Kind]]:
        return _held(book.source(question, SessionRule()))

    held = book.remember(("held", question.shop, question.shops, book.counts_rehearsals(question)), make)
    return frozenset(shop for shop, kinds in held.items() if kind in kinds)


def _held(source: Source) -> dict[int, set[Kind]]:
    moments = source.moments
    signs: dict[Kind, ir.BooleanValue] = {
        "orders": moments.what.isin([ORDERED, PAID]),
        "leave_messages": (moments.what == SESSION) & has(moments.flags, LEAVE),
        "invitations": moments.what == INVITED,
        "assignments": (moments.what == RECEPTION) & (moments.n != SPOKE),
        "characters": (moments.what == TALK) & (moments.value > 0),
    }
    counted = moments.group_by("shop").aggregate(
        **{kind: ibis.ifelse(sign.fill_null(False), 1, 0).max() for kind, sign in signs.items()}
    )
    return {row["shop"]: {kind for kind in signs if row[kind]} for row in counted.to_pyarrow().to_pylist()}


def of_holders(book: Book, question: Question, caliber: Caliber, source: Source) -> Source:
    """The part of the tables that a caliber is about."""
    need = need_of(caliber)
    return source if need is None else _only(source, holders(book, question, need))


def _only(source: Source, shops: Shops) -> Source:
    """What needs an event is made of moments alone."""
    return replace(source, moments=source.moments.filter(source.moments.shop.isin(sorted(shops))))


def evaluated(
    book: Book, question: Question, source: Source, calibers: Sequence[Caliber], view: View
) -> list[FigureRow]:
    """Figures, each over the shops that hold what it is made of; without a value where none does."""
    rows = evaluate(source, calibers, view)
    asked = {shop.id for shop in book.shops(question)}
    for kind, wanting in _by_need(calibers):
        shops = holders(book, question, kind)
        if shops >= asked:
            continue
        told = evaluate(_only(source, shops), wanting, view) if shops else []
        ids, known = {each.id for each in wanting}, {(row.key, row.caliber): row for row in told}
        rows = [row if row.caliber not in ids else known.get((row.key, row.caliber)) or _untold(row) for row in rows]
    return rows


def _untold(row: FigureRow) -> FigureRow:
    return row._replace(figure=Figure(), value=None)


def _by_need(calibers: Iterable[Caliber]) -> list[tuple[Kind, list[Caliber]]]:
    found: dict[Kind, list[Caliber]] = {}
    for caliber in calibers:
        if (need := need_of(caliber)) is not None:
            found.setdefault(need, []).append(caliber)
    return list(found.items())
