"""Plots: round numbers on the axis, days that can be read, bars that stand on zero."""

import re
from itertools import pairwise

import pytest

from goldensix.reporting.plots import Plot, Series, draw, labelled, ticks

DAYS = tuple(f"11-{day:02}" for day in range(1, 31))


@pytest.mark.parametrize(
    ("values", "shape", "expected"),
    [
        ([9.33, 13.4], "seconds", [0, 5, 10, 15]),
        ([91.8, 97.4], "percent", [86, 88, 90, 92, 94, 96, 98]),
        ([99.1, 100.0], "percent", [90, 92, 94, 96, 98, 100]),
        ([12.5, 88.0], "percent", [0, 20, 40, 60, 80, 100]),
        ([0.0, 3.0], "count", [0, 1, 2, 3]),
        ([0.0], "count", [0, 1]),
        ([163.0, 48.0], "count", [0, 50, 100, 150, 200]),
        ([100.0], "percent", [90, 92, 94, 96, 98, 100]),
    ],
)
def test_an_axis_has_round_numbers_that_hold_the_values(values: list[float], shape: str, expected: list[float]) -> None:
    found = ticks(values, shape)  # type: ignore[arg-type]  # one of the shapes
    assert found == expected
    assert found[0] <= min(values) <= max(values) <= found[-1]


def test_the_last_day_is_named_and_nothing_is_cut_off() -> None:
    for count in (2, 3, 12, 30):
        drawn = draw(Plot("x", DAYS[:count], [Series("x", [float(day) for day in range(count)])], "seconds", " s"))
        width = int(re.findall(r'viewBox="0 0 (\d+)', drawn)[0])
        named = re.findall(r'class="x" x="([\d.]+)"[^>]*>([\d-]+)<', drawn)
        assert named[-1][1] == DAYS[count - 1]
        places = [float(x) for x, _ in named]
        assert places[-1] + 16 <= width
        assert all(after - before >= 40 for before, after in pairwise(places))
    assert labelled(1, 300) == [0]


def test_counts_are_bars_from_zero() -> None:
    drawn = draw(Plot("x", DAYS[:3], [Series("x", [100.0, 90.0, None])], "count", ""))
    assert "polyline" not in drawn
    bars = [tuple(map(float, each)) for each in re.findall(r'class="bar"[^>]*y="([\d.]+)" height="([\d.]+)"', drawn)]
    assert len(bars) == 2
    assert len({round(top + height, 1) for top, height in bars}) == 1


def test_without_any_value_there_is_no_plot() -> None:
    assert draw(Plot("x", DAYS[:2], [Series("x", [None, None])], "percent", "%")) == ""
