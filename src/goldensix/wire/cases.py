"""Worked examples as JSON: the format of the golden cases. An unknown metric or parameter is named, never skipped."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from goldensix.log.columns import BYS, CLOSING_WORDS, GREETING, NO_REPLY_NEEDED, SPAM, WHATS
from goldensix.metrics import rules
from goldensix.metrics.caliber import BadCaliber, Caliber
from goldensix.metrics.cases import Case, Expectation, Got, Rule
from goldensix.metrics.closing import is_closing
from goldensix.metrics.contributions import View
from goldensix.metrics.order import Line
from goldensix.metrics.zones import day_number
from goldensix.wire.declared import read_caliber

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
    "abandonment": "abandon_rate",
    "abandonment_rate": "abandon_rate",
    "queue_abandon_rate": "abandon_rate",
    "median": "median_response",
    "long_people_count": "long_people",
}
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
_RENAMED: Final = {"hours": "service_hours", "slow_s": "limit", "long_min": "limit"}


def _decimal(value: object) -> Decimal:
    return Decimal(str(value))


def _each(function: Callable[[Any], Any], values: list[Any]) -> list[Any]:
    return [function(value) for value in values]


_RULES: Final[dict[str, Callable[[Json], Any]]] = {
    "staffing_rule": lambda given: rules.staffing_rule(
        _decimal(given["customers_8h"]), _decimal(given["avg_response_s"])
    ),
    "staffing_advice": lambda given: rules.staffing_advice(
        _decimal(given["avg_response_s"]), bool(given.get("attitude_ok", True))
    ),
    "typing_target": lambda given: rules.typing_target(_each(_decimal, given["speeds"])),
    "manpower": lambda given: rules.people_needed(
        _decimal(given["forecast_visits"]), _decimal(given["daily_capacity_per_agent"])
    ),
    "rule_below": lambda given: rules.is_below(_decimal(given["value_in"]), _decimal(given["limit"])),
    "rule_at_least": lambda given: _decimal(given["value_in"]) >= _decimal(given["limit"]),
    "rule_at_most": lambda given: _decimal(given["value_in"]) <= _decimal(given["limit"]),
    "rule_above": lambda given: _decimal(given["value_in"]) > _decimal(given["limit"]),
    "assessed": lambda given: rules.has_enough(_decimal(given["turns"]), _decimal(given["min_turns"])),
    "timer_colour": lambda given: _each(lambda wait: rules.timer_colour(_decimal(wait)), given["wait_s"]),
    "shopee_crr": lambda given: rules.recent_weighted(_each(bool, given["within_12h_oldest_first"])),
    "fastest90_mean": lambda given: rules.fastest_mean(_each(_decimal, given["waits_s"])),
    "fb_badge": lambda given: _each(lambda row: rules.earns_badge(*map(_decimal, row)), given["rows"]),
}
"""Rules on plain inputs, given by the case or as parameters."""


def decode_cases(text: str, place: str, presets: Mapping[str, Caliber] = MappingProxyType({})) -> list[Case]:
    """The cases of a file; `place` names it in errors. Raises BadCases where it is no such file at all.

    An expectation names a metric and parameters, or one of the `presets`: `{"caliber": "ks_2023", "value": 33.33}`.
    """
    try:
        file = json.loads(text)
    except ValueError as broken:
        raise BadCases(f"{place} is not JSON: {broken}.") from None
    if not isinstance(file, dict) or not isinstance(file.get("cases"), list):
        raise BadCases(f"{place} has no list of cases.")
    return [_case(number, given, place, presets) for number, given in enumerate(file["cases"], 1)]


def _case(number: int, given: Json, place: str, presets: Mapping[str, Caliber]) -> Case:
    name = str(given.get("id", f"number {number}"))
    try:
        zone = str(given.get("tz", "UTC"))
        ZoneInfo(zone)
        lines = _lines(given, number)
        expectations = tuple(_expectation(each, given, zone, presets) for each in given["expect"])
    except ZoneInfoNotFoundError:
        raise BadCases(f"{place}, case {name}: there is no time zone {given['tz']}.") from None
    except (KeyError, ValueError, TypeError, AttributeError) as broken:
        raise BadCases(f"{place}, case {name}: {type(broken).__name__} {broken}.") from None
    return Case(name, str(given.get("title", "")), number, lines, expectations)


def _instant(text: str) -> int:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return round(at.timestamp() * 1000)


def _lines(given: Json, shop: int) -> list[Line]:
    messages, events = given.get("messages") or [], given.get("events") or []
    names: dict[str, str] = {}
    for message in messages:
        names.setdefault(str(message["id"]), f"m{len(names):08}")
    lines = [_message(message, shop, names[str(message["id"])]) for message in messages]
    return lines + [_event(event, shop, f"e{number:08}", lines) for number, event in enumerate(events)]


def _message(given: Json, shop: int, name: str) -> Line:
    if given["from"] not in BYS:
        raise ValueError(f"nobody is called {given['from']!r}")
    text = str(given.get("text") or "")
    flags = SPAM * bool(given.get("spam")) | NO_REPLY_NEEDED * bool(given.get("no_reply_needed"))
    flags |= GREETING * bool(given.get("greeting")) | CLOSING_WORDS * is_closing(text)
    return Line(
        shop, "case", str(given.get("buyer") or ""), given.get("session"), name, "message", given["from"],
        given.get("agent"), None, given.get("group"), str(given.get("kind", "text")), _instant(given["t"]),
        seq=given.get("seq"), recalled=bool(given.get("recalled_at")), flags=flags, chars=len(text),
    )  # fmt: skip


def _event(given: Json, shop: int, name: str, messages: list[Line]) -> Line:
    what = given["type"]
    if what not in WHATS or what == "message":
        raise ValueError(f"there is no event {what!r}")
    buyer, session, at = str(given.get("buyer") or ""), given.get("session"), _instant(given["t"])
    ordered = what in ("order_created", "paid", "refund_requested", "refund_done")
    if session is None and not ordered:
        session = _session_then(messages, buyer, at)
    detail = given.get("order") if ordered else given.get("value") if what == "status" else None
    value = given.get("score") if what == "rating" else given.get("amount")
    return Line(
        shop, "case", buyer, session, name, what, None, given.get("agent"), given.get("from_agent"),
        given.get("group"), "", at, seq=given.get("seq"), value=value, detail=detail,
    )  # fmt: skip


def _session_then(messages: list[Line], buyer: str, at: int) -> str | None:
    """The named conversation that the buyer was in at an instant, or was first in after it."""
    own = sorted((line for line in messages if line.buyer == buyer and line.session), key=lambda line: line.at)
    before = [line for line in own if line.at <= at]
    return before[-1].session if before else own[0].session if own else None


def _expectation(given: Json, case: Json, zone: str, presets: Mapping[str, Caliber]) -> Expectation:
    params = dict(given.get("params") or {})
    expected = Got(given.get("value"), given.get("num"), given.get("den"))
    params.pop("note", None)
    if "caliber" in given:
        return _of_preset(str(given["caliber"]), params, expected, zone, presets)
    metric = str(given["metric"])
    inputs = {**(case.get("inputs") or {}), **params}
    name = _SAME_AS.get(metric, metric)
    if name in _RULES and (name not in _OF_LOG or case.get("inputs")):
        return Expectation(metric, expected, rule=_rule(name, inputs))
    by_agent = name in _BY_AGENT
    if not by_agent and name not in _OF_LOG:
        return Expectation(metric, expected, unknown=f"there is no metric {metric!r}")
    bases = _BY_AGENT[name] if by_agent else {"": _OF_LOG[name]}
    try:
        view = _view(params, zone)
        fields = _fields(name, params)
        calibers = {part: read_caliber({"id": f"{name} {part}", **base, **fields}) for part, base in bases.items()}
    except BadCaliber as bad:
        return Expectation(metric, expected, unknown=f"{bad.field}: {bad.why}")
    except (ValueError, TypeError) as bad:
        return Expectation(metric, expected, unknown=str(bad))
    return Expectation(metric, expected, calibers=calibers, view=view, by_agent=by_agent)


def _of_preset(name: str, params: Json, expected: Got, zone: str, presets: Mapping[str, Caliber]) -> Expectation:
    """`by` asks for a value for each agent; the caliber itself takes no parameters but those of the view."""
    if name not in presets:
        return Expectation(name, expected, unknown=f"there is no caliber {name!r}")
    by = params.pop("by", None)
    foreign = [key for key in params if key not in _VIEWED] + ([f"by {by}"] if by not in (None, "agent") else [])
    if foreign:
        return Expectation(name, expected, unknown=f"a preset takes no {', '.join(foreign)}")
    try:
        view = _view(params, zone)
    except (ValueError, TypeError) as bad:
        return Expectation(name, expected, unknown=str(bad))
    return Expectation(name, expected, calibers={"": presets[name]}, view=view, by_agent=by == "agent")


def _rule(name: str, inputs: Json) -> Rule:
    return lambda: _RULES[name](inputs)


def _fields(metric: str, params: Json) -> Json:
    """Parameters as a caliber declares them."""
    fields = {_RENAMED.get(key, key): value for key, value in params.items() if key not in _VIEWED}
    if "long_min" in params:
        fields["limit"] = _decimal(params["long_min"]) * 60
    if metric == "business_wait" and "days" in fields:
        fields["service_days"] = fields.pop("days")
    return fields


def _view(params: Mapping[str, Any], zone: str) -> View:
    as_of = params.get("as_of", params.get("at"))
    days = None
    if "day" in params:
        number = day_number(date.fromisoformat(params["day"]))
        days = (number, number)
    return View(zone=zone, days=days, as_of=None if as_of is None else _instant(as_of))
