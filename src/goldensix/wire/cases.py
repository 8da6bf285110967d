"""Worked examples as JSON: the format of the golden cases. An unknown metric or parameter is named, never skipped."""

import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, NamedTuple, cast

from goldensix.metrics.caliber import BadCaliber, Caliber
from goldensix.metrics.cases import Case, Expectation, Got, Value
from goldensix.metrics.contributions import View
from goldensix.metrics.zones import day_number
from goldensix.wire.case_log import lines_of
from goldensix.wire.case_rules import RULES, rule_of
from goldensix.wire.declared import read_caliber
from goldensix.wire.given import Given, Unfit, a_date, a_number, a_zone, an_instant, an_object, name, objects, text

Json = dict[str, Any]


class BadCases(Exception):
    """A file of worked examples that cannot be read: says where and why."""


_ANSWERED_FIRST: Final = {"measure": "mean", "unit": "session_first"}
_OF_LOG: Final[dict[str, Json]] = {
    "within_rate": {"measure": "within"},
    "late_rate": {"measure": "late"},
    "first_response_mean": _ANSWERED_FIRST,
    "first_response_median": {"measure": "median", "unit": "session_first"},
    "first_response_percentile": {"measure": "percentile", "unit": "session_first"},
    "first_response_agent": {**_ANSWERED_FIRST, "clock": "agent"},
    "avg_response": {"measure": "mean"},
    "median_response": {"measure": "median"},
    "avg_of_session_avg": {"measure": "mean", "unit": "session_mean"},
    "percentile": {"measure": "percentile"},
    "fastest90_mean": {"measure": "fastest", "p": 90},
    "business_wait": {**_ANSWERED_FIRST, "service_hours": [0, 24]},
    "answer_ratio": {"measure": "answer_ratio"},
    "message_total": {"measure": "message_total"},
    "buyer_messages": {"measure": "buyer_messages"},
    "agent_messages": {"measure": "agent_messages"},
    "agent_characters": {"measure": "agent_characters"},
    "consulting_people": {"measure": "consulting"},
    "reply_rate": {"measure": "answered", "unit": "customer_day"},
    "session_answer_rate": {"measure": "answered", "unit": "session_all"},
    "unanswered_people": {"measure": "unanswered", "unit": "customer_day"},
    "unanswered_sessions": {"measure": "unanswered", "unit": "session_all"},
    "slow_people": {"measure": "slow", "unit": "customer_day", "limit": 60},
    "long_people": {"measure": "long_sessions", "limit": 1800},
    "long_sessions": {"measure": "long_sessions", "limit": 1800},
    "session_count": {"measure": "sessions"},
    "leave_message_rate": {"measure": "leave_rate"},
    "no_service_rate": {"measure": "no_service_rate"},
    "zendesk_frt": {"measure": "ticket_first_reply"},
    "waiting_over": {"measure": "waiting_over"},
    "data_quality_skew": {"measure": "skew"},
    "max_concurrent": {"measure": "max_concurrent"},
    "reception_time": {"measure": "reception_time"},
    "queue_wait_mean": {"measure": "queue_mean"},
    "queue_wait_max": {"measure": "queue_max"},
    "abandon_rate": {"measure": "abandon_rate"},
    "satisfaction": {"measure": "satisfaction"},
    "invite_rate": {"measure": "invite_rate"},
    "participation_rate": {"measure": "participation_rate"},
    "conversion_order": {"measure": "conversion_order"},
    "conversion_paid": {"measure": "conversion_paid"},
    "refund_speed": {"measure": "refund_speed"},
    "status_time": {"measure": "status_time"},
    "lazada_rate": {"measure": "within", "unit": "session_first", "cycle_hour": 18, "threshold": 3600},
}
"""Metrics computed from the log, and what they are unless parameters say otherwise."""
_SAME_AS: Final = {
    "first_response": "first_response_mean",
    "first_response_p": "first_response_percentile",
    "first_response_avg": "first_response_mean",
    "avg_first_response": "first_response_mean",
    "median_first_response": "first_response_median",
    "avg_response_mean": "avg_response",
    "response_mean": "avg_response",
    "avg_response_median": "median_response",
    "response_median": "median_response",
    "median": "median_response",
    "response_percentile": "percentile",
    "late_response_rate": "late_rate",
    "waiting_now": "waiting_over",
    "answer_rate": "session_answer_rate",
    "sessions": "session_count",
    "leave_rate": "leave_message_rate",
    "dy_no_service": "no_service_rate",
    "message_count": "message_total",
    "queue_mean": "queue_wait_mean",
    "queue_wait_avg": "queue_wait_mean",
    "queue_max": "queue_wait_max",
    "abandon": "abandon_rate",
    "abandonment": "abandon_rate",
    "abandonment_rate": "abandon_rate",
    "queue_abandon_rate": "abandon_rate",
    "abandon_count": "abandoned",
    "queue_abandoned": "abandoned",
    "concurrent_max": "max_concurrent",
    "people_needed": "manpower",
    "long_people_count": "long_people",
    "slow_people_count": "slow_people",
    "rule_not_below": "rule_at_least",
    "rule_not_above": "rule_at_most",
    "rule_not_over": "rule_at_most",
    "rule_over": "rule_above",
}
_COUNTED: Final = {"abandoned": "abandon_rate", "late_count": "late_rate", "leave_message_count": "leave_message_rate"}
"""Metrics that are how many others count, not their share."""
_BY_AGENT: Final[dict[str, dict[str, Json]]] = {
    "avg_response_by_agent": {"": {"measure": "mean", "clock": "agent"}},
    "first_response_by_agent": {"": {**_ANSWERED_FIRST, "clock": "agent"}},
    "answer_ratio_by_agent": {"": {"measure": "answer_ratio"}},
    "max_concurrent_by_agent": {"": {"measure": "max_concurrent"}},
    "received": {"": {"measure": "received"}},
    "received_direct": {"": {"measure": "received_direct"}},
    "received_in": {"": {"measure": "received_in"}},
    "passed_on": {"": {"measure": "passed_on"}},
    "transfers": {"in": {"measure": "transfers_in"}, "out": {"measure": "transfers_out"}},
}
"""Metrics whose value is a figure for each agent."""

