"""An import in a process of its own, started by a desk: reading millions of rows must not slow the answers.

It is given one JSON document on its standard input, `{"look": ...}` or `{"order": ...}`, and prints one JSON object a
line: progress as it goes, at last `{"looks": [...]}`, `{"result": ...}` or `{"error": {"en", "zh"}}`.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from goldensix.adapters.archive.sources import ArchiveBusy
from goldensix.adapters.importers.encodings import Unreadable
from goldensix.adapters.importers.look import look
from goldensix.adapters.importers.reading import Reading
from goldensix.importing.carry_out import carry_out
from goldensix.importing.memory import keep_memory
from goldensix.importing.order import CannotImport, FileToRead, Order, Progress
from goldensix.importing.told import look_told, progress_told, result_told

_EVERY: Final = 0.25
"""Seconds between two lines of progress."""
_KINDNESS: Final = 10
"""Of the desk's own process before this one, where both want the processor."""


class LookAsk(msgspec.Struct, frozen=True):
    files: list[FileToRead]
    zone: str
    reading: Reading | None = None


class Ask(msgspec.Struct, frozen=True):
    look: LookAsk | None = None
    order: Order | None = None


def main() -> None:
    os.nice(_KINDNESS)
    keep_memory()
    ask = msgspec.json.decode(sys.stdin.buffer.read(), type=Ask, dec_hook=lambda _, value: Path(value))
    try:
        if ask.look is not None:
            _say({"looks": [_looked(ask.look, file) for file in ask.look.files]})
        if ask.order is not None:
            _say({"result": result_told(carry_out(ask.order, _Teller()))})
    except CannotImport as refused:
        _say({"error": {"en": refused.en, "zh": refused.zh}})
    except (Unreadable, ArchiveBusy) as refused:
        _say({"error": {"en": str(refused), "zh": str(refused)}})


def _looked(ask: LookAsk, file: FileToRead) -> dict[str, Any]:
    try:
        return look_told(look(file.path, ask.zone, ask.reading, file=file.name))
    except Unreadable as unreadable:
        raise CannotImport(file.told(str(unreadable))) from None


class _Teller:
    """Progress, a few times a second."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._last >= _EVERY or progress.done >= progress.total:
            self._last = now
            _say(progress_told(progress))


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
