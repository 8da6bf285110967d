"""What must happen at an instant unless something else happens first. Rebuilt from the folds at a start."""

import heapq

from goldensix.events.ids import ConversationId, Instant


class Deadlines:
    """A heap of instants and the conversations to look at then, each pair once.

    Nothing is taken back: whoever is called looks at the conversation as it is, and may find nothing to do.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[Instant, ConversationId]] = []
        self._known: set[tuple[Instant, ConversationId]] = set()

    def set(self, at: Instant, conversation: ConversationId) -> None:
        if (at, conversation) not in self._known:
            self._known.add((at, conversation))
            heapq.heappush(self._heap, (at, conversation))

    def next(self) -> Instant | None:
        """The earliest; None when there is none."""
        return self._heap[0][0] if self._heap else None

    def due(self, now: Instant) -> list[ConversationId]:
        """Those whose instant has come; each is handed out once."""
        found: dict[ConversationId, None] = {}
        while self._heap and self._heap[0][0] <= now:
            entry = heapq.heappop(self._heap)
            self._known.remove(entry)
            found[entry[1]] = None
        return list(found)
