"""Small plots as SVG, drawn from the figures themselves: they need no network and no script."""

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 720, 200, 54, 24, 12


Place = Callable[[float], float]
"""From what is plotted to where on the paper."""


class Point(NamedTuple):
    label: str
    value: float | None


def line_plot(points: Sequence[Point], title: str, target: float | None, unit: str) -> str:
    """A line with gaps where there is no data; the same figures stand in the table beneath."""
    known = [point.value for point in points if point.value is not None]
    if not known:
        return ""
    low, high = _range([*known, *([] if target is None else [target])], unit)

    def x(place: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - 10) * (place / max(len(points) - 1, 1))

    def y(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - (value - low) / (high - low))

    parts = [_axis(low, high, y, unit)]
    if target is not None:
        parts.append(
            f'<line class="target" x1="{_LEFT}" x2="{_WIDTH - 10}" y1="{y(target):.1f}" y2="{y(target):.1f}"/>'
        )
    parts += [f'<polyline points="{" ".join(run)}"/>' for run in _runs(points, x, y) if len(run) > 1]
    for place, point in enumerate(points):
        if point.value is not None:
            said = escape(f"{point.label}: {point.value:.2f}{unit}")
            parts.append(
                f'<circle cx="{x(place):.1f}" cy="{y(point.value):.1f}" r="2.5"><title>{said}</title></circle>'
            )
    for place in _labelled(len(points)):
        parts.append(f'<text class="x" x="{x(place):.1f}" y="{_HEIGHT - 6}">{escape(points[place].label)}</text>')
    name = escape(title, quote=True)
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{name}">{"".join(parts)}</svg>'


def _range(values: Sequence[float], unit: str) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * 0.1 or max(abs(high) * 0.1, 1)
    top = min(high + room, 100.0) if unit == "%" and high <= 100 else high + room
    return max(low - room, 0.0), max(top, low + 0.01)


def _axis(low: float, high: float, y: Place, unit: str) -> str:
    ticks = [low + (high - low) * share for share in (0, 0.5, 1)]
    return "".join(
        f'{_level("grid", y(tick))}<text class="y" x="{_LEFT - 6}" y="{y(tick) + 4:.1f}">'
        f"{tick:.1f}{escape(unit)}</text>"
        for tick in ticks
    )


def _level(kind: str, height: float) -> str:
    return f'<line class="{kind}" x1="{_LEFT}" x2="{_WIDTH - 10}" y1="{height:.1f}" y2="{height:.1f}"/>'


def _runs(points: Sequence[Point], x: Place, y: Place) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for place, point in enumerate(points):
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append(f"{x(place):.1f},{y(point.value):.1f}")
    return runs


def _labelled(count: int) -> list[int]:
    step = max(1, count // 6)
    return [*range(0, count, step)]
