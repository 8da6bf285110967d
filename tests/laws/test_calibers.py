"""The law of the metrics: live = batch, for every history, caliber and view."""

import os
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldensix.adapters.columnar.cases import frame
from goldensix.adapters.columnar.derive import derive
from goldensix.adapters.columnar.duck import open_tables
from goldensix.adapters.presets import presets
from goldensix.metrics.batch import evaluate
from goldensix.metrics.caliber import Caliber, SessionRule
from goldensix.metrics.contributions import View
from goldensix.metrics.figures import FigureRow
from goldensix.metrics.live import Live
from goldensix.metrics.zones import day_number
from metric_histories import ZONES, History, calibers, days_asked, grains_asked, histories

EXAMPLES = int(os.environ.get("GOLDENSIX_LAW_EXAMPLES", "40"))
law = settings(
    deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
RULE = SessionRule()
PRESETS = [caliber for caliber in presets().values() if caliber.sessions == RULE]


def views(by: list[str], days: object) -> View:
    asked = (day_number(days[0]), day_number(days[1])) if isinstance(days, tuple) else None
    return View(by=tuple(by), zones=ZONES, zone="UTC", days=asked)  # type: ignore[arg-type]


def live_figures(history: History, asked: Sequence[Caliber], view: View, readings: int = 1) -> list[FigureRow]:
    """Read now and then while lines arrive, as a page does."""
    live = Live(asked, replace(view, as_of=None), RULE)
    every = max(1, len(history.lines) // readings)
    for place, line in enumerate(history.lines):
        live.take(line)
        if place % every == 0 and readings > 1:
            live.figures(view.as_of)
    return live.figures(view.as_of)


def batch_figures(history: History, asked: Sequence[Caliber], view: View) -> list[FigureRow]:
    messages = any(caliber.unit == "message" for caliber in asked)
    return evaluate(open_tables(derive(frame(history.lines), RULE, messages=messages)), asked, view)


@law
@given(histories(), st.lists(st.sampled_from(PRESETS), min_size=4, max_size=4, unique_by=lambda each: each.id),
       st.lists(calibers(), min_size=3, max_size=3), grains_asked, days_asked, st.booleans())  # fmt: skip
def test_live_is_batch(
    history: History, known: list[Caliber], drawn: list[Caliber], by: list[str], days: object, judged_then: bool
) -> None:
    asked = [*known, *(replace(caliber, id=f"drawn{number}") for number, caliber in enumerate(drawn))]
    view = replace(views(by, days), as_of=history.as_of if judged_then else None)
    assert live_figures(history, asked, view, readings=3) == batch_figures(history, asked, view)
