"""Worked examples of our own, in the shared format, through both interpreters."""

import json
from typing import Any

import pytest

from goldensix.adapters.columnar.cases import batch_of
from goldensix.metrics.cases import Finding, check
from goldensix.wire.cases import BadCases, decode_cases

Json = dict[str, Any]
HUMAN = {"valid": ["agent"]}


def said(at: str, by: str, buyer: str = "b1", **more: Any) -> Json:
    day, time = at.split() if " " in at else ("2026-11-10", at)
    return {
        "id": f"{buyer} {by} {at} {more.get('seq', '')}",
        "t": f"{day}T{time}+08:00",
        "from": by,
        "buyer": buyer,
        "session": more.pop("session", f"s{buyer}"),
        "agent": more.pop("agent", "a1" if by == "agent" else None),
        **more,
    }


def event(at: str, what: str, **more: Any) -> Json:
    day, time = at.split() if " " in at else ("2026-11-10", at)
    return {"t": f"{day}T{time}+08:00", "type": what, **more}


def worked(*cases: Json) -> list[Finding]:
    file = {"cases": [{"id": f"c{number}", "tz": "Asia/Shanghai", **case} for number, case in enumerate(cases)]}
    decoded = decode_cases(json.dumps(file), "own.json")
    return check(decoded, batch_of(decoded))


def assert_holds(messages: list[Json], *expect: tuple[str, Json, Any], events: list[Json] | None = None) -> None:
    wanted = [
        {
            "metric": metric,
            "params": params,
            **(value if isinstance(value, dict) and "value" in value else {"value": value}),
        }
        for metric, params, value in expect
    ]
    for finding in worked({"messages": messages, "events": events or [], "expect": wanted}):
        assert finding.holds, (finding.expectation.metric, finding.expectation.expected, dict(finding.got))


def test_the_readings_of_a_session_within_three_minutes() -> None:
    talk = [said("10:00:00", "buyer"), said("10:00:10", "agent"), said("10:10:00", "buyer"), said("10:15:00", "agent")]
    within = {"threshold": 180, **HUMAN}
    assert_holds(
        talk,
        ("within_rate", {"unit": "session_mean", **within}, {"value": 100.0, "num": 1, "den": 1}),
        ("within_rate", {"unit": "session_all", **within}, {"value": 0.0, "num": 0, "den": 1}),
        ("within_rate", {"unit": "turn", **within}, {"value": 50.0, "num": 1, "den": 2}),
    )


def test_a_session_with_an_unanswered_turn_is_not_within_by_its_mean() -> None:
    talk = [said("10:00:00", "buyer"), said("10:00:10", "agent"), said("10:10:00", "buyer")]
    mean = {"unit": "session_mean", "threshold": 180, **HUMAN}
    assert_holds(talk, ("within_rate", mean, 0.0), ("within_rate", {**mean, "unanswered": "exclude"}, 100.0))


def test_the_queue_has_a_clock_and_figures_of_its_own() -> None:
    talk = [
        said("10:00:00", "buyer"),
        said("10:00:00", "bot_auto"),
        said("10:00:50", "agent"),
        said("10:01:00", "buyer", "b2"),
    ]
    events = [
        event("10:00:10", "queue_enter", session="sb1"),
        event("10:00:30", "assign", session="sb1", agent="a1"),
        event("10:01:05", "queue_enter", session="sb2"),
    ]
    assert_holds(
        talk,
        ("first_response_mean", {"clock": "shop", **HUMAN}, 50.0),
        ("first_response_mean", {"clock": "queue", **HUMAN}, 40.0),
        ("first_response_agent", HUMAN, 20.0),
        ("queue_wait_mean", {}, {"value": 20.0, "num": 20, "den": 1}),
        ("queue_wait_max", {}, 20.0),
        ("abandon_rate", {}, {"value": 50.0, "num": 1, "den": 2}),
        events=events,
    )


