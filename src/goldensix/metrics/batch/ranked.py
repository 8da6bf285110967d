"""Turn measures that need every turn in its place: ranks among waits, and the latest among all."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from goldensix.metrics.batch.clock import either
from goldensix.metrics.batch.fused import Fused, Grid, grains, total, total_where, within_days
from goldensix.metrics.batch.judged import Judged
from goldensix.metrics.batch.reading import Reading
from goldensix.metrics.caliber import Caliber

LeftOut = Sequence[tuple[str, str]]


def ranked_grid(calibers: Sequence[Caliber], reading: Reading) -> Grid:
    """Calibers that rank the same waits."""
    judged = reading.judged(calibers[0])
    fused, den, left = _placed(judged, judged.wait, reading)
    for caliber in calibers:
        num, over = (fused.ask("num", each) for each in _ranked_sum(caliber, fused.table))
        fused.add(caliber, num, den, over, left)
    return fused.grid()


def recent_grid(caliber: Caliber, reading: Reading) -> Grid:
    """Half the share of all, half that of the latest quarter: by when the clock began, misses first."""
    judged = reading.judged(caliber)
    fused, den, left = _placed(judged, 2 * judged.start + _flag(judged.is_within), reading)
    turns = fused.table
    latest = (turns.why == 0) & (4 * (turns["size"] - turns.place) < turns["size"])
    size, hits = total_where(turns.why == 0, 1), total_where(turns.why == 0, turns.worth % 2)
    quarter, lately = total_where(latest, 1), total_where(latest, turns.worth % 2)
    num, over = fused.ask("num", hits * quarter + lately * size), fused.ask("over", 2 * size * quarter)
    fused.add(caliber, num, den, over, left)
    return fused.grid()


def _flag(condition: ir.BooleanValue) -> ir.IntegerValue:
    return either(condition, ibis.literal(1, "int64"), ibis.literal(0, "int64"))


def _placed(judged: Judged, worth: ir.IntegerValue, reading: Reading) -> tuple[Fused, str, LeftOut]:
    """Turns by what they are worth, with their `place` from 1 among `size`; `why` is 0 for those that count.

    By row number: one definition for every engine. Then the columns of how many count, and of how many were left out.
    """
    local = reading.clock.local(judged.booked, judged.turns.shop)
    reasons = [why for why, _ in judged.reasons]
    why: ir.IntegerValue = ibis.literal(0, "int8")
    for number, (_, holds) in reversed(list(enumerate(judged.reasons, 1))):
        why = either(holds, ibis.literal(number, "int8"), why)
    turns = within_days(judged.turns.filter(judged.is_turn), local, reading.view.days)
    found = turns.select(worth=worth.cast("int64"), why=why, **grains(reading.view.by, judged.turns, local))
    keys = [name for name in found.columns if name.startswith("k_")]
    ordered = ibis.window(group_by=[*keys, "why"], order_by=found.worth)
    everything = ibis.window(group_by=[*keys, "why"])
    placed = found.mutate(place=ibis.row_number().over(ordered) + 1, size=found.count().over(everything))
    fused = Fused(placed, {name: placed[name] for name in keys}, reading.view.by, None, ibis.literal(0, "int64"))
    left = [
        (reason, fused.ask(reason, total_where(placed.why == number, 1))) for number, reason in enumerate(reasons, 1)
    ]
    return fused, fused.ask("den", total_where(placed.why == 0, 1)), left


def _ranked_sum(caliber: Caliber, ranked: ir.Table) -> tuple[ir.IntegerValue, ir.IntegerValue]:
    place, size, wait = ranked.place, ranked["size"], ranked.worth
    match caliber.measure:
        case "median":
            low = (2 * place == size) | (2 * place == size + 1)
            high = (2 * place == size + 2) | (2 * place == size + 1)
            times = either(ranked.why == 0, _flag(low) + _flag(high), ibis.literal(0, "int64"))
            return total(wait * times), total(times)
        case "percentile":
            p = caliber.p or 50
            chosen = (ranked.why == 0) & (place * 100 >= size * p) & ((place - 1) * 100 < size * p)
        case _:
            chosen = (ranked.why == 0) & ((place - 1) * 100 < size * (caliber.p or 90))
    return total_where(chosen, wait), total_where(chosen, 1)
