"""From a table of texts to lines: every row becomes one, or has a fault that says which column and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from goldensix.adapters.importers import dates
from goldensix.adapters.importers.masking import masked
from goldensix.adapters.importers.reading import Bodies, Reading
from goldensix.adapters.importers.tables import cell
from goldensix.adapters.importers.words import (
    CLOSING,
    KINDS,
    SCORES,
    SIDES,
    TRUE,
    WHATS,
    Meaning,
    Role,
    lookup,
)
from goldensix.log.columns import CLOSING_WORDS, GREETING
from goldensix.metrics.greeting import GREETING as GREETING_WORDS

if TYPE_CHECKING:
    import polars as pl

FAULTS: Final[dict[str, tuple[str, str]]] = {
    "too_many_cells": ("more cells than columns", "比表头多出几格"),
    "broken": ("cannot be taken apart into columns", "这一行拆不成列"),
    "no_time": ("no time", "没有时间"),
    "time": ("the time cannot be read", "时间读不出"),
    "what": ("not known what happened", "不认识这种事件"),
    "side": ("not known who sent it", "不知道是谁发的"),
    "no_buyer": ("no buyer and no conversation", "没有买家也没有会话"),
    "value": ("not a number", "不是数字"),
}
"""Why a row was rejected, in English and Chinese."""
_SEPARATOR: Final = "\x1f"
_SUB_ACCOUNT: Final = r"[:：]"
"""Marketplaces name an agent as shop:person."""
CONTENT: Final = "#"
"""What the identity of a line begins with that was made from its content."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where lines go and how much of them is kept."""

    shop: int
    platform: str
    zone: str
    bodies: Bodies


def read(table: "pl.LazyFrame", names: Sequence[str], reading: Reading, target: Target) -> "pl.LazyFrame":
    """The table with the columns of `log.columns.LINES` beside its own, and `day`, `text`, `fault`, `fault_at`."""
    import polars as pl

    cells = {role: pl.col(cell(names.index(name))) for role, name in reading.columns.items() if name in names}
    column = _Cells(cells, reading)
    first = table.filter(pl.any_horizontal(pl.exclude("row").is_not_null())).with_columns(
        at=column.at(),
        what=column.what(),
        by_side=column.by(),
        text=column.text("text").str.replace_all("\0", "", literal=True),
    )
    second = first.with_columns(
        by=pl.when(pl.col("what") == "message").then(pl.col("by_side")),
        buyer=column.buyer(),
        session=column.name("session"),
        value=column.value(),
        chars=pl.col("text").str.len_chars().fill_null(0).cast(pl.Int32),
    )
    faulty = second.with_columns(fault=column.fault(len(names)), day=dates.local_day(pl.col("at"), target.zone))
    return _finished(faulty, column, target)


def _finished(rows: "pl.LazyFrame", column: "_Cells", target: Target) -> "pl.LazyFrame":
    import polars as pl

    kept = {"keep": pl.col("text"), "mask": masked(pl.col("text")), "drop": pl.lit(None, pl.String)}
    return rows.with_columns(
        shop=pl.lit(target.shop, pl.Int32),
        platform=pl.lit(target.platform),
        agent=column.agent(),
        from_agent=column.name("from_agent"),
        group=column.name("group"),
        kind=column.kind(),
        seq=column.text("seq").cast(pl.Int64, strict=False),
        recalled=column.flag("recalled"),
        flags=_flags(),
        detail=column.name("detail"),
    ).with_columns(line=column.line(), body=kept[target.bodies])


def _flags() -> "pl.Expr":
    import polars as pl

    closing = (pl.col("by") == "buyer") & pl.col("text").str.contains(CLOSING)
    greeting = pl.col("text").str.contains(GREETING_WORDS)
    bits = pl.when(closing).then(CLOSING_WORDS).otherwise(0) + pl.when(greeting).then(GREETING).otherwise(0)
    return bits.cast(pl.Int8)


