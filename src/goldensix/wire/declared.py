"""A caliber as it is declared in a file, on a page or in a worked example, field by field.

Each field has one reader that says what it expects; an unknown field is an error, never skipped.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, get_args

from goldensix.events.ids import Milliseconds
from goldensix.metrics.caliber import (
    ALL_WEEK,
    HOUR,
    MEASURES,
    RATES,
    Anchor,
    BadCaliber,
    Booked,
    Caliber,
    Count,
    CrossDay,
    Hours,
    Op,
    Reached,
    Replier,
    SessionRule,
    Target,
    Unanswered,
    Unit,
    fault_of,
)

Declared = Mapping[str, object]
_LARGEST: Final = 10**12
"""Seconds that still are milliseconds to every engine."""


class _Unfit(Exception):
    pass


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise _Unfit("a number is expected")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise _Unfit("a number is expected") from None
    if not number.is_finite() or abs(number) > _LARGEST:
        raise _Unfit("a number is expected")
    return number


def _seconds(value: object) -> Milliseconds:
    milliseconds = _number(value) * 1000
    if milliseconds < 0 or milliseconds != milliseconds.to_integral_value():
        raise _Unfit("seconds from 0 on, to the millisecond, are expected")
    return Milliseconds(int(milliseconds))


def _whole(low: int, high: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        number = _number(value)
        if number != number.to_integral_value() or not low <= number <= high:
            raise _Unfit(f"a whole number from {low} to {high} is expected")
        return int(number)

    return read


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Unfit("true or false is expected")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Unfit("text is expected")
    return value


def _one_of(*words: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in words:
            raise _Unfit(f"one of {', '.join(words)} is expected, not {value!r}")
        return str(value)

    return read


def _list(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise _Unfit("a list is expected")
    return list(value)


def _set_of(read: Callable[[object], Any]) -> Callable[[object], frozenset[Any]]:
    return lambda value: frozenset(read(each) for each in _list(value))


def _time_of_day(value: object) -> int:
    milliseconds = _number(value) * HOUR
    if not 0 <= milliseconds <= 24 * HOUR or milliseconds != milliseconds.to_integral_value():
        raise _Unfit("hours from 0 to 24 are expected")
    return int(milliseconds)


def _hours(value: object) -> Hours | None:
    both = _list(value)
    if not both:
        return None
    if len(both) != 2:
        raise _Unfit("two hours are expected, such as [8, 23]")
    hours = Hours(_time_of_day(both[0]), _time_of_day(both[1]))
    if hours.start == hours.end:
        raise _Unfit("the hours must differ")
    return hours


def _service_hours(value: object) -> Hours | None:
    hours = _hours(value)
    if hours is not None and hours.start > hours.end:
        raise _Unfit("service hours end after they start")
    return hours


def _date(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise _Unfit("a date such as 2026-11-11 is expected") from None


def _words(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise _Unfit("texts by language are expected, such as { zh = ..., en = ... }")
    return {_text(language): _text(text) for language, text in value.items()}


def _text_or_words(value: object) -> str | Mapping[str, str]:
    return _words(value) if isinstance(value, Mapping) else _text(value)


def _lists(value: object) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise _Unfit("lists by language are expected, such as { zh = [...], en = [...] }")
    return {_text(language): tuple(_text(each) for each in _list(texts)) for language, texts in value.items()}


def _target(value: object) -> Target:
    if not isinstance(value, Mapping) or len(value) != 1:
        raise _Unfit("one of at_least, at_most, above, below is expected, such as { at_least = 90 }")
    (sense, number), *_ = value.items()
    _one_of("at_least", "at_most", "above", "below")(sense)
    return Target(sense, _number(number))


_Reader = Callable[[object], Any]
_READERS: Final[dict[str, tuple[str, _Reader]]] = {
    "id": ("id", _text),
    "names": ("names", _words),
    "platform": ("platform", _text),
    "version": ("version", _text_or_words),
    "valid_from": ("valid_from", _date),
    "source": ("source", _text_or_words),
    "assumed": ("assumed", _lists),
    "target": ("target", _target),
    "measure": ("measure", _one_of(*MEASURES)),
    "unit": ("unit", _one_of(*get_args(Unit))),
    "valid": ("valid", _set_of(_one_of(*get_args(Replier)))),
    "clock": ("clock", _one_of("shop", "queue", "agent", "human_stage")),
    "anchor": ("anchor", _one_of(*get_args(Anchor))),
    "booked": ("booked", _one_of(*get_args(Booked))),
    "human_stage": ("human_stage", _truth),
    "reached": ("reached", _one_of(*get_args(Reached))),
    "threshold": ("threshold", _seconds),
    "op": ("op", _one_of(*get_args(Op))),
    "window": ("window", _hours),
    "days": ("days", _set_of(_whole(0, 6))),
    "exempt_days": ("exempt_days", _set_of(_date)),
    "service_hours": ("service_hours", _service_hours),
    "service_days": ("service_days", _set_of(_whole(0, 6))),
    "cap": ("cap", _seconds),
    "unanswered": ("unanswered", _one_of(*get_args(Unanswered))),
    "exclude_zero": ("exclude_zero", _truth),
    "cross_day": ("cross_day", _one_of(*get_args(CrossDay))),
    "same_day": ("same_day", _truth),
    "split_transfer": ("split_transfer", _truth),
    "exclude_agent_started": ("exclude_agent_started", _truth),
    "exclude_bot_only": ("exclude_bot_only", _truth),
    "exclude_robot_alone": ("exclude_robot_alone", _truth),
    "exclude_robot_kept": ("exclude_robot_kept", _truth),
    "exclude_leave": ("exclude_leave", _truth),
    "ignore_greeting": ("ignore_greeting", _truth),
    "ignore_closers": ("ignore_closers", _truth),
    "gap_after_close": ("gap_after_close", _seconds),
    "idle_gap": ("idle_gap", _seconds),
    "skew_tolerance": ("skew_tolerance", _seconds),
    "cycle_hour": ("cycle", _time_of_day),
    "p": ("p", _whole(1, 100)),
    "limit": ("limit", _number),
    "count": ("count", _one_of(*get_args(Count))),
    "within_days": ("within_days", _whole(0, 366)),
    "statuses": ("statuses", _set_of(_text)),
    "min_sample": ("min_sample", _whole(0, 1_000_000_000)),
    "period_days": ("period_days", _whole(1, 3_660)),
}
FIELDS: Final = frozenset(_READERS)
"""Every field a declaration may have."""


def read_caliber(declared: Declared, place: str = "") -> Caliber:
    """The caliber of a declaration. Raises BadCaliber for the first field that is unknown or unfit."""
    name = str(declared.get("id", ""))
    fields: dict[str, Any] = {}
    for key, value in declared.items():
        if key not in _READERS:
            raise BadCaliber(place, name, key, "there is no such field")
        field, read = _READERS[key]
        try:
            fields[field] = read(value)
        except _Unfit as unfit:
            raise BadCaliber(place, name, key, str(unfit)) from None
    for needed in ("id", "measure"):
        if not fields.get(needed):
            raise BadCaliber(place, name, needed, "it is missing")
    caliber = Caliber(**_settled(fields))
    if fault := fault_of(caliber):
        raise BadCaliber(place, name, *fault)
    return caliber


def _settled(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields as the record has them: the human stage is a clock to people and a flag to us, and so on."""
    if fields.get("clock") == "human_stage":
        fields = {**fields, "clock": "shop", "human_stage": True}
    gaps = {gap: fields.pop(gap) for gap in ("gap_after_close", "idle_gap") if gap in fields}
    if gaps:
        fields["sessions"] = SessionRule(**gaps)
    for name in ("version", "source"):
        if isinstance(told := fields.get(name), Mapping):
            fields |= {name: told.get("en", ""), f"{name}s": told}
    measure = fields["measure"]
    fails = measure in RATES and fields.get("booked") != "reply"
    fields.setdefault("unanswered", "fail" if fails else "exclude")
    if measure == "satisfaction":
        fields.setdefault("limit", Decimal(4))
    if fields.get("limit") is not None:
        fields["limit"] = int(fields["limit"] * (1000 if measure in ("slow", "long_sessions") else 1))
    fields.setdefault("service_days", ALL_WEEK)
    return fields
