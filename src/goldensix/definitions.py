"""Calibers on the terminal: all of them by platform, or one in full, in words or as it would be declared."""

import json
from collections.abc import Iterable
from difflib import get_close_matches

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from goldensix.metrics.caliber import Caliber
from goldensix.metrics.wording import Language, Words, source, target, told, version
from goldensix.wire.calibers import declared

_NO_SUCH = "There is no caliber {name!r}{near}: `goldensix calibers` lists them."
_HEADS = (Words("name", "名称"), Words("version", "版本"), Words("target", "目标"))


def missing(name: str, known: Iterable[str]) -> str:
    """The sentence on a caliber that does not exist."""
    near = get_close_matches(name, list(known), n=3)
    return _NO_SUCH.format(name=name, near=f" (did you mean {', '.join(near)}?)" if near else "")


def print_list(calibers: Iterable[Caliber], language: Language, console: Console) -> None:
    """A section for each platform."""
    table = Table(box=None, header_style="bold")
    table.add_column(Words("caliber", "口径").to(language), no_wrap=True)
    for head in _HEADS:
        table.add_column(head.to(language))
    platform = ""
    for each in sorted(calibers, key=lambda caliber: caliber.platform):
        if each.platform != platform:
            platform = each.platform
            table.add_row(f"[bold]{escape(platform)}[/]")
        cells = (each.id, each.names.get(language, ""), version(each).to(language), target(each).to(language))
        table.add_row(*map(escape, cells))
    console.print(table)


def print_one(caliber: Caliber, language: Language, console: Console) -> None:
    def line(head: Words, text: str) -> None:
        console.print(f"[bold]{head.to(language)}[/]: {escape(text)}", highlight=False, soft_wrap=True)

    console.print(f"[bold]{escape(caliber.names.get(language, caliber.id))}[/]  {escape(caliber.id)}", highlight=False)
    line(Words("platform", "平台"), caliber.platform)
    line(Words("version", "版本"), version(caliber).to(language))
    if caliber.valid_from is not None:
        line(Words("valid from", "生效日期"), caliber.valid_from.isoformat())
    for each in told(caliber):
        line(each.head, each.text.to(language))
    line(Words("source", "来源"), source(caliber).to(language))
    for assumption in caliber.assumed.get(language, ()):
        line(Words("our assumption", "我们的设定"), assumption)


def as_json(calibers: Iterable[Caliber]) -> str:
    """Calibers as a file of one's own may declare them."""
    return json.dumps([declared(each) for each in calibers], ensure_ascii=False, indent=2)
