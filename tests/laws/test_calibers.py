"""The law of the metrics: live = batch, for every history, caliber and view."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import count

import ibis
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from goldensix.adapters.columnar.cases import frame
from goldensix.adapters.columnar.derive import EVERYTHING, derive, wanted_by
from goldensix.adapters.columnar.duck import open_tables
from goldensix.adapters.presets import presets
from goldensix.metrics.batch import evaluate, tabulate
from goldensix.metrics.batch.portable import NotPortable, portable_turns
from goldensix.metrics.caliber import HOUR, TURN_MEASURES, Caliber, Hours, SessionRule
from goldensix.metrics.contributions import View
from goldensix.metrics.figures import FigureRow
from goldensix.metrics.judge import TurnRow, is_inside
from goldensix.metrics.live import Live, Parts
from goldensix.metrics.order import Line
from goldensix.metrics.tables import NEVER, PIECE
from goldensix.metrics.zones import DAY, day_number, local
from goldensix.wire.declared import read_caliber
from metric_histories import ZONES, History, calibers, days_asked, grains_asked, histories, together

LOGS = 4
"""Most logs of an example; compiling a caliber takes longer than reading one more log by it."""
EXAMPLES = int(os.environ.get("GOLDENSIX_LAW_EXAMPLES", "15"))
law = settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
RULE = SessionRule()


def is_portable(caliber: Caliber) -> bool:
    return caliber.measure in TURN_MEASURES and not caliber.split_transfer


PRESETS = [caliber for caliber in presets().values() if caliber.sessions == RULE]
PORTABLE = [caliber for caliber in PRESETS if is_portable(caliber)]


def views(by: list[str], days: object) -> View:
    asked = (day_number(days[0]), day_number(days[1])) if isinstance(days, tuple) else None
    return View(by=tuple(by), zones=ZONES, zone="UTC", days=asked)  # type: ignore[arg-type]  # drawn from the words that it takes


def live_figures(
    history: History, asked: Sequence[Caliber], view: View, readings: int = 1, parts: Parts | None = None
) -> list[FigureRow]:
    """Read now and then while lines arrive, as a page does."""
    live = Live(asked, replace(view, as_of=None), RULE, parts or Parts())
    every = max(1, len(history.lines) // readings)
    for place, line in enumerate(history.lines):
        live.take(line)
        if place % every == 0 and readings > 1:
            live.figures(view.as_of)
    return live.figures(view.as_of)


def batch_figures(history: History, asked: Sequence[Caliber], view: View) -> list[FigureRow]:
    return evaluate(open_tables(derive(frame(history.lines), RULE, wanted_by(asked))), asked, view)


@law
@given(
    st.lists(histories(), min_size=1, max_size=LOGS),
    st.lists(st.sampled_from(PRESETS), min_size=1, max_size=3, unique_by=lambda each: each.id),
    st.lists(calibers(), min_size=1, max_size=3),
    grains_asked,
    days_asked,
    st.booleans(),
)
def test_live_is_batch(
    logs: list[History],
    known: list[Caliber],
    drawn: list[Caliber],
    by: list[str],
    days: object,
    judged_then: bool,
) -> None:
    history = together(logs)
    asked = [*known, *(replace(caliber, id=f"drawn{number}") for number, caliber in enumerate(drawn))]
    view = replace(views(by, days), as_of=history.as_of if judged_then else None)
    assert live_figures(history, asked, view, readings=3) == batch_figures(history, asked, view)


@settings(law, max_examples=max(1, EXAMPLES // 5))
@given(
    histories(),
    st.lists(st.sampled_from(PRESETS), min_size=4, max_size=4, unique_by=lambda each: each.id),
    st.lists(calibers(), min_size=2, max_size=2),
    grains_asked,
)
def test_figures_as_columns_are_the_figures(
    history: History, known: list[Caliber], drawn: list[Caliber], by: list[str]
) -> None:
    asked = [*known, *(replace(caliber, id=f"drawn{number}") for number, caliber in enumerate(drawn))]
    view = replace(views(by, None), as_of=history.as_of)
    source = open_tables(derive(frame(history.lines), RULE, wanted_by(asked)))
    columns = tabulate(source, asked, view).to_pylist()
    found = {(row["caliber"], *(row[f"k_{grain}"] for grain in by)): row for row in columns}
    for row in evaluate(source, asked, view):
        parts = [_as_column(grain, part) for grain, part in zip(by, row.key, strict=True)]
        if row.figure.den or row.figure.num:
            same = found[row.caliber, *parts]
            assert (same["num"], same["den"], same["value"]) == (row.figure.num, row.figure.den, row.value)
            assert same["left_out"] == sum(row.figure.left_out.values())


def _as_column(grain: str, part: int | str | None) -> int | str | None:
    if grain == "day":
        return day_number(date.fromisoformat(str(part))) * DAY
    return int(part or 0) * HOUR if grain == "hour" else part


@settings(law, max_examples=4 * EXAMPLES)
@given(
    histories(),
    st.lists(st.sampled_from(PRESETS), min_size=4, max_size=4, unique_by=lambda each: each.id),
    st.lists(calibers(), min_size=2, max_size=2),
    grains_asked,
    st.lists(st.one_of(st.none(), st.integers(0, 200_000_000)), min_size=1, max_size=6),
)
def test_what_was_read_before_changes_nothing(
    history: History, known: list[Caliber], drawn: list[Caliber], by: list[str], readings: list[int | None]
) -> None:
    """Readings at any instants while lines arrive, then one: the same as that one alone."""
    asked = [*known, *(replace(caliber, id=f"drawn{number}") for number, caliber in enumerate(drawn))]
    began = min((line.at for line in history.lines), default=0)
    instants = [None if after is None else began + after for after in readings]
    often, once = Live(asked, views(by, None), RULE), Live(asked, views(by, None), RULE)
    for place, line in enumerate(history.lines):
        often.take(line)
        once.take(line)
        if place % 3 == 0:
            often.figures(instants[place // 3 % len(instants)])
    assert often.figures(instants[-1]) == once.figures(instants[-1])


@settings(law, max_examples=max(1, EXAMPLES // 5))
@given(
    histories(),
    st.lists(st.sampled_from(PORTABLE), min_size=2, max_size=2, unique_by=lambda each: each.id),
    st.lists(calibers().filter(is_portable), min_size=2, max_size=2),
    grains_asked,
    st.booleans(),
)
def test_turns_made_by_expressions_are_those_of_the_fold(
    history: History, known: list[Caliber], drawn: list[Caliber], by: list[str], judged_then: bool
) -> None:
    asked = [*known, *(replace(caliber, id=f"drawn{number}") for number, caliber in enumerate(drawn))]
    view = replace(views(by, None), as_of=history.as_of if judged_then else None)
    lines = frame([line for line in history.lines if line.session is not None])
    folded = open_tables(derive(lines, RULE, EVERYTHING))
    connection = ibis.duckdb.connect()
    connection.con.register("lines", lines.to_arrow())
    made = portable_turns(connection.table("lines"), asked)
    turns, messages = connection.create_table("turns", made.turns), connection.create_table("messages", made.messages)
    found = evaluate(replace(folded, turns=turns, messages=messages), asked, view)
    assert found == evaluate(folded, asked, view)


def test_what_needs_the_fold_is_told() -> None:
    split = read_caliber({"id": "mine", "measure": "mean", "split_transfer": True})
    with pytest.raises(NotPortable, match="mine: it is not made of whole turns"):
        portable_turns(ibis.table({"line": "string"}, name="lines"), [split])


def faulty_caliber(**changes: object) -> Parts:
    """A part that reads a caliber with one field wrong."""
    return Parts(caliber=lambda caliber: replace(caliber, **changes))  # type: ignore[arg-type]  # fields by name


def in_utc(view: View) -> View:
    return replace(view, zones={}, zone="UTC")


def without_window(caliber: Caliber) -> Caliber:
    return replace(caliber, window=None)


def replied_inside(_: Caliber, turn: TurnRow, view: View) -> bool:
    return is_inside(Hours(8 * HOUR, 24 * HOUR), local(view.zone_of(turn.shop), turn.reply_at) % DAY)


def credited_to_the_receiver(_: Caliber, turn: TurnRow, __: View) -> bool:
    """What a transfer leaves unanswered is not the passing agent's any more."""
    return turn.part != PIECE or turn.reply_at != NEVER


