"""How an import looks in a terminal."""

import time
from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Final, Self
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from goldensix.adapters.archive.sources import Source
from goldensix.adapters.importers.lines import FAULTS
from goldensix.adapters.importers.look import Look
from goldensix.importing.order import Order, Result
from goldensix.importing.order import Progress as Step

console: Final = Console()
errors: Final = Console(stderr=True)
_LEFT_OUT_OF_FORMATS: Final = {
    "unix_s": "seconds since 1970",
    "unix_ms": "milliseconds since 1970",
    "excel": "Excel days",
}
_DELIMITERS: Final = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar", "\x01": "^A"}
_LONGEST_CELL: Final = 36


def complain(sentence: str) -> None:
    errors.print(sentence, style="red", highlight=False, markup=False, soft_wrap=True)


def show(looks: Sequence[Look], order: Order, to: Console = console) -> None:
    """What was found out, before anything is done."""
    for each in looks:
        to.print(Text.assemble((each.file, "bold"), f"  {_form(each)}, about {each.rows:,} rows"), soft_wrap=True)
    first = looks[0]
    roles = Table(box=None, pad_edge=False, show_header=False)
    for role, column in first.reading.columns.items():
        roles.add_row(Text(role, style="bold"), Text(column), Text(_example(first, column), style="dim"))
    to.print(roles)
    to.print(
        f"times: {', '.join(map(_format, first.reading.times)) or 'drawn'}; without a zone of their own: "
        f"{first.reading.zone}",
        highlight=False,
    )
    if first.reading.sides:
        said = ", ".join(f"{value} = {by}" for value, by in first.reading.sides.items())
        to.print(f"who sent: {said}", highlight=False, markup=False)
    if first.lines:
        to.print(_lines(first, order.shop.zone))
    number = "new" if order.shop.id == 0 else str(order.shop.id)
    shop = f"{order.shop.name} ({number}, {order.shop.platform}, {order.shop.zone})"
    to.print(f"into shop {shop}; what was said: {order.bodies}", highlight=False, markup=False)
    if any(each.generated for each in looks):
        to.print("These dialogues have no times: they are drawn, and the import says so.", style="yellow")


def _form(look: Look) -> str:
    shape = look.format
    if shape.kind == "csv":
        mark = " with BOM" if look.bom else ""
        return f"{_DELIMITERS.get(shape.delimiter, shape.delimiter)}-separated, {shape.encoding}{mark}"
    return {"xlsx": f"sheet {shape.sheet}", "jsonl": "JSON lines", "parquet": "Parquet", "dialogues": "dialogues"}[
        shape.kind
    ]


def _example(look: Look, column: str) -> str:
    place = look.names.index(column) if column in look.names else -1
    cells = [row[place] for row in look.samples if 0 <= place < len(row) and row[place]]
    return _cut(cells[0]) if cells else ""


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_CELL else f"{line[: _LONGEST_CELL - 1]}…"


def _format(shape: str) -> str:
    return _LEFT_OUT_OF_FORMATS.get(shape, shape)


def _lines(look: Look, zone: str) -> Table:
    table = Table(title=f"as it will be read ({zone})", title_justify="left", box=None, pad_edge=False)
    for name, width in (("row", 4), ("at", 19), ("who", 6), ("buyer", 10), ("agent", 10), ("text", 16)):
        table.add_column(name, overflow="ellipsis", no_wrap=True, min_width=width)
    for line in look.lines[:5]:
        said = FAULTS[line.fault][0] if line.fault else line.text or f"({line.what})"
        cells = (str(line.row), _when(line.at, zone), line.by or "", line.buyer or "", line.agent or "", _cut(said))
        table.add_row(*map(Text, cells), style="red" if line.fault else "")
    return table


def _when(at: int | None, zone: str) -> str:
    return "" if at is None else f"{datetime.fromtimestamp(at / 1000, ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


