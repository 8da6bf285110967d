"""One file's lines on the disk, by day, in one pass over the file and within a bounded memory."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from goldensix.adapters.importers.lines import Target, read
from goldensix.adapters.importers.reading import Reading
from goldensix.log.columns import LINES

if TYPE_CHECKING:
    import polars as pl

_BATCH: Final = 400_000
"""Rows taken in at a time."""
_MOST_WAITING: Final = 2_000_000
"""Rows that wait in memory for more of their day. Exports in the order of time need few of them."""


@dataclass(frozen=True, slots=True)
class Staged:
    rows: int
    rejected: int
    rejects: Path
    """A folder of Parquet: row, fault and the cells."""


def stage(
    table: "pl.LazyFrame",
    names: Sequence[str],
    reading: Reading,
    target: Target,
    raw: Path,
    number: int,
    told: Callable[[int], None] = lambda _: None,
) -> Staged:
    """Under `raw`: `lines/day=D/<number>-<part>.parquet` and `bodies/` alike, and the rejected rows. `told` hears of
    rows taken in so far."""
    import polars as pl

    days = _Days(raw, number, bodies=target.bodies != "drop")
    rejects = raw / f"rejects-{number}"
    rejects.mkdir(parents=True)
    counts = {"rows": 0, "rejected": 0}

    def take(batch: "pl.DataFrame") -> None:
        bad = batch.filter(pl.col("fault").is_not_null())
        if bad.height:
            bad.select("row", "fault", pl.col(r"^c\d+$")).write_parquet(rejects / f"{counts['rows']:012}.parquet")
            batch = batch.filter(pl.col("fault").is_null())
        days.take(batch.select(*LINES, "day", pl.col("body").alias("text")))
        counts["rows"] += bad.height + batch.height
        counts["rejected"] += bad.height
        told(counts["rows"])

    wanted = [*LINES, "day", "body", "fault", "row"]
    # The cells are needed of rejected rows only: of the others nothing is kept of them.
    cells = [pl.when(pl.col("fault").is_not_null()).then(pl.col(r"^c\d+$"))]
    read(table, names, reading, target).select(*wanted, *cells).sink_batches(
        take, chunk_size=_BATCH, maintain_order=True, engine="streaming"
    )
    days.close()
    return Staged(counts["rows"], counts["rejected"], rejects)


@dataclass
class _Days:
    """Lines by day, written when a day is big or memory is short."""

    raw: Path
    number: int
    bodies: bool
    waiting: "dict[object, list[pl.DataFrame]]" = field(default_factory=lambda: defaultdict(list))
    parts: int = 0
    rows: int = 0

    def take(self, batch: "pl.DataFrame") -> None:
        for (day,), lines in batch.partition_by("day", as_dict=True, include_key=False, maintain_order=True).items():
            self.waiting[day].append(lines)
            self.rows += lines.height
        while self.rows > _MOST_WAITING:
            self._write(max(self.waiting, key=lambda day: sum(each.height for each in self.waiting[day])))

    def close(self) -> None:
        for day in [*self.waiting]:
            self._write(day)

    def _write(self, day: object) -> None:
        import polars as pl

        lines = pl.concat(self.waiting.pop(day))
        self.rows -= lines.height
        self.parts += 1
        name = f"day={day}/{self.number:05}-{self.parts:05}.parquet"
        write(lines.select(*LINES), self.raw / "lines" / name)
        if self.bodies:
            said = lines.select("line", "text").filter(pl.col("text") != "")
            if said.height:
                write(said, self.raw / "bodies" / name)


def write(frame: "pl.DataFrame", path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path, compression="lz4")  # half the time of zstd to write, and reports read it often