def each_copy_anew(line: Line) -> Line:
    return line._replace(line=f"{line.line}.{next(_COPIES)}")


_COPIES = count()
FAULTS: dict[str, tuple[str, Parts]] = {
    "clock start": ("average_response", faulty_caliber(anchor="last")),
    "strict limit": ("tb_3min_2021", faulty_caliber(op="<")),
    "unanswered dropped": ("golden_six_human", faulty_caliber(unanswered="exclude")),
    "UTC days": ("average_response", Parts(view=in_utc)),
    "double count on duplicate": ("answer_ratio", Parts(admit=each_copy_anew)),
    "recall ignored": ("average_response", Parts(admit=lambda line: line._replace(recalled=False))),
    "transfer credit": ("tb_avg_2022", Parts(counts=credited_to_the_receiver)),
    "window on the reply": ("tb_3min_2021", Parts(caliber=without_window, counts=replied_inside)),
    "robot as human": ("within_30s", faulty_caliber(valid=frozenset({"agent", "bot_auto"}))),
    "dated by the question": ("gg_first_response", faulty_caliber(booked="start")),
    "robots alone counted": ("tk_24h", faulty_caliber(exclude_robot_alone=False)),
    "mean of means": ("average_response", faulty_caliber(unit="session_mean")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_law_catches(fault: str) -> None:
    """A faulty part differs over some generated log, and over that log batch sides with the sound interpreter."""
    name, parts = FAULTS[fault]
    asked, view = [presets()[name]], View(by=("day", "agent"), zones=ZONES)

    def differs(history: History) -> bool:
        return live_figures(history, asked, view) != live_figures(history, asked, view, parts=parts)

    searching = settings(database=None, max_examples=5_000, phases=[Phase.generate], derandomize=True)
    history = find(histories(), differs, settings=searching)
    found = batch_figures(history, asked, view)
    assert live_figures(history, asked, view) == found
    assert live_figures(history, asked, view, parts=parts) != found
