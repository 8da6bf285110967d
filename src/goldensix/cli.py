"""The command line. What a command expects to go wrong ends in one clear sentence.

What only some commands need is imported by them: an import of a file has no use for a web server, nor a second for it.
"""

import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer
from rich.console import Console

from goldensix.cannot import CannotDo
from goldensix.commands import forgetting, proving, serving, upkeep
from goldensix.commands.places import known_database, known_place
from goldensix.importing.command import import_command, imports
from goldensix.rehearsal.command import rehearse
from goldensix.replacing import WorkersNotReplaced, restart_workers
from goldensix.reporting.command import archive_command, report_command
from goldensix.settings import Settings
from goldensix.teaching.command import robot

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


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
    import asyncpg

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
        asyncpg.TooManyConnectionsError,
        asyncpg.InsufficientPrivilegeError,
        asyncpg.ReadOnlySQLTransactionError,
    )


app.command()(serving.serve)
app.command(hidden=True)(serving.worker)
app.command("restart-workers")(restart_workers)
app.command()(rehearse)
report = report_command(known_place)
app.command("import")(import_command(lambda data: known_database(Settings.read(data=data)), report))
app.command()(imports)
app.command("report")(report)
app.command("archive")(archive_command(known_place))
app.add_typer(robot, name="robot")
app.command()(serving.migrate)
app.command()(proving.schema)
app.command("check-cases")(proving.check_cases)
app.command()(proving.calibers)
app.command()(serving.init)
app.command()(upkeep.rebuild)
app.add_typer(proving.audits, name="audit")
app.command("check-hours")(proving.check_hours)
app.command()(forgetting.retain)
app.command()(upkeep.orders)
app.command()(upkeep.doctor)
app.command()(upkeep.backup)
app.command()(upkeep.restore)
app.command()(upkeep.tail)
app.command()(forgetting.erase)
app.command("erase-buyer")(forgetting.erase_buyer)
