"""What shop platforms tell of orders: how far one has come, and how that gets into the log."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, get_args

from goldensix.actions.desk import Desk
from goldensix.events.facts import OrderMoved, OrderStatus, Reached
from goldensix.events.ids import ORDER_STREAM, Instant

STATUSES: Final[tuple[OrderStatus, ...]] = get_args(OrderStatus)
Times = Mapping[OrderStatus, Instant]
"""When an order came to a status, by the platform's clock. It was always placed at some time."""


class Move(NamedTuple):
    number: int
    """Dense among the merchant's orders, from 1: the position of its event in the stream of orders."""
    event: OrderMoved


def status_of(times: Times) -> OrderStatus:
    """The one that was reached last; of two at the same instant, the further."""
    return max(times, key=lambda status: (times[status], STATUSES.index(status)))


def together(known: Times, told: Times) -> dict[OrderStatus, Instant]:
    """The earliest time of its placing and the latest of anything else: it is the same in whatever order messages come,
    and however often."""
    both = dict(known)
    for status, at in told.items():
        before = both.get(status, at)
        both[status] = min(before, at) if status == "placed" else max(before, at)
    return both


def news(before: Times, after: Times) -> tuple[Reached, ...]:
    """What was reached that nobody knew of, or later than anybody knew; the earliest first."""
    fresh = [status for status in after if status not in before or after[status] > before[status]]
    fresh.sort(key=lambda status: (after[status], STATUSES.index(status)))
    return tuple(Reached(status, after[status]) for status in fresh)


def tell(desk: Desk, moves: Sequence[Move]) -> None:
    """Record those that the log has not: one that it has is known by its number."""
    now = desk.ports.now()
    for move in moves:
        if move.number == desk.folds.refunds.position + 1:
            desk.record(ORDER_STREAM, move.event, now)
