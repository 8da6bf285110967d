"""Turn measures, fused: everything that is a sum over turns, conversations or buyers' days, or a rank among waits."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import ibis
import ibis.expr.types as ir

from goldensix.metrics.batch.clock import day_start, divided, either
from goldensix.metrics.batch.fused import Fused, Grid, grains, total, total_where, within_days
from goldensix.metrics.batch.judged import Judged, has
from goldensix.metrics.batch.ranked import ask_ranked, recent_grid
from goldensix.metrics.batch.reading import Reading
from goldensix.metrics.batch.shared import with_shared
from goldensix.metrics.caliber import RANKED, Caliber
from goldensix.metrics.figures import Reason
from goldensix.metrics.tables import NEVER, variant_of

BUNDLED = ("session_mean", "session_all", "customer_day")


def booking(caliber: Caliber) -> tuple[object, ...]:
    """Calibers of one booking have one instant to be booked at, so they fit in one GROUP BY."""
    bundled = caliber.unit if caliber.unit == "customer_day" else "session" if caliber.unit in BUNDLED else ""
    return (bundled, caliber.unit == "message", caliber.booked == "reply", _instant(caliber))


def _instant(caliber: Caliber) -> tuple[object, ...]:
    """Where what has no reply to be booked on is booked."""
    if caliber.booked == "session" or caliber.unit in ("session_first", "session_mean", "session_all"):
        return ("asked",)
    return ("said",) if caliber.unit == "message" else (caliber.clock, caliber.anchor, caliber.human_stage)


def turn_grids(calibers: Iterable[Caliber], reading: Reading) -> Iterator[Grid]:
    """One for each booking, and for what needs the turns in their order."""
    asked = list(calibers)
    fusible = (each for each in asked if each.measure != "recent_weighted")
    ordered = sorted(fusible, key=lambda each: str(booking(each)))
    for (bundled, *_), group in groupby(ordered, key=booking):
        judged = [reading.judged(caliber) for caliber in group]
        grid = _bundled(judged, reading) if bundled else _single(judged, reading)
        if grid.asked:
            yield grid
    yield from (recent_grid(each, reading) for each in asked if each.measure == "recent_weighted")


def _single(judged: Sequence[Judged], reading: Reading) -> Grid:
    head = judged[0]
    turns = _that_any_reads(judged)
    local = reading.clock.local(head.booked, head.turns.shop)
    fused = Fused(turns, grains(reading.view.by, head.turns, local), reading.view.by, reading.view.days, local)
    for each in judged:
        _ask_single(fused, each, reading.view.as_of)
    return fused.grid()


def _that_any_reads(judged: Sequence[Judged]) -> ir.Table:
    """Without the turns of repliers that none of the calibers counts."""
    turns, bits = judged[0].turns, 0
    for each in judged:
        bits |= 1 << variant_of(each.caliber)
    firsts = all(each.caliber.unit == "session_first" for each in judged)
    return turns.filter(has(turns["first"] if firsts else turns.variants, bits))


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
    weight = judged.turns.n.cast("int64") if caliber.unit == "message_run" else 1
    den = fused.ask("den", total_where(counts, weight))
    left = [(why, fused.ask(why, total_where(holds, 1))) for why, holds in judged.left_out()]
    if caliber.measure in RANKED:
        num, over = ask_ranked(fused, judged)
        fused.add(caliber, num, den, over, left)
        return
    good = _is_good(judged, as_of)
    waits = total_where(counts, judged.wait.cast("int64"))
    num = fused.ask("num", waits if good is None else total_where(counts & good, weight))
    fused.add(caliber, num, den, den, left)


def _flag(condition: ir.BooleanValue) -> ir.IntegerValue:
    return either(condition, ibis.literal(1, "int64"), ibis.literal(0, "int64"))


def _is_good(judged: Judged, as_of: int | None) -> ir.BooleanValue | None:
    """Which turns a rate or count counts; None: waits are summed."""
    caliber = judged.caliber
    match caliber.measure:
        case "within":
            return judged.is_within
        case "late":
            return ~judged.is_within
        case "answered":
            return judged.is_answered
        case "unanswered":
            return ~judged.is_answered
        case "slow":
            return judged.is_answered & (judged.wait > (caliber.limit or 0))
        case "waiting_over":
            return ibis.literal(as_of or 0, "int64") - judged.start >= (caliber.threshold or 0)
        case _:
            return None


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
    shared, values = with_shared(inner, {**keys, **bundle, **sums})
    grouped = shared.group_by(**{name: values[name] for name in (*keys, *bundle)})
    table = grouped.aggregate(**{name: values[name] for name in sums})
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
