"""What a desk asks its report process for, by name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from goldensix.events.ids import MerchantId
from goldensix.reporting import calibers, conversation, distribution, explain, figures, pace, sources
from goldensix.reporting.benchmarks import Benchmarks
from goldensix.reporting.book import Book
from goldensix.reporting.export import export
from goldensix.reporting.ground import Ground
from goldensix.reporting.own import check_own, keep_own, own_calibers, own_text
from goldensix.reporting.question import CannotReport, Question

Answer = Callable[[Book, Question], bytes]


def _benchmarks(book: Book) -> Benchmarks:
    return Benchmarks(book.ground.archive.folder)


def _all_benchmarks(book: Book, _: Question) -> bytes:
    kept = _benchmarks(book)
    return msgspec.json.encode([{"name": name, "values": kept.find(name)} for name in kept.names()])


def _keep_benchmark(book: Book, question: Question) -> bytes:
    values = _benchmarks(book).keep(question.name, question.text)
    return msgspec.json.encode({"name": question.name, "values": values})


def _drop_benchmark(book: Book, question: Question) -> bytes:
    _benchmarks(book).drop(question.name)
    return b""


def _own(book: Book, _: Question) -> bytes:
    ids = [caliber.id for caliber in own_calibers(book.ground)]
    return msgspec.json.encode({"toml": own_text(book.ground), "calibers": ids})


def _keep_own(book: Book, question: Question) -> bytes:
    kept = keep_own(book.ground, question.text)
    return msgspec.json.encode({"toml": question.text, "calibers": [caliber.id for caliber in kept]})


ANSWERS: Final[dict[str, Answer]] = {
    "archive": lambda book, _: msgspec.json.encode({"position": book.ground.desk_archive.position()}),
    "sources": sources.sources,
    "calibers": lambda book, question: calibers.told(book.ground, question),
    "figures": figures.told,
    "explain": explain.told,
    "conversation": conversation.told,
    "distribution": distribution.told,
    "pace": pace.told,
    "export": export,
    "benchmarks": _all_benchmarks,
    "keep_benchmark": _keep_benchmark,
    "drop_benchmark": _drop_benchmark,
    "own": _own,
    "keep_own": _keep_own,
    "check_own": lambda _, question: msgspec.json.encode(check_own(question.text)),
}
_WITHOUT_LINES: Final = (
    "calibers", "benchmarks", "keep_benchmark", "drop_benchmark", "own", "keep_own", "check_own",
)  # fmt: skip
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
