"""The order of lines within a conversation: the one that batch and live must share.

The server's order (`seq`) wins over the clock: a line that has one is no earlier than any line before it in that
order. At one instant, what puts a conversation somewhere comes before what is said, a question before its answer,
and the close last; then the lines' names decide.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from goldensix.log.columns import WHATS, By, What
from goldensix.metrics.tables import NEVER

_RANKS: Final[dict[str, int]] = {"queue_enter": 0, "to_human": 1, "assign": 2, "transfer": 2, "leave_message": 3}
QUESTION: Final = 4
SAYING: Final = 5
CLOSE: Final = 6
AFTER: Final = 7
RANK_OF_WHAT: Final[tuple[int, ...]] = tuple(
    SAYING if what == "message" else CLOSE if what == "close" else _RANKS.get(what, AFTER) for what in WHATS
)

_RANK_OF: Final[dict[What, int]] = dict(zip(WHATS, RANK_OF_WHAT, strict=True))

BANDS: Final[tuple[int, ...]] = (0, 0, 0, 0, 1, 1, 2, 2)
"""By rank: before, among or after the lines of the same instant that have a server's order."""


def rank(what: What, by: By | None) -> int:
    return QUESTION if what == "message" and by == "buyer" else _RANK_OF[what]


Place = tuple[int, int, int, int, str]
"""Lines of a conversation are folded in the order of these."""


class Line(NamedTuple):
    """A row of the log as columns (`log.columns.LINES`)."""

    shop: int
    platform: str
    buyer: str
    session: str | None
    line: str
    what: What
    by: By | None
    agent: str | None
    from_agent: str | None
    group: str | None
    kind: str
    at: int
    seq: int | None = None
    recalled: bool = False
    flags: int = 0
    chars: int = 0
    value: int | None = None
    detail: str | None = None


def in_order(lines: Iterable[Line]) -> list[Line]:
    """The lines of a conversation as the fold wants them."""
    lines = list(lines)
    keyed = [(place_of(line, line.at), line) for line in lines if line.seq is None]
    latest = NEVER
    for line in sorted((line for line in lines if line.seq is not None), key=lambda each: (each.seq, each.line)):
        latest = max(latest, line.at)
        keyed.append((place_of(line, latest), line))
    keyed.sort(key=lambda each: each[0])
    return [line for _, line in keyed]


def place_of(line: Line, at: int) -> Place:
    """`at`: its instant, or for a line with a server's order the latest one so far."""
    number = rank(line.what, line.by)
    if line.seq is not None:
        return at, 1, line.seq, 0, line.line
    return at, BANDS[number], NEVER, number, line.line
