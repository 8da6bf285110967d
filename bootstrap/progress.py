"""What a set-up shows: which step of how many, for how long, and the latest line of the program at work."""

import contextlib
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

_TAIL = 30  # lines of the log shown when a step fails


class StepFailed(Exception):
    """A step of the set-up failed; the message is for the person at the terminal."""


@dataclass(frozen=True)
class Step:
    title: str
    work: Callable[["Output"], None]


class Output:
    """Where a step's programs write: the log, and the line that moves on the screen."""

    def __init__(self, log: TextIO) -> None:
        self._log = log
        self.latest = ""

    def say(self, line: str) -> None:
        self._log.write(f"{line}\n")
        self._log.flush()
        self.latest = line.strip()

    def run(
        self,
        command: Sequence[str | Path],
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        with subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as program:
            assert program.stdout
            for line in program.stdout:
                self.say(line.rstrip("\n"))
        if program.returncode != 0:
            raise StepFailed(f"{Path(command[0]).name} ended with status {program.returncode}")


def carry_out(steps: Sequence[Step], log_path: Path) -> None:
    log_path.parent.mkdir(exist_ok=True)
    with log_path.open("w", encoding="utf-8") as log:
        for number, step in enumerate(steps, start=1):
            _carry_out(step, f"[{number}/{len(steps)}] {step.title}", Output(log), log_path)


def _carry_out(step: Step, heading: str, output: Output, log_path: Path) -> None:
    since = time.monotonic()
    try:
        with _display(heading, output, since):
            step.work(output)
    except (StepFailed, OSError) as failure:
        raise StepFailed(_explanation(step, failure, log_path)) from None


def _explanation(step: Step, failure: Exception, log_path: Path) -> str:
    lines = log_path.read_text(encoding="utf-8", errors="replace").splitlines()
    tail = "".join(f"    {line}\n" for line in lines[-_TAIL:])
    return f"{tail}{step.title} failed: {failure}. All of its output is in {log_path}."


@contextlib.contextmanager
def _display(heading: str, output: Output, since: float) -> Iterator[None]:
    finished = threading.Event()
    line = threading.Thread(target=_keep_drawing, args=(heading, output, since, finished), daemon=True)
    if sys.stderr.isatty():
        line.start()
    result = "failed after "
    try:
        yield
        result = ""
    finally:
        finished.set()
        if line.ident is not None:
            line.join()
        _print_final(f"{heading}  {result}{time.monotonic() - since:.1f} s")


def _keep_drawing(heading: str, output: Output, since: float, finished: threading.Event) -> None:
    while not finished.wait(0.1):
        text = f"{heading}  {time.monotonic() - since:.0f} s  {output.latest}"
        sys.stderr.write(f"\r\033[K{text[: shutil.get_terminal_size().columns - 1]}")
        sys.stderr.flush()


def _print_final(line: str) -> None:
    start = "\r\033[K" if sys.stderr.isatty() else ""
    print(f"{start}{line}", file=sys.stderr, flush=True)
