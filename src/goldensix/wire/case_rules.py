"""Rules on plain inputs as worked examples name them: the inputs stand in the case or in the parameters."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from goldensix.metrics import rules
from goldensix.metrics.cases import Rule, Value
from goldensix.wire.given import Given, Unfit, a_list, a_number

_Reader = Callable[[object, str], Any]


class _Named(NamedTuple):
    rule: Callable[..., Any]
    inputs: Mapping[str, _Reader]
    """In the rule's order."""
    otherwise: Mapping[str, object] = {}


def _list_of(read: _Reader) -> _Reader:
    return lambda value, what: [read(each, f"{what} {n}") for n, each in enumerate(a_list(value, what), 1)]


def _pair(value: object, what: str) -> list[Decimal]:
    numbers: list[Decimal] = _numbers(value, what)
    if len(numbers) != 2:
        raise Unfit(f"{what}: a rate and seconds are expected")
    return numbers


def _outcome(value: object, what: str) -> bool:
    if value not in (0, 1):
        raise Unfit(f"{what}: 1 or 0 is expected")
    return bool(value)


def _truth(value: object, what: str) -> bool:
    if not isinstance(value, bool):
        raise Unfit(f"{what}: true or false is expected")
    return value


_numbers: Final = _list_of(a_number)
_LIMIT: Final[Mapping[str, _Reader]] = {"value_in": a_number, "limit": a_number}
_RULES: Final[dict[str, _Named]] = {
    "staffing_rule": _Named(rules.staffing_rule, {"customers_8h": a_number, "avg_response_s": a_number}),
    "staffing_advice": _Named(
        rules.staffing_advice, {"avg_response_s": a_number, "attitude_ok": _truth}, {"attitude_ok": True}
    ),
    "typing_target": _Named(rules.typing_target, {"speeds": _numbers}),
    "manpower": _Named(rules.people_needed, {"forecast_visits": a_number, "daily_capacity_per_agent": a_number}),
    "rule_below": _Named(rules.is_below, _LIMIT),
    "rule_above": _Named(lambda value, limit: rules.is_below(limit, value), _LIMIT),
    "rule_at_least": _Named(lambda value, limit: not rules.is_below(value, limit), _LIMIT),
    "rule_at_most": _Named(lambda value, limit: not rules.is_below(limit, value), _LIMIT),
    "assessed": _Named(rules.has_enough, {"turns": a_number, "min_turns": a_number}),
    "timer_colour": _Named(lambda waits: [rules.timer_colour(wait) for wait in waits], {"wait_s": _numbers}),
    "shopee_crr": _Named(rules.recent_weighted, {"within_12h_oldest_first": _list_of(_outcome)}),
    "fastest90_mean": _Named(rules.fastest_mean, {"waits_s": _numbers}),
    "fb_badge": _Named(lambda rows: [rules.earns_badge(*row) for row in rows], {"rows": _list_of(_pair)}),
}
RULES: Final = frozenset(_RULES)


def rule_of(name: str, inputs: Given, params: Given) -> Rule:
    """A rule with its inputs read. Raises Unfit."""
    named = _RULES[name]
    for key in params:
        if key not in named.inputs:
            raise Unfit(f"{key}: {name} has no such parameter")
    given = {**named.otherwise, **inputs, **params}
    for key in named.inputs:
        if key not in given:
            raise Unfit(f"{key}: it is missing")
    read = [reader(given[key], key) for key, reader in named.inputs.items()]
    value: Value = named.rule(*read)
    return lambda: value