_VIEWED: Final = ("day", "as_of", "at")
_RENAMED: Final = {
    "hours": "service_hours",
    "slow_s": "limit",
    "long_min": "limit",
    "threshold_s": "threshold",
    "cap_s": "cap",
}
_OURS: Final = frozenset({"id", "names", "platform", "version", "valid_from", "source", "assumed", "target", "measure"})
"""Fields of a caliber that are no parameters."""


def decode_cases(text: str, place: str, presets: Mapping[str, Caliber] = MappingProxyType({})) -> list[Case]:
    """The cases of a file; `place` names it in errors. Raises BadCases where it is no such file at all.

    An expectation names a metric and parameters, or one of the `presets`: `{"caliber": "ks_2023", "value": 33.33}`.
    A case that cannot be read, or an expectation, is a miss that says why: the others still count.
    """
    try:
        rows = objects(an_object(_json(text), "the file"), "cases")
        if not rows:
            raise Unfit("cases: at least one is expected")
        return [_case(number, row, presets) for number, row in enumerate(rows, 1)]
    except Unfit as unfit:
        raise BadCases(f"{place}: {unfit}.") from None


def _json(text: str) -> object:
    try:
        return json.loads(text, parse_int=_whole, parse_constant=_constant)
    except ValueError as broken:
        raise Unfit(f"it is not JSON: {broken}") from None
    except RecursionError:
        raise Unfit("it is not JSON of this kind: it is nested too deeply") from None


def _whole(digits: str) -> int | float:
    """What no counter holds is no whole number."""
    return int(digits) if len(digits) < 19 else float(digits)


