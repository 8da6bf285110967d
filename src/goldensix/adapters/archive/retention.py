"""Of imported lines that are too old: what was said, and who said it. The lines themselves stay, and so do figures."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import polars as pl

from goldensix.adapters.archive.sources import Archive

_ERASED: Final = "erased-"


def forget_imported(archive: Archive, before: date, secret: bytes) -> Iterator[tuple[str, int]]:
    """Within `archive.writing`: each file's day, and how many of its lines lost words or a name.

    Names become hashes by the merchant's secret: a buyer stays one buyer, whom nobody can name. Turns that were derived
    must be dropped after it. Broken off, it is finished by doing it again.
    """
    for lines in archive.files("lines"):
        day = lines.parent.name.removeprefix("day=")
        if date.fromisoformat(day) < before and (count := _forget(lines, secret)):
            yield day, count


def forget_rejects(archive: Archive, before: date) -> None:
    """Within `archive.writing`: rows that were not read, of sources whose lines go or that are as old themselves."""
    for source in archive.sources():
        made = datetime.fromtimestamp(source.made_at / 1000, UTC).date()
        if min((*map(date.fromisoformat, source.days), made)) < before:
            archive.rejects(source.id).unlink(missing_ok=True)


def _forget(lines: Path, secret: bytes) -> int:
    words = lines.parents[2] / "bodies" / lines.parent.name / lines.name
    said = pl.scan_parquet(words).select(pl.len()).collect().item() if words.exists() else 0
    words.unlink(missing_ok=True)
    rows = pl.read_parquet(lines, hive_partitioning=False)
    names = [name for name in rows["buyer"].unique() if name and not name.startswith(_ERASED)]
    if not names:
        return int(said)
    hidden = [f"{_ERASED}{hmac.new(secret, name.encode(), hashlib.sha256).hexdigest()[:16]}" for name in names]
    renamed = rows.with_columns(pl.col("buyer").replace(names, hidden))
    partial = lines.with_name(f".{lines.name}.partial")
    renamed.write_parquet(partial)
    partial.rename(lines)
    return len(rows)
