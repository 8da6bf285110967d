"""Carries an import out: all of it, or nothing."""

import secrets
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from goldensix.adapters import clock
from goldensix.adapters.archive.settling import Settled, settle
from goldensix.adapters.archive.shops import ArchivedShop, ArchivedShops
from goldensix.adapters.archive.sources import Archive, Source, SourceFile
from goldensix.adapters.importers import threads
from goldensix.adapters.importers.encodings import Unreadable, as_utf8, most_unpacked
from goldensix.adapters.importers.lines import Target
from goldensix.adapters.importers.look import Look, look
from goldensix.adapters.importers.mending import mended
from goldensix.adapters.importers.reading import Reading
from goldensix.adapters.importers.staging import Staged, stage
from goldensix.adapters.importers.tables import scan, scan_csv, spared
from goldensix.events.ids import Instant
from goldensix.importing import rejecting
from goldensix.importing.order import CannotImport, FileToRead, Order, Progress, Result, Told

if TYPE_CHECKING:
    import polars as pl

_ONE_DAY: Final = timedelta(days=1)


_Table = tuple["pl.LazyFrame", list[str], int]


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that lies staged."""

    look: Look
    staged: Staged
    left_out: int


def carry_out(order: Order, told: Told) -> Result:
    """Raises CannotImport and ArchiveBusy; then, as after a result that is not `applied`, nothing has changed."""
    began = time.monotonic()
    archive = Archive(order.data, order.merchant)
    id = f"import-{time.strftime('%Y%m%d-%H%M%S', time.gmtime(clock.now() / 1000))}-{secrets.token_hex(3)}"
    with archive.writing():
        folder = archive.incoming / id
        folder.mkdir(parents=True)
        try:
            result = _carried_out(order, archive, id, folder, told)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return replace(result, seconds=time.monotonic() - began)


def _carried_out(order: Order, archive: Archive, id: str, folder: Path, told: Told) -> Result:
    shop = _numbered(order.shop, archive)
    read = [_read(order, shop, file, number, folder, told) for number, file in enumerate(order.files)]
    rejected = rejecting.collect(read_files(read), archive.rejects(id))
    rows = sum(each.staged.rows for each in read)
    source = _described(order, shop, id, read)
    result = Result(
        outcome="too_many_rejected",
        source=source,
        rows=rows,
        faults=rejected.faults,
        rejects=str(archive.rejects(id)) if rejected.rows else "",
        first_rejects=rejected.first,
    )
    if rejected.rows > order.most_rejected * rows and not order.accept_rejects:
        return result
    settled = _settled(archive, shop, id, folder, told)
    source = _counted(source, folder, settled)
    if rows == rejected.rows:
        return replace(result, outcome="nothing_read", source=source)
    if order.dry_run or source.lines == 0:
        return replace(result, outcome="dry_run" if order.dry_run else "nothing_new", source=source)
    kept = ArchivedShops(archive.folder).keep(shop)
    assert kept.id == shop.id
    archive.commit(source, folder)
    return replace(result, outcome="applied", source=source)


def read_files(read: Sequence[_Read]) -> list[rejecting.RejectsOf]:
    return [
        rejecting.RejectsOf(each.look.file, each.look.names, each.look.reading, each.staged.rejects) for each in read
    ]


def _numbered(shop: ArchivedShop, archive: Archive) -> ArchivedShop:
    """A new shop's number is settled before its lines are written; nobody else writes here meanwhile."""
    if shop.id:
        return shop
    shops = ArchivedShops(archive.folder)
    known = shops.find(shop.name)
    return known or replace(shop, id=shops.next_number())


def _read(order: Order, shop: ArchivedShop, file: FileToRead, number: int, folder: Path, told: Told) -> _Read:
    import polars as pl

    try:
        seen = look(file.path, order.reading.zone if order.reading else shop.zone, order.reading, file=file.name)
    except Unreadable as unreadable:
        raise CannotImport(file.told(str(unreadable))) from None
    if seen.problems:
        problem = seen.problems[0]
        raise CannotImport(f"{file.name}: {problem.en}", f"{file.name}：{problem.zh}")
    target = Target(shop.id, shop.platform, shop.zone, order.bodies)
    rows = _Rows(told, seen)
    work = folder / f"file{number}"
    work.mkdir()
    # As it should be; with bytes that are no text; with quotes that do not close.
    attempts: list[Callable[[], _Table]] = [lambda: _table(order, file, seen, work, told)]
    if seen.format.kind == "csv":
        attempts = [
            lambda: _table(order, file, seen, work, told, strict=True),
            *attempts,
            lambda: (_mended(file, seen, work), list(seen.names), 0),
        ]
    for attempt in attempts:
        try:
            table, names, left_out = attempt()
            staged = stage(table, names, seen.reading, target, folder / "raw", number, rows)
            break
        except pl.exceptions.ComputeError:
            if attempt is attempts[-1]:
                raise
            _forget(folder / "raw", number)
    return _Read(seen, staged, left_out)


def _forget(raw: Path, number: int) -> None:
    """What a pass that broke off had staged."""
    shutil.rmtree(raw / f"rejects-{number}", ignore_errors=True)
    for path in raw.glob(f"*/day=*/{number:05}-*.parquet"):
        path.unlink()


