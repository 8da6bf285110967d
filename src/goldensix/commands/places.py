"""What commands work on: the data folder, the database, and the loop."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from goldensix.cannot import CannotDo
from goldensix.settings import Settings

if TYPE_CHECKING:
    from goldensix.adapters.postgres.embedded import EmbeddedPostgres

console: Final = Console()
Data = Annotated[Path | None, typer.Option(help="Data folder; GOLDENSIX_DATA or ./data when not given.")]
Merchant = Annotated[int | None, typer.Option(help="The merchant's number; needed only where there are several.")]


@contextlib.contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The DSN of the user's database, or of the embedded one, which runs as long as this."""
    if settings.database_url:
        yield settings.database_url
        return
    with _embedded(settings) as embedded:
        yield embedded.dsn


@contextlib.contextmanager
def kept_database(settings: Settings) -> Iterator[str]:
    """The same for a desk that serves: its own server is started again should it end."""
    if settings.database_url:
        yield settings.database_url
        return
    with _embedded(settings) as embedded, embedded.kept_up():
        yield embedded.dsn


@contextlib.contextmanager
def _embedded(settings: Settings) -> Iterator["EmbeddedPostgres"]:
    from goldensix.adapters.postgres.embedded import EmbeddedPostgres
    from goldensix.backups import refuse_half_restored

    refuse_half_restored(settings.data)
    more = 20 * (settings.workers - 1)
    embedded = EmbeddedPostgres(settings.data, settings=f"max_connections = {60 + more}\n" if more else "")
    try:
        embedded.start()
    except OSError as failed:
        raise CannotDo(f"The data folder {settings.data} cannot be used: {failed.strerror}.") from None
    try:
        yield embedded
    finally:
        embedded.stop()


@contextlib.contextmanager
def running_database(settings: Settings) -> Iterator[str]:
    """The database of a desk that runs, or else one started for as long as this."""
    from goldensix.rehearsal import place

    dsn = None if settings.database_url else place.running_database(settings.data)
    if dsn is not None:
        yield dsn
    else:
        with database(settings) as own:
            yield own


@contextlib.contextmanager
def known_database(settings: Settings) -> Iterator[str | None]:
    """The same, or None where no desk ever was: then none is begun."""
    if not settings.database_url and not (settings.data / "postgres").exists():
        yield None
        return
    with running_database(settings) as dsn:
        yield dsn


@contextlib.contextmanager
def known_place(data: Path | None) -> Iterator[tuple[Path, str | None]]:
    """The data folder, and its database."""
    settings = Settings.read(data=data)
    with known_database(settings) as dsn:
        yield settings.data, dsn


def run(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run on the fast loop where there is one."""
    try:
        import uvloop
    except ImportError:  # Windows has none
        asyncio.run(work())
    else:
        uvloop.run(work())
