"""`goldensix backup`, `restore`, `rebuild`, `orders`, `doctor`, `tail`: looking after a desk."""

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from goldensix.commands.places import Data, Merchant, console, database, known_place, run, running_database
from goldensix.settings import Settings


def rebuild(data: Data = None, merchant: Merchant = None) -> None:
    """Drop every fold and make it again from the log. What reports derived is dropped, and made when it is needed."""
    from goldensix import terminal
    from goldensix.adapters.archive.sources import drop_derived

    settings = Settings.read(data=data)
    if drop_derived(settings.data, merchant):
        console.print("Dropped what reports had derived; the next one derives it again.")
    if not settings.database_url and not (settings.data / "postgres").exists() and (settings.data / "archive").exists():
        return  # imports only: there never was a desk here
    with database(settings) as dsn:
        run(lambda: terminal.rebuild(dsn, merchant))


def orders(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or JSON lines, as docs/guides/orders.md says.")],
    shop: Annotated[int, typer.Option(help="The shop's number.")],
    data: Data = None,
) -> None:
    """Take orders out of a file, as a shop's server would tell of them: all, or none. The desk may run meanwhile."""
    from goldensix import ordering

    with running_database(Settings.read(data=data)) as dsn:
        run(lambda: ordering.take_orders(dsn, shop, file, console))


def doctor(data: Data = None) -> None:
    """Look at all that a desk stands on: database, schema, clocks, NATS, folder, disk, address, workers."""
    from goldensix import doctor as it
    from goldensix.rehearsal import place

    settings = Settings.read(data=data)
    dsn = settings.database_url or place.running_database(settings.data)
    if not it.print_findings(asyncio.run(it.examine(settings, dsn)), console):
        sys.exit(1)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")], data: Data = None
) -> None:
    """Save the whole desk as one file: log, settings, pictures, imports. The desk may run meanwhile."""
    from goldensix.adapters import clock
    from goldensix.adapters.stores.choice import picture_store
    from goldensix.backups import CannotBackUp, back_up

    with known_place(data) as (folder, dsn):
        if dsn is None and not (folder / "archive").exists():
            raise CannotBackUp(f"There is no desk in {folder}.")
        store = picture_store(Settings.read(data=data))
        made = back_up(dsn, folder, file, datetime.fromtimestamp(clock.now() / 1000, UTC), store)
    events = sum(made.logs.values())
    console.print(f"{file}: {events:,} events of {len(made.logs)} merchants, {made.files:,} files.", soft_wrap=True)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `goldensix backup` wrote.")],
    data: Data = None,
    for_trial: Annotated[
        bool, typer.Option("--for-trial", help="Without phones, senders and robots of others: it calls nobody.")
    ] = False,
) -> None:
    """Make a desk from a backup, in an empty data folder and an empty database. All of it, or nothing."""
    from goldensix.adapters.postgres.embedded import EmbeddedPostgres
    from goldensix.adapters.stores.choice import picture_store
    from goldensix.backups import restore as restore_backup

    settings = Settings.read(data=data)

    @contextlib.contextmanager
    def own_database(folder: Path) -> Iterator[str]:
        with EmbeddedPostgres(folder) as postgres:
            yield postgres.dsn

    store = picture_store(settings) if settings.s3_bucket else None
    made = restore_backup(file, settings.data, settings.database_url or own_database, store, for_trial=for_trial)
    events = sum(made.logs.values())
    console.print(f"Restored {events:,} events and {made.files:,} files of {made.made_at[:19]}.", soft_wrap=True)
    console.print(f"`goldensix serve --data {settings.data}` runs the desk.", soft_wrap=True)


def tail(
    data: Data = None,
    merchant: Merchant = None,
    after: Annotated[int | None, typer.Option(help="Begin after this position; not given: what comes now.")] = None,
    words: Annotated[bool, typer.Option("--words", help="Show what was said, too.")] = False,
) -> None:
    """Show the log as it grows, one event a line. With DATABASE_URL, or on the folder of a desk that runs."""
    from goldensix import terminal

    with contextlib.suppress(KeyboardInterrupt), running_database(Settings.read(data=data)) as dsn:
        run(lambda: terminal.follow(dsn, merchant, after, words=words))
