"""What buyers and people said in imported logs, where words were kept, for the robot to learn from."""

from typing import Final

import polars as pl

from goldensix.adapters.archive.sources import Archive
from goldensix.events.ids import Instant, ShopId
from goldensix.robot.asked import By, Message

_BY: Final[dict[str, By]] = {"buyer": "buyer", "agent": "human", "bot_assist": "robot", "bot_auto": "robot"}
_APART: Final = 30 * 60_000
"""Milliseconds of silence after which a buyer begins anew, where the source names no conversations."""


def spoken(archive: Archive, since: Instant) -> list[Message]:
    """Conversation by conversation."""
    lines, bodies = archive.files("lines"), archive.files("bodies")
    if not lines or not bodies:
        return []
    texts = pl.scan_parquet(bodies, hive_partitioning=False).unique("line")
    said = (
        pl.scan_parquet(lines, hive_partitioning=False)
        .filter((pl.col("what") == "message") & (pl.col("at") >= since) & pl.col("by").is_in([*_BY]))
        .filter(~pl.col("recalled").fill_null(value=False))
        .join(texts, on="line")
        .filter(pl.col("text").str.strip_chars() != "")
    )
    ordered = said.sort("shop", "buyer", "session", "at", "seq", nulls_last=True, maintain_order=True)
    begins = (pl.col("at").diff() > _APART).fill_null(value=False).cum_sum().over("shop", "buyer", "session")
    named = pl.when(pl.col("session").is_null()).then(begins.cast(pl.String)).otherwise("session")
    whose = pl.concat_str(pl.col("shop").cast(pl.String), "buyer", named, separator="/", ignore_nulls=True)
    rows = ordered.select(whose.alias("conversation"), "shop", "at", "by", "text").collect()
    return [
        Message(conversation, ShopId(shop), Instant(at), _BY[by], text)
        for conversation, shop, at, by, text in rows.iter_rows()
    ]
