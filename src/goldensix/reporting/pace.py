"""Whether the month can still make a rate's target: what has been counted, what is to come, how much of it may miss."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import msgspec

from goldensix.metrics.caliber import Caliber
from goldensix.metrics.figures import FigureRow
from goldensix.metrics.zones import day_name
from goldensix.reporting.book import Book
from goldensix.reporting.calibers import kind_of
from goldensix.reporting.cut import figures, known_days
from goldensix.reporting.days import month_of, named_days
from goldensix.reporting.explain import one_caliber
from goldensix.reporting.question import Question

_LAST_DAYS: Final = 7
_CENT: Final = Decimal("0.01")


def pace(book: Book, question: Question) -> dict[str, Any]:
    caliber = one_caliber(book, question)
    days = named_days(question.first, question.last, known_days(book, question))
    target = caliber.target if kind_of(caliber) == "rate" else None
    if days is None:
        return _told("", None, [], 0)
    first, last = month_of(days[1])
    by_day = msgspec.structs.replace(question, by=("day",))
    rows = figures(book, by_day, [caliber], (first, days[1])).rows
    if target is None or target.sense not in ("at_least", "above"):
        return _told(day_name(days[1])[:7], None, rows, last - days[1])
    return _told(day_name(days[1])[:7], caliber, rows, last - days[1])


def _told(month: str, caliber: Caliber | None, rows: Sequence[FigureRow], days_left: int) -> dict[str, Any]:
    num, den = sum(row.figure.num for row in rows), sum(row.figure.den for row in rows)
    recent = sorted(rows, key=lambda row: str(row.key[0]))[-_LAST_DAYS:]
    more, answer = _to_come(recent, days_left), dict.fromkeys(("misses_left", "needed", "at_this_pace"))
    target = None
    if caliber is not None and caliber.target is not None:
        target = {"sense": caliber.target.sense, "value": float(caliber.target.value)}
        answer = _chances(caliber.target.value, num, den, more, recent)
    return {
        "month": month,
        "target": target,
        "num": num,
        "den": den,
        "days_left": days_left,
        "expected_more": more,
        **answer,
    }


def _to_come(recent: Sequence[FigureRow], days_left: int) -> int:
    """As many a day as on the last days with data."""
    return round(sum(row.figure.den for row in recent) * days_left / len(recent)) if recent else 0


def _chances(target: Decimal, num: int, den: int, more: int, recent: Sequence[FigureRow]) -> dict[str, Any]:
    """`num + more - misses >= target * (den + more)`, solved for the misses."""
    wanted = target * (den + more) / 100
    misses = int((num + more - wanted) // 1) if den + more else None
    lately = sum(row.figure.den for row in recent)
    kept = Decimal(sum(row.figure.num for row in recent)) / lately if lately else None
    return {
        "misses_left": misses,
        "needed": _percent((wanted - num) / more) if more else None,
        "at_this_pace": _percent((num + kept * more) / (den + more)) if kept is not None and den + more else None,
    }


def _percent(share: Decimal) -> float:
    return float((max(share, Decimal(0)) * 100).quantize(_CENT, ROUND_HALF_UP))


def told(book: Book, question: Question) -> bytes:
    return msgspec.json.encode(pace(book, question))
