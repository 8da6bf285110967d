"""Fold: refunds that buyers asked for and wait for, and those that were paid lately."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from goldensix.events.facts import OrderMoved
from goldensix.events.ids import Instant, ShopId

_NEVER: Final = 1 << 62
_KEPT: Final = 2 * 86_400_000
"""Paid refunds are known for so long: today has begun everywhere by then."""


@dataclass(slots=True)
class Asked:
    shop: ShopId
    at: Instant


@dataclass(slots=True)
class Paid:
    shop: ShopId
    at: Instant
    asked: Instant | None
    """None: nobody has told yet when it was asked for."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a few shops are with their refunds."""

    paid: int
    """Today, of those of which the request is known."""
    took: int
    """All of these together, from the request to the payment."""
    waiting: int
    oldest: Instant | None


@dataclass(slots=True)
class Refunds:
    position: int = 0
    """The last move of an order that was taken in."""
    waiting: dict[int, Asked] = field(default_factory=dict)
    """By order."""
    paid: dict[int, Paid] = field(default_factory=dict)

    def apply(self, event: OrderMoved, position: int, now: Instant) -> None:
        """The first request and the first payment of an order count, as in reports."""
        self.position = position
        for each in event.reached:
            if each.status == "refund_asked":
                self._ask(event, each.at)
            elif each.status == "refunded":
                self._pay(event, each.at)
        if event.status != "refund_asked":
            self.waiting.pop(event.order, None)
        self._forget(Instant(now - _KEPT))

    def _forget(self, before: Instant) -> None:
        while self.paid and self.paid[order := next(iter(self.paid))].at < before:
            del self.paid[order]

    def _ask(self, event: OrderMoved, at: Instant) -> None:
        if (paid := self.paid.get(event.order)) is not None:
            paid.asked = at if paid.asked is None else paid.asked
        elif event.order not in self.waiting:
            self.waiting[event.order] = Asked(event.shop, at)

    def _pay(self, event: OrderMoved, at: Instant) -> None:
        asked = self.waiting.get(event.order)
        if event.order not in self.paid:
            self.paid[event.order] = Paid(event.shop, at, None if asked is None else asked.at)

    def of(self, began: Mapping[ShopId, Instant]) -> Standing:
        """Of these shops; what was paid, since each one's instant."""
        spans = [
            paid.at - paid.asked
            for paid in self.paid.values()
            if paid.asked is not None and paid.asked <= paid.at and paid.at >= began.get(paid.shop, _NEVER)
        ]
        waits = [asked.at for asked in self.waiting.values() if asked.shop in began]
        return Standing(len(spans), sum(spans), len(waits), min(waits, default=None))