class _Cells:
    """The columns of a file, asked for by their role."""

    def __init__(self, cells: Mapping[Role, "pl.Expr"], reading: Reading) -> None:
        self._cells = cells
        self._reading = reading

    def has(self, role: Role) -> bool:
        return role in self._cells

    def text(self, role: Role) -> "pl.Expr":
        import polars as pl

        return self._cells.get(role, pl.lit(None, pl.String))

    def name(self, role: Role) -> "pl.Expr":
        """Without space around it; null where it is empty."""
        import polars as pl

        text = self.text(role).str.strip_chars()
        return pl.when(text != "").then(text)

    def at(self) -> "pl.Expr":
        import polars as pl

        reading, time = self._reading, self.name("time")
        if self.has("date"):
            return dates.parse_pair(self.name("date"), reading.dates, time, reading.times, reading.zone)
        if reading.day:
            return dates.parse_pair(pl.lit(reading.day), ("%Y-%m-%d",), time, reading.times, reading.zone)
        return dates.parse(time, reading.times, reading.zone)

    def what(self) -> "pl.Expr":
        import polars as pl

        if not self.has("what"):
            return pl.lit("message")
        return _meaning(self.name("what"), self._reading.whats, WHATS)

    def kind(self) -> "pl.Expr":
        import polars as pl

        known = _meaning(self.name("kind"), self._reading.kinds, KINDS).fill_null("text")
        return pl.when(pl.col("what") == "message").then(known).otherwise(pl.lit(""))

    def by(self) -> "pl.Expr":
        """Who sent: by a word that says so; by whose name stands as the sender; by which of two names is there."""
        import polars as pl

        if self.has("side"):
            return _meaning(self.name("side"), self._reading.sides, SIDES)
        if not self.has("sender"):
            return pl.when(self.name("agent").is_not_null()).then(pl.lit("agent")).otherwise(pl.lit("buyer"))
        sender, buyer, agent = self.name("sender"), self.name("buyer"), self.name("agent")
        told = _meaning(sender, self._reading.sides, SIDES)
        by_name = pl.when(sender == buyer).then(pl.lit("buyer")).when(sender == agent).then(pl.lit("agent"))
        by_name = by_name.when(sender.str.contains(_SUB_ACCOUNT)).then(pl.lit("agent"))
        by_name = by_name.when(self.name("receiver").str.contains(_SUB_ACCOUNT)).then(pl.lit("buyer"))
        rest = (
            pl.lit("agent") if self.has("buyer") else pl.lit("buyer") if self.has("agent") else pl.lit(None, pl.String)
        )
        return pl.coalesce(told, by_name.when(sender.is_not_null()).then(rest))

    def buyer(self) -> "pl.Expr":
        import polars as pl

        session = self.name("session")
        if self.has("buyer"):
            return pl.coalesce(self.name("buyer"), session)
        if self.has("sender") and self.has("receiver"):
            return pl.when(pl.col("by_side") == "buyer").then(self.name("sender")).otherwise(self.name("receiver"))
        if self.has("sender") and not self.has("session"):
            return pl.when(pl.col("by_side") == "buyer").then(self.name("sender"))
        return session

    def agent(self) -> "pl.Expr":
        import polars as pl

        told = self.name("agent") if self.has("agent") else self.name("sender")
        people = pl.col("by").is_in(["agent", "bot_auto", "bot_assist", "note"])
        return pl.when(people | (pl.col("what") != "message")).then(told)

    def flag(self, role: Role) -> "pl.Expr":
        return self.name(role).str.to_lowercase().is_in(sorted(TRUE)).fill_null(value=False)

    def value(self) -> "pl.Expr":
        """A score as it is, words for scores included; money in cents."""
        import polars as pl

        text = self.name("value")
        number = (
            text.str.strip_chars("¥￥$元分星 ").str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
        )
        score = text.replace_strict(SCORES, default=None, return_dtype=pl.Float64).fill_null(number)
        money = pl.col("what").is_in(["order_created", "paid", "refund_requested", "refund_done"])
        told = pl.when(money).then((number * 100).round()).when(pl.col("what") == "rating").then(score.round())
        return told.cast(pl.Int64, strict=False)

    def fault(self, width: int) -> "pl.Expr":
        """The first that holds; null: the row is good."""
        import polars as pl

        message = pl.col("what") == "message"
        beyond = pl.col(cell(width)).is_not_null()
        nothing = pl.all_horizontal(pl.col(cell(place)).is_null() for place in range(width))
        found = pl.when(beyond & nothing).then(pl.lit("broken")).when(beyond).then(pl.lit("too_many_cells"))
        found = found.when(self.name("time").is_null()).then(pl.lit("no_time"))
        found = found.when(pl.col("at").is_null()).then(pl.lit("time"))
        found = found.when(pl.col("what").is_null()).then(pl.lit("what"))
        found = found.when(message & pl.col("by_side").is_null()).then(pl.lit("side"))
        found = found.when(pl.col("buyer").is_null()).then(pl.lit("no_buyer"))
        return found.when((pl.col("what") == "rating") & pl.col("value").is_null()).then(pl.lit("value"))

    def line(self) -> "pl.Expr":
        """The source's own id; else one made of what was said, by whom, in whose conversation, in which second.

        Equal lines of one second get their ordinal once all are there.
        """
        import polars as pl

        made = self._content_identity()
        if not self.has("line"):
            return made
        return pl.coalesce(self.name("line"), made)

    def _content_identity(self) -> "pl.Expr":
        import polars as pl
        import polars_hash  # noqa: F401 - gives expressions the hashes that stay the same from version to version

        parts = [pl.coalesce("session", "buyer"), pl.col("by"), pl.col("agent"), pl.col("at") // 1000, pl.col("text")]
        if self.has("what"):
            parts += [pl.col("what"), pl.col("detail"), pl.col("value")]
        whole = pl.concat_str([each.cast(pl.String).fill_null("") for each in parts], separator=_SEPARATOR)
        digest: pl.Expr = whole.nchash.xxh3_64()  # type: ignore[attr-defined]  # an expression namespace
        return pl.lit(CONTENT) + digest.cast(pl.String)


def _meaning(text: "pl.Expr", told: Mapping[str, str], table: Mapping[Meaning, str]) -> "pl.Expr":
    """What people said that a value means, else what such words mean."""
    import polars as pl

    known = lookup(table)
    words = {form: meaning for word, meaning in known.items() for form in (word, word.capitalize(), word.upper())}
    return text.replace_strict({**words, **told}, default=None, return_dtype=pl.String)
