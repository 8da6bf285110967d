"""Turn measures, fused: everything that is a sum over turns, conversations or buyers' days, or a rank among waits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import ibis
import ibis.expr.types as ir

from goldensix.metrics.batch.clock import day_start, divided, either
from goldensix.metrics.batch.fused import Fused, Grid, grains, total, total_where, within_days
from goldensix.metrics.batch.judged import Judged
from goldensix.metrics.batch.reading import Reading
from goldensix.metrics.caliber import Caliber
from goldensix.metrics.figures import Reason
from goldensix.metrics.tables import NEVER

BUNDLED = ("session_mean", "session_all", "customer_day")
RANKED = ("median", "percentile", "fastest")
_BESIDE_WAITS: dict[str, Any] = {
    "id": "", "names": {}, "platform": "", "version": "", "valid_from": None, "source": "", "assumed": {},
    "target": None, "measure": "median", "p": None, "min_sample": None, "period_days": None,
}  # fmt: skip
"""What calibers that rank the same waits may differ in."""


def booking(caliber: Caliber) -> tuple[object, ...]:
    """Calibers of one booking have one instant to be booked at, so they fit in one GROUP BY."""
    by_session = caliber.unit in ("session_first", "session_mean", "session_all")
    bundled = caliber.unit if caliber.unit == "customer_day" else "session" if caliber.unit in BUNDLED else ""
    start = ("asked",) if by_session else ("said",) if caliber.unit == "message" else _clock(caliber)
    return (bundled, caliber.unit == "message", start)


def _clock(caliber: Caliber) -> tuple[object, ...]:
    return (caliber.clock, caliber.anchor, caliber.human_stage)


def turn_grids(calibers: Iterable[Caliber], reading: Reading) -> Iterator[Grid]:
    asked = list(calibers)
    plain = sorted((each for each in asked if each.measure not in RANKED), key=lambda each: str(booking(each)))
    for (bundled, *_), group in groupby(plain, key=booking):
        judged = [reading.judged(caliber) for caliber in group]
        grid = _bundled(judged, reading) if bundled else _single(judged, reading)
        if grid.asked:
            yield grid
    ranked: dict[Caliber, list[Caliber]] = {}
    for caliber in asked:
        if caliber.measure in RANKED:
            ranked.setdefault(replace(caliber, **_BESIDE_WAITS), []).append(caliber)
    for of_same_waits in ranked.values():
        yield _ranked(of_same_waits, reading)


def _single(judged: Sequence[Judged], reading: Reading) -> Grid:
    head = judged[0]
    local = reading.clock.local(head.booked, head.turns.shop)
    fused = Fused(head.turns, grains(reading.view.by, head.turns, local), reading.view.by, reading.view.days, local)
    for each in judged:
        _ask_single(fused, each, reading.view.as_of)
    return fused.grid()


def _ask_single(fused: Fused, judged: Judged, as_of: int | None) -> None:
    caliber = judged.caliber
    if caliber.measure == "skew":
        skewed = next(holds for why, holds in judged.left_out() if why == "skew")
        den = fused.ask("den", total_where(judged.counts | skewed, 1))
        fused.add(caliber, fused.ask("num", total_where(skewed, 1)), den, den)
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
    left = [(why, fused.ask(why, total_where(holds, 1))) for why, holds in judged.left_out()]
    fused.add(caliber, num, den, den, left)


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
        case _:
            return judged.wait.cast("int64")


def _ranked(calibers: Sequence[Caliber], reading: Reading) -> Grid:
    """Nearest rank by row number: one definition for every engine. `why` is 0 for waits that count."""
    judged = reading.judged(calibers[0])
    local = reading.clock.local(judged.booked, judged.turns.shop)
    reasons = [why for why, _ in judged.reasons]
    why: ir.IntegerValue = ibis.literal(0, "int8")
    for number, (_, holds) in reversed(list(enumerate(judged.reasons, 1))):
        why = either(holds, ibis.literal(number, "int8"), why)
    turns = within_days(judged.turns.filter(judged.is_turn), local, reading.view.days)
    waits = turns.select(wait=judged.wait.cast("int64"), why=why, **grains(reading.view.by, judged.turns, local))
    keys = [name for name in waits.columns if name.startswith("k_")]
    ordered = ibis.window(group_by=[*keys, "why"], order_by=waits.wait)
    everything = ibis.window(group_by=[*keys, "why"])
    ranked = waits.mutate(place=ibis.row_number().over(ordered) + 1, size=waits.count().over(everything))
    fused = Fused(ranked, {name: ranked[name] for name in keys}, reading.view.by, None, ibis.literal(0, "int64"))
    left = [
        (reason, fused.ask(reason, total_where(ranked.why == number, 1))) for number, reason in enumerate(reasons, 1)
    ]
    den = fused.ask("den", total_where(ranked.why == 0, 1))
    for caliber in calibers:
        num, over = (fused.ask("num", each) for each in _ranked_sum(caliber, ranked))
        fused.add(caliber, num, den, over, left)
    return fused.grid()


def _ranked_sum(caliber: Caliber, ranked: ir.Table) -> tuple[ir.IntegerValue, ir.IntegerValue]:
    place, size, wait = ranked.place, ranked["size"], ranked.wait
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


def _bundled(judged: Sequence[Judged], reading: Reading) -> Grid:
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
    return fused.grid()


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
    fused.add(caliber, num, den, den, columns)
