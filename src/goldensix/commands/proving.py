"""`goldensix audit`, `check-hours`, `check-cases`, `calibers`, `schema`: that what is claimed is so."""

import sys
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from goldensix.cannot import CannotDo
from goldensix.commands.places import Data, Merchant, console, run, running_database
from goldensix.settings import Settings

audits: Final = typer.Typer(no_args_is_help=True, help="Prove from the log that what the desk goes by is right.")


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


def check_hours(
    data: Data = None,
    merchant: Merchant = None,
    days: Annotated[int, typer.Option(min=1, max=92, help="How far ahead to look.")] = 7,
) -> None:
    """Look for hours to come in which a group could route to nobody, and for rules that nobody could meet.

    Each is told, and the exit code is 1.
    """
    from goldensix import terminal

    sound: list[bool] = []

    async def look() -> None:
        sound.append(await terminal.check_hours(dsn, merchant, days))

    with running_database(Settings.read(data=data)) as dsn:
        run(look)
    if sound != [True]:
        sys.exit(1)


def check_cases(file: Annotated[Path, typer.Argument(help="Worked examples, as JSON.")]) -> None:
    """Work out examples live and in batch, and say where a figure is not the expected one."""
    from goldensix.worked import print_findings, work_out

    findings = work_out(file)
    if not print_findings(findings, console):
        sys.exit(1)


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
