"""Turn measures, fused: everything that is a sum over turns, conversations or buyers' days."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

import ibis
import ibis.expr.types as ir

from goldensix.metrics.batch.clock import day_start, divided, either
from goldensix.metrics.batch.fused import Fused, Row, count_of, grains, total, total_where, within_days
from goldensix.metrics.batch.judged import Judged
from goldensix.metrics.batch.reading import Reading
from goldensix.metrics.caliber import Caliber
from goldensix.metrics.figures import Figure, Key, Reason
from goldensix.metrics.tables import NEVER

Found = dict[tuple[str, Key], Figure]
BUNDLED = ("session_mean", "session_all", "customer_day")
RANKED = ("median", "percentile", "fastest")


def booking(caliber: Caliber) -> tuple[object, ...]:
    """Calibers of one booking have one instant to be booked at, so they fit in one GROUP BY."""
    by_session = caliber.unit in ("session_first", "session_mean", "session_all")
    bundled = caliber.unit if caliber.unit == "customer_day" else "session" if caliber.unit in BUNDLED else ""
    start = ("asked",) if by_session else ("said",) if caliber.unit == "message" else _clock(caliber)
    return (bundled, caliber.unit == "message", start)


def _clock(caliber: Caliber) -> tuple[object, ...]:
    return (caliber.clock, caliber.anchor, caliber.human_stage)


def turn_figures(calibers: Iterable[Caliber], reading: Reading) -> Found:
    found: Found = {}
    ordered = sorted(calibers, key=lambda each: str(booking(each)))
    for (bundled, *_), group in groupby(ordered, key=booking):
        judged = [reading.judged(caliber) for caliber in group]
        found.update(_bundled(judged, reading) if bundled else _single(judged, reading))
    return found


def _single(judged: Sequence[Judged], reading: Reading) -> Found:
    head = judged[0]
    local = reading.clock.local(head.booked, head.turns.shop)
    fused = Fused(head.turns, grains(reading.view.by, head.turns, local), reading.view.by, reading.view.days, local)
    for each in judged:
        _ask_single(fused, each, reading.view.as_of)
    found = fused.figures()
    for each in judged:
        if each.caliber.measure in RANKED:
            _fill_ranked(found, each, local, reading)
    return found


def _ask_single(fused: Fused, judged: Judged, as_of: int | None) -> None:
    caliber = judged.caliber
    if caliber.measure == "skew":
        skewed = next(holds for why, holds in judged.left_out() if why == "skew")
        den = fused.ask("den", total_where(judged.counts | skewed, 1))
        num = fused.ask("num", total_where(skewed, 1))
        fused.add(caliber.id, lambda row: Figure(count_of(row, num), count_of(row, den), count_of(row, den)))
        return
    counts = judged.counts
    if caliber.measure == "waiting_over":
        if as_of is None:
            return
        closed = (judged.turns.closed_at != NEVER) & (judged.turns.closed_at <= as_of)
        counts = counts & ~judged.is_answered & ~closed
    weight = judged.turns.n.cast("int64") if caliber.unit == "message_run" else ibis.literal(1, "int64")
    den = fused.ask("den", total_where(counts, weight))
    num = fused.ask("num", total_where(counts, _worth(judged, as_of) * weight))
    left = ask_left_out(fused, judged)
    fused.add(caliber.id, lambda row: _read(row, num, den, left))


def ask_left_out(fused: Fused, judged: Judged) -> list[tuple[Reason, str]]:
    return [(why, fused.ask(why, total_where(holds, 1))) for why, holds in judged.left_out()]


def _read(row: Row, num: str, den: str, left: list[tuple[Reason, str]]) -> Figure:
    count = count_of(row, den)
    return Figure(count_of(row, num), count, count, read_left_out(row, left))


def read_left_out(row: Row, left: list[tuple[Reason, str]]) -> dict[str, int]:
    return {why: count for why, column in left if (count := count_of(row, column))}


def _flag(condition: ir.BooleanValue) -> ir.IntegerValue:
    return either(condition, ibis.literal(1, "int64"), ibis.literal(0, "int64"))


def _worth(judged: Judged, as_of: int | None) -> ir.IntegerValue:
    caliber = judged.caliber
    match caliber.measure:
        case "within":
            return _flag(judged.is_within)
        case "late":
            return _flag(~judged.is_within)
        case "answered":
            return _flag(judged.is_answered)
        case "unanswered":
            return _flag(~judged.is_answered)
        case "slow":
            return _flag(judged.is_answered & (judged.wait > (caliber.limit or 0)))
        case "waiting_over":
            return _flag(ibis.literal(as_of or 0, "int64") - judged.start >= (caliber.threshold or 0))
        case "median" | "percentile" | "fastest":
            return ibis.literal(0, "int64")
        case _:
            return judged.wait.cast("int64")


def _fill_ranked(found: Found, judged: Judged, local: ir.IntegerValue, reading: Reading) -> None:
    """Nearest rank by row number: one definition for every engine."""
    caliber = judged.caliber
    keys = grains(reading.view.by, judged.turns, local)
    table = within_days(judged.turns.filter(judged.counts), local, reading.view.days)
    waits = table.select(wait=judged.wait.cast("int64"), **keys)
    window = ibis.window(group_by=list(keys), order_by=waits.wait) if keys else ibis.window(order_by=waits.wait)
    everything = ibis.window(group_by=list(keys)) if keys else ibis.window()
    ranked = waits.mutate(place=ibis.row_number().over(window) + 1, size=waits.count().over(everything))
    grouped = ranked.group_by(list(keys)) if keys else ranked
    value, over = _ranked_sum(caliber, ranked)
    for row in grouped.aggregate(num=value, over=over).to_pyarrow().to_pylist():
        key = reading.key(row)
        if (figure := found.get((caliber.id, key))) is not None and figure.den:
            found[caliber.id, key] = replace(figure, num=count_of(row, "num"), over=count_of(row, "over"))


def _ranked_sum(caliber: Caliber, ranked: ir.Table) -> tuple[ir.IntegerValue, ir.IntegerValue]:
    place, size, wait = ranked.place, ranked["size"], ranked.wait
    match caliber.measure:
        case "median":
            low = (2 * place == size) | (2 * place == size + 1)
            high = (2 * place == size + 2) | (2 * place == size + 1)
            return total(wait * (_flag(low) + _flag(high))), total(_flag(low) + _flag(high))
        case "percentile":
            p = caliber.p or 50
            chosen = (place * 100 >= size * p) & ((place - 1) * 100 < size * p)
            return total_where(chosen, wait), total_where(chosen, 1)
        case _:
            kept = (place - 1) * 100 < size * (caliber.p or 90)
            return total_where(kept, wait), total_where(kept, 1)


def _bundled(judged: Sequence[Judged], reading: Reading) -> Found:
    """First the turns of each conversation or buyer's day, then those."""
    head = judged[0]
    by_day = head.caliber.unit == "customer_day"
    at = head.booked if by_day else head.turns.asked_at
    local = reading.clock.local(at, head.turns.shop)
    keys = grains(reading.view.by, head.turns, local)
    bundle: dict[str, ir.Value] = (
        {"b_buyer": head.turns.buyer_key, "b_day": day_start(local)}
        if by_day
        else {"b_session": head.turns.session_key}
    )
    inner = within_days(head.turns, local, reading.view.days)
    sums: dict[str, ir.Value] = {}
    left: list[list[tuple[Reason, str]]] = []
    for number, each in enumerate(judged):
        sums |= _bundle_sums(number, each)
        reasons = each.left_out()
        sums |= {f"l{number}_{why}": total_where(holds, 1) for why, holds in reasons}
        left.append([(why, f"l{number}_{why}") for why, _ in reasons])
    table = inner.group_by(**keys, **bundle).aggregate(**sums)
    outer_keys: dict[str, ir.Value] = {name: table[name] for name in keys}
    fused = Fused(table, outer_keys, reading.view.by, None, ibis.literal(0, "int64"))
    for number, each in enumerate(judged):
        _ask_bundled(fused, table, number, each.caliber, left[number])
    return fused.figures()


