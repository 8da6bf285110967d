"""A figure opened down to what made it: how many on which side, in which hours, and the rows themselves."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import msgspec

from goldensix.metrics.batch.reading import Reading
from goldensix.metrics.caliber import Caliber
from goldensix.metrics.contributions import View
from goldensix.metrics.zones import HOUR, day_number
from goldensix.reporting.behind import at_hour, on_day, rows_behind
from goldensix.reporting.book import Book
from goldensix.reporting.calibers import asked_calibers
from goldensix.reporting.cut import as_of, known_days
from goldensix.reporting.days import named_days
from goldensix.reporting.held import of_holders
from goldensix.reporting.question import CannotReport, Language, Question
from goldensix.reporting.words import Said, first_words

_EMPTY: Final[dict[str, Any]] = {
    "total": 0,
    "hits": 0,
    "misses": 0,
    "out": {},
    "by_hour": [{"hits": 0, "misses": 0}] * 24,
    "rows": [],
}


def one_caliber(book: Book, question: Question) -> Caliber:
    """Raises CannotReport unless exactly one is named."""
    if len(question.calibers) != 1:
        raise CannotReport("Name one caliber.", "请指定一个口径。")
    return asked_calibers(book.ground, question)[0]


def explain(book: Book, question: Question) -> dict[str, Any]:
    caliber = one_caliber(book, question)
    days = named_days(question.first, question.last, known_days(book, question))
    if days is None:
        return {"caliber": caliber.id, **_EMPTY}
    view = View(zones=book.zones(question), zone="UTC", days=days, as_of=as_of(book, question, days))
    source = of_holders(book, question, caliber, book.source(question, caliber.sessions, days))
    reading = Reading(source, view, (caliber,))
    rows = _narrowed(rows_behind(reading, caliber), question)
    key = ("sides", caliber, question.shop, question.shops, question.agent, question.group, view.days, view.as_of)
    sides = book.remember((*key, book.counts_rehearsals(question)), lambda: _sides(rows))
    wanted = _wanted(rows, question)
    found = _page(wanted, caliber, question)
    total = wanted.count().to_pyarrow().as_py()
    return {"caliber": caliber.id, "total": total, **sides, "rows": _named(book, found, question.language)}


def told(book: Book, question: Question) -> bytes:
    return msgspec.json.encode(explain(book, question))


def _narrowed(rows: ir.Table, question: Question) -> ir.Table:
    if question.agent is not None:
        rows = rows.filter(rows.agent == question.agent)
    if question.group is not None:
        rows = rows.filter(rows["group"] == question.group)
    return rows


def _sides(rows: ir.Table) -> dict[str, Any]:
    """Over the whole figure, whatever part of it is listed."""
    counted = rows.group_by("why", "hit", "hour").aggregate(count=lambda t: t.count()).to_pyarrow().to_pylist()
    by_hour = [{"hits": 0, "misses": 0} for _ in range(24)]
    out: dict[str, int] = {}
    for row in counted:
        if row["why"]:
            out[row["why"]] = out.get(row["why"], 0) + row["count"]
        else:
            by_hour[row["hour"] // HOUR]["hits" if row["hit"] else "misses"] += row["count"]
    return {
        "hits": sum(each["hits"] for each in by_hour),
        "misses": sum(each["misses"] for each in by_hour),
        "out": out,
        "by_hour": by_hour,
    }


def _wanted(rows: ir.Table, question: Question) -> ir.Table:
    counts = rows.why == ""
    match question.only:
        case "hit":
            rows = rows.filter(counts & rows.hit)
        case "miss":
            rows = rows.filter(counts & ~rows.hit)
        case "out":
            rows = rows.filter(~counts)
    day, _, hour = question.at.partition("T")
    if day:
        rows = on_day(rows, day_number(_day(day)))
    return at_hour(rows, int(hour)) if hour else rows


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CannotReport(f"{text} is no day.", f"{text} 不是日期。") from None


def _page(rows: ir.Table, caliber: Caliber, question: Question) -> list[Mapping[str, Any]]:
    """Nearest the limit first, or longest first with the unanswered before all, or as they began."""
    match question.order:
        case "nearest" if caliber.threshold is not None:
            order = [rows.far, rows.start]
        case "wait" | "nearest":
            order = [ibis.ifelse(rows.has_wait, 1, 0), ibis.desc(rows.wait), rows.start]
        case _:
            order = [rows.start]
    page = rows.order_by([*order, rows.session]).limit(question.limit, offset=question.offset)
    found: list[Mapping[str, Any]] = page.to_pyarrow().to_pylist()
    return found


def _named(book: Book, found: list[Mapping[str, Any]], language: Language) -> list[dict[str, Any]]:
    words = first_words(book, [Said(row["shop"], row["buyer"], row["session"], row["said_at"]) for row in found])
    return [
        {
            "shop": row["shop"],
            "buyer": row["buyer"],
            "session": row["session"],
            "agent": row["agent"],
            "agent_name": book.name("agent", row["agent"], language) if row["agent"] is not None else "",
            "start": row["start"],
            "reply_at": row["reply_at"] if row["reply_at"] >= 0 else None,
            "wait": row["wait"] if row["has_wait"] and not row["why"] else None,
            "why": row["why"] or None,
            "hit": bool(row["hit"]) and not row["why"],
            "first_words": said,
        }
        for row, said in zip(found, words, strict=True)
    ]
