"""What the live desk adds to the archive: the lines of its closed days, part by part. A part is never changed.

    <data>/archive/<merchant>/lines/day=YYYY-MM-DD/desk-<first>-<last>.parquet    `log.columns.LINES`
    <data>/archive/<merchant>/desk.json                                           the parts that count

First and last are positions of the merchant's log: parts follow each other without a gap, and what the log holds after
the last is not archived yet. What was said stays in PostgreSQL only, where it can be erased.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from goldensix.adapters.archive.sources import write_whole

if TYPE_CHECKING:
    import polars as pl


class DeskPart(msgspec.Struct, frozen=True):
    first: int
    last: int
    """Positions of the merchant's log."""
    days: tuple[str, ...]
    """Local days of the shops, in order."""
    lines: int

    @property
    def name(self) -> str:
        return f"desk-{self.first:012}-{self.last:012}"


class _Manifest(msgspec.Struct, frozen=True):
    parts: tuple[DeskPart, ...] = ()


class DeskArchive:
    """Of one merchant's archive folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._manifest = folder / "desk.json"

    def parts(self) -> tuple[DeskPart, ...]:
        if not self._manifest.exists():
            return ()
        return msgspec.json.decode(self._manifest.read_bytes(), type=_Manifest).parts

    def position(self) -> int:
        """The last of the log that is archived."""
        return max((part.last for part in self.parts()), default=0)

    def files(self) -> list[Path]:
        return [self._place(part, day) for part in self.parts() for day in part.days]

    @contextlib.contextmanager
    def writing(self) -> Iterator[bool]:
        """False: another process writes, so there is nothing to do."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.folder / "desk.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield True
                return
            yield False
        finally:
            os.close(lock)

    def add(self, first: int, last: int, days: Mapping[str, "pl.DataFrame"]) -> DeskPart:
        """Within `writing`. It counts from the moment the manifest has its name."""
        part = DeskPart(first, last, tuple(sorted(days)), sum(lines.height for lines in days.values()))
        for day, lines in days.items():
            place = self._place(part, day)
            place.parent.mkdir(parents=True, exist_ok=True)
            partial = place.with_name(f".{place.name}.partial")
            lines.write_parquet(partial)
            _sync(partial)
            partial.rename(place)
            _sync(place.parent)
        write_whole(self._manifest, msgspec.json.encode(_Manifest((*self.parts(), part))))
        return part

    def _place(self, part: DeskPart, day: str) -> Path:
        return self.folder / "lines" / f"day={day}" / f"{part.name}.parquet"


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