def test_a_robot_before_the_human_stage_consumes_what_it_answers() -> None:
    talk = [
        said("10:00:00", "buyer"),
        said("10:00:01", "bot_auto"),
        said("10:05:00", "buyer"),
        said("10:08:10", "agent"),
    ]
    staged = {"unit": "customer_day", "threshold": 180, "window": [8, 23], "human_stage": True, **HUMAN}
    events = [event("10:05:10", "to_human", session="sb1")]
    assert_holds(talk, ("within_rate", staged, {"value": 100.0, "num": 1, "den": 1}), events=events)
    assert_holds(talk, ("within_rate", staged, {"value": None, "num": 0, "den": 0}))


def test_assist_counts_in_the_human_stage() -> None:
    talk = [said("10:00:00", "buyer"), said("10:00:03", "bot_assist"), said("10:00:40", "agent")]
    params = {"valid": ["agent", "bot_assist"], "human_stage": True}
    events = [event("10:00:00", "assign", session="sb1", agent="a1")]
    assert_holds(talk, ("first_response_mean", params, 3.0), events=events)


def test_what_a_buyer_takes_back_or_an_agent_does_counts_for_nothing() -> None:
    gone = "2026-11-10T10:00:20+08:00"
    talk = [said("10:00:00", "buyer"), said("10:00:10", "agent", recalled_at=gone), said("10:00:40", "agent")]
    assert_holds(talk, ("avg_response", HUMAN, 40.0), ("answer_ratio", {}, 100.0))


def test_a_clock_far_off_is_a_fault_of_the_data() -> None:
    talk = [said("10:00:20", "buyer", seq=1), said("10:00:05", "agent", seq=2)]
    fault = {"skew_tolerance": 5, **HUMAN}
    assert_holds(
        talk,
        ("avg_response", fault, {"value": None, "num": 0, "den": 0}),
        ("data_quality_skew", fault, 1),
        ("within_rate", {"threshold": 180, **fault}, {"value": None, "num": 0, "den": 0}),
    )


def test_instants_are_instants_whatever_their_offset() -> None:
    talk = [said("23:59:50", "buyer"), {**said("23:59:59", "agent"), "t": "2026-11-10T16:00:05Z"}]
    assert_holds(
        talk,
        ("avg_response", {"day": "2026-11-10", **HUMAN}, 15.0),
        ("avg_response", {"day": "2026-11-11", **HUMAN}, None),
        ("avg_response", {"cross_day": "exclude", **HUMAN}, None),
    )


def test_closing_words_with_a_question_in_them_want_an_answer() -> None:
    talk = [said("10:00:00", "buyer", text="好的，谢谢"), said("10:00:05", "buyer", text="几点发货？")]
    house = {"threshold": 180, "ignore_closers": True, **HUMAN}
    assert_holds(talk, ("within_rate", house, {"value": 0.0, "num": 0, "den": 1}))
    assert_holds(talk[:1], ("within_rate", house, {"value": None, "num": 0, "den": 0}))


def test_people_are_counted_once_a_day() -> None:
    talk = [
        said("10:00:00", "buyer"), said("10:00:10", "agent"), said("12:00:00", "buyer", session="s9"),
        said("10:00:00", "buyer", "b2"), said("2026-11-11 09:00:00", "agent", "b2"),
        said("10:00:00", "buyer", "b3"),
    ]  # fmt: skip
    assert_holds(
        talk,
        ("within_rate", {"unit": "customer_day", "threshold": 180, **HUMAN}, {"value": 0.0, "num": 0, "den": 3}),
        ("reply_rate", HUMAN, {"value": 66.67, "num": 2, "den": 3}),
        ("reply_rate", {"same_day": True, **HUMAN}, {"value": 33.33, "num": 1, "den": 3}),
        ("unanswered_people", HUMAN, 1),
        ("slow_people", HUMAN, 1),
        ("session_count", {}, 4),
    )


