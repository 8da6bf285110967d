"""Turn measures that need every turn in its place: ranks among waits, and the latest among all.

A group's waits are collected and sorted: one definition for every engine, whose own quantiles differ.
"""

import ibis
import ibis.expr.types as ir

from goldensix.metrics.batch.clock import divided, either
from goldensix.metrics.batch.fused import Fused, Grid, grains, total_where, within_days
from goldensix.metrics.batch.judged import Judged
from goldensix.metrics.batch.reading import Reading
from goldensix.metrics.caliber import Caliber


def ask_ranked(fused: Fused, judged: Judged) -> tuple[str, str]:
    """The columns of what is divided and by what, for a median, a percentile or the mean of the fastest."""
    caliber = judged.caliber
    size = fused.ask("size", total_where(judged.counts, 1))
    waits = fused.ask_list("waits", judged.wait.cast("int64").collect(where=judged.counts))

    def num(groups: ir.Table) -> ir.IntegerValue:
        return either(groups[size] > 0, _ranked(caliber, groups[waits], groups[size]), 0).cast("int64")

    def over(groups: ir.Table) -> ir.IntegerValue:
        return either(groups[size] > 0, _share_of(caliber, groups[size]), 0).cast("int64")

    return fused.tell("num", num), fused.tell("over", over)


def _ranked(caliber: Caliber, waits: ir.ArrayValue, size: ir.IntegerValue) -> ir.IntegerValue:
    match caliber.measure:
        case "median":
            return waits[_place(divided(size - 1, 2))] + waits[_place(divided(size, 2))]
        case "percentile":
            return waits[_place(_rank(caliber.p or 50, size) - 1)]
        case _:
            return waits[: _place(_rank(caliber.p or 90, size))].sums()


def _place(place: ir.IntegerValue) -> ir.IntegerValue:
    """Spark takes no wider number."""
    return place.cast("int32")


def _share_of(caliber: Caliber, size: ir.IntegerValue) -> ir.IntegerValue:
    """By how many waits what was ranked is divided."""
    match caliber.measure:
        case "median":
            return ibis.literal(2, "int64")
        case "percentile":
            return ibis.literal(1, "int64")
        case _:
            return _rank(caliber.p or 90, size)


def _rank(p: int, size: ir.IntegerValue) -> ir.IntegerValue:
    """As `figures.rank_of`: the least rank with at least p percent at or below it."""
    return divided(size * p + 99, 100)


def recent_grid(caliber: Caliber, reading: Reading) -> Grid:
    """Half the share of all, half that of the latest quarter: by when the clock began, misses first."""
    judged = reading.judged(caliber)
    local = reading.clock.local(judged.booked, judged.turns.shop)
    turns = within_days(judged.turns.filter(judged.is_turn), local, reading.view.days)
    found = turns.select(
        at=2 * judged.start + _flag(judged.is_within),
        hit=judged.is_within,
        counts=judged.counts,
        **{f"left_{why}": holds for why, holds in judged.left_out()},
        **grains(reading.view.by, judged.turns, local),
    )
    keys = [name for name in found.columns if name.startswith("k_")]
    among = ibis.window(group_by=[*keys, "counts"])
    by_time = ibis.window(group_by=[*keys, "counts"], order_by=found["at"])
    placed = found.mutate(place=ibis.row_number().over(by_time) + 1, size=found.count().over(among))
    fused = Fused(placed, {name: placed[name] for name in keys}, reading.view.by, None, ibis.literal(0, "int64"))
    latest = placed.counts & (4 * (placed["size"] - placed.place) < placed["size"])
    size, hits = total_where(placed.counts, 1), total_where(placed.counts & placed.hit, 1)
    quarter, lately = total_where(latest, 1), total_where(latest & placed.hit, 1)
    num, over = fused.ask("num", hits * quarter + lately * size), fused.ask("over", 2 * size * quarter)
    left = [(why, fused.ask(why, total_where(placed[f"left_{why}"], 1))) for why, _ in judged.left_out()]
    fused.add(caliber, num, fused.ask("den", size), over, left)
    return fused.grid()


def _flag(condition: ir.BooleanValue) -> ir.IntegerValue:
    return either(condition, ibis.literal(1, "int64"), ibis.literal(0, "int64"))
