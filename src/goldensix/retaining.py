"""`goldensix retain`, by hand or each night: what is older than the merchant keeps it is forgotten."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn

from goldensix.adapters import clock
from goldensix.adapters.archive.desk import DeskArchive
from goldensix.adapters.archive.retention import forget_imported, forget_rejects
from goldensix.adapters.archive.sources import Archive, ArchiveBusy, drop_derived
from goldensix.adapters.imports import sweep
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.retention import Keeping, Retention
from goldensix.adapters.postgres.roster import Merchant
from goldensix.adapters.stores.port import Store
from goldensix.events.ids import MerchantId
from goldensix.terminal import chosen, opened

_PICTURES_AT_ONCE: Final = 100


class Removes(Protocol):
    async def remove(self, name: str) -> None: ...


@dataclass
class Forgotten:
    words: int = 0
    pictures: int = 0
    receivers: int = 0
    imported: int = 0
    audit: int = 0
    waits: str = ""
    """What could not go yet, and why."""

    @property
    def sentence(self) -> str:
        return (
            f"words of {self.words:,} events, {self.pictures:,} pictures, receivers of {self.receivers:,} orders, "
            f"{self.imported:,} imported lines, {self.audit:,} rows of the audit"
        )


async def retain(dsn: str, data: Path, number: int | None, pictures: Store, console: Console) -> None:
    """Of one merchant or of all. Broken off, the next run goes on where this one was."""
    async with opened(dsn) as pool:
        people, keeping = People(pool, clock.now), Keeping(pool, clock.now)
        merchants = await people.merchants() if number is None else [await chosen(people, number)]
        for merchant in merchants:
            kept = await keeping.of(merchant.id)
            with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=console, transient=True) as shown:
                tell = partial(_tell, shown, shown.add_task(""), merchant.name)
                forgotten = await _retain(keeping, data, merchant, kept, pictures, tell)
            if forgotten != Forgotten():
                await keeping.note(merchant.id, forgotten.sentence)
            console.print(f"{merchant.name}: forgot {forgotten.sentence}.", markup=False, soft_wrap=True)
            if forgotten.waits:
                console.print(f"{merchant.name}: {forgotten.waits}", markup=False, soft_wrap=True)


def _tell(shown: Progress, task: TaskID, name: str, text: str) -> None:
    shown.update(task, description=escape(f"{name}: {text}"))


async def _retain(
    keeping: Keeping, data: Path, merchant: Merchant, kept: Retention, pictures: Store, tell: Callable[[str], None]
) -> Forgotten:
    done = Forgotten()
    archive = Archive(data, merchant.id)
    if kept.words:
        archived = DeskArchive(archive.folder).position()
        async for part in keeping.forget_words(merchant.id, kept.words, archived=archived):
            done.words += part.words
            tell(f"words up to {datetime.fromtimestamp(part.upto / 1000, UTC):%Y-%m-%d}")
        done.receivers = await keeping.forget_people(merchant.id, kept.words)
        done.pictures = await forget_pictures(keeping, merchant.id, kept.words, pictures)
        if left := (await keeping.due(merchant.id, kept)).words:
            done.waits = (
                f"words of {left:,} events wait until their days are archived: `goldensix archive` does it now."
            )
    if archive.folder.exists():
        done.imported, busy = _forget_imports(data, archive, merchant, kept.imports)
        done.waits = done.waits or busy
    if kept.audit:
        async for rows in keeping.forget_audit(merchant.id, kept.audit):
            done.audit += rows
    return done


async def forget_pictures(keeping: Keeping, merchant: MerchantId, days: int, pictures: Removes) -> int:
    """The files first: a row without its file is found again by the next run, a file without its row by nobody."""
    old = await keeping.old_pictures(merchant, days)
    for at in range(0, len(old), _PICTURES_AT_ONCE):
        part = old[at : at + _PICTURES_AT_ONCE]
        for picture in part:
            await pictures.remove(picture)
        await keeping.forget_pictures(merchant, part)
    return len(old)


def _forget_imports(data: Path, archive: Archive, merchant: Merchant, days: int) -> tuple[int, str]:
    """Of sources; and what was uploaded, or half imported, and nobody came back to."""
    sweep(archive.folder / "uploads")
    before = (datetime.fromtimestamp(clock.now() / 1000, UTC) - timedelta(days=days)).date() if days else date.min
    try:
        with archive.writing():
            lines = sum(count for _, count in forget_imported(archive, before, merchant.secret))
            forget_rejects(archive, before)
    except ArchiveBusy as busy:
        return 0, str(busy) if days else ""
    if lines:
        drop_derived(data, merchant.id)
    return lines, ""
