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
from goldensix.log.columns import CLOSING_WORDS, GREETING, LINES
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
    "damaged_buyer": ("the buyer's name holds characters that cannot be read", "买家名里有读不出的字"),
    "damaged_agent": ("the agent's name holds characters that cannot be read", "客服名里有读不出的字"),
    "damaged_session": ("the conversation's number holds characters that cannot be read", "会话号里有读不出的字"),
}
"""Why a row was rejected, in English and Chinese."""
_MIXER: Final = 0x9E37_79B9_7F4A_7C15
"""Odd, so that nothing is lost of what it multiplies."""
_SUB_ACCOUNT: Final = r"[:：]"
"""Marketplaces name an agent as shop:person."""
_NO_CHARACTER: Final = "\ufffd"
"""What stands in a text for bytes that are no character. In somebody's name it would make two people of one."""
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
    """The table beside what its cells tell of each row: columns of `log.columns.LINES`, and `day`, `text`, `body`,
    `fault`. `whole` adds the columns of which the file tells nothing."""
    import polars as pl

    cells = {role: pl.col(cell(names.index(name))) for role, name in reading.columns.items() if name in names}
    column = _Cells(cells, reading)
    # Step by step, so that nothing is worked out twice: a later step reads what an earlier one made.
    named = table.filter(pl.any_horizontal(pl.exclude("row").is_not_null())).with_columns(column.stripped())
    named = named.with_columns(column.not_empty())
    first = named.with_columns(
        at=column.at(),
        what=column.what(),
        by_side=column.by(),
        text=column.text().str.replace_all("\0", "", literal=True),
    )
    second = first.with_columns(
        by=column.only_said("by_side"),
        buyer=column.buyer(),
        session=column.name("session"),
        value=column.value(),
        chars=pl.col("text").str.len_chars().cast(pl.Int32),
    )
    third = second.with_columns(
        day=dates.local_day(pl.col("at"), target.zone),
        agent=column.agent(),
        flags=_flags(),
        body={"keep": pl.col("text"), "mask": masked(pl.col("text")), "drop": pl.lit(None, pl.String)}[target.bodies],
        **column.rest(),
    )
    return third.with_columns(fault=column.fault(len(names)), line=column.line())


