"""One file's lines on the disk, by day, in one pass over the file and within a bounded memory."""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from goldensix.adapters.importers.lines import Target, read, whole
from goldensix.adapters.importers.reading import Reading
from goldensix.log.columns import LINES

if TYPE_CHECKING:
    import polars as pl

_BATCH: Final = 200_000
"""Rows taken in at a time."""
_BATCHES_WAITING: Final = 2
"""Read while the ones before are written."""
_MOST_WAITING: Final = 2_000_000
"""Rows that wait in memory for more of their day."""
_KEPT: Final = frozenset([*LINES, "day", "body"])


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

    days = _Days(raw, number, target)
    rejects = raw / f"rejects-{number}"
    rejects.mkdir(parents=True)
    counts = {"rows": 0, "rejected": 0}
    lines = read(table, names, reading, target)
    kept = [name for name in lines.collect_schema().names() if name in _KEPT]

    def take(batch: "pl.DataFrame") -> None:
        good = batch.filter(pl.col("fault").is_null())
        if good.height < batch.height:
            bad = batch.filter(pl.col("fault").is_not_null())
            bad.select("row", "fault", pl.col(r"^c\d+$")).write_parquet(rejects / f"{counts['rows']:012}.parquet")
            counts["rejected"] += bad.height
        days.take(good.select(kept))
        counts["rows"] += batch.height
        told(counts["rows"])

    rows = lines.select(*kept, "fault", "row", pl.col(r"^c\d+$"))
    with ThreadPoolExecutor(1) as writer:
        waiting: deque[Future[None]] = deque()

        def hand_over(batch: "pl.DataFrame") -> None:
            waiting.append(writer.submit(take, batch))
            if len(waiting) > _BATCHES_WAITING:
                waiting.popleft().result()

        rows.sink_batches(hand_over, chunk_size=_BATCH, maintain_order=True, engine="streaming")
        for each in waiting:
            each.result()
    days.close()
    return Staged(counts["rows"], counts["rejected"], rejects)


@dataclass
class _Days:
    """Lines by day, written when a day is over or memory is short."""

    raw: Path
    number: int
    target: Target
    waiting: "dict[object, list[pl.DataFrame]]" = field(default_factory=lambda: defaultdict(list))
    parts: int = 0
    rows: int = 0

    def take(self, batch: "pl.DataFrame") -> None:
        ordered = batch["day"].is_sorted()
        if not ordered:
            batch = batch.sort("day", maintain_order=True)
        start = 0
        for day, length in batch["day"].rle().struct.unnest().select("value", "len").iter_rows():
            self.waiting[day].append(batch.slice(start, length))
            start += length
        self.rows += batch.height
        if self.rows > _MOST_WAITING:
            self._write(set(self.waiting))
        elif ordered and batch.height:
            # In an export in the order of time, nothing more comes of a day once the next one has begun.
            self._write(set(self.waiting) - {batch["day"][-1]})

    def close(self) -> None:
        self._write(set(self.waiting))

    def _write(self, days: "set[object]") -> None:
        import polars as pl

        for day in days:
            said = pl.concat(self.waiting.pop(day))
            self.rows -= said.height
            self.parts += 1
            name = f"day={day}/{self.number:05}-{self.parts:05}.parquet"
            write(whole(said, self.target), self.raw / "lines" / name)
            if self.target.bodies != "drop":
                bodies = said.select("line", text="body").filter(pl.col("text") != "")
                if bodies.height:
                    write(bodies, self.raw / "bodies" / name)


def write(frame: "pl.DataFrame", path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # lz4 takes half the time of zstd to write, and reports read it often; nothing asks for statistics.
    frame.write_parquet(path, compression="lz4", statistics=False)
