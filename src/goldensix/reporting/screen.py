"""Reports on the terminal."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Drawn

from goldensix.metrics.caliber import Caliber
from goldensix.metrics.wording import source
from goldensix.reporting.figures import Report
from goldensix.reporting.question import Language
from goldensix.reporting.table import REASONS, Number, Table, cell_text

console: Final = Console()
_HIDDEN: Final = ("version", "unit")
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
    if report.first is None:
        console.print(_SAID["none"][language])
        return
    zone = f" · {report.zone}" if report.zone else ""
    against = f" · vs {report.against['first']} – {report.against['last']}" if report.against else ""
    head = f"{shops} · {report.first} – {report.last}{zone}{against} · {report.sessions} {_SAID['sessions'][language]}"
    console.print(head, highlight=False, markup=False)
    console.print(_drawn(table, language))


def _drawn(table: Table, language: Language) -> Drawn:
    shown = [place for place, key in enumerate(table.keys) if key not in _HIDDEN]
    drawn = Drawn(box=None, pad_edge=False, header_style="dim")
    for place in shown:
        numeric = table.keys[place] in _NUMERIC
        drawn.add_column(table.heads[place], justify="right" if numeric else "left", no_wrap=numeric, overflow="fold")
    unit = table.keys.index("unit")
    for row in table.rows:
        cells = [_cell(row[place], table.keys[place], str(row[unit]), language) for place in shown]
        drawn.add_row(*cells)
    return drawn


def _cell(cell: Any, key: str, unit: str, language: Language) -> str:
    text = escape(cell_text(cell, language))
    if cell is None:
        return f"[dim]{text}[/]"
    if key == "value" and isinstance(cell, Number):
        return f"[bold]{text}[/]{'' if unit == '%' else ' '}{unit}"
    if key == "meets":
        return f"[{'red' if text in ('no', '未达标') else 'green' if text in ('yes', '达标') else 'dim'}]{text}[/]"
    return text


def show_explained(caliber: Caliber, told: dict[str, Any], zones: dict[int, str], language: Language) -> None:
    """What stands behind a figure; what would move it comes first, as that is nearest the limit."""
    name = escape(caliber.names.get(language, caliber.id))
    out = ", ".join(f"{REASONS[why][language]} {count}" for why, count in told["out"].items())
    hits, misses = (f"{_SAID[side][language]} {told[side]}" for side in ("hits", "misses"))
    console.print(f"[bold]{name}[/]  {hits} · {misses}" + (f" · {_SAID['out'][language]}: {out}" if out else ""))
    console.print(f"[dim]{escape(source(caliber).to(language))}[/]")
    kind = "nearest" if caliber.threshold is not None else "longest" if told["rows"] else "conversations"
    console.print(f"\n{_SAID[kind][language]}:")
    drawn = Drawn(box=None, pad_edge=False, header_style="dim")
    for head in _heads(language):
        drawn.add_column(head)
    for row in told["rows"]:
        drawn.add_row(*_explained(row, zones, language))
    console.print(drawn)


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