def test_transfers_are_booked_on_both_sides() -> None:
    talk = [said("10:00:00", "buyer"), said("10:01:30", "agent", agent="a2")]
    events = [
        event("10:00:00", "assign", session="sb1", agent="a1"),
        event("10:01:00", "transfer", session="sb1", from_agent="a1", agent="a2"),
    ]
    split = {"cap": 600, "unanswered": "cap", "split_transfer": True, **HUMAN}
    assert_holds(
        talk,
        ("avg_response", split, {"value": 315.0, "num": 630, "den": 2}),
        ("avg_response_by_agent", HUMAN, {"a2": 30.0}),
        ("transfers", {}, {"in": {"a2": 1}, "out": {"a1": 1}}),
        ("received", {}, {"a1": 1, "a2": 1}),
        ("received_in", {}, {"a2": 1}),
        ("passed_on", {}, {"a1": 1}),
        events=events,
    )


def test_the_median_of_two_is_between_them_and_a_percentile_is_one_of_them() -> None:
    talk = [
        said("10:00:00", "buyer"), said("10:00:10", "agent"),
        said("10:00:00", "buyer", "b2"), said("10:00:25", "agent", "b2"),
    ]  # fmt: skip
    assert_holds(
        talk,
        ("first_response_median", HUMAN, {"value": 17.5, "den": 2}),
        ("percentile", {"p": 50, **HUMAN}, 10.0),
        ("fastest90_mean", {"p": 50, **HUMAN}, 10.0),
    )


def test_service_hours_are_those_of_the_zone() -> None:
    talk = [said("2026-11-06 17:59:00", "buyer"), said("2026-11-09 09:02:00", "agent")]
    assert_holds(talk, ("business_wait", {"days": [0, 1, 2, 3, 4], "hours": [9, 18]}, 180))


def test_what_is_not_known_is_named() -> None:
    expect = [
        {"metric": "applause", "params": {}, "value": 1},
        {"metric": "within_rate", "params": {"treshold": 6}, "value": 1},
        {"metric": "within_rate", "params": {"threshold": 6, "unit": "call"}, "value": 1},
    ]
    unknown = [finding.expectation.unknown for finding in worked({"expect": expect})]
    assert unknown[0] == "there is no metric 'applause'"
    assert unknown[1].startswith("treshold: there is no such field")
    assert unknown[2].startswith("unit: one of turn")
    assert not any(finding.holds for finding in worked({"expect": expect}))


@pytest.mark.parametrize("text", ["{", "[]", '{"cases": [{"id": "x", "tz": "Mars/Base", "expect": []}]}'])
def test_a_file_that_is_no_examples_is_told(text: str) -> None:
    with pytest.raises(BadCases, match=r"own\.json"):
        decode_cases(text, "own.json")


@pytest.mark.parametrize(
    ("metric", "inputs", "value"),
    [
        ("staffing_rule", {"customers_8h": 100, "avg_response_s": 30.0}, "fail"),
        ("staffing_rule", {"customers_8h": 101, "avg_response_s": 99.0}, "not_applicable"),
        ("staffing_advice", {"avg_response_s": 60.1, "attitude_ok": True}, True),
        ("staffing_advice", {"avg_response_s": 99, "attitude_ok": False}, False),
        ("manpower", {"forecast_visits": 1201, "daily_capacity_per_agent": 150}, 9),
        ("typing_target", {"speeds": [80, 95]}, [97.5, 107.5]),
        ("assessed", {"turns": 100, "min_turns": 100}, True),
        ("timer_colour", {"wait_s": [60, 119, 600.5]}, ["none", "grey", "red"]),
        ("fb_badge", {"rows": [[90, 900], [90, 901]]}, [True, False]),
        ("fastest90_mean", {"waits_s": [1, 2, 3]}, 2),
        ("shopee_crr", {"within_12h_oldest_first": [1, 0, 1, 1]}, 87.5),
    ],
)
def test_rules_on_plain_figures(metric: str, inputs: Json, value: object) -> None:
    (finding,) = worked({"inputs": inputs, "expect": [{"metric": metric, "params": {}, "value": value}]})
    assert finding.holds, dict(finding.got)
