"""`goldensix rehearse`: what it is asked. What it needs beyond that is imported only when it is called."""

import asyncio
import math
import resource
import signal
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from goldensix.rehearsal.recording import Dialogue
    from goldensix.rehearsal.rehearsal import Order
    from goldensix.rehearsal.report import Report
    from goldensix.rehearsal.tellers import Teller

_NOT_PASSED: Final = 1
_BAD_INPUT: Final = 2
_MOST_CHATS: Final = 200


class BadInput(Exception):
    """What was asked cannot be done; nothing was started."""


def _option(help: str) -> Any:
    return typer.Option(help=help, show_default=False)


Recording = Annotated[
    Path | None, typer.Argument(help="Dialogues: JSON lines, plain or gzip, JDDC or ECD.", show_default=False)
]
Rate = Annotated[float, typer.Option(help="Consults a minute, before --speed.")]
Agents = Annotated[int, typer.Option(help="Played agents.")]
Seed = Annotated[int, typer.Option(help="The same seed draws the same times.")]
Speed = Annotated[float, typer.Option(help="How much faster than life it is played.")]
Limit = Annotated[int, typer.Option(help="Most conversations at a time, each played agent.")]
Sessions = Annotated[int | None, _option("Conversations in all; not given: the whole recording.")]
DeskAddress = Annotated[
    str | None, _option("A desk on this machine; not given: http://127.0.0.1:8606, or one started for this.")
]
Merchant = Annotated[int | None, _option("The merchant's number; needed only where there are several.")]
Shop = Annotated[int | None, _option("The shop's number; not given: the first.")]
Bundled = Annotated[bool, typer.Option("--bundled", help="Play the dialogues that come with Golden Six.")]
JsonProgress = Annotated[bool, typer.Option("--json-progress", help="For programs: one JSON object a line.")]
Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]
Data = Annotated[Path, typer.Option(envvar="GOLDENSIX_DATA", help="The desk's data folder.")]
DatabaseUrl = Annotated[str, typer.Option(envvar="DATABASE_URL", hidden=True)]


def rehearse(
    file: Recording = None,
    rate: Rate = 30,
    agents: Agents = 48,
    seed: Seed = 6,
    speed: Speed = 30,
    limit: Limit = 8,
    sessions: Sessions = None,
    desk: DeskAddress = None,
    merchant: Merchant = None,
    shop: Shop = None,
    bundled: Bundled = False,
    json_progress: JsonProgress = False,
    as_json: Json = False,
    data: Data = Path("data"),
    database_url: DatabaseUrl = "",
) -> None:
    """Play recorded buyers through the real doors of a desk, and check that nothing is lost or doubled."""
    from goldensix.rehearsal.rehearsal import Order
    from goldensix.rehearsal.script import write
    from goldensix.rehearsal.tellers import Bar, Lines, Quiet

    teller: Teller = Lines() if json_progress else Quiet() if as_json else Bar()
    try:
        _check(rate=rate, speed=speed, agents=agents, limit=limit, sessions=sessions)
        dialogues = _recording(file, bundled)
    except BadInput as bad:
        teller.error(str(bad))
        raise typer.Exit(_BAD_INPUT) from None
    scripts = write(dialogues, sessions=sessions or len(dialogues), rate=rate, seed=seed)
    name = "bundled" if bundled else str(file)
    order = Order(name, scripts, rate, agents, limit, seed, speed, desk, merchant, shop, data, database_url)
    _play(order, teller)


def _check(*, rate: float, speed: float, agents: int, limit: int, sessions: int | None) -> None:
    for name, number in (("rate", rate), ("speed", speed)):
        if not (math.isfinite(number) and number > 0):
            raise BadInput(f"--{name} must be above 0, not {number:g}.")
    for name, count in (("agents", agents), ("limit", limit), ("sessions", sessions)):
        if count is not None and count < 1:
            raise BadInput(f"--{name} must be at least 1, not {count}.")
    if limit > _MOST_CHATS:
        raise BadInput(f"--limit must be at most {_MOST_CHATS}, not {limit}.")


def _recording(file: Path | None, bundled: bool) -> "list[Dialogue]":
    from goldensix.rehearsal.recording import BadRecording, read

    if (file is None) != bundled:
        raise BadInput("Say what is played: a FILE of recorded dialogues, or --bundled; one of the two.")
    try:
        return read(Path(str(files("goldensix.demo") / "dialogues.jsonl")) if file is None else file)
    except BadRecording as bad:
        raise BadInput(str(bad)) from None


def _play(order: "Order", teller: "Teller") -> None:
    from goldensix.rehearsal.stage import Interrupted

    signals: list[int] = []
    try:
        report = _run(order, teller, signals)
    except Interrupted as interrupted:
        teller.error(str(interrupted))
        raise typer.Exit(_NOT_PASSED) from None
    except asyncio.CancelledError:
        teller.error(
            "The rehearsal was stopped; as far as the desk answered, its conversations are closed. Its agents are gone."
        )
        raise typer.Exit(128 + signals[0]) from None
    teller.report(report)
    if not report.passed:
        raise typer.Exit(_NOT_PASSED)


def _run(order: "Order", teller: "Teller", signals: list[int]) -> "Report":
    """A first signal ends the rehearsal in good order, a second at once. `signals` gets what came."""
    from goldensix.rehearsal.rehearsal import rehearse as carry_out

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a socket for every buyer

    async def work() -> "Report":
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None

        def stop(number: int) -> None:
            signals.append(number)
            task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop, number)
        return await carry_out(order, teller.tell)

    try:
        import uvloop
    except ImportError:
        return asyncio.run(work())
    report: Report = uvloop.run(work())
    return report
