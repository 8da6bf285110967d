"""A buyer of an imported log, forgotten: the words go, and the name becomes one that tells nothing."""

import csv
import hashlib
import secrets
from pathlib import Path

import polars as pl

from goldensix.adapters.archive.sources import Archive
from goldensix.adapters.spreadsheets import harmless


def erase_imported(archive: Archive, shop: int, buyer: str) -> int:
    """Within `archive.writing`; how many lines were the buyer's. Turns that were derived must be dropped after it.

    Each file is replaced as a whole. Broken off, it is finished by doing it again.
    """
    name = f"erased-{hashlib.sha256(secrets.token_bytes(16)).hexdigest()[:12]}"
    for source in archive.sources():
        if source.shop == shop and (rejects := archive.rejects(source.id)).exists():
            _leave_out(rejects, buyer)
    return sum(_erase(lines, buyer, name) for lines in archive.files("lines", shop=shop))


def _erase(lines: Path, buyer: str, name: str) -> int:
    rows = pl.read_parquet(lines, hive_partitioning=False)
    own = rows.filter(pl.col("buyer") == buyer)
    if not len(own):
        return 0
    words = lines.parents[2] / "bodies" / lines.parent.name / lines.name
    if words.exists():  # first: as long as the name stands in the lines, a second run finds them
        said = pl.read_parquet(words, hive_partitioning=False)
        _replace(words, said.filter(~pl.col("line").is_in(own["line"].implode())))
    named = pl.when(pl.col("buyer") == buyer).then(pl.lit(name)).otherwise("buyer").alias("buyer")
    _replace(lines, rows.with_columns(named))
    return len(own)


def _leave_out(rejects: Path, buyer: str) -> None:
    """Rows that were not read and name the buyer."""
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    partial = rejects.with_name(f".{rejects.name}.partial")
    with partial.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(row for row in rows if buyer not in row and harmless(buyer) not in row)
    partial.rename(rejects)


def _replace(path: Path, rows: pl.DataFrame) -> None:
    partial = path.with_name(f".{path.name}.partial")
    rows.write_parquet(partial)
    partial.rename(path)
