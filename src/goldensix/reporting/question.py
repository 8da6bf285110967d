"""What a report is asked for, and how it is refused."""

from typing import Literal

import msgspec

from goldensix.metrics.figures import Grain

Only = Literal["miss", "hit", "out", "all"]
Order = Literal["nearest", "wait", "start"]
Format = Literal["csv", "xlsx", "json", "html"]
Language = Literal["zh", "en"]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Whatever is empty or None narrows nothing."""

    shop: int | None = None
    group: str | None = None
    agent: str | None = None
    first: str | None = None
    last: str | None = None
    """Local days, both counting."""
    vs: str = ""
    """`previous`, two days with .. between, or `benchmark:NAME`."""
    calibers: tuple[str, ...] = ()
    by: tuple[Grain, ...] = ()
    rehearsals: bool | None = None

    only: Only = "all"
    at: str = ""
    order: Order = "nearest"
    offset: int = 0
    limit: int = 50
    session: str = ""
    buyer: str = ""
    format: Format = "csv"
    name: str = ""
    text: str = ""

    shops: tuple[int, ...] | None = None
    """Those that the asking account may see; None: all."""
    orders_only: bool = False
    """The asking account may see order figures only."""
    language: Language = "zh"
    now: int = 0


class CannotReport(Exception):
    """Nothing was worked out or changed; both sentences say why. The status is what HTTP calls it."""

    def __init__(self, en: str, zh: str, *, code: str = "invalid", status: int = 422) -> None:
        super().__init__(en)
        self.en, self.zh, self.code, self.status = en, zh, code, status


def unknown(what_en: str, what_zh: str, name: object) -> CannotReport:
    return CannotReport(f"There is no {what_en} {name}.", f"没有这个{what_zh}：{name}。", code="not_found", status=404)
