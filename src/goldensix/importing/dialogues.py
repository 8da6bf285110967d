"""Recorded dialogues have no times. Drawn ones make them a log: for trying reports out, and said to be drawn."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from goldensix.rehearsal.recording import Dialogue, read
from goldensix.rehearsal.script import Script, write

if TYPE_CHECKING:
    import polars as pl

RATE: Final = 0.5
"""Consults a minute."""
_HOURS: Final = (9, 23)
_FIRST_DAY: Final = datetime(2026, 11, 9, tzinfo=UTC)
_AGENTS: Final = 12


def drawn(path: Path, zone: str, seed: int) -> "pl.DataFrame":
    """The dialogues as a table with the columns of `look.DIALOGUE_COLUMNS`, as c0, c1, ... Raises BadRecording."""
    import polars as pl

    dialogues = read(path)
    scripts = write(dialogues, sessions=len(dialogues), rate=RATE, seed=seed)
    rows = [
        row for script, dialogue in zip(scripts, dialogues, strict=True) for row in _rows(script, dialogue, zone, seed)
    ]
    schema = {f"c{place}": pl.String for place in range(7)}
    return pl.DataFrame(rows, schema=schema, orient="row").with_row_index("row", 1)


def told(seed: int) -> str:
    """How the times came about, for whoever reads figures made from them."""
    hours = f"from {_HOURS[0]} to {_HOURS[1]} o'clock"
    return f"times drawn with seed {seed}: {RATE:g} consults a minute {hours}, log-normal pauses"


def _rows(script: Script, dialogue: Dialogue, zone: str, seed: int) -> Iterator[tuple[str, ...]]:
    at = _opening(script.arrives, zone)
    agent = f"agent {Random(f'{seed}/{script.number}/agent').randrange(_AGENTS) + 1}"  # noqa: S311 - a play, not a secret
    session = f"{dialogue.name}/{script.number}"
    for place, line in enumerate(script.lines):
        at += line.pause + line.typing
        yield (f"{session}/{place}", session, f"buyer {dialogue.name}", agent, line.by, str(at), line.text)


def _opening(arrives: int, zone: str) -> int:
    """The instant that is so many milliseconds of opened shop after the first day's opening."""
    opened = (_HOURS[1] - _HOURS[0]) * 3_600_000
    day, within = divmod(arrives, opened)
    start = datetime.combine((_FIRST_DAY + timedelta(days=day)).date(), time(_HOURS[0]), ZoneInfo(zone))
    return round(start.timestamp() * 1000) + within