def whole(rows: "pl.DataFrame", target: Target) -> "pl.DataFrame":
    """With all columns of `log.columns.LINES`, the same in every row where the file tells nothing."""
    import polars as pl

    types = {"int8": pl.Int8, "int32": pl.Int32, "int64": pl.Int64, "text": pl.String, "bool": pl.Boolean}
    always = {"shop": target.shop, "platform": target.platform, "what": "message", "kind": "text", "recalled": False}
    same = [
        pl.lit(always.get(name), types[kind]).alias(name) for name, kind in LINES.items() if name not in rows.columns
    ]
    return rows.with_columns(same).select(*LINES)


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

    def stripped(self) -> "list[pl.Expr]":
        """What `name` asks for; empty where there is nothing, until `not_empty`."""
        said = {
            role: each.str.replace_all("\0", "", literal=True) for role, each in self._cells.items() if role != "text"
        }
        return [each.str.strip_chars().alias(f"said_{role}") for role, each in said.items()]

    def not_empty(self) -> "list[pl.Expr]":
        import polars as pl

        said = [pl.col(f"said_{role}") for role in self._cells if role != "text"]
        return [pl.when(each != "").then(each).name.keep() for each in said]

    def name(self, role: Role) -> "pl.Expr":
        """Without space around it; null where it is empty."""
        import polars as pl

        return pl.col(f"said_{role}") if self.has(role) else pl.lit(None, pl.String)

    def text(self) -> "pl.Expr":
        import polars as pl

        return self._cells.get("text", pl.lit(None, pl.String)).fill_null("")

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

    def only_said(self, column: str) -> "pl.Expr":
        """Null where something else happened."""
        import polars as pl

        return pl.when(pl.col("what") == "message").then(pl.col(column)) if self.has("what") else pl.col(column)

    def rest(self) -> "dict[str, pl.Expr]":
        """What most files do not tell, of those that do."""
        import polars as pl

        found: dict[str, pl.Expr] = {
            role: self.name(role) for role in ("from_agent", "group", "detail") if self.has(role)
        }
        if self.has("kind") or self.has("what"):
            known = _meaning(self.name("kind"), self._reading.kinds, KINDS).fill_null("text")
            found["kind"] = pl.when(pl.col("what") == "message").then(known).otherwise(pl.lit(""))
        if self.has("seq"):
            found["seq"] = self.name("seq").cast(pl.Int64, strict=False)
        if self.has("recalled"):
            found["recalled"] = self.name("recalled").str.to_lowercase().is_in(sorted(TRUE)).fill_null(value=False)
        return found

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

    def value(self) -> "pl.Expr":
        """A score as it is, words for scores included; money in cents."""
        import polars as pl

        if not self.has("value"):
            return pl.lit(None, pl.Int64)
        text = self.name("value")
        number = (
            text.str.strip_chars("¥￥$元分星 ").str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
        )
        score = _looked_up(text, SCORES, pl.Float64()).fill_null(number)
        money = pl.col("what").is_in(["order_created", "paid", "refund_requested", "refund_done"])
        told = pl.when(money).then((number * 100).round()).when(pl.col("what") == "rating").then(score.round())
        return told.cast(pl.Int64, strict=False)

    def fault(self, width: int) -> "pl.Expr":
        """The first that holds; null: the row is good."""
        import polars as pl

        beyond = pl.col(cell(width)).is_not_null()
        nothing = pl.all_horizontal(pl.col(cell(place)).is_null() for place in range(width))
        found = pl.when(beyond & nothing).then(pl.lit("broken")).when(beyond).then(pl.lit("too_many_cells"))
        found = found.when(self.name("time").is_null()).then(pl.lit("no_time"))
        found = found.when(pl.col("at").is_null()).then(pl.lit("time"))
        found = found.when(pl.col("what").is_null()).then(pl.lit("what"))
        found = found.when((pl.col("what") == "message") & pl.col("by_side").is_null()).then(pl.lit("side"))
        found = found.when(pl.col("buyer").is_null()).then(pl.lit("no_buyer"))
        found = found.when((pl.col("what") == "rating") & pl.col("value").is_null()).then(pl.lit("value"))
        for name in ("buyer", "agent", "session"):
            found = found.when(pl.col(name).str.contains(_NO_CHARACTER, literal=True)).then(pl.lit(f"damaged_{name}"))
        return found.otherwise(pl.lit(None, pl.String))

    def line(self) -> "pl.Expr":
        """The source's own id; else one made of what was said, by whom, in whose conversation, in which second.

        Equal lines of one second get their ordinal once all are there.
        """
        import polars as pl

        made = pl.concat_str(pl.lit(CONTENT), self._digest())
        if not self.has("line"):
            return made
        return pl.coalesce(self.name("line"), made)

    def _digest(self) -> "pl.Expr":
        """A number of each part, mixed by a polynomial: cheaper than joining the parts to one text."""
        import polars as pl
        import polars_hash  # noqa: F401 - gives expressions the hashes that stay the same from version to version

        parts = [pl.coalesce("session", "buyer"), pl.col("by"), pl.col("agent"), pl.col("text")]
        if self.has("what"):
            parts += [pl.col("what"), self.name("detail"), pl.col("value").cast(pl.String)]
        digest = (pl.col("at") // 1000).cast(pl.UInt64, strict=False)
        for part in parts:
            number: pl.Expr = part.nchash.xxh3_64()  # type: ignore[attr-defined]  # an expression namespace
            digest = digest * pl.lit(_MIXER, pl.UInt64) + number.fill_null(0)
        return digest


def _meaning(text: "pl.Expr", told: Mapping[str, str], table: Mapping[Meaning, str]) -> "pl.Expr":
    """What people said that a value means, else what such words mean."""
    import polars as pl

    known = lookup(table)
    words = {form: meaning for word, meaning in known.items() for form in (word, word.capitalize(), word.upper())}
    return _looked_up(text, {**words, **told}, pl.String())


def _looked_up(text: "pl.Expr", table: Mapping[str, object], kind: "pl.DataType") -> "pl.Expr":
    """Null for what is not in the table. Asked of each batch by itself: Polars' own expression for it waits until it
    has the whole column in memory."""
    return text.map_batches(
        lambda values: values.replace_strict(table, default=None, return_dtype=kind),
        return_dtype=kind,
        is_elementwise=True,
    )
