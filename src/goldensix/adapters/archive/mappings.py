"""Readings that people saved under a name: which column plays which role, and what values mean."""

import re
from pathlib import Path
from typing import Final

import msgspec

from goldensix.adapters.archive.sources import write_whole
from goldensix.adapters.importers.reading import Reading

_NAME: Final = re.compile(r"[^/\\\0.][^/\\\0]{0,59}")


class BadName(Exception):
    """A mapping cannot be called so."""


class Mappings:
    def __init__(self, folder: Path) -> None:
        self._folder = folder / "mappings"

    def names(self) -> list[str]:
        return sorted(path.stem for path in self._folder.glob("*.json") if not path.name.startswith("."))

    def find(self, name: str) -> Reading | None:
        path = self._path(name)
        return msgspec.json.decode(path.read_bytes(), type=Reading) if path.exists() else None

    def save(self, name: str, reading: Reading) -> None:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, msgspec.json.format(msgspec.json.encode(reading)))

    def remove(self, name: str) -> bool:
        path = self._path(name)
        there = path.exists()
        path.unlink(missing_ok=True)
        return there

    def _path(self, name: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise BadName(f"A mapping cannot be called “{name}”: at most 60 characters, no slash, no dot in front.")
        return self._folder / f"{name}.json"
