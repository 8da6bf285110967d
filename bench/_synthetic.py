"""A synthetic log of a chain of stores: about ten messages a conversation, 500 agents, 60 days."""

from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from goldensix.adapters.columnar.arrange import SCHEMA

AGENTS: Final = 500
DAYS: Final = 60
BEGINS: Final = 1_788_192_000_000
"""1 September 2026, midnight in Shanghai."""
_DAY: Final = 86_400_000
_PART: Final = 2_000_000
"""Messages made at a time."""
WORDS: Final = (
    "在吗",
    "这件有 L 码吗，身高 170 能穿吗",
    "今天能发货吗，比较急",
    "好的，谢谢",
    "您好，请问有什么可以帮您",
    "这款是纯棉的，机洗不变形哦",
    "已经给您备注优先发货，请耐心等等",
    "可以的，拍下以后联系我改价",
    "退货运费是谁出呀？",
    "麻烦拍一张照片给我们看看",
)


def _conversations(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """When each begins, mostly in the evening; how many messages it has; who answers."""
    hours = np.clip(rng.normal(16.5, 4.5, count), 0, 23.99)
    begins = rng.integers(0, DAYS, count) * _DAY + (hours * 3_600_000).astype(np.int64) + BEGINS
    return begins, rng.poisson(8, count) + 2, rng.integers(0, AGENTS, count)


def _gaps(rng: np.random.Generator, by: np.ndarray) -> np.ndarray:
    """Milliseconds since the message before: people answer in seconds, sometimes in minutes; robots at once."""
    quick = rng.exponential(12_000, len(by))
    slow = rng.exponential(240_000, len(by))
    waited = np.where(rng.random(len(by)) < 0.06, slow, quick)
    return np.where(by == 3, 600, waited).astype(np.int64) + 200


def _part(rng: np.random.Generator, count: int, first: int) -> pl.DataFrame:
    begins, sizes, agents = _conversations(rng, count)
    order = np.argsort(begins, kind="stable")
    begins, sizes, agents = begins[order], sizes[order], agents[order]
    owner = np.repeat(np.arange(count), sizes)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    by = np.where(rng.random(len(owner)) < 0.48, 0, 1)
    by[place == 0] = 0
    by[(place == 1) & (rng.random(len(owner)) < 0.3)] = 3
    gaps = np.where(place == 0, 0, _gaps(rng, by))
    elapsed = np.cumsum(gaps)
    at = begins[owner] + elapsed - elapsed[place == 0][owner]
    return pl.DataFrame(
        {
            "conversation": owner + first,
            "agent": agents[owner],
            "by": by,
            "at": at,
            "chars": rng.integers(2, 60, len(at)),
        }
    )


def _lines(rows: pl.DataFrame, first: int) -> pl.DataFrame:
    by = pl.col("by").replace_strict({0: "buyer", 1: "agent", 3: "bot_auto"})
    nothing = {name: pl.lit(None, SCHEMA[name]) for name in ("from_agent", "group", "seq", "value", "detail")}
    number = pl.int_range(first, first + len(rows))
    return rows.select(
        shop=pl.lit(1, pl.Int32),
        platform=pl.lit("taobao"),
        buyer="tb" + (pl.col("conversation") * 7 % 1_000_003).cast(pl.String),
        session="c" + pl.col("conversation").cast(pl.String),
        line="m" + number.cast(pl.String).str.zfill(9),
        what=pl.lit("message"),
        by=by,
        agent=pl.when(pl.col("by") == 1).then("小" + pl.col("agent").cast(pl.String)),
        kind=pl.lit("text"),
        at="at",
        recalled=pl.lit(False),
        flags=pl.lit(0, pl.Int8),
        chars=pl.col("chars").cast(pl.Int32),
        **nothing,
    ).select(*SCHEMA)


def write_log(folder: Path, rows: int) -> tuple[Path, Path]:
    """The same log twice, as Parquet: each conversation's messages together, and in the order of time."""
    rng = np.random.default_rng(6)
    clustered, ordered = folder / "clustered", folder / "ordered"
    clustered.mkdir(parents=True)
    ordered.mkdir(parents=True)
    made, conversations = 0, 0
    while made < rows:
        count = max(1, min(_PART, rows - made) // 10)
        part = _part(rng, count, conversations)
        lines = _lines(part, made)
        lines.write_parquet(clustered / f"{made:010}.parquet")
        made, conversations = made + len(lines), conversations + count
    everything = pl.scan_parquet(clustered / "*.parquet").sort("at", "line").collect()
    everything.write_parquet(ordered / "log.parquet")
    return clustered, ordered


def write_csv(path: Path, rows: int) -> None:
    """What a shop's export looks like: time, buyer, who, account, words."""
    rng = np.random.default_rng(6)
    times = np.sort(rng.integers(BEGINS // 1000, BEGINS // 1000 + DAYS * 86_400, rows))
    owner = rng.integers(0, max(1, rows // 10), rows)
    table = pl.DataFrame(
        {"at": times, "owner": owner, "by": rng.integers(0, 2, rows), "a": rng.integers(0, 10, rows),
         "b": rng.integers(0, 10, rows), "order": rng.integers(100_000, 999_999, rows)}
    )  # fmt: skip
    words = pl.Series(WORDS)
    table.select(
        pl.from_epoch("at", time_unit="s").dt.strftime("%Y-%m-%d %H:%M:%S").alias("发送时间"),
        ("tb" + pl.col("owner").cast(pl.String)).alias("买家昵称"),
        pl.when(pl.col("by") == 0).then(pl.lit("买家")).otherwise(pl.lit("客服")).alias("发送方"),
        ("示例旗舰店:小" + (pl.col("owner") % AGENTS).cast(pl.String)).alias("客服"),
        (words.gather(table["a"]) + words.gather(table["b"]) + table["order"].cast(pl.String)).alias("消息内容"),
    ).write_csv(path)
