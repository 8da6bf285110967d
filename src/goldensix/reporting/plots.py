"""Small plots as SVG, drawn from the figures themselves: they need no network and no script."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from goldensix.metrics.caliber import Shape

_HEIGHT, _LEFT, _RIGHT, _BOTTOM, _TOP = 190, 46, 14, 24, 12
_LABELS_APART: Final = 44
_MOST_TICKS: Final = 5
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_LEAST_SPAN: Final = 10.0
"""Of an axis of shares: a change of a tenth of a point is no precipice."""
_HALF: Final = 50.0
"""Per cent above which a share may have an axis that begins above zero."""

Place = Callable[[float], float]
"""From what is plotted to where on the paper."""


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: Sequence[float | None]
    """One a label; None leaves a gap."""


@dataclass(frozen=True, slots=True)
class Plot:
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    shape: Shape
    unit: str
    targets: Sequence[float] = ()
    width: int = 400


@dataclass(frozen=True, slots=True)
class _Paper:
    plot: Plot
    ticks: Sequence[float]

    def x(self, place: float) -> float:
        """Each label has a band of its own, so that bars and dots stand on the same places."""
        return _LEFT + (self.plot.width - _LEFT - _RIGHT) * ((place + 0.5) / len(self.plot.labels))

    @property
    def band(self) -> float:
        return (self.plot.width - _LEFT - _RIGHT) / len(self.plot.labels)

    def y(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - (value - low) / (high - low))


def draw(plot: Plot) -> str:
    """Lines with gaps where there is no data, counts as bars; the same figures stand in the table beneath."""
    known = [value for each in plot.series for value in each.values if value is not None]
    if not known:
        return ""
    paper = _Paper(plot, ticks([*known, *plot.targets], plot.shape))
    parts = [*_axis(paper), *_bars(paper)] if plot.shape == "count" else [*_axis(paper), *_lines(paper)]
    parts += [
        f'<text class="x" x="{paper.x(place):.1f}" y="{_HEIGHT - 6}">{escape(plot.labels[place])}</text>'
        for place in labelled(len(plot.labels), paper.band)
    ]
    name = escape(plot.title, quote=True)
    return f'<svg viewBox="0 0 {plot.width} {_HEIGHT}" role="img" aria-label="{name}">{"".join(parts)}</svg>'


def ticks(values: Sequence[float], shape: Shape) -> list[float]:
    """Round numbers, evenly apart, that the values lie between. Only shares near 100 % begin above zero."""
    least, most = min(values), max(values)
    low = min(least, most - _LEAST_SPAN) if shape == "percent" and least >= _HALF else 0.0
    step = _step(max(most - low, 1.0 if shape == "count" else 0.01), whole=shape == "count")
    begin = math.floor(low / step + 1e-9)
    end = max(math.ceil(most / step - 1e-9), begin + 1)
    return [round(number * step, 6) for number in range(begin, end + 1)]


def _step(span: float, *, whole: bool) -> float:
    size = 10.0 ** math.floor(math.log10(span / _MOST_TICKS))
    step = next(each * size for each in _STEPS if span / (each * size) <= _MOST_TICKS)
    return max(1.0, math.ceil(step)) if whole else step


def labelled(count: int, band: float) -> list[int]:
    """Evenly apart up to the last, and as many as do not touch."""
    step = max(1, math.ceil(_LABELS_APART / band))
    return sorted(range(count - 1, -1, -step))


def _axis(paper: _Paper) -> Iterator[str]:
    right = paper.plot.width - _RIGHT
    places = max(0, *(len(f"{tick:.6f}".rstrip("0").partition(".")[2]) for tick in paper.ticks))
    unit = "%" if paper.plot.shape == "percent" else ""
    for tick in paper.ticks:
        height = f"{paper.y(tick):.1f}"
        yield f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{height}" y2="{height}"/>'
        yield f'<text class="y" x="{_LEFT - 6}" y="{paper.y(tick) + 4:.1f}">{tick:.{places}f}{unit}</text>'
    for target in paper.plot.targets:
        height = f"{paper.y(target):.1f}"
        yield f'<line class="target" x1="{_LEFT}" x2="{right}" y1="{height}" y2="{height}"/>'


def _bars(paper: _Paper) -> Iterator[str]:
    wide = min(26.0, paper.band * 0.7)
    for place, value in enumerate(paper.plot.series[0].values):
        if value is not None:
            top = paper.y(value)
            box = f'x="{paper.x(place) - wide / 2:.1f}" width="{wide:.1f}" y="{top:.1f}"'
            yield f'<rect class="bar" {box} height="{paper.y(0) - top:.1f}">{_said(paper, "", place, value)}</rect>'


def _lines(paper: _Paper) -> Iterator[str]:
    for number, series in enumerate(paper.plot.series):
        look = f"s{number}"
        for run in _runs(series.values, paper):
            if len(run) > 1:
                yield f'<polyline class="{look}" points="{" ".join(run)}"/>'
        for place, value in enumerate(series.values):
            if value is not None:
                at = f'cx="{paper.x(place):.1f}" cy="{paper.y(value):.1f}"'
                name = f"{series.name} · " if len(paper.plot.series) > 1 else ""
                yield f'<circle class="{look}" {at} r="2.5"/>'
                yield f'<circle class="near" {at} r="9">{_said(paper, name, place, value)}</circle>'


def _said(paper: _Paper, name: str, place: int, value: float) -> str:
    number = f"{value:.0f}" if paper.plot.shape == "count" else f"{value:.2f}"
    return f"<title>{escape(f'{name}{paper.plot.labels[place]}: {number}{paper.plot.unit}')}</title>"


def _runs(values: Sequence[float | None], paper: _Paper) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{paper.x(place):.1f},{paper.y(value):.1f}")
    return runs
