"""Where archived lines came from. A source counts from the moment its manifest has its name, and all at once.

    <data>/archive/<merchant>/lines/day=YYYY-MM-DD/<source>.parquet     `log.columns.LINES`
    <data>/archive/<merchant>/bodies/day=YYYY-MM-DD/<source>.parquet    line, text: what was said, erasable
    <data>/archive/<merchant>/sources/<source>.json                     the manifest
    <data>/archive/<merchant>/rejects/<source>.csv                      rows that were not read, each with its reason
    <data>/archive/<merchant>/shops.json, mappings/<name>.json          whose lines they are; saved readings
    <data>/archive/<merchant>/incoming/                                 what is not yet, or never became, a source

Whoever reads lines asks here for the files: a file that no manifest names is not there.
"""

import contextlib
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from goldensix.adapters.importers.reading import Reading
from goldensix.events.ids import Instant, MerchantId

BODIES: Final = {"line": "text", "text": "text"}
_PARTS: Final = ("lines", "bodies")
_ID: Final = re.compile(r"[A-Za-z0-9-]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    name: str
    bytes: int
    rows: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What an import added, and all that is known of how."""

    id: str
    made_at: Instant
    by: str
    """Who imported, by name; empty: somebody at the terminal."""
    shop: int
    shop_name: str
    platform: str
    zone: str
    files: tuple[SourceFile, ...]
    bodies: str
    days: tuple[str, ...]
    """Local days of the shop that got lines, in order."""
    lines: int
    messages: int
    conversations: int | None
    """None: the files name none; they are derived."""
    buyers: int
    agents: int
    first: Instant | None
    last: Instant | None
    duplicates: int
    rejected: int
    clashes: int = 0
    """Among the duplicates: rows with a known message id but another time."""
    left_out: int = 0
    """Rows that are no part of a conversation: public posts that answer nobody."""
    generated: str = ""
    """How its times were drawn; empty: they are as recorded."""
    reading: Reading = field(default_factory=Reading)


def is_source_id(id: str) -> bool:
    """Whether a source may be called so: a name that is none must not lead out of the folder, or be too long for it."""
    return _ID.fullmatch(id) is not None


class ArchiveBusy(Exception):
    """Another import of this merchant is being written."""


class Archive:
    """The archive of one merchant."""

    def __init__(self, data: Path, merchant: MerchantId) -> None:
        self.folder = data / "archive" / str(merchant)
        self.merchant = merchant

    @property
    def incoming(self) -> Path:
        return self.folder / "incoming"

    def rejects(self, source: str) -> Path:
        """Of an id that `is_source_id`."""
        return self.folder / "rejects" / f"{source}.csv"

    def sources(self) -> list[Source]:
        """The latest first."""
        found = [self._read(path) for path in (self.folder / "sources").glob("*.json")]
        return sorted(found, key=lambda source: (source.made_at, source.id), reverse=True)

    def source(self, id: str) -> Source | None:
        path = self._manifest(id)
        return self._read(path) if is_source_id(id) and path.exists() else None

    def files(self, part: str = "lines", *, shop: int | None = None, days: set[date] | None = None) -> list[Path]:
        """The Parquet files that count, of a shop and of days if asked. Cheap: manifests only."""
        return [
            path
            for source in self.sources()
            if shop in (None, source.shop)
            for day in source.days
            if days is None or date.fromisoformat(day) in days
            if (path := self._part(part, day, source.id)).exists()
        ]

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """One writer at a time, here or in another process. What a killed one left is swept away first.

        Raises ArchiveBusy.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.folder / "writing.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise ArchiveBusy(
                "Another import of this business is running: wait for its end, then start this one."
            ) from None
        try:
            self._sweep()
            yield
        finally:
            os.close(lock)

    def commit(self, source: Source, staged: Path) -> None:
        """Makes a source of what stands under `staged` in `lines/` and `bodies/`. The manifest comes last."""
        for part in _PARTS:
            for day in source.days:
                made = staged / part / f"day={day}" / f"{source.id}.parquet"
                if made.exists():
                    _sync(made)
                    place = self._part(part, day, source.id)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    made.rename(place)
                    _sync(place.parent)
        manifest = self._manifest(source.id)
        manifest.parent.mkdir(parents=True, exist_ok=True)
        write_whole(manifest, msgspec.json.format(msgspec.json.encode(source)))

    def undo(self, id: str) -> Source | None:
        """Takes a source away; None if there is none. From the first step on, nothing of it counts."""
        source = self.source(id)
        if source is None:
            return None
        self._manifest(id).unlink()
        _sync(self._manifest(id).parent)
        self._remove(id)
        self.rejects(id).unlink(missing_ok=True)
        return source

    def _sweep(self) -> None:
        """Files of writers that were ended before their manifest, or of an undo that was."""
        shutil.rmtree(self.incoming, ignore_errors=True)
        known = {path.stem for path in (self.folder / "sources").glob("*.json")}
        for part in _PARTS:
            for path in (self.folder / part).glob("day=*/import-*.parquet"):
                if path.stem not in known:
                    path.unlink(missing_ok=True)

    def _remove(self, id: str) -> None:
        for part in _PARTS:
            for path in (self.folder / part).glob(f"day=*/{id}.parquet"):
                path.unlink(missing_ok=True)
                with contextlib.suppress(OSError):
                    path.parent.rmdir()

    def _part(self, part: str, day: str, source: str) -> Path:
        return self.folder / part / f"day={day}" / f"{source}.parquet"

    def _manifest(self, id: str) -> Path:
        return self.folder / "sources" / f"{id}.json"

    def _read(self, path: Path) -> Source:
        return msgspec.json.decode(path.read_bytes(), type=Source)


def merchants(data: Path) -> list[MerchantId]:
    """Those that have an archive in this data folder."""
    return sorted(MerchantId(int(path.name)) for path in (data / "archive").glob("*") if path.name.isdecimal())


def drop_derived(data: Path, merchant: int | None) -> bool:
    """Forgets the turns that reports keep, of one merchant or of all. False: there were none."""
    folders = [data / "archive" / str(each) / "turns" for each in merchants(data) if merchant in (None, each)]
    found = [folder for folder in folders if folder.exists()]
    for folder in found:
        shutil.rmtree(folder, ignore_errors=True)
    return bool(found)


def write_whole(path: Path, content: bytes) -> None:
    """The old content or the new, never a part."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
