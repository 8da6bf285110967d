"""Lines of a log, in any order, arranged for the fold: coded, by conversation, in order within each."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from goldensix.adapters.columnar.compiled import with_twins
from goldensix.log.columns import BYS, LINES, WHATS, Type
from goldensix.metrics.order import BANDS, QUESTION, RANK_OF_WHAT
from goldensix.metrics.runs import LINE_SIZE, MESSAGE, RECALLED

_TYPES: Final[dict[Type, Any]] = {
    "int8": pl.Int8,
    "int32": pl.Int32,
    "int64": pl.Int64,
    "text": pl.String,
    "bool": pl.Boolean,
}
SCHEMA: Final[dict[str, Any]] = {name: _TYPES[kind] for name, kind in LINES.items()}


@dataclass(frozen=True, slots=True)
class Arranged:
    coded: pl.DataFrame
    """The columns of `metrics.runs.L_WHAT` and following, in their order."""
    starts: npt.NDArray[np.int64]
    derived: npt.NDArray[np.bool_]
    """Of each conversation: all lines of a buyer, to be told apart by the fold."""
    conversations: pl.DataFrame
    agents: pl.Series
    groups: pl.Series
    details: pl.Series

    def rows(self, start: int, stop: int) -> npt.NDArray[np.int64]:
        rows = np.empty((stop - start, LINE_SIZE), np.int64)
        for place, column in enumerate(self.coded[start:stop].iter_columns()):
            rows[:, place] = column.to_numpy()
        return rows.reshape(-1)


def arrange(lines: pl.DataFrame | pl.LazyFrame) -> Arranged:
    """A frame that is yet to be read is read once, and only what is needed of it is ever in memory."""
    nameless = pl.col("session").is_null() & (pl.col("buyer").fill_null("") == "")
    asked = lines.lazy().with_columns(session=pl.when(nameless).then("line").otherwise("session"))
    agents, groups, details = _names(asked)
    keyed = asked.select(
        pl.col("what").cast(pl.Enum(WHATS)).to_physical().cast(pl.Int8),
        pl.col("by").cast(pl.Enum(BYS)).to_physical().cast(pl.Int8).fill_null(-1),
        _code("agent", agents),
        _code("from_agent", agents),
        _code("group", groups),
        "at",
        pl.col("flags").fill_null(0) | pl.when("recalled").then(RECALLED).otherwise(0).cast(pl.Int8),
        pl.col("chars").fill_null(0),
        pl.col("value").fill_null(-1),
        _code("detail", details),
        "shop",
        "platform",
        pl.col("buyer").fill_null(""),
        "session",
        "line",
        "seq",
        key=pl.when(pl.col("session").is_null())
        .then(pl.col("buyer").fill_null("").hash(7))
        .otherwise(pl.col("session").hash(6))
        ^ pl.col("shop").cast(pl.Int64).hash(5),
    ).collect(engine="streaming")
    ordered = _in_order(keyed)
    starts = _starts(ordered["key"].to_numpy())
    coded = ordered.select(keyed.columns[:LINE_SIZE])
    if len(ordered):
        twins = with_twins(ordered["line"].hash(6).to_numpy(), starts, coded["flags"].to_numpy())
        coded = coded.with_columns(flags=pl.Series(twins))
    conversations = _conversations(ordered, starts)
    derived = conversations["session"].is_null().to_numpy()
    return Arranged(coded, starts, derived, conversations, agents, groups, details)


def _names(lines: pl.LazyFrame) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Of agents, groups and details."""
    columns = ("agent", "from_agent", "group", "detail")
    found = lines.select(pl.col(name).unique().implode() for name in columns).collect(engine="streaming")
    agent, from_agent, group, detail = (found[name].explode() for name in columns)
    return _sorted(pl.concat([agent, from_agent.rename("agent")])), _sorted(group), _sorted(detail)


def _sorted(names: pl.Series) -> pl.Series:
    return names.drop_nulls().unique().sort().rename("name")


def _code(column: str, names: pl.Series) -> pl.Expr:
    if not len(names):
        return pl.lit(-1, pl.Int32).alias(column)
    return pl.col(column).cast(pl.Enum(names)).to_physical().cast(pl.Int32).fill_null(-1)


def _starts(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """Where each conversation starts, and the end."""
    changes = np.flatnonzero(keys[1:] != keys[:-1]) + 1
    return np.concatenate(([0], changes, [len(keys)])) if len(keys) else np.zeros(1, np.int64)


def _conversations(ordered: pl.DataFrame, starts: npt.NDArray[np.int64]) -> pl.DataFrame:
    """Whose each is. An event may name only the session, so the buyer is the first who is named in it."""
    heads = ordered[starts[:-1]].select("shop", "platform", "buyer", "session", "key")
    if (heads["buyer"] == "").any():
        named = ordered.filter(pl.col("buyer") != "").group_by("key").agg(pl.col("buyer").first().alias("named"))
        heads = heads.join(named, on="key", how="left", maintain_order="left")
        heads = heads.with_columns(pl.coalesce("named", "buyer").alias("buyer")).drop("named")
    return heads.with_columns(buyer_key=pl.struct("shop", "buyer").hash(6).reinterpret(signed=True))


def _rank() -> pl.Expr:
    by_what = pl.col("what").replace_strict(dict(enumerate(RANK_OF_WHAT)), return_dtype=pl.Int8)
    return pl.when((pl.col("what") == MESSAGE) & (pl.col("by") == 0)).then(QUESTION).otherwise(by_what).cast(pl.Int8)


def _in_order(keyed: pl.DataFrame) -> pl.DataFrame:
    """As `metrics.order.in_order`. A log that is in order already is only looked at."""
    if keyed["seq"].null_count() < len(keyed):
        return _by_server(keyed)
    ranked = keyed.with_columns(rank=_rank())
    if not _is_clustered(ranked["key"]):
        return ranked.sort("key", "at", "rank", "line")
    same = pl.col("key") == pl.col("key").shift()
    at, rank, line = pl.col("at"), pl.col("rank"), pl.col("line")
    tied = (at == at.shift()) & (rank == rank.shift())
    wrong = same & ((at < at.shift()) | ((at == at.shift()) & (rank < rank.shift())) | (tied & (line < line.shift())))
    broken = ranked.lazy().filter(wrong).select(pl.col("key").unique()).collect()["key"]
    if not len(broken):
        return ranked
    return ranked.sort("key", "at", "rank", "line")


def _is_clustered(keys: pl.Series) -> bool:
    heads = keys.filter((keys != keys.shift()).fill_null(True))
    return heads.n_unique() == len(heads)


def _by_server(keyed: pl.DataFrame) -> pl.DataFrame:
    """The general case: some lines or all have the server's order."""
    numbered = keyed.filter(pl.col("seq").is_not_null()).sort("key", "seq", "line")
    numbered = numbered.with_columns(
        instant=pl.col("at").cum_max().over("key"), band=pl.lit(1, pl.Int8), rank=pl.lit(0, pl.Int8)
    )
    plain = keyed.filter(pl.col("seq").is_null()).with_columns(pl.col("at").alias("instant"), rank=_rank())
    bands = pl.col("rank").replace_strict(dict(enumerate(BANDS)), return_dtype=pl.Int8)
    plain = plain.with_columns(bands.alias("band")).select(numbered.columns)
    return pl.concat([numbered, plain]).sort("key", "instant", "band", "seq", "rank", "line", nulls_last=False)
