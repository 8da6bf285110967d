"""Reports on the terminal."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table as Drawn
from rich.text import Text

from goldensix.metrics.caliber import Caliber
from goldensix.metrics.wording import source
from goldensix.reporting.figures import Report
from goldensix.reporting.question import Language
from goldensix.reporting.table import REASONS, Cell, Number, Table, brief, cell_text

_HIDDEN: Final = ("version", "unit")
_WRAPS_FROM: Final = {"caliber": 20, "out": 20, "meets": 5}
_WIDEST: Final = 1_000
_NUMERIC: Final = ("value", "num", "den", "vs", "change")
_SAID: Final[dict[str, dict[Language, str]]] = {
    "none": {
        "zh": "还没有任何数据：用 goldensix import 导入聊天记录，或运行客服台。",
        "en": "There is no data yet: bring chat logs in with goldensix import, or run the desk.",
    },
    "sessions": {"zh": "个会话", "en": "conversations"},
    "hits": {"zh": "做到", "en": "made it"},
    "misses": {"zh": "没做到", "en": "missed"},
    "out": {"zh": "不计入", "en": "left out"},
    "nearest": {"zh": "离限值最近的", "en": "Nearest the limit"},
    "longest": {"zh": "等得最久的", "en": "The longest waits"},
    "conversations": {"zh": "这些会话", "en": "The conversations"},
}


def show(report: Report, table: Table, shops: str, language: Language) -> None:
    console = Console()
    if report.first is None:
        console.print(_SAID["none"][language])
        return
    zone = f" · {report.zone}" if report.zone else ""
    against = f" · vs {report.against['first']} – {report.against['last']}" if report.against else ""
    head = f"{shops} · {report.first} – {report.last}{zone}{against} · {report.sessions} {_SAID['sessions'][language]}"
    console.print(_printable(head), highlight=False, markup=False, soft_wrap=True)
    drawn = _wide(table, language)
    if _least(drawn, console) > console.width:
        drawn = _narrow(table, language)
    # An id that is broken cannot be copied: rather than that, the terminal breaks the line.
    Console(width=max(console.width, _least(drawn, console))).print(drawn)


def _least(drawn: Drawn, console: Console) -> int:
    return Measurement.get(console, console.options.update(width=_WIDEST), drawn).minimum


class _Column(NamedTuple):
    head: str
    is_number: bool = False
    wraps_from: int | None = None
    """The least width of a column that may wrap."""


def _aligned(columns: Sequence[_Column], rows: Sequence[Sequence[str]]) -> Drawn:
    """Only columns that wrap give way where there is no room."""
    drawn = Drawn(box=None, pad_edge=False, header_style="dim")
    for place, column in enumerate(columns):
        lines = [*column.head.splitlines(), *(Text.from_markup(row[place]).plain for row in rows)]
        widest = max((cell_len(line) for line in lines), default=0)
        drawn.add_column(
            column.head,
            justify="right" if column.is_number else "left",
            no_wrap=column.wraps_from is None,
            min_width=widest if column.wraps_from is None else column.wraps_from,
            overflow="fold",
        )
    for row in rows:
        drawn.add_row(*row)
    return drawn


def _wide(table: Table, language: Language) -> Drawn:
    shown = [place for place, key in enumerate(table.keys) if key not in _HIDDEN]
    columns = [
        _Column(table.heads[place], table.keys[place] in _NUMERIC, _WRAPS_FROM.get(table.keys[place]))
        for place in shown
    ]
    unit = table.keys.index("unit")
    rows = [[_cell(row[place], table.keys[place], str(row[unit]), language) for place in shown] for row in table.rows]
    return _aligned(columns, rows)


def _narrow(table: Table, language: Language) -> Drawn:
    """Name, id and what is left out beneath each other; numerator and denominator beside each other."""
    at = {key: place for place, key in enumerate(table.keys)}
    columns: list[_Column] = []
    # An id has no place to break at.
    least = _WRAPS_FROM | {"caliber": max((len(str(row[at["id"]])) for row in table.rows), default=0)}
    for key in table.keys:
        if key == "num":
            columns.append(_Column(f"{table.heads[at['num']]} /\n{table.heads[at['den']]}", is_number=True))
        elif key not in (*_HIDDEN, "id", "den", "out"):
            columns.append(_Column(table.heads[at[key]], key in _NUMERIC, least.get(key)))
    return _aligned(columns, [_narrow_row(table, row, at, language) for row in table.rows])


def _narrow_row(table: Table, row: Sequence[Cell], at: Mapping[str, int], language: Language) -> list[str]:
    cells: list[str] = []
    for key in table.keys:
        cell = _cell(row[at[key]], key, str(row[at["unit"]]), language)
        if key == "caliber":
            beneath = [_plain(row[at[each]], language) for each in ("id", "out")]
            cells.append("\n".join([cell, *(f"[dim]{each}[/]" for each in beneath if each)]))
        elif key == "num":
            cells.append(f"{cell} / {_plain(row[at['den']], language)}")
        elif key not in (*_HIDDEN, "id", "den", "out"):
            cells.append(cell)
    return cells


def _plain(cell: Any, language: Language) -> str:
    return escape(_printable(cell_text(cell, language)))


def _cell(cell: Any, key: str, unit: str, language: Language) -> str:
    text = _plain(cell, language)
    if key == "num" and isinstance(cell, Number):
        return brief(cell)
    if cell is None:
        return f"[dim]{text}[/]"
    if key == "value" and isinstance(cell, Number):
        return f"[bold]{text}[/]{'' if unit == '%' else ' '}{unit}"
    if key == "meets":
        return f"[{'red' if text in ('no', '未达标') else 'green' if text in ('yes', '达标') else 'dim'}]{text}[/]"
    return text


def show_explained(caliber: Caliber, told: dict[str, Any], zones: dict[int, str], language: Language) -> None:
    """What stands behind a figure; what would move it comes first, as that is nearest the limit."""
    console = Console()
    name = escape(caliber.names.get(language, caliber.id))
    out = ", ".join(f"{REASONS[why][language]} {count}" for why, count in told["out"].items())
    hits, misses = (f"{_SAID[side][language]} {told[side]}" for side in ("hits", "misses"))
    console.print(f"[bold]{name}[/]  {hits} · {misses}" + (f" · {_SAID['out'][language]}: {out}" if out else ""))
    console.print(f"[dim]{escape(source(caliber).to(language))}[/]")
    kind = "nearest" if caliber.threshold is not None else "longest" if told["rows"] else "conversations"
    console.print(f"\n{_SAID[kind][language]}:")
    rows = [_explained(row, zones, language) for row in told["rows"]]
    drawn = _aligned([_Column(head) for head in _heads(language)], rows)
    if _least(drawn, console) <= console.width:
        console.print(drawn)
        return
    for wait, side, buyer, words, agent, began, session in rows:
        console.print(f"{wait}  {side}  {began}  {buyer}  {agent}", soft_wrap=True, highlight=False)
        console.print(f"  [dim]{session}[/]  {words}", soft_wrap=True, highlight=False)


def _heads(language: Language) -> Sequence[str]:
    return ("用时", "结果", "买家", "第一句", "客服", "开始", "会话") if language == "zh" else (
        "wait", "side", "buyer", "first words", "agent", "began", "conversation",
    )  # fmt: skip


def _explained(row: dict[str, Any], zones: dict[int, str], language: Language) -> Sequence[str]:
    side = REASONS[row["why"]][language] if row["why"] else _SAID["hits" if row["hit"] else "misses"][language]
    began = datetime.fromtimestamp(row["start"] / 1000, UTC).astimezone(ZoneInfo(zones.get(row["shop"], "UTC")))
    wait = "–" if row["wait"] is None else f"{row['wait'] / 1000:g} s"
    words = (row["first_words"] or "").replace("\n", " ")[:40]
    cells = (wait, side, row["buyer"], words, row["agent_name"], f"{began:%Y-%m-%d %H:%M:%S}", row["session"])
    return [escape(_printable(str(cell))) for cell in cells]


def _printable(text: str) -> str:
    """Nothing that a buyer typed acts on the terminal."""
    return "".join(letter if letter.isprintable() else "·" for letter in text)
