"""What a spreadsheet is given never acts, and a night comes once a day."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldensix.adapters.nights import next_night
from goldensix.adapters.spreadsheets import harmless
from goldensix.events.ids import Instant
from goldensix.reporting.table import Number


@given(st.text(), st.sampled_from(["=", "+", "-", "@", "\t", "\r", " =", "＝"]))
def test_text_that_begins_like_a_formula_does_not_any_more(text: str, start: str) -> None:
    assert harmless(start + text) == f"'{start}{text}"


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1))
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(("value", "text"), [(94.38, "94.38"), (100.0, "100.00"), (0.005, "0.01"), (-2.9, "-2.90")])
def test_numbers_are_written_as_they_are_shown(value: float, text: str) -> None:
    assert Number(value, 2).text == text


def at(text: str) -> Instant:
    return Instant(int(datetime.fromisoformat(text).timestamp() * 1000))


@pytest.mark.parametrize(
    ("zones", "now", "night"),
    [
        (["Asia/Shanghai"], "2026-11-11T20:00+08:00", "2026-11-12T00:10+08:00"),
        (["Asia/Shanghai"], "2026-11-12T00:10+08:00", "2026-11-13T00:10+08:00"),
        (["Asia/Shanghai", "America/New_York"], "2026-11-12T01:00+08:00", "2026-11-12T00:10-05:00"),
        (["America/New_York"], "2026-10-31T12:00-04:00", "2026-11-01T00:10-04:00"),
        (["America/New_York"], "2026-11-01T12:00-05:00", "2026-11-02T00:10-05:00"),
    ],
)
def test_the_next_night_is_when_a_day_has_closed_somewhere(zones: list[str], now: str, night: str) -> None:
    assert datetime.fromtimestamp(next_night(zones, at(now)) / 1000, UTC) == datetime.fromisoformat(night)