def _constant(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _case(number: int, given: Given, presets: Mapping[str, Caliber]) -> Case:
    case = name(given, "id") or f"number {number}"
    try:
        rows = objects(given, "expect")
        if not rows:
            raise Unfit("expect: at least one expectation is needed")
        wanted = [_wanted(row) for row in rows]
    except Unfit as unfit:
        raise Unfit(f"case {case}: {unfit}") from None
    try:
        zone = a_zone(given.get("tz", "UTC"), "tz")
        lines = lines_of(given, number)
        inputs = an_object(given.get("inputs") or {}, "inputs")
    except Unfit as unfit:
        return Case(case, "", number, (), [replace(each.figure, unknown=str(unfit)) for each in wanted])
    expectations = [_expectation(each, inputs, zone, presets) for each in wanted]
    return Case(case, str(given.get("title", "")), number, lines, expectations)


class _Wanted(NamedTuple):
    figure: Expectation
    params: Given
    of_preset: bool


def _wanted(given: Given) -> _Wanted:
    preset = text(given, "caliber")
    metric = preset or text(given, "metric")
    if not metric:
        raise Unfit("metric: it is missing")
    sides = [None if given.get(side) is None else float(a_number(given[side], side)) for side in ("num", "den")]
    params = an_object(given.get("params") or {}, f"params of {metric}")
    figure = Expectation(metric, Got(cast(Value, given.get("value")), *sides))
    return _Wanted(figure, {key: value for key, value in params.items() if key != "note"}, bool(preset))


def _expectation(wanted: _Wanted, inputs: Given, zone: str, presets: Mapping[str, Caliber]) -> Expectation:
    try:
        if wanted.of_preset:
            return _of_preset(wanted, zone, presets)
        return _of_metric(wanted, inputs, zone)
    except BadCaliber as bad:
        return replace(wanted.figure, unknown=f"{bad.field}: {bad.why}")
    except Unfit as unfit:
        return replace(wanted.figure, unknown=str(unfit))


def _of_preset(wanted: _Wanted, zone: str, presets: Mapping[str, Caliber]) -> Expectation:
    """`by` asks for a value for each agent; the caliber itself takes no parameters but those of the view."""
    figure, params = wanted.figure, dict(wanted.params)
    if figure.metric not in presets:
        raise Unfit(f"there is no caliber {figure.metric!r}")
    by = params.pop("by", None)
    foreign = [key for key in params if key not in _VIEWED] + ([f"by {by}"] if by not in (None, "agent") else [])
    if foreign:
        raise Unfit(f"a preset takes no {', '.join(foreign)}")
    calibers = {"": presets[figure.metric]}
    return replace(figure, calibers=calibers, view=_view(params, zone), by_agent=by == "agent")


def _of_metric(wanted: _Wanted, inputs: Given, zone: str) -> Expectation:
    figure, params = wanted.figure, wanted.params
    metric = _SAME_AS.get(figure.metric, figure.metric)
    if metric in RULES and (metric not in _OF_LOG or inputs):
        return replace(figure, rule=rule_of(metric, inputs, params))
    counted = _COUNTED.get(metric)
    by_agent = metric in _BY_AGENT
    if not (counted or by_agent or metric in _OF_LOG):
        raise Unfit(f"there is no metric {figure.metric!r}")
    bases = _BY_AGENT[metric] if by_agent else {"": _OF_LOG[counted or metric]}
    view, fields = _view(params, zone), _fields(metric, params)
    calibers = {part: read_caliber({"id": f"{metric} {part}", **base, **fields}) for part, base in bases.items()}
    return replace(figure, calibers=calibers, view=view, by_agent=by_agent, counted=counted is not None)


def _fields(metric: str, params: Given) -> Given:
    """Parameters as a caliber declares them."""
    fields: dict[str, object] = {}
    for key, value in params.items():
        if key in _OURS:
            raise Unfit(f"{key}: there is no such parameter")
        if key not in _VIEWED:
            fields[_RENAMED.get(key, key)] = value
    if "long_min" in params:
        fields["limit"] = a_number(params["long_min"], "long_min") * 60
    if metric == "business_wait" and "days" in fields:
        fields["service_days"] = fields.pop("days")
    if fields.pop("window_tests", "start") != "start":
        raise Unfit("window_tests: start is expected")
    return fields


def _view(params: Given, zone: str) -> View:
    as_of = params.get("as_of", params.get("at"))
    days = None
    if params.get("day") is not None:
        number = day_number(a_date(params["day"], "day"))
        days = (number, number)
    return View(zone=zone, days=days, as_of=None if as_of is None else an_instant(as_of, "as_of"))
