"""What was tried, for the terminal and as JSON."""

from collections.abc import Sequence
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from goldensix.robot.judge import Trial, by_question, by_route, curve
from goldensix.robot.question import Question
from goldensix.teaching.trying import Tried

_COVERAGES: Final = (0.1, 0.25, 0.4, 0.6, 0.8, 1.0)
_WORST: Final = 10
_NAMES: Final = {
    "cases": "cases", "top1": "right question first", "top3": "among the first three", "mrr": "mean reciprocal rank",
    "p_at_60": "precision at 60 % coverage, of those with a question",
    "coverage_at_p90": "coverage at 90 % precision, of all", "precision_at_25": "precision at 25 % coverage, of all",
    "route_accuracy": "right route",
}  # fmt: skip


def as_json(tried: Tried) -> dict[str, Any]:
    figures = tried.figures
    return {
        **{name: _rounded(getattr(figures, name)) for name in _NAMES},
        "decision_p50_ms": _rounded(tried.decision_p50_ms),
        "decision_p99_ms": _rounded(tried.decision_p99_ms),
        "answered": tried.decided.get("answer", 0),
        "answered_right": tried.answered_right,
        "asked": tried.decided.get("ask", 0),
        "handed_over": tried.decided.get("hand_over", 0),
        "bands": {"answer": _rounded(tried.bands.answer), "ask": _rounded(tried.bands.ask), "marks": tried.bands.marks},
        "curve": [[_rounded(share), _rounded(precision)] for share, precision in _thinned(tried.trials)],
        "routes": {route: {"cases": of, "right": right} for route, (of, right) in by_route(tried.trials).items()},
        "questions": [
            {"question": each.question, "cases": each.cases, "right": each.right, "among_three": each.among_three}
            for each in by_question(tried.trials)
        ],
    }


def show(tried: Tried, questions: Sequence[Question], console: Console) -> None:
    table = Table(box=None, show_header=False)
    for name, words in _NAMES.items():
        table.add_row(words, _told(getattr(tried.figures, name)))
    table.add_row("a decision, 99 %", f"{tried.decision_p99_ms:.1f} ms")
    console.print(table)
    console.print(f"\nIt would have done this: {_would(tried)}.", highlight=False, soft_wrap=True)
    console.print("Coverage and precision: " + _curve(tried.trials), highlight=False, soft_wrap=True)
    _show_worst(tried, questions, console)


def _would(tried: Tried) -> str:
    answered = tried.decided.get("answer", 0)
    right = f" ({tried.answered_right} right)" if answered else ""
    asked, handed = tried.decided.get("ask", 0), tried.decided.get("hand_over", 0)
    cold = " with the cold bands" if tried.bands.are_cold else ""
    return f"answered {answered}{right}, asked back {asked}, handed over {handed}{cold}"


def _show_worst(tried: Tried, questions: Sequence[Question], console: Console) -> None:
    titles = {question.id: question.title for question in questions}
    worst = [each for each in by_question(tried.trials)[:_WORST] if each.right < each.cases]
    if not worst:
        return
    table = Table(box=None, header_style="bold")
    for head in ("question", "cases", "right", "among three"):
        table.add_column(head, justify="left" if head == "question" else "right")
    for each in worst:
        numbers = (str(each.cases), str(each.right), str(each.among_three))
        table.add_row(escape(titles[each.question][:40]), *numbers)
    console.print("\nMost often wrong:")
    console.print(table)


def _curve(trials: Sequence[Trial]) -> str:
    return ", ".join(f"{share:.0%} {precision:.0%}" for share, precision in _thinned(trials))


def _thinned(trials: Sequence[Trial]) -> list[tuple[float, float]]:
    points = curve(trials)
    found = [next((point for point in points if point.coverage >= share - 1e-9), None) for share in _COVERAGES]
    return [(point.coverage, point.precision) for point in found if point is not None]


def _told(value: float | int | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.1%}"


def _rounded(value: float | int | None) -> float | int | None:
    return round(value, 4) if isinstance(value, float) else value
