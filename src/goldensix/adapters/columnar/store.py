"""Turns on the disk: a cache that can be dropped, Parquet by day, seen all at once or not at all."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import polars as pl

from goldensix.adapters.columnar.derive import Tables

_GROUP: Final = 250_000
"""Rows that an engine reads at a time: fewer than are in a day would keep processors idle."""
_KINDS: Final = ("turns", "messages", "moments")


def write_stored(parts: Iterable[Tables], folder: Path, zone: str) -> None:
    """Replace what is in `folder`; `zone` decides which day's file a row goes to, not what is counted on which day."""
    making = folder.with_name(f"{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    for number, part in enumerate(parts):
        for kind in _KINDS:
            rows: pl.DataFrame = getattr(part, kind)
            if len(rows) or (number == 0 and kind != "messages"):
                _write(rows, making / kind, number, "first_at" if kind != "moments" else "at", zone)
    for place in making.glob("*/day=*"):
        _together(place)
    shutil.rmtree(folder, ignore_errors=True)
    making.rename(folder)


def _together(place: Path) -> None:
    """One file a day: many small ones are slow to read."""
    parts = sorted(place.glob("*.parquet"))
    if len(parts) > 1:
        pl.concat([pl.read_parquet(part, hive_partitioning=False) for part in parts]).write_parquet(
            place / "day.parquet", compression="zstd", compression_level=1, row_group_size=_GROUP
        )
        for part in parts:
            part.unlink()


def _write(rows: pl.DataFrame, folder: Path, number: int, instant: str, zone: str) -> None:
    at = pl.from_epoch(instant, "ms").dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    dated = rows.with_columns(day=at.dt.date())
    for (day,), own in dated.partition_by("day", as_dict=True).items() or {("none",): dated}.items():
        place = folder / f"day={day}"
        place.mkdir(parents=True, exist_ok=True)
        own.drop("day").write_parquet(place / f"{number:05}.parquet", compression="zstd", compression_level=1)
