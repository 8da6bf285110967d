"""How fast figures are made, beside a bare sort, a bare fold, pandas and hand-written SQL on the same log and machine.

    ./run bench metrics [--rows 1000000] [--json] [--only turns,live,...]

Twelve calibers by agent and day over a synthetic log: about ten messages a conversation, 500 agents, 60 days. What is
compared takes turns, and the median of the ratios counts: machines differ and are noisy.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

from _anchors import COLUMNS, bare_fold, pandas_report, read_and_sort, run_hand_sql
from _imports import measure_imports
from _live import a_day, measure_day
from _synthetic import write_log
from _twelve import ONE_MORE, TWELVE, VIEW, ZONE
from goldensix.adapters.columnar.derive import derive, derive_parts, wanted_by
from goldensix.adapters.columnar.duck import open_stored, open_tables
from goldensix.adapters.columnar.store import write_stored
from goldensix.metrics.batch import tabulate

PARTS = ("turns", "messages", "pandas", "peak", "import", "live")
GOALS: Mapping[str, str] = {
    "from_messages_vs_fold": "<= 1.5", "time_ordered_vs_fold": "<= 3", "from_turns_vs_read_sort": "<= 0.7",
    "marginal_vs_read_sort": "<= 0.03", "ibis_vs_sql": "<= 1.15", "pandas_ratio": ">= 20", "peak_mb": "<= 4096",
    "import_vs_polars": "<= 1.3", "live_events_per_s": ">= 50000",
}  # fmt: skip
_LIVE_EVENTS = 1_000_000
_PANDAS_ROWS = 1_000_000
console = Console(stderr=True)
Seconds = dict[str, float]


def from_messages(log: Path) -> int:
    """The whole report: read, derive, compute."""
    return int(
        tabulate(
            open_tables(derive(pl.scan_parquet(log / "*.parquet"), None, wanted_by(TWELVE))), TWELVE, VIEW
        ).num_rows
    )


def from_turns(turns: Path) -> int:
    return int(tabulate(open_stored(turns), TWELVE, VIEW).num_rows)


def with_one_more(turns: Path) -> int:
    return int(tabulate(open_stored(turns), [*TWELVE, ONE_MORE], VIEW).num_rows)


def rounds(title: str, number: int, work: Mapping[str, Callable[[], object]]) -> list[Seconds]:
    """Each in turn, so that what disturbs one disturbs the others; the first round only warms up."""
    found: list[Seconds] = []
    for each in range(number + 1):
        seconds: Seconds = {}
        for name, do in work.items():
            console.print(f"  {title}, round {each} of {number}: {name}")
            began = time.perf_counter()
            do()
            seconds[name] = time.perf_counter() - began
        found.append(seconds)
    return found[1:]


def ratio(found: list[Seconds], of: str, to: str, less: str | None = None) -> float:
    return round(median((each[of] - (each[less] if less else 0)) / each[to] for each in found), 3)


def medians(found: list[Seconds]) -> Seconds:
    return {f"{name}_s": round(median(each[name] for each in found), 2) for name in found[0]}


def measure_turns(log: Path, turns: Path, number: int) -> dict[str, Any]:
    """From stored turns: against read + sort of the messages, against SQL by hand, and one more caliber."""
    console.print("turns, stored once ...")
    began = time.perf_counter()
    write_stored(derive_parts(pl.scan_parquet(log / "clustered" / "*.parquet")), turns, ZONE)
    stored = time.perf_counter() - began
    found = rounds(
        "from stored turns", 2 * number,
        {"read_sort": lambda: read_and_sort(log / "ordered"),
         "narrow_sort": lambda: read_and_sort(log / "ordered", COLUMNS), "from_turns": lambda: from_turns(turns),
         "hand_sql": lambda: run_hand_sql(turns), "one_more": lambda: with_one_more(turns)},
    )  # fmt: skip
    return {
        "from_turns_vs_read_sort": ratio(found, "from_turns", "read_sort"),
        "from_turns_vs_narrow_sort": ratio(found, "from_turns", "narrow_sort"),
        "marginal_vs_read_sort": ratio(found, "one_more", "read_sort", less="from_turns"),
        "ibis_vs_sql": ratio(found, "from_turns", "hand_sql"),
        "turns_stored_s": round(stored, 2),
        **medians(found),
    }


def measure_messages(log: Path, number: int) -> dict[str, Any]:
    """From messages: against a bare fold in one thread of the same log in the order of time."""
    found = rounds(
        "from messages", number,
        {"fold": lambda: bare_fold(log / "ordered"), "clustered": lambda: from_messages(log / "clustered"),
         "ordered": lambda: from_messages(log / "ordered")},
    )  # fmt: skip
    return {
        "from_messages_vs_fold": ratio(found, "clustered", "fold"),
        "time_ordered_vs_fold": ratio(found, "ordered", "fold"),
        **medians(found),
    }


def measure_pandas(folder: Path, log: Path, rows: int) -> dict[str, Any]:
    """Of a million messages: pandas does not go much further."""
    if rows > _PANDAS_ROWS:
        log = folder / "smaller"
        write_log(log, _PANDAS_ROWS)
    found = rounds(
        "pandas",
        1,
        {"pandas": lambda: pandas_report(log / "ordered"), "ours": lambda: from_messages(log / "clustered")},
    )
    return {"pandas_ratio": ratio(found, "pandas", "ours"), "pandas_s": medians(found)["pandas_s"]}


def alone(option: str, log: Path) -> Any:
    """In a process of its own, whose memory nothing else is in."""
    command = [sys.executable, __file__, option, str(log)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def own_peak_mb() -> int:
    """Of this program's memory; what `getrusage` tells begins with that of whoever started it."""
    (line,) = (each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def measure_peak(log: Path) -> dict[str, Any]:
    console.print("memory of a report from messages ...")
    return {"peak_mb": alone("--peak-of", log / "clustered")}


def measure_live(log: Path) -> dict[str, Any]:
    console.print("a simulated day, live ...")
    found: dict[str, Any] = alone("--day-of", log / "ordered")
    return found


def a_day_of(ordered: Path) -> dict[str, Any]:
    day = measure_day(a_day(ordered, _LIVE_EVENTS))
    return {
        "live_events_per_s": round(day.events_per_s),
        "live_reading_ms": round(day.reading_ms, 1),
        "live_memory_mb_noon": round(day.before_mb),
        "live_memory_mb_night": round(day.after_mb),
        "live_held_noon": day.held_before,
        "live_held_night": day.held_after,
    }


def measure(folder: Path, rows: int, only: set[str]) -> dict[str, Any]:
    console.print(f"a log of {rows:,} messages ...")
    log, turns, number = folder / "log", folder / "turns", 2 if rows > 3_000_000 else 3
    write_log(log, rows)
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "turns": lambda: measure_turns(log, turns, number),
        "messages": lambda: measure_messages(log, number),
        "pandas": lambda: measure_pandas(folder, log, rows),
        "peak": lambda: measure_peak(log),
        "import": lambda: measure_imports(folder, rows, number, rounds, ratio, medians),
        "live": lambda: measure_live(log),
    }
    found: dict[str, Any] = {"rows": rows}
    for name in PARTS:
        if not only or name in only:
            found |= parts[name]()
    return found


def show(figures: dict[str, Any]) -> None:
    table = Table(title="bench metrics", title_justify="left")
    for name in ("figure", "value", "goal at 10 million"):
        table.add_column(name, justify="left" if name == "figure" else "right")
    for name, value in figures.items():
        table.add_row(name, str(value), GOALS.get(name, ""))
    Console().print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="", help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--peak-of", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--day-of", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.day_of:
        print(json.dumps(a_day_of(arguments.day_of)))
        return
    if arguments.peak_of:
        from_messages(arguments.peak_of)
        print(own_peak_mb())
        return
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), arguments.rows, {each for each in arguments.only.split(",") if each})
    print(json.dumps(figures)) if arguments.json else show(figures)


if __name__ == "__main__":
    main()
