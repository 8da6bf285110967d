"""One file's lines on the disk, by day, in one pass: lines, bodies and rejected rows side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from goldensix.adapters.importers.lines import Target, read
from goldensix.adapters.importers.reading import Reading
from goldensix.log.columns import LINES

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Staged:
    rows: int
    rejected: int
    rejects: Path
    """Parquet: row, fault and the cells."""


def stage(
    table: "pl.LazyFrame", names: Sequence[str], reading: Reading, target: Target, raw: Path, number: int
) -> Staged:
    import polars as pl

    rows = read(table, names, reading, target)
    good = rows.filter(pl.col("fault").is_null())
    rejects = raw / f"rejects-{number}.parquet"
    raw.mkdir(parents=True, exist_ok=True)
    sinks = [
        _by_day(good.select(*LINES, "day"), raw / "lines", number),
        rows.filter(pl.col("fault").is_not_null())
        .select("row", "fault", pl.col("^c\\d+$"))
        .sink_parquet(rejects, lazy=True),
    ]
    if target.bodies != "drop":
        bodies = good.select("line", pl.col("body").alias("text"), "day").filter(pl.col("text") != "")
        sinks.append(_by_day(bodies, raw / "bodies", number))
    pl.collect_all(sinks, engine="streaming")
    rejected = _height(rejects)
    return Staged(rejected + _lines(raw / "lines", number), rejected, rejects)


def _by_day(frame: "pl.LazyFrame", folder: Path, number: int) -> "pl.LazyFrame":
    import polars as pl
    from polars.io.partition import FileProviderArgs

    def place(told: FileProviderArgs) -> str:
        return f"day={told.partition_keys.item(0, 0)}/{number:05}.parquet"

    parts = pl.PartitionBy(
        folder, key="day", include_key=False, file_path_provider=place, approximate_bytes_per_file=None
    )
    sink = frame.sink_parquet(parts, mkdir=True, lazy=True)
    assert sink is not None
    return sink


def _height(path: Path) -> int:
    import polars as pl

    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def _lines(folder: Path, number: int) -> int:
    return sum(map(_height, folder.glob(f"day=*/{number:05}.parquet")))
