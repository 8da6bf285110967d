"""Reports in a process of their own, started by a desk: see `adapters.reports` for what is said on its pipes."""

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from goldensix.events.ids import MerchantId
from goldensix.reporting.question import CannotReport, Question

_LONGEST: Final = 600
"""Characters of a sentence."""
_KINDNESS: Final = 10
"""Of the desk's own process before this one, where both want the processor."""


def main() -> None:
    os.nice(_KINDNESS)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer
    # Python's own imports are part of the first answer's time, so they begin before it is asked for.
    from goldensix.reporting.desk_side import Shelf

    shelf = Shelf(Path(os.environ["GOLDENSIX_DATA"]), os.environ.get("DATABASE_URL") or None)
    for line in sys.stdin.buffer:
        _answer(shelf, line, answers)


def _answer(shelf: Any, line: bytes, answers: BinaryIO) -> None:
    try:
        asked = json.loads(line)
        question = msgspec.convert(asked["ask"], Question, strict=False)
        content = shelf.answer(MerchantId(asked["merchant"]), asked["what"], question)
        head: dict[str, Any] = {"bytes": len(content)}
    except CannotReport as refused:
        head, content = _refusal(refused), b""
    except Exception:  # a fault of ours: this question has no answer, the next one has
        traceback.print_exc()
        head = _refusal(
            CannotReport(
                "The report could not be worked out; the desk's log has the reason.",
                "报表没有算出来，原因见服务端日志。",
                code="report_failed",
                status=500,
            )
        )
        content = b""
    try:
        answers.write(json.dumps(head, ensure_ascii=False).encode() + b"\n" + content)
        answers.flush()
    except BrokenPipeError:
        os._exit(0)  # the desk has gone; what is left in the buffer would be written once more at an ordinary end


def _refusal(refused: CannotReport) -> dict[str, Any]:
    return {
        "error": {
            "status": refused.status,
            "code": refused.code,
            "en": _shortened(refused.en),
            "zh": _shortened(refused.zh),
        }
    }


def _shortened(sentence: str) -> str:
    """Whoever sent a long cell need not have all of it back."""
    return sentence if len(sentence) <= _LONGEST else f"{sentence[:_LONGEST]}…"


if __name__ == "__main__":
    main()
