"""Worked examples that are none: a file ends in one sentence, a case or an expectation is a miss that says why."""

import contextlib
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from goldensix.adapters.columnar.cases import batch_of
from goldensix.metrics.cases import Finding, check
from goldensix.wire.cases import BadCases, decode_cases
from goldensix.worked import print_findings, work_out

Json = dict[str, Any]
ASKED = {"id": "1", "t": "2026-11-10T10:00:00+08:00", "from": "buyer", "buyer": "b", "session": "s"}
ANSWERED = {**ASKED, "id": "2", "t": "2026-11-10T10:00:05+08:00", "from": "agent", "agent": "a"}
ASSIGNED = {"t": "2026-11-10T10:00:00+08:00", "type": "assign", "session": "s", "agent": "a"}
GOOD: Json = {
    "id": "good",
    "tz": "Asia/Shanghai",
    "messages": [ASKED, ANSWERED],
    "events": [ASSIGNED],
    "expect": [{"metric": "avg_response", "params": {"valid": ["agent"]}, "value": 5}],
}
HUGE = 10**400
ODD = [None, True, -1, HUGE, 1.5, "", "x", [], [[1]], {}, {"a": 1}]


def found(*cases: object) -> list[Finding]:
    decoded = decode_cases(json.dumps({"cases": cases}), "own.json")
    return check(decoded, batch_of(decoded))


def why(case: Json) -> str:
    """Why a case is a miss, beside a good one that still holds."""
    bad, good = found(case, GOOD)
    assert good.holds
    assert not bad.holds
    return bad.expectation.unknown


def with_message(**fields: object) -> Json:
    return {**GOOD, "messages": [{**ASKED, **fields}, ANSWERED]}


def with_event(**fields: object) -> Json:
    return {**GOOD, "events": [{**ASSIGNED, **fields}]}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "it is not JSON: Expecting value: line 1 column 1 (char 0)."),
        ("{", "it is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)."),
        ('{"cases": [NaN]}', "it is not JSON: NaN is no number."),
        ("[" * 100_000, "it is not JSON of this kind: it is nested too deeply."),
        ("[]", "the file: an object is expected."),
        ("{}", "cases: at least one is expected."),
        ('{"cases": {}}', "cases: a list is expected."),
        ('{"cases": [1]}', "cases 1: an object is expected."),
        ('{"cases": [{"id": "x"}]}', "case x: expect: at least one expectation is needed."),
        ('{"cases": [{"id": "x", "expect": [1]}]}', "case x: expect 1: an object is expected."),
        ('{"cases": [{"id": "x", "expect": [{}]}]}', "case x: metric: it is missing."),
        ('{"cases": [{"expect": [{"metric": "a", "num": "x"}]}]}', "case number 1: num: a number is expected."),
    ],
)
def test_a_file_that_is_none_ends_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadCases) as told:
        decode_cases(text, "own.json")
    assert str(told.value) == f"own.json: {sentence}"


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ({**GOOD, "tz": "Mars/Base"}, "tz: there is no time zone 'Mars/Base'"),
        ({**GOOD, "tz": "America"}, "tz: there is no time zone 'America'"),
        ({**GOOD, "tz": "../../etc/passwd"}, "tz: there is no time zone '../../etc/passwd'"),
        ({**GOOD, "messages": "x"}, "messages: a list is expected"),
        ({**GOOD, "events": [None]}, "events 1: an object is expected"),
        ({**GOOD, "inputs": [1]}, "inputs: an object is expected"),
        (with_message(t="2026-11-10T10:00:00"), "message 1: t: 2026-11-10T10:00:00 has no offset, such as +08:00"),
        (
            with_message(t="9999-12-31T23:59:59Z"),
            "message 1: t: an instant such as 2026-11-11T10:00:00+08:00 is expected",
        ),
        (with_message(seq="first"), "message 1: seq: a number is expected"),
        (with_message(session=[1]), "message 1: session: a name is expected"),
        (with_message(spam="no"), "message 1: spam: true or false is expected"),
        (with_event(type="explode"), "event 1: type: there is no event 'explode'"),
        (with_event(agent={}), "event 1: agent: a name is expected"),
        (with_event(type="rating", score=4.5), "event 1: score: a whole number is expected"),
    ],
)
def test_a_case_that_cannot_be_read_is_a_miss_that_says_why(case: Json, reason: str) -> None:
    assert why(case) == reason


