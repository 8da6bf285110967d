"""What was said, looked up where it is kept: of the desk in PostgreSQL, of imports in the archive, if at all."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import polars as pl

from goldensix.events.facts import MessageSent
from goldensix.log.columns import LINES
from goldensix.metrics.order import Line
from goldensix.metrics.zones import DAY, day_name, local
from goldensix.reporting.book import Book
from goldensix.reporting.ground import Ground


class Said(NamedTuple):
    """A buyer's line, by where and when."""

    shop: int
    buyer: str
    session: str
    at: int


class Heard(NamedTuple):
    line: Line
    text: str | None
    """None: not kept, or erased."""


def first_words(book: Book, said: Sequence[Said]) -> list[str | None]:
    found: dict[Said, str] = {}
    for shop in {each.shop for each in said}:
        found |= _imported(book, [each for each in said if each.shop == shop])
    missing = [each for each in said if each not in found]
    if missing and book.ground.dsn is not None:
        found |= asyncio.run(_on_desk(book.ground, missing))
    return [found.get(each) for each in said]


def _imported(book: Book, said: Sequence[Said]) -> dict[Said, str]:
    shop = said[0].shop
    lines = _archived(book, shop, {each.at for each in said})
    if lines is None:
        return {}
    wanted = lines.filter(
        (pl.col("what") == "message")
        & (pl.col("by") == "buyer")
        & pl.col("at").is_in([each.at for each in said])
        & pl.col("buyer").is_in([each.buyer for each in said])
    ).collect()
    texts = {(row["buyer"], row["at"]): row["text"] for row in wanted.iter_rows(named=True) if row["text"]}
    return {each: texts[each.buyer, each.at] for each in said if (each.buyer, each.at) in texts}


def _archived(book: Book, shop: int, instants: Iterable[int]) -> pl.LazyFrame | None:
    """Imported lines of a shop on the days of these instants, with what was said."""
    known = book.ground.shop(shop)
    if known is None:
        return None
    days = {date.fromisoformat(day_name(local(known.zone, at) // DAY)) for at in instants}
    return _with_text(book.ground, shop, days)


def _with_text(ground: Ground, shop: int, days: set[date] | None) -> pl.LazyFrame | None:
    files = ground.archive.files("lines", shop=shop, days=days)
    if not files:
        return None
    lines = pl.scan_parquet(files, hive_partitioning=False)
    bodies = ground.archive.files("bodies", shop=shop, days=days)
    if not bodies:
        return lines.with_columns(text=pl.lit(None, pl.String))
    said = pl.scan_parquet(bodies, hive_partitioning=False).unique("line")
    return lines.join(said, on="line", how="left")


async def _on_desk(ground: Ground, said: Sequence[Said]) -> dict[Said, str]:
    from goldensix.adapters.postgres.log import PostgresLog
    from goldensix.adapters.postgres.pool import open_pool

    assert ground.dsn is not None
    pool = await open_pool(ground.dsn, most=1)
    try:
        log, found = PostgresLog(pool), {}
        for each in said:
            for stored in await log.read_stream(ground.merchant, each.session, limit=5_000):
                event, body = stored.event, stored.body
                if isinstance(event, MessageSent) and event.by == "buyer" and stored.occurred_at == each.at and body:
                    found[each] = body.text
        return found
    finally:
        await pool.close()


def desk_conversation(ground: Ground, session: str) -> list[Heard]:
    """A conversation of the desk, in its order; empty: there is none of this name."""
    return asyncio.run(_desk_conversation(ground, session)) if ground.dsn is not None else []


async def _desk_conversation(ground: Ground, session: str) -> list[Heard]:
    from goldensix.adapters.columnar.desk import DeskLines
    from goldensix.adapters.postgres.log import PostgresLog
    from goldensix.adapters.postgres.pool import open_pool

    assert ground.dsn is not None
    pool = await open_pool(ground.dsn, most=1)
    try:
        lines, texts = await DeskLines(PostgresLog(pool), ground.merchant).whole(session)
        return [Heard(line, texts.get(line.line)) for line in lines]
    finally:
        await pool.close()


def imported_lines(ground: Ground, shop: int, *, session: str, buyer: str) -> list[Heard]:
    """Lines that are folded together: of the conversation if the source names it, else of the buyer."""
    lines = _with_text(ground, shop, None)
    if lines is None:
        return []
    mine = pl.col("session") == session
    if "@" in session:
        mine = mine | (pl.col("session").is_null() & (pl.col("buyer") == buyer))
    rows = lines.filter(mine).collect()
    return [Heard(Line(*(row[name] for name in LINES)), row["text"]) for row in rows.iter_rows(named=True)]
