"""The command line. What a command expects to go wrong ends in one clear sentence.

What only some commands need is imported by them: an import of a file has no use for a web server, nor a second for it.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer
from rich.console import Console

from goldensix.cannot import CannotDo
from goldensix.importing.command import import_command, imports
from goldensix.rehearsal.command import rehearse
from goldensix.replacing import WorkersNotReplaced, restart_workers
from goldensix.reporting.command import archive_command, report_command
from goldensix.settings import Settings
from goldensix.teaching.command import robot

if TYPE_CHECKING:
    from goldensix.adapters.postgres.embedded import EmbeddedPostgres

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console: Final = Console()

Data = Annotated[Path | None, typer.Option(help="Data folder; GOLDENSIX_DATA or ./data when not given.")]
Merchant = Annotated[int | None, typer.Option(help="The merchant's number; needed only where there are several.")]


def _say_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"{version('goldensix')}\n")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version and stop.")
    ] = False,
) -> None:
    """Golden Six: every buyer is answered within six seconds."""


def main() -> None:
    """Run a command; what it expects to go wrong ends in a sentence and exit code 1."""
    # NumPy reads it as it starts. On the robot's small matrices several threads wait more than they work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        app()
    except Exception as error:  # what is not expected goes on as it was
        if not isinstance(error, _expected()):
            raise
        Console(stderr=True, soft_wrap=True).print(str(error), style="red", highlight=False, markup=False)
        sys.exit(1)


def _expected() -> tuple[type[Exception], ...]:
    from goldensix.adapters.bus.nats import BusUnreachable
    from goldensix.adapters.bus.server import NatsDidNotStart
    from goldensix.adapters.postgres.embedded import DataFolderInUse, PostgresDidNotStart
    from goldensix.adapters.postgres.schema import UnusableDatabase
    from goldensix.adapters.postgres.single import OtherDesk
    from goldensix.adapters.stores.port import StoreAway
    from goldensix.backups import CannotBackUp
    from goldensix.serving import PortBusy
    from goldensix.settings import BadSetting
    from goldensix.wire.cases import BadCases
    from goldensix.wire.stored import UnknownEvent
    from goldensix.workers import WorkersDidNotStart

    return (
        CannotDo,
        BadSetting,
        UnusableDatabase,
        DataFolderInUse,
        PostgresDidNotStart,
        PortBusy,
        OtherDesk,
        CannotBackUp,
        StoreAway,
        UnknownEvent,
        BadCases,
        BusUnreachable,
        NatsDidNotStart,
        WorkersDidNotStart,
        WorkersNotReplaced,
    )


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


@app.command()
def serve(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on; 0.0.0.0 for all.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Make a demo merchant where there is no merchant yet.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that serve together; restart-workers replaces them one by one.")
    ] = None,
) -> None:
    """Run the desk until Ctrl-C."""
    settings = Settings.read(data=data, host=host, port=port, workers=workers)
    if settings.workers > 1 or settings.nats_url:
        from goldensix import workers as several

        several.serve(settings, demo=demo, database=kept_database, run=run)
    else:
        from goldensix import serving

        serving.serve(settings, demo=demo, database=kept_database, run=run)


@app.command(hidden=True)
def worker(name: str, cord: int, demo: bool = False) -> None:
    """One of the processes that `serve --workers` starts; `cord` is the number of a socket between them."""
    from goldensix import workers as several

    settings = Settings.read()
    run(lambda: several.work(settings, name, cord, demo=demo))


app.command("restart-workers")(restart_workers)
app.command()(rehearse)
report = report_command(known_place)
app.command("import")(import_command(lambda data: known_database(Settings.read(data=data)), report))
app.command()(imports)
app.command("report")(report)
app.command("archive")(archive_command(known_place))
app.add_typer(robot, name="robot")


@app.command()
def migrate(data: Data = None) -> None:
    """Bring an older database to this version's schema. Make a backup first."""
    from goldensix.adapters.postgres.schema import prepare

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
        raise CannotDo(stale)


@app.command("check-cases")
def check_cases(file: Annotated[Path, typer.Argument(help="Worked examples, as JSON.")]) -> None:
    """Work out examples live and in batch, and say where a figure is not the expected one."""
    from goldensix.worked import print_findings, work_out

    findings = work_out(file)
    if not print_findings(findings, console):
        sys.exit(1)


