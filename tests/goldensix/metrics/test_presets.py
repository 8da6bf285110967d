"""Every preset says what it is and where it comes from, and has worked examples in which all it declares matters."""

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from goldensix.adapters.presets import presets
from goldensix.metrics.caliber import MEASURES, RATES, Caliber
from goldensix.metrics.cases import Case, Expectation, live_rows
from goldensix.metrics.contributions import View
from goldensix.wire.calibers import decode_calibers
from goldensix.wire.cases import decode_cases
from goldensix.worked import work_out

EXAMPLES: Final = Path(__file__).parents[2] / "golden" / "presets.json"
PRESETS: Final = presets()

every_preset = pytest.mark.parametrize("caliber", PRESETS.values(), ids=lambda caliber: caliber.id)


def worked() -> dict[str, list[tuple[Case, Expectation]]]:
    """The examples of each caliber."""
    found: dict[str, list[tuple[Case, Expectation]]] = {}
    for case in decode_cases(EXAMPLES.read_text(), EXAMPLES.name, PRESETS):
        for expectation in case.expectations:
            found.setdefault(expectation.metric, []).append((case, expectation))
    return found


WORKED: Final = worked()


def test_both_interpreters_come_to_what_was_worked_out_by_hand() -> None:
    findings = work_out(EXAMPLES)
    assert len(findings) >= len(PRESETS)
    assert [(each.case.id, each.expectation.metric, each.got) for each in findings if not each.holds] == []


def test_no_measure_is_without_a_preset() -> None:
    assert {caliber.measure for caliber in PRESETS.values()} == set(MEASURES)


def test_no_two_files_have_a_caliber_of_one_name() -> None:
    folder = Path(str(__import__("goldensix.metrics").__path__[0])) / "metrics" / "presets"
    names = [each.id for file in folder.glob("*.toml") for each in decode_calibers(file.read_text(), file.name)]
    assert sorted(names) == sorted(PRESETS)


@every_preset
def test_a_preset_says_what_it_is_in_both_languages(caliber: Caliber) -> None:
    assert caliber.names.keys() == {"zh", "en"}
    assert re.search(r"[\u4e00-\u9fff]", caliber.names["zh"])
    assert not re.search(r"[\u4e00-\u9fff]", caliber.names["en"])
    assert caliber.version
    assert caliber.source
    assert len(caliber.assumed.get("zh", ())) == len(caliber.assumed.get("en", ()))


@every_preset
def test_a_preset_has_an_example_that_an_empty_log_would_not_give(caliber: Caliber) -> None:
    examples = WORKED.get(caliber.id, [])
    assert any(expectation.expected.value for _, expectation in examples), "it is worked out nowhere"


def others(caliber: Caliber) -> Iterator[tuple[str, Any]]:
    """Each field that a preset sets, with a value under which it would be another caliber."""
    plain = Caliber(id="plain", measure=caliber.measure)
    told = {"id", "names", "platform", "version", "versions", "sources", "valid_from", "source", "assumed", "target"}
    judged_by = {"min_sample", "period_days"}
    needed = {"measure", "threshold", "p", "limit", "statuses", "unanswered", "cycle", "within_days"}
    for field in fields(Caliber):
        name = field.name
        if name not in told | judged_by | needed and getattr(caliber, name) != getattr(plain, name):
            yield name, getattr(plain, name)
    if caliber.threshold is not None:
        waiting = caliber.measure == "waiting_over"  # at the limit, where the others are until it
        yield "threshold", caliber.threshold + (1 if waiting else -1)
        yield "threshold", caliber.threshold + (-1_000 if waiting else 100_000)
    if caliber.p is not None:
        yield "p", 30
    if caliber.limit is not None:
        yield "limit", caliber.limit - 1 if caliber.measure != "slow" else caliber.limit // 3
    if caliber.within_days is not None:
        yield "within_days", caliber.within_days + 1
    if caliber.cycle is not None:
        yield "cycle", None
    for status in caliber.statuses:
        yield "statuses", caliber.statuses - {status}
    if caliber.measure in RATES or caliber.unanswered == "cap":
        yield "unanswered", "fail" if caliber.unanswered == "exclude" else "exclude"


CHANGES: Final = [(caliber, name, value) for caliber in PRESETS.values() for name, value in others(caliber)]


@pytest.mark.parametrize(("caliber", "field", "value"), CHANGES, ids=lambda each: getattr(each, "id", None))
def test_all_that_a_preset_declares_matters_to_one_of_its_examples(caliber: Caliber, field: str, value: Any) -> None:
    changed = replace(caliber, **{field: value})
    assert any(
        figures(case, caliber, each.view) != figures(case, changed, each.view) for case, each in WORKED[caliber.id]
    )


def figures(case: Case, caliber: Caliber, view: View) -> object:
    return live_rows(case.lines, [caliber], view)


def test_a_target_is_in_the_figures_own_unit() -> None:
    for caliber in PRESETS.values():
        if caliber.target is not None and caliber.shape == "percent":
            assert caliber.target.value >= Decimal(10), caliber.id
