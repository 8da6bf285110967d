"""Caliber files: TOML with one platform and its calibers; and a caliber as it would be declared."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any, Final

from goldensix.metrics.caliber import HOUR, BadCaliber, Caliber, Hours, SessionRule, Target
from goldensix.wire.declared import read_caliber

_IN_SECONDS: Final = ("threshold", "cap", "skew_tolerance")
_LIMITS_IN_SECONDS: Final = ("slow", "long_sessions")


def decode_calibers(toml: str, place: str) -> list[Caliber]:
    """The calibers of one file; `place` names it in errors. Raises BadCaliber."""
    try:
        file: dict[str, Any] = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as broken:
        raise BadCaliber(place, "", "file", f"it is not TOML: {broken}") from None
    shared = {key: value for key, value in file.items() if key != "caliber"}
    calibers = [read_caliber({**shared, **declared}, place) for declared in file.get("caliber", [])]
    for number, caliber in enumerate(calibers):
        if any(other.id == caliber.id for other in calibers[:number]):
            raise BadCaliber(place, caliber.id, "id", "there are two of this name")
    return calibers


def declared(caliber: Caliber) -> dict[str, Any]:
    """What a file would say of it, without what goes without saying: `read_caliber` makes it again."""
    plain = Caliber(id="", measure=caliber.measure)
    told: dict[str, Any] = {"id": caliber.id, "platform": caliber.platform, "measure": caliber.measure}
    for field in fields(Caliber):
        value = getattr(caliber, field.name)
        if field.name not in told and (value != getattr(plain, field.name) or field.name == "unanswered"):
            told.update(_field(caliber, field.name, value))
    return told


def _field(caliber: Caliber, name: str, value: Any) -> dict[str, Any]:
    match value:
        case SessionRule():
            return {"gap_after_close": _seconds(value.gap_after_close), "idle_gap": _seconds(value.idle_gap)}
        case Hours():
            return {name: [_number(Decimal(value.start) / HOUR), _number(Decimal(value.end) / HOUR)]}
        case Target():
            return {name: {value.sense: _number(value.value)}}
        case date():
            return {name: value.isoformat()}
        case frozenset():
            return {name: sorted(each.isoformat() if isinstance(each, date) else each for each in value)}
        case Mapping() if name in ("versions", "sources"):
            return {name.removesuffix("s"): dict(value)}
        case Mapping():
            return {name: {key: list(each) if isinstance(each, tuple) else each for key, each in value.items()}}
        case _ if name == "cycle":
            return {"cycle_hour": _number(Decimal(value) / HOUR)}
        case _ if name in _IN_SECONDS or (name == "limit" and caliber.measure in _LIMITS_IN_SECONDS):
            return {name: _seconds(value)}
        case _:
            return {name: value}


def _seconds(milliseconds: int) -> int | float:
    return _number(Decimal(milliseconds) / 1000)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
