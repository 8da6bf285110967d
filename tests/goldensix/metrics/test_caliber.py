"""A caliber says what is wrong with it in one sentence: the file, the caliber, the field."""

from typing import Any

import pytest

from goldensix.adapters.presets import presets
from goldensix.metrics.caliber import BadCaliber
from goldensix.wire.calibers import decode_calibers
from goldensix.wire.declared import read_caliber

SOUND = {"id": "mine", "measure": "within", "threshold": 6}


@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"treshold": 6}, "treshold", "there is no such field"),
        ({"threshold": "six"}, "threshold", "a number is expected"),
        ({"threshold": -1}, "threshold", "seconds from 0 on"),
        ({"threshold": 0.0001}, "threshold", "to the millisecond"),
        ({"unit": "call"}, "unit", "one of turn, message,"),
        ({"valid": ["robot"]}, "valid", "one of agent, bot_assist, bot_auto is expected, not 'robot'"),
        ({"valid": []}, "valid", "at least one of"),
        ({"window": [8]}, "window", "two hours"),
        ({"window": [8, 25]}, "window", "hours from 0 to 24"),
        ({"window": [8, 8]}, "window", "must differ"),
        ({"days": [7]}, "days", "from 0 to 6"),
        ({"exempt_days": ["soon"]}, "exempt_days", "a date such as"),
        ({"human_stage": 1}, "human_stage", "true or false"),
        ({"target": {"near": 3}}, "target", "one of at_least"),
        ({"unanswered": "cap"}, "cap", "needs one"),
        ({"measure": "percentile"}, "p", "needs one"),
        ({"measure": "mean", "unit": "customer_day"}, "unit", "a mean is taken over"),
        ({"measure": "recent_weighted", "unit": "customer_day"}, "unit", "is taken over turn, message"),
        ({"measure": "answered", "booked": "reply"}, "booked", "reply is only for within, late"),
        ({"booked": "reply", "unit": "session_all"}, "booked", "each by itself"),
        ({"booked": "reply", "unanswered": "fail"}, "unanswered", "needs exclude"),
        ({"measure": "speed"}, "measure", "one of within, late"),
    ],
)
def test_a_caliber_that_does_not_fit_is_told(change: dict[str, Any], field: str, why: str) -> None:
    with pytest.raises(BadCaliber) as told:
        read_caliber({**SOUND, **change}, "own.toml")
    assert str(told.value).startswith(f"own.toml: caliber mine: {field}: ")
    assert why in str(told.value)


def test_a_missing_threshold_is_told() -> None:
    with pytest.raises(BadCaliber, match=r"caliber x: threshold: within needs one\."):
        read_caliber({"id": "x", "measure": "within"})


def test_a_file_that_is_no_toml_is_told() -> None:
    with pytest.raises(BadCaliber, match=r"^own\.toml: caliber \(without id\): file: it is not TOML"):
        decode_calibers("[[caliber", "own.toml")


def test_two_calibers_of_one_name_are_told() -> None:
    twice = '[[caliber]]\nid = "a"\nmeasure = "mean"\n' * 2
    with pytest.raises(BadCaliber, match=r"caliber a: id: there are two of this name"):
        decode_calibers(twice, "own.toml")


def test_the_human_stage_may_be_declared_as_a_clock() -> None:
    declared = read_caliber({**SOUND, "clock": "human_stage"})
    assert (declared.clock, declared.human_stage) == ("shop", True)


def test_what_is_booked_on_its_reply_has_no_place_for_silence() -> None:
    assert read_caliber({**SOUND, "booked": "reply"}).unanswered == "exclude"


def test_every_preset_has_both_languages_and_says_where_it_is_from() -> None:
    for caliber in presets().values():
        assert set(caliber.names) == {"zh", "en"}, caliber.id
        assert caliber.source, caliber.id
        assert set(caliber.assumed) in (set(), {"zh", "en"}), caliber.id
