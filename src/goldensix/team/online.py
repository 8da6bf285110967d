"""How long somebody was online, in quarters of an hour: any local day is made of them."""

from dataclasses import dataclass, field
from typing import Final

from goldensix.events.ids import Instant, Milliseconds

QUARTER: Final = 900_000
_KEPT: Final = 2 * 96
"""Quarters that are remembered: two days, for a day of any time zone."""


@dataclass(slots=True)
class Online:
    """Milliseconds connected, and of those ready, of each quarter since 1970."""

    connected: dict[int, int] = field(default_factory=dict)
    ready: dict[int, int] = field(default_factory=dict)

    def add(self, since: Instant, until: Instant, *, ready: bool) -> None:
        """Somebody was connected in this time."""
        last = until // QUARTER
        begin = max(int(since), (last - _KEPT + 1) * QUARTER)
        while begin < until:
            quarter = begin // QUARTER
            end = min(int(until), (quarter + 1) * QUARTER)
            self.connected[quarter] = self.connected.get(quarter, 0) + end - begin
            if ready:
                self.ready[quarter] = self.ready.get(quarter, 0) + end - begin
            begin = end
        for kept in (self.connected, self.ready):
            for quarter in [each for each in kept if each <= last - _KEPT]:
                del kept[quarter]

    def since(self, start: Instant) -> tuple[Milliseconds, Milliseconds]:
        """Connected and ready in all from this instant on, which begins a quarter."""
        first = start // QUARTER
        connected, ready = (sum(ms for q, ms in kept.items() if q >= first) for kept in (self.connected, self.ready))
        return Milliseconds(connected), Milliseconds(ready)