@app.command()
def calibers(
    caliber: Annotated[str | None, typer.Argument(help="One of them, in full; not given: all.")] = None,
    language: Annotated[Literal["en", "zh"], typer.Option(help="Language of the words.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="As a caliber file would declare it.")] = False,
) -> None:
    """Say how figures are defined: by which platform, from when, by what source, and what of it we assumed."""
    from goldensix import definitions
    from goldensix.adapters.presets import presets

    known = presets()
    if caliber is not None and caliber not in known:
        raise CannotDo(definitions.missing(caliber, known))
    chosen = list(known.values()) if caliber is None else [known[caliber]]
    if as_json:
        sys.stdout.write(definitions.as_json(chosen) + "\n")
    elif caliber is None:
        definitions.print_list(chosen, language, console)
    else:
        definitions.print_one(chosen[0], language, console)


@app.command()
def init(
    merchant: Annotated[str, typer.Option(prompt="Your business", help="Name of the business.")],
    shop: Annotated[str, typer.Option(prompt="Your shop", help="Name of its first shop.")],
    name: Annotated[str, typer.Option(prompt="Your name", help="Name of the administrator.")],
    login: Annotated[str, typer.Option(prompt="Your phone or e-mail", help="What the administrator logs in with.")],
    password: Annotated[
        str,
        typer.Option(prompt="A password", confirmation_prompt=True, hide_input=True, envvar="GOLDENSIX_ADMIN_PASSWORD"),
    ],
    zone: Annotated[str, typer.Option(help="The shop's time zone.")] = "Asia/Shanghai",
    data: Data = None,
) -> None:
    """Set up a business of your own: one shop, the four usual groups, and you as its administrator."""
    from goldensix import terminal

    with database(Settings.read(data=data)) as dsn:
        run(
            lambda: terminal.set_up(
                dsn, merchant=merchant, shop=shop, name=name, login=login, password=password, zone=zone
            )
        )
    console.print("Done. `serve` runs the desk: `./run serve`, or `goldensix serve`. Log in with what you just gave.")


@app.command()
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


audits: Final = typer.Typer(no_args_is_help=True, help="Prove from the log that what the desk goes by is right.")
app.add_typer(audits, name="audit")


@audits.command()
def slots(data: Data = None, merchant: Merchant = None) -> None:
    """Who has which conversation: none may have drifted. Each that did is named, and the exit code is 1."""
    from goldensix import terminal

    sound: list[bool] = []

    async def look() -> None:
        sound.append(await terminal.audit_of_slots(dsn, merchant))

    with running_database(Settings.read(data=data)) as dsn:
        run(look)
    if sound != [True]:
        sys.exit(1)


@app.command("check-hours")
def check_hours(
    data: Data = None,
    merchant: Merchant = None,
    days: Annotated[int, typer.Option(min=1, max=92, help="How far ahead to look.")] = 7,
) -> None:
    """Look for hours to come in which a group could route to nobody. Each is told, and the exit code is 1."""
    from goldensix import terminal

    sound: list[bool] = []

    async def look() -> None:
        sound.append(await terminal.check_hours(dsn, merchant, days))

    with running_database(Settings.read(data=data)) as dsn:
        run(look)
    if sound != [True]:
        sys.exit(1)


@audits.command("log")
def audit_log(
    data: Data = None,
    merchant: Merchant = None,
    what: Annotated[str | None, typer.Option(help="Only this, such as 'buyer blocked'.")] = None,
    account: Annotated[int | None, typer.Option(help="Only of this account, by number.")] = None,
    days: Annotated[int, typer.Option(help="Of so many days.")] = 7,
) -> None:
    """Who logged in, looked at and changed what, as CSV, the newest first."""
    from goldensix import terminal

    with running_database(Settings.read(data=data)) as dsn:
        run(lambda: terminal.print_audit(dsn, merchant, what, account, days))


@app.command()
def retain(data: Data = None, merchant: Merchant = None) -> None:
    """Forget what is older than the settings keep it: words, pictures, names, imports, audit. Figures stay; no undo.

    A desk does it each night by itself. It may run meanwhile; broken off, the next run goes on.
    """
    from goldensix import retaining
    from goldensix.adapters.stores.choice import picture_store

    settings = Settings.read(data=data)
    with running_database(settings) as dsn:
        run(lambda: retaining.retain(dsn, settings.data, merchant, picture_store(settings), console))


@app.command()
def orders(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or JSON lines, as docs/guides/orders.md says.")],
    shop: Annotated[int, typer.Option(help="The shop's number.")],
    data: Data = None,
) -> None:
    """Take orders out of a file, as a shop's server would tell of them: all, or none. The desk may run meanwhile."""
    from goldensix import ordering

    with running_database(Settings.read(data=data)) as dsn:
        run(lambda: ordering.take_orders(dsn, shop, file, console))


@app.command()
def doctor(data: Data = None) -> None:
    """Look at all that a desk stands on: database, schema, clocks, NATS, folder, disk, address, workers."""
    from goldensix import doctor as it
    from goldensix.rehearsal import place

    settings = Settings.read(data=data)
    dsn = settings.database_url or place.running_database(settings.data)
    if not it.print_findings(asyncio.run(it.examine(settings, dsn)), console):
        sys.exit(1)


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
def erase(
    conversation: Annotated[list[str], typer.Argument(help="Conversations, as their addresses name them.")],
    data: Data = None,
    merchant: Merchant = None,
) -> None:
    """Forget what was said in conversations. The facts (who, when) stay; this cannot be undone."""
    from goldensix import terminal

    with running_database(Settings.read(data=data)) as dsn:
        run(lambda: terminal.erase(dsn, merchant, conversation))


@app.command("erase-buyer")
def erase_buyer(
    conversation: Annotated[str | None, typer.Option(help="Any conversation of the buyer.")] = None,
    customer: Annotated[str | None, typer.Option(help="The shop's own id of the buyer; needs --shop.")] = None,
    imported: Annotated[str | None, typer.Option(help="The buyer's name in an import; needs --shop.")] = None,
    shop: Annotated[int | None, typer.Option(help="The shop's number.")] = None,
    data: Data = None,
    merchant: Merchant = None,
) -> None:
    """Forget a buyer: words, pictures, name, and the receiver of orders. That somebody asked stays; no undo."""
    from goldensix import terminal
    from goldensix.adapters.stores.choice import picture_store

    if sum(each is not None for each in (conversation, customer, imported)) != 1:
        raise CannotDo("Say who, by one of --conversation, --customer and --imported.")
    if conversation is None and shop is None:
        raise CannotDo("Say of which shop, with --shop.")
    settings = Settings.read(data=data)
    if imported is not None:
        terminal.erase_imported_buyer(settings.data, merchant, shop or 0, imported)
        return
    with running_database(settings) as dsn:
        pictures = picture_store(settings)
        run(
            lambda: terminal.erase_buyer(
                dsn, merchant, pictures, conversation=conversation, customer=customer, shop=shop
            )
        )
