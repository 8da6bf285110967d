"""Caliber files on the disk: those that come with the package, and a user's own."""

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

from goldensix.metrics.caliber import BadCaliber, Caliber
from goldensix.wire.calibers import decode_calibers

_FOLDER: Final = "presets"


@lru_cache(maxsize=1)
def house() -> tuple[Caliber, ...]:
    """Our own set: what the desk's pages show."""
    file = resources.files("goldensix.metrics") / _FOLDER / "house.toml"
    return tuple(decode_calibers(file.read_text(encoding="utf-8"), file.name))


@lru_cache(maxsize=1)
def presets() -> dict[str, Caliber]:
    """Every caliber of the package by its id."""
    found: dict[str, Caliber] = {}
    folder = resources.files("goldensix.metrics") / _FOLDER
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            _add(found, decode_calibers(file.read_text(encoding="utf-8"), file.name), file.name)
    return found


def read_calibers(path: Path) -> list[Caliber]:
    """A user's file. Raises BadCaliber."""
    try:
        return decode_calibers(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as failed:
        raise BadCaliber(str(path), "", "file", f"it cannot be read: {failed}") from None


def _add(found: dict[str, Caliber], calibers: list[Caliber], place: str) -> None:
    for caliber in calibers:
        if caliber.id in found:
            raise BadCaliber(place, caliber.id, "id", "another file has one of this name")
        found[caliber.id] = caliber
