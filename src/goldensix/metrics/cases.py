"""Worked examples: a small log, and what figures must come of it, through both interpreters."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from goldensix.metrics.caliber import Caliber
from goldensix.metrics.contributions import View
from goldensix.metrics.figures import FigureRow
from goldensix.metrics.live import Live
from goldensix.metrics.order import Line

Value = float | str | bool | list[object] | dict[str, object] | None
Reading = Literal["live", "batch"]
Rule = Callable[[], Value]


class Got(NamedTuple):
    value: Value
    num: float | None = None
    den: float | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one metric must come to. Exactly one of `unknown`, `rule` and `calibers` says how it is found."""

    metric: str
    expected: Got
    unknown: str = ""
    rule: Rule | None = None
    calibers: Mapping[str, Caliber] | None = None
    """By name: under the name "", the figure itself; several make a value of that many parts."""
    view: View = field(default_factory=View)
    by_agent: bool = False
    counted: bool = False
    """Whether the value is how many a share counts."""


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    title: str
    shop: int
    lines: Sequence[Line]
    expectations: Sequence[Expectation]


class Finding(NamedTuple):
    case: Case
    expectation: Expectation
    got: Mapping[Reading, Got]

    @property
    def holds(self) -> bool:
        expected = self.expectation.expected
        return bool(self.got) and all(_agrees(expected, got) for got in self.got.values())


Batch = Callable[[Case, Sequence[Caliber], View], list[FigureRow]]
"""Evaluates the calibers over a case's lines by the batch interpreter."""


def check(cases: Iterable[Case], batch: Batch) -> list[Finding]:
    return [Finding(case, each, _found(case, each, batch)) for case in cases for each in case.expectations]


def _found(case: Case, expectation: Expectation, batch: Batch) -> dict[Reading, Got]:
    if expectation.unknown:
        return {}
    if expectation.rule is not None:
        value = Got(expectation.rule())
        return {"live": value, "batch": value}
    calibers = list((expectation.calibers or {}).values())
    view = replace(expectation.view, by=("agent",) if expectation.by_agent else ())
    return {
        "live": _got(expectation, live_rows(case.lines, calibers, view)),
        "batch": _got(expectation, batch(case, calibers, view)),
    }


def live_rows(lines: Iterable[Line], calibers: Sequence[Caliber], view: View) -> list[FigureRow]:
    live = Live(calibers, view, calibers[0].sessions)
    live.take_all(lines)
    return live.figures(view.as_of)


def _got(expectation: Expectation, rows: Sequence[FigureRow]) -> Got:
    named = expectation.calibers or {}
    parts = {name: _part(expectation, caliber, rows) for name, caliber in named.items()}
    return parts[""] if "" in parts else Got({name: part.value for name, part in parts.items()})


def _part(expectation: Expectation, caliber: Caliber, rows: Sequence[FigureRow]) -> Got:
    own = [row for row in rows if row.caliber == caliber.id]
    if expectation.by_agent:
        return Got({str(row.key[0]): row.value for row in own if row.key[0] is not None and row.value is not None})
    (row,) = own
    if expectation.counted:
        return Got(row.figure.num)
    scale = 1000 if caliber.shape == "seconds" else 1
    return Got(row.value, row.figure.num / scale, row.figure.den)


def _agrees(expected: Got, got: Got) -> bool:
    return _same(expected.value, got.value) and all(
        wanted is None or _same(wanted, found) for wanted, found in ((expected.num, got.num), (expected.den, got.den))
    )


def _same(expected: object, got: object) -> bool:
    """Equal to two decimals, which is what is expected; a truth is no number."""
    if isinstance(expected, bool) or isinstance(got, bool) or expected is None or got is None:
        return expected is got or (isinstance(expected, bool) and expected == got)
    if isinstance(expected, int | float) and isinstance(got, int | float):
        return abs(round(expected, 2) - got) < 1e-6
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        return all(_same(expected.get(key), got.get(key)) for key in expected.keys() | got.keys())
    if isinstance(expected, Sequence) and isinstance(got, Sequence) and not isinstance(expected, str):
        return len(expected) == len(got) and all(map(_same, expected, got))
    return expected == got
