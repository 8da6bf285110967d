"""The web faces as they were built into the package: files, read once and kept packed."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import goldensix

_UNKNOWN: Final = {".webmanifest": "application/manifest+json"}
"""To many systems."""
BUILT: Final = Path(goldensix.__file__).parent / "faces"


@dataclass(frozen=True, slots=True)
class Face:
    """One built file."""

    body: bytes
    packed: bytes
    """With gzip."""
    type: str
    tag: str
    changed: int


class Faces:
    """Files of the folder, read and packed once: every view of a shop's page asks for `w.js`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._kept: dict[str, Face] = {}

    def find(self, name: str) -> Face | None:
        """The file of this name in the folder, as it is now."""
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            return None
        changed = path.stat().st_mtime_ns
        kept = self._kept.get(name)
        if kept is None or kept.changed != changed:
            kept = self._kept[name] = face(path.read_bytes(), path.name, changed)
        return kept


def face(body: bytes, name: str, changed: int = 0) -> Face:
    kind = _UNKNOWN.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return Face(body, gzip.compress(body, mtime=0), kind, tag, changed)
