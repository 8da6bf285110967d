"""What a desk asks its report process for, by name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from goldensix.events.ids import MerchantId
from goldensix.reporting import calibers, conversation, distribution, explain, figures, pace
from goldensix.reporting.book import Book
from goldensix.reporting.ground import Ground
from goldensix.reporting.question import CannotReport, Question

Answer = Callable[[Book, Question], bytes]
ANSWERS: Final[dict[str, Answer]] = {
    "sources": figures.sources,
    "calibers": lambda book, question: calibers.told(book.ground, question),
    "figures": figures.told,
    "explain": explain.told,
    "conversation": conversation.told,
    "distribution": distribution.told,
    "pace": pace.told,
}
_WITHOUT_LINES: Final = ("calibers",)
"""What can be answered without looking at the log."""


@dataclass
class Shelf:
    """The books of all merchants of a desk."""

    data: Path
    dsn: str | None
    _books: dict[MerchantId, Book] = field(default_factory=dict)

    def answer(self, merchant: MerchantId, what: str, question: Question) -> bytes:
        """Raises CannotReport."""
        if what not in ANSWERS:
            raise CannotReport(f"Nobody knows {what}.", f"没有 {what}。", code="not_found", status=404)
        book = self._books.setdefault(merchant, Book(Ground(self.data, merchant, self.dsn)))
        if what not in _WITHOUT_LINES:
            book.refresh(question.now)
        return ANSWERS[what](book, question)
