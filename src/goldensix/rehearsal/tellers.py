"""How a rehearsal tells of itself: a bar for people, lines for the server that started it, or the report alone."""

import json
import sys
import time
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from goldensix.rehearsal.report import Report
from goldensix.rehearsal.stage import Stage


class Teller(Protocol):
    def tell(self, stage: Stage) -> None:
        """How far it is; called four times a second."""
        ...

    def report(self, report: Report) -> None: ...

    def error(self, sentence: str) -> None: ...


class Lines:
    """One JSON object a line, each sent off at once."""

    def __init__(self) -> None:
        self._told: tuple[int, int] | None = None

    def tell(self, stage: Stage) -> None:
        now = stage.played, len(stage.cast)
        if now != self._told:
            self._told = now
            _line({"played": now[0], "total": now[1]})

    def report(self, report: Report) -> None:
        _line({"report": report.as_json()})

    def error(self, sentence: str) -> None:
        _line({"error": sentence})


class Quiet:
    """The report as JSON, and nothing else on the standard output."""

    def tell(self, stage: Stage) -> None:
        pass

    def report(self, report: Report) -> None:
        _line(report.as_json())

    def error(self, sentence: str) -> None:
        _complain(sentence)


class Bar:
    """For people: a bar while it runs, tables at the end."""

    def __init__(self) -> None:
        self._console = Console()
        self._bar = Progress(
            TextColumn("[bold]演练 Rehearsal[/]"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[waiting]} waiting  {task.fields[rate]:.0f} messages/s  left"),
            TimeRemainingColumn(),
            console=self._console,
        )
        self._task: TaskID | None = None
        self._before = (0, time.monotonic())

    def tell(self, stage: Stage) -> None:
        if self._task is None:
            self._task = self._bar.add_task("", total=len(stage.cast), waiting=0, rate=0.0)
            self._bar.start()
        (messages, at), now = self._before, time.monotonic()
        self._bar.update(self._task, completed=stage.played, waiting=len(stage.waiting))
        if now - at >= 1:
            self._bar.update(self._task, rate=(stage.messages - messages) / (now - at))
            self._before = stage.messages, now

    def report(self, report: Report) -> None:
        self._bar.stop()
        report.print(self._console)

    def error(self, sentence: str) -> None:
        if self._task is not None:
            self._bar.stop()
        _complain(sentence)


def _line(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _complain(sentence: str) -> None:
    Console(stderr=True).print(sentence, style="red", highlight=False, markup=False)