class Bar:
    """A bar with rate and time left, one task for each phase."""

    _WORDS: Final = {"unpacking": "unpacking", "reading": "reading", "sorting": "sorting by day"}

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description:15}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
        )
        self._tasks: dict[tuple[str, str], tuple[TaskID, float]] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def tell(self, step: Step) -> None:
        key = (step.phase, step.file)
        if key not in self._tasks:
            self._tasks[key] = (
                self._bar.add_task(self._WORDS[step.phase], total=step.total, rate=""),
                time.monotonic(),
            )
        task, began = self._tasks[key]
        seconds = time.monotonic() - began
        rate = f"{step.done / seconds:,.0f} rows/s" if step.phase == "reading" and seconds > 0.2 else ""
        self._bar.update(task, completed=step.done, total=step.total, rate=rate)


def summary(result: Result) -> None:
    source = result.source
    words = {
        "applied": "Imported.",
        "dry_run": "Nothing was added: this was a dry run. It would add:",
        "nothing_new": "Nothing new: every line was there already.",
        "too_many_rejected": "Stopped, and nothing was added: too many rows cannot be read.",
        "nothing_read": "No row could be read; nothing was added.",
    }
    console.print(words[result.outcome], style="bold green" if result.outcome == "applied" else "bold", highlight=False)
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in _figures(result):
        table.add_row(name, Text(value))
    console.print(table)
    if result.rejects:
        # Whole, whatever the width, so that it can be copied.
        console.print(f"Rejected rows: {result.rejects}", highlight=False, markup=False, soft_wrap=True)
    for reject in result.first_rejects[:5]:
        where = f"{reject.file}, row {reject.row}" + (f", column {reject.column}" if reject.column else "")
        said = f": {_cut(reject.cell)!r}" if reject.cell else ""
        console.print(
            f"  {where}: {FAULTS[reject.reason][0]}{said}", style="red", highlight=False, markup=False, soft_wrap=True
        )
    if result.outcome == "too_many_rejected":
        console.print("Mend the file or the mapping, or go on with --accept-rejects.", highlight=False)
    elif result.outcome == "applied":
        console.print(f"`goldensix imports --undo {source.id}` takes it away again.", highlight=False)


def _figures(result: Result) -> list[tuple[str, str]]:
    source = result.source
    named = f"{source.conversations:,}" if source.conversations is not None else "not named by the file; derived later"
    period = f"{_when(source.first, source.zone)} to {_when(source.last, source.zone)} ({source.zone})"
    found = [("rows", f"{result.rows:,} in {result.seconds:.1f} s")]
    if source.lines:
        found += [
            ("lines", f"{source.lines:,}, of them {source.messages:,} messages"),
            ("conversations", named),
            ("buyers, agents", f"{source.buyers:,}, {source.agents:,}"),
            ("days", f"{len(source.days)}: {period}"),
            ("shop", f"{source.shop_name} ({source.shop})"),
        ]
    found.append(("duplicates", f"{source.duplicates:,}"))
    if source.clashes:
        found.append(("", f"{source.clashes:,} of them have the id of another message but another time: is it an id?"))
    if source.left_out:
        found.append(("left out", f"{source.left_out:,} posts that answer nobody"))
    if source.generated:
        found.append(("times", source.generated))
    share = f" ({100 * source.rejected / result.rows:.2f} %)" if result.rows and source.rejected else ""
    found.append(("rejected", f"{source.rejected:,}{share}"))
    return found


def listed(sources: Sequence[Source]) -> None:
    if not sources:
        console.print("Nothing was imported yet: `goldensix import FILE` does.", highlight=False)
        return
    table = Table(box=None, pad_edge=False)
    for name in ("import", "shop", "files", "lines", "days", "rejected"):
        table.add_column(
            name,
            justify="right" if name in ("lines", "rejected") else "left",
            overflow="fold",
            no_wrap=name in ("import", "days"),
        )
    for each in sources:
        days = "\n".join(dict.fromkeys((each.days[0], each.days[-1]))) if each.days else ""
        names = ", ".join(file.name for file in each.files)
        table.add_row(each.id, Text(each.shop_name), Text(names), f"{each.lines:,}", days, f"{each.rejected:,}")
    console.print(table)


def undone(source: Source) -> None:
    console.print(f"Taken away: {source.lines:,} lines of {source.shop_name}.", highlight=False, markup=False)
