"""Many calibers in one GROUP BY: each asks for sums under a name, and its figures are read from the columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import ibis
import ibis.expr.types as ir

from goldensix.metrics.batch.clock import day_start, divided, either, hour_start
from goldensix.metrics.batch.shared import kept_apart, with_shared
from goldensix.metrics.caliber import Caliber
from goldensix.metrics.figures import Figure, Grain, Key
from goldensix.metrics.zones import DAY, HOUR, day_name

if TYPE_CHECKING:
    import pyarrow as pa

Columns = dict[str, list[Any]]
Found = dict[tuple[str, Key], Figure]
Run = Callable[[ir.Table], "pa.Table"]
"""Asks an engine for the rows of an expression."""


def by_its_own(expression: ir.Table) -> "pa.Table":
    """By the engine that the tables came from."""
    with kept_apart():
        return expression.to_pyarrow()


def total(value: ir.IntegerValue) -> ir.IntegerValue:
    """A sum that stays a whole number: some engines widen it."""
    return value.sum().cast("int64")


def total_where(condition: ir.BooleanValue, value: ir.IntegerValue | int) -> ir.IntegerValue:
    """Ones are counted, which engines do faster than they add."""
    if isinstance(value, int) and value == 1:
        return either(condition, ibis.literal(1, "int8"), ibis.null("int8")).count()
    return total(either(condition, value, ibis.literal(0, "int64")))


def grains(by: Sequence[Grain], table: ir.Table, local: ir.IntegerValue) -> dict[str, ir.Value]:
    """The columns of a key."""
    columns: dict[str, ir.Value] = {}
    for grain in by:
        match grain:
            case "day":
                columns["k_day"] = day_start(local)
            case "hour":
                columns["k_hour"] = hour_start(local)
            case _:
                columns[f"k_{grain}"] = table[grain]
    return columns


def keys_of(by: Sequence[Grain], columns: Columns, rows: int) -> list[Key]:
    parts: list[list[int | str | None]] = []
    for grain in by:
        values = columns[f"k_{grain}"]
        if grain == "day":
            values = [day_name(value // DAY) for value in values]
        parts.append([value // HOUR for value in values] if grain == "hour" else values)
    return list(zip(*parts, strict=True)) if parts else [()] * rows


class Amounts(NamedTuple):
    """In which columns a caliber's figure stands."""

    caliber: Caliber
    num: str
    den: str
    over: str | None
    """None: divided by 1."""
    left: Sequence[tuple[str, str]] = ()
    """Reasons, and how many were left out for each."""


