"""What today's figures are made of: the lines of conversations that go on, and sums of those that are over.

It is what a desk saves. `metrics.reading.Reading` reads it by the calibers and moves what is over into the sums.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from goldensix.log.port import Stored
from goldensix.metrics.caliber import Caliber
from goldensix.metrics.contributions import Share
from goldensix.metrics.last_five import Columns
from goldensix.metrics.order import Line
from goldensix.metrics.talk import Talks, take_event
from goldensix.metrics.zones import DAY, day_name

GOLDEN_HUMAN: Final = "golden_six_human"
GOLDEN_ANYONE: Final = "golden_six_anyone"
FIRST_RESPONSE: Final = "first_response"
AVERAGE_RESPONSE: Final = "average_response"
WITHIN_30S: Final = "within_30s"
WITHIN_3MIN: Final = "within_3min"
SHOWN: Final = (GOLDEN_HUMAN, GOLDEN_ANYONE, FIRST_RESPONSE, AVERAGE_RESPONSE, WITHIN_30S, WITHIN_3MIN)
"""The calibers of the house that the live page and the workbench show."""


class Whose(NamedTuple):
    """Whose figures: every figure is a sum over some of these."""

    caliber: str
    shop: int
    group: str | None
    agent: str | None
    """Who answered, or who has it unanswered; None: nobody had it."""
    day: str


@dataclass(slots=True)
class Sum:
    """Sums add up in any order."""

    num: int = 0
    den: int = 0
    pending: int = 0
    """May still come in time, so in neither side."""

    def add(self, num: int, den: int, pending: int) -> None:
        self.num += num
        self.den += den
        self.pending += pending


Sums = dict[str, Sum]
"""By caliber."""


@dataclass(slots=True)
class Today:
    talks: Talks = field(default_factory=dict)
    """Conversations that are not in the sums."""
    fresh: list[Line] = field(default_factory=list)
    """Lines of theirs that nobody has read yet."""
    sums: dict[Whose, Sum] = field(default_factory=dict)
    columns: Columns = field(default_factory=Columns)
    """Of conversations that are in the sums."""

    def take(self, stored: Stored) -> None:
        """The next event."""
        self.fresh += take_event(self.talks, stored)

    def begin_again(self) -> None:
        """All that is not in the sums is to be read anew."""
        self.fresh = [line for talk in self.talks.values() for line in talk.lines.values()]

    @contextmanager
    def without_fresh(self) -> Iterator[None]:
        """For what saves it: whoever loads it begins again, and the lines stand in their talks anyway."""
        fresh, self.fresh = self.fresh, []
        yield
        self.fresh = fresh

    def add(self, caliber: Caliber, key: tuple[object, ...], share: Share) -> None:
        whose = Whose._make((caliber.id, *key))
        if (kept := self.sums.get(whose)) is None:
            kept = self.sums[whose] = Sum()
        kept.add(share.num, share.den, share.left_out.get("pending", 0))

    def forget_days(self, now: int) -> bool:
        """Sums of days that are today nowhere on earth. Whether there were any."""
        oldest = day_name(now // DAY - 1)
        old = [whose for whose in self.sums if whose.day < oldest]
        for whose in old:
            del self.sums[whose]
        return bool(old)
