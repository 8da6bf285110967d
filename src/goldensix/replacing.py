"""`goldensix restart-workers`: every worker of a desk is replaced by a new one, one after the other, while it serves.

The process that has workers says in a file of the data folder who they are; it replaces them on SIGHUP.
"""

import contextlib
import json
import os
import re
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Annotated, Final

import typer
from rich.console import Console

_EACH_WITHIN: Final = 90.0
_LOOK_EVERY: Final = 0.1


class WorkersNotReplaced(Exception):
    """The message is one sentence for the person who asked for it."""


def restart_workers(
    data: Annotated[Path, typer.Option(envvar="GOLDENSIX_DATA", help="The desk's data folder.")] = Path("data"),
) -> None:
    """Replace the workers of this machine one after the other, while the desk goes on. Ends once all are new."""
    desks = serving_here(data)
    if not desks:
        raise WorkersNotReplaced(f"No workers serve from {data} on this machine: give the desk's folder with --data.")
    for desk in desks:
        Console().print(f"{restart(desk)} workers of process {desk.process} are replaced.", highlight=False)


@dataclass(frozen=True, slots=True)
class Serving:
    """A process of this machine that has workers."""

    file: Path
    process: int
    workers: frozenset[str]


@contextlib.contextmanager
def told_on_disk(data: Path, port: int) -> Iterator[Callable[[list[str]], None]]:
    """While this lasts: a file by which this process is found, and how to say in it who its workers are."""
    file = data / "workers" / f"{machine()}-{port}.json"
    file.parent.mkdir(parents=True, exist_ok=True)

    def tell(workers: list[str]) -> None:
        new = file.with_suffix(".new")
        with contextlib.suppress(OSError):  # a full disk ends nothing
            new.write_text(json.dumps({"process": os.getpid(), "began": _began(os.getpid()), "workers": workers}))
            new.replace(file)

    try:
        yield tell
    finally:
        file.unlink(missing_ok=True)


def serving_here(data: Path) -> list[Serving]:
    """Those on this machine and in this data folder that live."""
    found = []
    for file in sorted((data / "workers").glob(f"{machine()}-*.json")):
        with contextlib.suppress(OSError, ValueError):  # it ends just now
            told = json.loads(file.read_text())
            if _began(told["process"]) == told["began"]:
                found.append(Serving(file, told["process"], frozenset(told["workers"])))
    return found


def restart(desk: Serving) -> int:
    """Answers how many were replaced, once all are. Raises WorkersNotReplaced."""
    os.kill(desk.process, signal.SIGHUP)
    within = len(desk.workers) * _EACH_WITHIN
    until = monotonic() + within
    while monotonic() < until:
        now = next((each for each in serving_here(desk.file.parents[1]) if each.file == desk.file), None)
        if now is None:
            raise WorkersNotReplaced("The desk ended while its workers were replaced; what it said tells why.")
        if len(now.workers) >= len(desk.workers) and not now.workers & desk.workers:
            return len(now.workers)
        sleep(_LOOK_EVERY)
    raise WorkersNotReplaced(f"Not all workers were replaced within {within:.0f} s; what the desk said tells why.")


def machine() -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", socket.gethostname())[:24] or "machine"


def _began(process: int) -> float | None:
    """When it was started, which tells it from others that had its number; None: there is none."""
    import psutil  # not needed by any other command

    try:
        return float(psutil.Process(process).create_time())
    except psutil.Error:
        return None
