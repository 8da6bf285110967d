"""A simulated day through the live interpreter: events as fast as they are taken, figures read every so often."""

import gc
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl
import psutil

from _synthetic import BEGINS
from _twelve import TWELVE, VIEW, ZONE
from goldensix.metrics.contributions import View
from goldensix.metrics.live import Live
from goldensix.metrics.order import Line

_HOUR = 3_600_000
EVERY = 20_000
"""Events between two readings."""


class LiveDay(NamedTuple):
    events_per_s: float
    """Of processor time, so that neighbours on the machine do not count: what one core folds."""
    reading_ms: float
    before_mb: float
    after_mb: float
    held_before: int
    """Conversations in memory in the middle of the day, and at its end."""
    held_after: int


def a_day(ordered: Path, most: int) -> list[Line]:
    """The lines of the whole log as if they all came on one day, in the order of time."""
    rows = pl.scan_parquet(ordered / "*.parquet").with_columns((pl.col("at") - BEGINS) % 86_400_000 + BEGINS)
    return [Line._make(row) for row in rows.head(most).sort("at", "line").collect().iter_rows()]


def measure_day(lines: Sequence[Line], keep_hours: float = 1.0) -> LiveDay:
    live = Live(TWELVE, View(by=VIEW.by, zone=ZONE))
    process, readings = psutil.Process(), []
    memory, held = [], []
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # as the server does
    spent = 0.0
    for place in range(0, len(lines), EVERY):
        taken = lines[place : place + EVERY]
        began = time.process_time()
        live.take_all(taken)
        reading = time.process_time()
        live.figures(taken[-1].at)
        live.forget(taken[-1].at - int(keep_hours * _HOUR))
        now = time.process_time()
        readings.append(now - reading)
        spent += now - began
        memory.append(process.memory_info().rss / 1e6)
        held.append(live.held)
    half = len(memory) // 2
    return LiveDay(
        len(lines) / spent, 1e3 * sorted(readings)[len(readings) // 2], memory[half], memory[-1], held[half], held[-1]
    )
