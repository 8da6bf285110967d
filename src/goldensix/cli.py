"""The command line. What a command expects to go wrong ends in one clear sentence."""

import asyncio
import contextlib
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from goldensix.adapters.postgres.embedded import DataFolderInUse, EmbeddedPostgres, PostgresDidNotStart
from goldensix.adapters.postgres.schema import UnusableDatabase, prepare
from goldensix.settings import BadSetting, Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console: Final = Console()

Data = Annotated[Path | None, typer.Option(help="Data folder; GOLDENSIX_DATA or ./data when not given.")]
Merchant = Annotated[int | None, typer.Option(help="The merchant's number; needed only where there are several.")]


class Sentence(Exception):
    """What the person at the terminal must know, in one sentence."""


_TOLD: Final = (Sentence, BadSetting, UnusableDatabase, DataFolderInUse, PostgresDidNotStart)


def main() -> None:
    """Run a command; what it expects to go wrong ends in a sentence and exit code 1."""
    try:
        app()
    except _TOLD as told:
        Console(stderr=True).print(str(told), style="red", highlight=False)
        sys.exit(1)


@contextlib.contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The DSN of the user's database, or of the embedded one, which runs as long as this."""
    if settings.database_url:
        yield settings.database_url
        return
    settings.data.mkdir(parents=True, exist_ok=True)
    with EmbeddedPostgres(settings.data) as embedded:
        yield embedded.dsn


def run(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run on the fast loop where there is one."""
    try:
        import uvloop
    except ImportError:  # Windows has none
        asyncio.run(work())
    else:
        uvloop.run(work())


@app.command()
def serve(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on; 0.0.0.0 for all.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Make a demo merchant where there is no merchant yet.")] = False,
) -> None:
    """Run the desk until Ctrl-C."""
    from goldensix.serving import serve as serve_desk

    settings = Settings.read(data=data, host=host, port=port)
    serve_desk(settings, demo=demo, database=database, run=run)


@app.command()
def migrate(data: Data = None) -> None:
    """Bring an older database to this version's schema. Make a backup first."""
    settings = Settings.read(data=data)
    with database(settings) as dsn:
        run(lambda: prepare(dsn, upgrade=True))
    console.print("The database is at this version's schema.")


@app.command()
def schema(
    check: Annotated[bool, typer.Option("--check", help="Only say whether the file is what the code says.")] = False,
    file: Annotated[Path, typer.Option(help="Where the contract stands.")] = Path("web/contract/openapi.json"),
) -> None:
    """Write the contract between front and back: REST and every socket message."""
    from goldensix.api.http.app import openapi, unserved
    from goldensix.wire.schema import staleness, write

    document = openapi(unserved())
    if not check:
        write(document, file)
    elif (stale := staleness(document, file)) is not None:
        raise Sentence(stale)
