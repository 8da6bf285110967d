"""How soon first human replies come, platform by platform: the share answered by each second."""

from collections import defaultdict
from itertools import accumulate
from typing import Any, Final

import msgspec

from goldensix.metrics.batch.clock import either
from goldensix.metrics.batch.reading import Reading
from goldensix.metrics.caliber import Caliber
from goldensix.metrics.contributions import View
from goldensix.metrics.zones import day_name
from goldensix.reporting.behind import rows_behind
from goldensix.reporting.book import Book
from goldensix.reporting.cut import known_days
from goldensix.reporting.days import named_days
from goldensix.reporting.question import Question

SECONDS: Final = (
    *range(1, 31), *range(32, 61, 2), *range(65, 121, 5), *range(130, 301, 10), *range(330, 601, 30), 900, 1800, 3600,
)  # fmt: skip
"""Where the curve is read: closely where platforms draw their lines."""
_FIRST: Final = Caliber(id="first", measure="answered", unit="session_first")


def distribution(book: Book, question: Question) -> dict[str, Any]:
    days = named_days(question.first, question.last, known_days(book, question))
    if days is None:
        return {"zone": book.zone(question), "first": None, "last": None, "platforms": []}
    view = View(zones=book.zones(question), zone="UTC", days=days)
    source = book.source(question, _FIRST.sessions, days)
    rows = rows_behind(Reading(source, view, (_FIRST,)), _FIRST)
    if question.agent is not None:
        rows = rows.filter(rows.agent == question.agent)
    if question.group is not None:
        rows = rows.filter(rows["group"] == question.group)
    platforms = {shop.id: shop.platform for shop in book.shops(question)}
    waits = rows.filter(rows.why == "").select("shop", "has_wait", "wait")
    step = either(waits.has_wait, (waits.wait + 999 - (waits.wait + 999) % 1000) / 1000, -1).cast("int64")
    counted = waits.group_by("shop", step=step).aggregate(count=lambda t: t.count()).to_pyarrow().to_pylist()
    by_platform: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in counted:
        by_platform[platforms[row["shop"]]][row["step"]] += row["count"]
    return {
        "zone": book.zone(question),
        "first": day_name(days[0]),
        "last": day_name(days[1]),
        "platforms": [_curve(platform, steps) for platform, steps in sorted(by_platform.items())],
    }


def _curve(platform: str, steps: dict[int, int]) -> dict[str, Any]:
    """`steps`: how many were answered within so many whole seconds, rounded up; -1: never."""
    count, reached = sum(steps.values()), []
    answered = sorted((step, number) for step, number in steps.items() if step >= 0)
    sums = list(accumulate(number for _, number in answered))
    place = 0
    for second in SECONDS:
        while place < len(answered) and answered[place][0] <= second:
            place += 1
        reached.append((float(second), round(100 * (sums[place - 1] if place else 0) / count, 2)))
    return {"platform": platform, "count": count, "points": reached}


def told(book: Book, question: Question) -> bytes:
    days = (question.shop, question.shops, question.agent, question.group, question.first, question.last)
    key = ("distribution", *days, book.counts_rehearsals(question))
    return book.remember(key, lambda: msgspec.json.encode(distribution(book, question)))
