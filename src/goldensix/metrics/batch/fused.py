"""Many calibers in one GROUP BY: each asks for sums under a name, and reads its figures from the rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir

from goldensix.metrics.batch.clock import day_start, either, hour_start
from goldensix.metrics.figures import Figure, Grain, Key
from goldensix.metrics.zones import DAY, HOUR, day_name

Row = dict[str, Any]
Read = Callable[[Row], Figure]


def total(value: ir.IntegerValue) -> ir.IntegerValue:
    """A sum that stays a whole number: some engines widen it."""
    return value.sum().cast("int64")


def total_where(condition: ir.BooleanValue, value: ir.IntegerValue | int) -> ir.IntegerValue:
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


def key_of(by: Sequence[Grain], row: Row) -> Key:
    parts: list[int | str | None] = []
    for grain in by:
        value = row[f"k_{grain}"]
        parts.append(day_name(value // DAY) if grain == "day" else value // HOUR if grain == "hour" else value)
    return tuple(parts)


@dataclass
class Fused:
    """One grouping of one table. `sums` are asked for under names that are unique in it."""

    table: ir.Table
    keys: dict[str, ir.Value]
    """The columns of the key, over the table."""
    by: Sequence[Grain]
    days: tuple[int, int] | None
    local: ir.IntegerValue
    sums: dict[str, ir.Value] = field(default_factory=dict)
    reads: list[tuple[str, Read]] = field(default_factory=list)
    wanted: list[ir.BooleanValue] = field(default_factory=list)

    def ask(self, name: str, value: ir.Value) -> str:
        column = f"{name}_{len(self.sums)}"
        self.sums[column] = value
        return column

    def add(self, caliber: str, read: Read) -> None:
        self.reads.append((caliber, read))

    def rows(self) -> Iterable[Row]:
        table = within_days(self.table, self.local, self.days)
        grouped = table.group_by(**self.keys) if self.keys else table
        found: list[Row] = grouped.aggregate(**self.sums).to_pyarrow().to_pylist()
        return found

    def figures(self) -> dict[tuple[str, Key], Figure]:
        found: dict[tuple[str, Key], Figure] = {}
        for row in self.rows() if self.sums else ():
            key = key_of(self.by, row)
            for caliber, read in self.reads:
                figure = read(row)
                if figure.num or figure.den or figure.left_out:
                    found[caliber, key] = figure
        return found


def within_days(table: ir.Table, local: ir.IntegerValue, days: tuple[int, int] | None) -> ir.Table:
    if days is None:
        return table
    return table.filter((local >= days[0] * DAY) & (local < (days[1] + 1) * DAY))


def count_of(row: Row, column: str) -> int:
    return int(row[column] or 0)