class _Rows:
    """Tells of rows taken in; how many there are is an estimate."""

    def __init__(self, told: Told, seen: Look) -> None:
        self._told, self._seen = told, seen

    def __call__(self, done: int) -> None:
        self._told(Progress("reading", done, max(self._seen.rows, done), self._seen.file))


def _table(order: Order, file: FileToRead, seen: Look, work: Path, told: Told, *, strict: bool = False) -> "_Table":
    """What the file holds, the names of its columns, and how many rows are left out."""
    names = list(seen.names)
    if seen.format.kind == "dialogues":
        from goldensix.importing import dialogues
        from goldensix.rehearsal.recording import BadRecording

        try:
            return spared(dialogues.drawn(file.path, seen.reading.zone, order.seed).lazy(), len(names)), names, 0
        except BadRecording as bad:
            raise CannotImport(file.told(str(bad))) from None
    unpacked = _Unpacked(told, seen, most_unpacked(file.path))
    table = scan(file.path, seen.format, names, work, unpacked, strict=strict)
    if not seen.format.threads:
        return table, names, 0
    posts, lone = threads.chained(table, names)
    return posts, threads.NAMES, lone


class _Unpacked:
    def __init__(self, told: Told, seen: Look, most: int) -> None:
        self._told, self._seen, self._most, self._bytes = told, seen, most, 0

    def __call__(self, size: int) -> None:
        self._bytes += size
        if self._bytes > self._most:
            raise CannotImport(
                f"{self._seen.file} unpacks to more than {self._most >> 20} MB, which no log of its size does.",
                f"{self._seen.file} 解压后超过 {self._most >> 20} MB，这么大的文件不会是聊天记录。",
            )
        self._told(Progress("unpacking", self._bytes, max(self._seen.bytes, self._bytes), self._seen.file))


def _mended(file: FileToRead, seen: Look, work: Path) -> "pl.LazyFrame":
    plain = as_utf8(file.path, seen.format.encoding, work, lambda _: None)
    copy = mended(plain, seen.format, len(seen.names), work)
    first = 0 if seen.format.header is None else seen.format.header + 1
    return scan_csv(copy, replace(seen.format, line_end="\n"), len(seen.names), skip=first)


def _settled(archive: Archive, shop: ArchivedShop, id: str, folder: Path, told: Told) -> dict[str, Settled]:
    staged = sorted(path.name.removeprefix("day=") for path in (folder / "raw" / "lines").glob("day=*"))
    found = {}
    for number, day in enumerate(staged):
        told(Progress("sorting", number, len(staged)))
        at = date.fromisoformat(day)
        known = archive.files(shop=shop.id, days={at - _ONE_DAY, at, at + _ONE_DAY})
        found[day] = settle(folder / "raw", folder, at, id, known)
    told(Progress("sorting", len(staged), len(staged)))
    return found


def _described(order: Order, shop: ArchivedShop, id: str, read: Sequence[_Read]) -> Source:
    """All but what the lines themselves tell."""
    reading: Reading = read[0].look.reading
    return Source(
        id=id,
        made_at=clock.now(),
        by=order.by,
        shop=shop.id,
        shop_name=shop.name,
        platform=shop.platform,
        zone=shop.zone,
        files=tuple(
            SourceFile(name=each.look.file, bytes=each.look.bytes, rows=each.staged.rows, rejected=each.staged.rejected)
            for each in read
        ),
        bodies=order.bodies,
        days=(),
        lines=0,
        messages=0,
        conversations=None,
        buyers=0,
        agents=0,
        first=None,
        last=None,
        duplicates=0,
        rejected=sum(each.staged.rejected for each in read),
        left_out=sum(each.left_out for each in read),
        generated=_drawn(order.seed) if any(each.look.generated for each in read) else "",
        reading=reading,
    )


def _drawn(seed: int) -> str:
    from goldensix.importing import dialogues

    return dialogues.told(seed)


def _counted(source: Source, folder: Path, settled: dict[str, Settled]) -> Source:
    import polars as pl

    source = replace(
        source,
        days=tuple(day for day, each in settled.items() if each.lines),
        lines=sum(each.lines for each in settled.values()),
        duplicates=sum(each.duplicates for each in settled.values()),
        clashes=sum(each.clashes for each in settled.values()),
    )
    if not source.lines:
        return source
    lines = pl.scan_parquet(folder / "lines" / "day=*" / "*.parquet", hive_partitioning=False)
    people = pl.col("by") == "agent"
    [told] = (
        lines.select(
            messages=(pl.col("what") == "message").sum(),
            conversations=pl.col("session").n_unique() - pl.col("session").has_nulls(),
            buyers=pl.col("buyer").hash().n_unique(),  # half the time of the names themselves
            agents=pl.col("agent").filter(people).drop_nulls().n_unique(),
            first=pl.col("at").min(),
            last=pl.col("at").max(),
        )
        .collect(engine="streaming")
        .rows(named=True)
    )
    return replace(
        source,
        messages=told["messages"],
        conversations=told["conversations"] or None,
        buyers=told["buyers"],
        agents=told["agents"],
        first=Instant(told["first"]),
        last=Instant(told["last"]),
    )
