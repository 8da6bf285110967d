"""What people wrote in a JSON file, read field by field: each reader says what it expects."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Given = Mapping[str, object]
_LARGEST: Final = 10**15
_YEARS: Final = (1970, 2200)


class Unfit(Exception):
    """Says which field, and what is expected there; without a full stop."""


def an_object(value: object, what: str) -> Given:
    if not isinstance(value, dict):
        raise Unfit(f"{what}: an object is expected")
    return value


def a_list(value: object, what: str) -> list[object]:
    if not isinstance(value, list):
        raise Unfit(f"{what}: a list is expected")
    return value


def objects(given: Given, key: str) -> list[Given]:
    """Empty where there is none."""
    rows = given.get(key)
    return [] if rows is None else [an_object(row, f"{key} {n}") for n, row in enumerate(a_list(rows, key), 1)]


def a_number(value: object, what: str) -> Decimal:
    fits = isinstance(value, int | float | str) and not isinstance(value, bool)
    try:
        number = Decimal(str(value)) if fits else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > _LARGEST:
        raise Unfit(f"{what}: a number is expected")
    return number


def a_whole(given: Given, key: str) -> int | None:
    if given.get(key) is None:
        return None
    number = a_number(given[key], key)
    if number != number.to_integral_value():
        raise Unfit(f"{key}: a whole number is expected")
    return int(number)


def a_truth(given: Given, key: str) -> bool:
    """False where there is none."""
    value = given.get(key)
    if value is not None and not isinstance(value, bool):
        raise Unfit(f"{key}: true or false is expected")
    return bool(value)


def text(given: Given, key: str) -> str:
    """Empty where there is none."""
    value = given.get(key)
    if value is not None and not isinstance(value, str):
        raise Unfit(f"{key}: text is expected")
    return value or ""


def name(given: Given, key: str) -> str | None:
    """A number is a name too."""
    value = given.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
        raise Unfit(f"{key}: a name is expected")
    return None if value is None else str(value)


def an_instant(value: object, what: str) -> int:
    """In milliseconds."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or not _YEARS[0] < at.year < _YEARS[1]:
        raise Unfit(f"{what}: an instant such as 2026-11-11T10:00:00+08:00 is expected")
    if at.tzinfo is None:
        raise Unfit(f"{what}: {value} has no offset, such as +08:00")
    return round(at.timestamp() * 1000)


def a_date(value: object, what: str) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None:
        raise Unfit(f"{what}: a date such as 2026-11-11 is expected")
    return day


def a_zone(value: object, what: str) -> str:
    try:
        ZoneInfo(value if isinstance(value, str) else "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unfit(f"{what}: there is no time zone {value!r}") from None
    return str(value)
