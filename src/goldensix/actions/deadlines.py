"""What must happen at an instant unless something else happens first. Rebuilt from the folds at a start."""

import heapq

from goldensix.events.ids import ConversationId, Instant


class Deadlines:
    """A heap of instants and the conversations to look at then; of each conversation only the earliest counts.

    Nothing is taken back: whoever is called looks at the conversation as it is, and may find nothing to do. He sets
    what is due next.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[Instant, ConversationId]] = []
        self._earliest: dict[ConversationId, Instant] = {}

    def set(self, at: Instant, conversation: ConversationId) -> None:
        known = self._earliest.get(conversation)
        if known is None or at < known:
            self._earliest[conversation] = at
            heapq.heappush(self._heap, (at, conversation))

    def next(self) -> Instant | None:
        """The earliest; None when there is none."""
        return self._heap[0][0] if self._heap else None

    def due(self, now: Instant) -> list[ConversationId]:
        """Those whose instant has come; each is handed out once."""
        found: list[ConversationId] = []
        while self._heap and self._heap[0][0] <= now:
            at, conversation = heapq.heappop(self._heap)
            if self._earliest.get(conversation) == at:
                del self._earliest[conversation]
                found.append(conversation)
        return found