@dataclass(frozen=True)
class Grid:
    """One row a key, columns of whole numbers: what a GROUP BY gives."""

    table: ir.Table
    by: Sequence[Grain]
    asked: Sequence[Amounts]

    def figures(self, rows: "pa.Table") -> Found:
        """Of the rows of `table`."""
        columns: Columns = rows.to_pydict()
        keys = keys_of(self.by, columns, rows.num_rows)
        found: Found = {}
        for caliber, num, den, over, reasons in self.asked:
            overs = columns[over] if over else [1] * len(keys)
            left = [(why, columns[name]) for why, name in reasons if any(columns[name])]
            for place, key in enumerate(keys):
                out = {why: int(values[place]) for why, values in left if values[place]}
                top, bottom = columns[num][place] or 0, columns[den][place] or 0
                if top or bottom or out:
                    found[caliber.id, key] = Figure(int(top), int(bottom), int(overs[place] or 0), out)
        return found

    @cached_property
    def valued(self) -> ir.Table:
        """The same with the figures' values."""
        valued = {f"v{place}": self._value(each) for place, each in enumerate(self.asked)}
        left = {f"o{place}": self._left_out(each) for place, each in enumerate(self.asked)}
        return self.table.mutate(**valued, **left)

    def tabulated(self, wide: "pa.Table") -> "list[pa.Table]":
        """Of the rows of `valued`, a table for each caliber: the key, then caliber, num, den, over, left_out, value."""
        import pyarrow as pa

        ones = pa.array([1] * wide.num_rows, pa.int64())
        tables = []
        for place, (caliber, num, den, over, _) in enumerate(self.asked):
            columns = {f"k_{grain}": wide[f"k_{grain}"] for grain in self.by}
            columns["caliber"] = pa.DictionaryArray.from_arrays(pa.array([0] * wide.num_rows, pa.int32()), [caliber.id])
            columns |= {"num": wide[num], "den": wide[den], "over": wide[over] if over else ones}
            columns |= {"left_out": wide[f"o{place}"], "value": wide[f"v{place}"]}
            tables.append(pa.table(columns))
        return tables

    def _left_out(self, asked: Amounts) -> ir.IntegerValue:
        count: ir.IntegerValue = ibis.literal(0, "int64")
        for _, column in asked.left:
            count = count + self.table[column]
        return count

    def _value(self, asked: Amounts) -> ir.FloatingValue:
        """As `figures.value_of`: half-up to two decimals; null where there is nothing to divide by."""
        num = self.table[asked.num]
        if asked.caliber.shape == "count":
            return num.cast("float64")
        over = self.table[asked.over] if asked.over else ibis.literal(1, "int64")
        up, down = (20_000, 2) if asked.caliber.shape == "percent" else (2, 20)
        size = either(num < 0, -num, num)
        hundredths = divided(size * up + over * (down // 2), (over * down).nullif(0))
        return either(num < 0, -hundredths, hundredths) / 100.0


@dataclass
class Fused:
    """One grouping of one table. `sums` are asked for under names that are unique in it."""

    table: ir.Table
    keys: Mapping[str, ir.Value]
    """The columns of the key, over the table."""
    by: Sequence[Grain]
    days: tuple[int, int] | None
    local: ir.IntegerValue
    sums: dict[str, ir.Value] = field(default_factory=dict)
    asked: list[Amounts] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    """Those of the sums that are no figures themselves, but values, sorted, that others are told from."""
    told: dict[str, Callable[[ir.Table], ir.Value]] = field(default_factory=dict)
    """Columns worked out of the sums of each group."""
    known: dict[Any, str] = field(default_factory=dict)
    """Sums by what they are: calibers that need the same one share it."""

    def ask(self, name: str, value: ir.Value) -> str:
        column = self.known.setdefault(value.op(), f"{name}_{len(self.sums)}")
        self.sums[column] = value
        return column

    def ask_list(self, name: str, value: ir.ArrayValue) -> str:
        column = self.ask(name, value)
        self.lists.append(column)
        return column

    def tell(self, name: str, of: Callable[[ir.Table], ir.Value]) -> str:
        column = f"{name}_told_{len(self.told)}"
        self.told[column] = of
        return column

    def add(self, caliber: Caliber, num: str, den: str, over: str | None, left: Sequence[tuple[str, str]] = ()) -> None:
        self.asked.append(Amounts(caliber, num, den, over, left))

    def grid(self) -> Grid:
        table = within_days(self.table, self.local, self.days)
        table, values = with_shared(table, {**self.keys, **self.sums})
        keys, sums = ({name: values[name] for name in names} for names in (self.keys, self.sums))
        grouped = table.group_by(**keys) if keys else table
        groups = grouped.aggregate(**sums)
        if self.told:
            groups = groups.mutate(**{name: groups[name].sort() for name in self.lists})
            told = {name: of(groups) for name, of in self.told.items()}
            groups = groups.mutate(**told).drop(*dict.fromkeys(self.lists))
        return Grid(groups, self.by, self.asked)


def within_days(table: ir.Table, local: ir.IntegerValue, days: tuple[int, int] | None) -> ir.Table:
    if days is None:
        return table
    begin, end = edges_of(days)
    return table.filter((local >= begin) & (local < end))


def edges_of(days: tuple[int, int]) -> tuple[int, int]:
    """The instants on the clock at which the first begins and the last is over."""
    return days[0] * DAY, (days[1] + 1) * DAY