def _bundle_sums(number: int, judged: Judged) -> dict[str, ir.Value]:
    counts = judged.counts
    sums: dict[str, ir.Value] = {
        f"n{number}": total_where(counts, 1),
        f"a{number}": total_where(counts & judged.has_wait, 1),
        f"w{number}": total_where(counts, judged.wait.cast("int64")),
    }
    if judged.caliber.measure in ("within", "late") and judged.caliber.unit != "session_mean":
        sums[f"i{number}"] = total_where(counts & judged.is_within, 1)
    return sums


def _ask_bundled(fused: Fused, table: ir.Table, number: int, caliber: Caliber, left: list[tuple[Reason, str]]) -> None:
    turns, answered, wait = table[f"n{number}"], table[f"a{number}"], table[f"w{number}"]
    counts = turns > 0
    match caliber.measure:
        case "within" | "late":
            if caliber.unit == "session_mean":
                limit = turns * (caliber.threshold or 0)
                in_limit = wait <= limit if caliber.op == "<=" else wait < limit
                good = (answered == turns) & in_limit
            else:
                good = table[f"i{number}"] == turns
            worth = _flag(good if caliber.measure == "within" else ~good)
        case "answered":
            worth = _flag(answered > 0)
        case "unanswered":
            worth = _flag(answered == 0)
        case "slow":
            worth = _flag(wait > answered * (caliber.limit or 0))
        case _:
            counts = answered > 0
            some = either(counts, answered, 1)
            worth = divided(2 * wait + some, 2 * some)
    num, den = fused.ask("num", total_where(counts, worth)), fused.ask("den", total_where(counts, 1))
    columns = [(why, fused.ask(why, total(table[column]))) for why, column in left]
    fused.add(caliber.id, lambda row: _read(row, num, den, columns))
