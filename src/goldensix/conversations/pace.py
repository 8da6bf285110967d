"""How fast places in the queues move: measured, never guessed."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from goldensix.events.ids import GroupId, Instant, Milliseconds

_WINDOW: Final = Milliseconds(300_000)
_ENOUGH: Final = 4
"""With fewer buyers who left the queue nothing is known."""


@dataclass(slots=True)
class QueuePace:
    """When buyers left each queue, in the present spell of queueing: a queue that was empty begins anew."""

    _left: dict[GroupId, deque[Instant]] = field(default_factory=dict)

    def leave(self, group: GroupId, at: Instant, *, others_wait: bool) -> None:
        """Somebody's waiting is over."""
        if others_wait:
            self._left.setdefault(group, deque(maxlen=100)).append(at)
        else:
            self._left.pop(group, None)

    def expected(self, group: GroupId, place: int, now: Instant) -> Milliseconds | None:
        """How long whoever stands there will wait if the queue goes on moving so; None: it is not known."""
        recent = [at for at in self._left.get(group, ()) if at > now - _WINDOW]
        if len(recent) < _ENOUGH:
            return None
        return Milliseconds(place * (now - recent[0]) // (len(recent) - 1))
