"""Staged lines become a source's: equal lines of one second get their ordinals, known ones fall away."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from goldensix.adapters.importers.lines import CONTENT
from goldensix.adapters.importers.staging import write

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Settled:
    lines: int
    duplicates: int
    clashes: int


def settle(raw: Path, out: Path, day: date, source: str, known: list[Path]) -> Settled:
    """One day, from `raw` with a file for each imported one, to `out` with one. `known`: files whose lines are there
    already. Equal lines lie on the same day, as they are of the same second."""
    import polars as pl

    place, name = f"day={day}", f"{source}.parquet"
    staged = _by_file(raw / "lines" / place)
    identities = [pl.read_parquet(paths, columns=["line"])["line"] for paths in staged]
    rows = sum(map(len, identities))
    if not known and len(staged) == 1 and identities[0].n_unique() == rows:
        for part in ("lines", "bodies"):
            _together(raw / part / place, out / part / place / name)
        return Settled(rows, 0, 0)
    there = pl.concat([pl.read_parquet(path, columns=["line"]) for path in known]) if known else None
    lines = _apart([pl.read_parquet(paths) for paths in staged])
    clashes = _clashes(lines, known)
    lines = lines.unique("line", keep="first", maintain_order=True)
    if there is not None:
        lines = lines.join(there, on="line", how="anti", maintain_order="left")
    if lines.height:
        write(lines, out / "lines" / place / name)
        _bodies(raw / "bodies" / place, out / "bodies" / place / name, lines)
    return Settled(lines.height, rows - lines.height, clashes)


def _by_file(folder: Path) -> list[list[Path]]:
    """The parts of each imported file, whose number their names begin with."""
    return [[*parts] for _, parts in groupby(sorted(folder.glob("*.parquet")), key=lambda path: path.name[:5])]


def _together(folder: Path, place: Path) -> None:
    """One file of all parts; one part is only given its name."""
    import polars as pl

    parts = sorted(folder.glob("*.parquet"))
    if len(parts) == 1:
        place.parent.mkdir(parents=True, exist_ok=True)
        parts[0].rename(place)
    elif parts:
        write(pl.read_parquet(parts), place)


def _bodies(raw: Path, out: Path, lines: "pl.DataFrame") -> None:
    """Of those lines that stay. They were staged in the order of the lines, so their ordinals are the same."""
    import polars as pl

    if staged := _by_file(raw):
        bodies = _apart([pl.read_parquet(paths) for paths in staged]).unique("line", keep="first", maintain_order=True)
        kept = bodies.join(lines.select("line"), on="line", how="semi")
        if kept.height:
            write(kept, out)


def _apart(files: "list[pl.DataFrame]") -> "pl.DataFrame":
    """Two real messages that are equal stay two: counted within each file, as another export counts them again."""
    import polars as pl

    ordinal = pl.int_range(pl.len()).over("line")
    made = pl.col("line").str.starts_with(CONTENT) & (ordinal > 0)
    return pl.concat(
        each.with_columns(
            pl.when(made).then(pl.col("line") + "." + ordinal.cast(pl.String)).otherwise(pl.col("line")).alias("line")
        )
        for each in files
    )


def _clashes(lines: "pl.DataFrame", known: list[Path]) -> int:
    """Rows with the id of another message: it was said at another time, so it is no repetition."""
    import polars as pl

    there = [pl.read_parquet(path, columns=["line", "at"]) for path in known]
    ids = pl.concat([*there, lines.select("line", "at")]).filter(~pl.col("line").str.starts_with(CONTENT))
    return int(ids.group_by("line").agg(others=pl.col("at").n_unique() - 1)["others"].sum())
