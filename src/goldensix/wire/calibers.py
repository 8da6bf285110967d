"""Caliber files: TOML with one platform and its calibers."""

import tomllib
from typing import Any

from goldensix.metrics.caliber import BadCaliber, Caliber
from goldensix.wire.declared import read_caliber


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
