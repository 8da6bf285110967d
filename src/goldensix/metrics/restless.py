"""When figures will change although nothing happens: a pending turn becomes late, a wait grows past its limit."""

from collections.abc import Iterable, Sequence

from goldensix.metrics.caliber import TURN_MEASURES, Caliber
from goldensix.metrics.contributions import turns_for
from goldensix.metrics.folding import Folded
from goldensix.metrics.judge import TurnRow, start_of
from goldensix.metrics.tables import NEVER

NO_CHANGE = 1 << 62


def next_change(calibers: Sequence[Caliber], folded: Iterable[Folded], as_of: int) -> int:
    """The first instant after `as_of` at which one buyer's share may differ."""
    instants: list[int] = []
    for each in folded:
        instants += [moment.at for moment in each.moments]
        for caliber in calibers:
            if caliber.measure in TURN_MEASURES:
                rows = each.messages if caliber.unit == "message" else each.turns
                for turn in turns_for(caliber, rows):
                    instants += _changes(caliber, turn, as_of)
    return min((instant for instant in instants if instant > as_of), default=NO_CHANGE)


def _changes(caliber: Caliber, turn: TurnRow, as_of: int) -> list[int]:
    start = start_of(caliber, turn)
    instants = [start, turn.reply_at, turn.closed_at]
    if turn.reply_at != NEVER and turn.reply_at <= as_of:
        return instants
    if caliber.cycle is not None or caliber.service_hours is not None:
        return [*instants, as_of + 1]
    for limit in (caliber.threshold, caliber.cap):
        if limit is not None:
            instants += [start + limit, start + limit + 1]
    return instants
