"""What an import is asked to do, how far it is, and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from goldensix.adapters.archive.shops import ArchivedShop
from goldensix.adapters.archive.sources import Source
from goldensix.adapters.importers.reading import Bodies, Reading
from goldensix.events.ids import MerchantId

MOST_REJECTED: Final = 0.05
"""Share of rows that may be rejected before an import stops and says so."""


@dataclass(frozen=True, slots=True)
class FileToRead:
    path: Path
    name: str
    """As the person knows it."""

    def told(self, sentence: str) -> str:
        """A sentence that calls the file what the person calls it: an upload lies elsewhere under another name."""
        sentence = sentence.replace(str(self.path), self.name)
        return self.name + sentence[len(self.path.name) :] if sentence.startswith(self.path.name) else sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    data: Path
    merchant: MerchantId
    files: tuple[FileToRead, ...]
    shop: ArchivedShop
    """Id 0: a new analyst's shop."""
    reading: Reading | None = None
    """None: each file as it looks."""
    bodies: Bodies = "keep"
    accept_rejects: bool = False
    most_rejected: float = MOST_REJECTED
    dry_run: bool = False
    by: str = ""
    seed: int = 6
    """Of drawn times, where a file has none."""


Phase = Literal["unpacking", "reading", "sorting"]


@dataclass(frozen=True, slots=True)
class Progress:
    phase: Phase
    done: int
    total: int
    """Bytes while unpacking, rows while reading, days while sorting; an estimate while reading."""
    file: str = ""


Told = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Reject:
    file: str
    row: int
    column: str
    reason: str
    """One of `importers.lines.FAULTS`."""
    cell: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    outcome: Literal["applied", "nothing_new", "too_many_rejected", "dry_run", "nothing_read"]
    source: Source
    """What was added, or would have been."""
    rows: int
    """In the files, without header and blank ones."""
    faults: Mapping[str, int] = field(default_factory=dict)
    rejects: str = ""
    """The file of rejected rows; empty: there are none."""
    first_rejects: tuple[Reject, ...] = ()
    seconds: float = 0.0


class CannotImport(Exception):
    """Nothing was changed; the message names the file and says why."""

    def __init__(self, en: str, zh: str = "") -> None:
        super().__init__(en)
        self.en, self.zh = en, zh or en
