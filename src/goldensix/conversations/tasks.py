"""Fold: how often conversations were handed on with a task, by what was wished, in quarters of an hour."""

from dataclasses import dataclass, field
from typing import Final

from goldensix.events.facts import Task, TaskHandedOn, Wish
from goldensix.events.ids import Instant

_QUARTER: Final = 900_000
_KEPT: Final = 2 * 96


@dataclass(slots=True)
class Tasks:
    counts: dict[int, dict[Task, dict[Wish, int]]] = field(default_factory=dict)

    def take(self, event: TaskHandedOn, at: Instant) -> None:
        quarter = at // _QUARTER
        wishes = self.counts.setdefault(quarter, {}).setdefault(event.task, {})
        wishes[event.wish] = wishes.get(event.wish, 0) + 1
        for old in [each for each in self.counts if each <= quarter - _KEPT]:
            del self.counts[old]

    def since(self, start: Instant) -> dict[tuple[Task, Wish], int]:
        """From this instant on, which begins a quarter; the most frequent first."""
        total: dict[tuple[Task, Wish], int] = {}
        for quarter, tasks in self.counts.items():
            if quarter >= start // _QUARTER:
                for task, wishes in tasks.items():
                    for wish, count in wishes.items():
                        total[task, wish] = total.get((task, wish), 0) + count
        return dict(sorted(total.items(), key=lambda each: -each[1]))
