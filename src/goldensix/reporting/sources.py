"""What there are figures of, for the filters and for pages that have nothing to show."""

from collections.abc import Mapping
from typing import Any

import ibis
import msgspec

from goldensix.metrics.caliber import SessionRule
from goldensix.metrics.tables import SESSION
from goldensix.metrics.talk import REHEARSAL
from goldensix.metrics.zones import day_name
from goldensix.reporting.benchmarks import Benchmarks
from goldensix.reporting.book import Book
from goldensix.reporting.days import today
from goldensix.reporting.held import holders
from goldensix.reporting.question import Language, Question


def sources(book: Book, question: Question) -> bytes:
    everything = msgspec.structs.replace(question, rehearsals=True)
    kept = Benchmarks(book.ground.archive.folder).names()
    made = book.remember(("sources", question.shops), lambda: _sources(book, everything))
    # Accounts come and go without a line in the log: they are named anew each time.
    named = {f"{grain}s": _named(book, grain, made[f"{grain}s"], question.language) for grain in ("group", "agent")}
    return msgspec.json.encode({**made, **named, "benchmarks": kept})


def _sources(book: Book, question: Question) -> dict[str, Any]:
    source = book.source(question, SessionRule())
    begun = source.moments.filter(source.moments.what == SESSION)
    played = ibis.ifelse(begun.platform == REHEARSAL, 1, 0).sum()
    counted = begun.group_by("shop").aggregate(
        low=begun.at.min(), high=begun.at.max(), count=begun.count(), said=(begun.n + begun.m).sum(), played=played
    )
    by_shop = {row["shop"]: row for row in counted.to_pyarrow().to_pylist()}
    return {
        "shops": [_shop(shop, by_shop.get(shop.id)) for shop in book.shops(question)],
        "groups": _seen(source, "group"),
        "agents": _seen(source, "agent"),
        "rehearsals": book.ground.demo,
        "orders": bool(holders(book, question, "orders")),
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


def _seen(source: Any, grain: str) -> set[str]:
    return {row[grain] for table in (source.turns, source.moments) for row in _distinct(table, grain)} - {None}


def _named(book: Book, grain: str, keys: set[str], language: Language) -> list[dict[str, str]]:
    named = [{"key": key, "name": book.name(grain, key, language)} for key in keys]
    return sorted(named, key=lambda each: each["name"])


def _distinct(table: Any, grain: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = table.select(grain).distinct().to_pyarrow().to_pylist()
    return found
