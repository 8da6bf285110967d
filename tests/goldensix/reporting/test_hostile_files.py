"""Files that people send with reports are refused in one sentence, whatever is in them."""

from pathlib import Path

import pytest

from goldensix.reporting.benchmarks import Benchmarks, read_benchmark
from goldensix.reporting.days import compared_days, named_days
from goldensix.reporting.own import check_own
from goldensix.reporting.question import CannotReport

CALIBER = '[[caliber]]\nid = "{}"\nmeasure = "within"\nthreshold = 6\n'


BENCHMARKS = [
    "value,caliber\n5",
    "caliber,value\n,5",
    "caliber,value\ngolden_six_human,1e999",
    "caliber,value\ngolden_six_human," + "9" * 5_000,
    "caliber,value\na\rb,1",
    "caliber,value\n" + "x" * 140_000 + ",1",
]


@pytest.mark.parametrize("text", BENCHMARKS, ids=range(len(BENCHMARKS)))
def test_a_benchmark_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CannotReport):
        read_benchmark(text)


def test_a_fault_is_told_by_the_line_of_the_file() -> None:
    with pytest.raises(CannotReport, match=r"^Line 5 of the benchmark"):
        read_benchmark("caliber,value\na,1\n\n\nb,many")


def test_a_benchmark_may_have_dots_in_its_name(tmp_path: Path) -> None:
    Benchmarks(tmp_path).keep("2025..2026", "caliber,value\na,1")
    assert Benchmarks(tmp_path).names() == ["2025..2026"]
    assert compared_days("benchmark:2025..2026", (20_000, 20_001)) is None


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "9999-12-31"])
def test_days_that_no_log_has_are_refused(day: str) -> None:
    with pytest.raises(CannotReport, match=f"^{day} is no day"):
        named_days(day, day, None)


DECLARATIONS = [
    "x = " + "[" * 3_900,
    "x = 1\n" + "a." * 60_000 + "b = 1",
    "x = " + "9" * 3_900 + "9" * 900,
    "x = \n" + "9" * 3_900,
    "caliber = 5",
    "caliber = [1]",
    '[caliber]\nid = "x"',
    'example = ["a"]',
]


@pytest.mark.parametrize("text", DECLARATIONS, ids=range(len(DECLARATIONS)))
def test_a_declaration_that_is_none_is_refused(text: str) -> None:
    checked = check_own(text)
    assert not checked.usable
    assert checked.fault is not None
    assert len(checked.fault.message) < 400


def test_an_example_with_a_time_of_day_is_one_that_does_not_hold() -> None:
    checked = check_own(CALIBER.format("x") + '[[example]]\nlog = 12:00:00\nexpect = [{ caliber = "x", value = 6 }]')
    assert not checked.usable
    assert checked.fault is not None or not checked.examples[0].holds


@pytest.mark.parametrize("name", ["a,b", "../x", "=x", "<b>", " x", "x" * 61])
def test_a_caliber_has_a_name_that_can_be_asked_for(name: str) -> None:
    checked = check_own(CALIBER.format(name))
    assert checked.fault is not None
    assert checked.fault.field == "id"
    assert checked.fault.line == 2 or len(name) > 60