@pytest.mark.parametrize(
    ("metric", "inputs", "params", "reason"),
    [
        ("applause", {}, {}, "there is no metric 'applause'"),
        ("avg_response", {}, {"moon": 1}, "moon: there is no such field"),
        ("avg_response", {}, {"measure": "late"}, "measure: there is no such parameter"),
        ("avg_response", {}, {"day": "2026-13-01"}, "day: a date such as 2026-11-11 is expected"),
        ("avg_response", {}, {"skew_tolerance": 10**30}, "skew_tolerance: a number is expected"),
        ("within_rate", {}, {"threshold": HUGE}, "threshold: a number is expected"),
        (
            "late_rate",
            {},
            {"threshold": 1, "as_of": 5},
            "as_of: an instant such as 2026-11-11T10:00:00+08:00 is expected",
        ),
        ("assessed", {"turns": 1, "min_turns": 1}, {"moon": 1}, "moon: assessed has no such parameter"),
        ("assessed", {"turns": 1}, {}, "min_turns: it is missing"),
        (
            "manpower",
            {"forecast_visits": "x", "daily_capacity_per_agent": 1},
            {},
            "forecast_visits: a number is expected",
        ),
        ("fb_badge", {"rows": [[1]]}, {}, "rows 1: a rate and seconds are expected"),
        ("typing_target", {"speeds": 5}, {}, "speeds: a list is expected"),
        ("shopee_crr", {"within_12h_oldest_first": [2]}, {}, "within_12h_oldest_first 1: 1 or 0 is expected"),
    ],
)
def test_what_is_not_known_or_missing_is_named(metric: str, inputs: Json, params: Json, reason: str) -> None:
    assert why({**GOOD, "inputs": inputs, "expect": [{"metric": metric, "params": params, "value": 5}]}) == reason


@pytest.mark.parametrize(
    "field", [*GOOD, *(f"messages.{key}" for key in ASKED), *(f"events.{key}" for key in ASSIGNED)]
)
def test_no_odd_value_ends_in_anything_else(field: str) -> None:
    where, _, key = field.partition(".")
    for value in ODD:
        case = deepcopy(GOOD)
        if key:
            case[where][0][key] = value
        else:
            case[where] = value
        with contextlib.suppress(BadCases):
            found(case)


def test_a_number_names_a_conversation_or_an_agent_too() -> None:
    messages = [{**ASKED, "session": 7}, {**ANSWERED, "session": 7, "agent": 12}]
    by_agent = {"metric": "avg_response_by_agent", "params": {}, "value": {"12": 5}}
    assert all(each.holds for each in found({**GOOD, "messages": messages, "events": [], "expect": [by_agent]}))


def test_messages_without_an_id_are_each_their_own() -> None:
    asked = {key: value for key, value in ASKED.items() if key != "id"}
    total = {"metric": "message_total", "params": {}, "value": 3}
    assert all(each.holds for each in found({**GOOD, "messages": [asked, asked, ANSWERED], "expect": [total]}))


def test_a_folder_or_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe{")
    for name in ("", "none.json", "binary.json"):
        with pytest.raises(BadCases, match=r"cannot be read: .*[.]$"):
            work_out(tmp_path / name)


def test_cases_of_one_name_are_counted_each_and_printed_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    missed = {**GOOD, "id": "good", "expect": [{"metric": "\x1b[31m[red]", "value": None}]}
    assert not print_findings(found(GOOD, missed), Console())
    printed = capsys.readouterr().out
    assert "\x1b[31m" not in printed
    assert "[red]" in printed
    assert printed.endswith("1 of 2\n")
