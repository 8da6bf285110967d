"""Which questions of a bank say the same, told by a process that stays: see `adapters.lessons` for who asks.

One JSON line is asked, `{"merchant", "question", "texts"}`: the texts of a question that is being written (its id, or 0
for a new one), or no texts: all that are in the bank. It answers with one line, `{"bytes"}` or `{"error"}`, and so many
bytes: a JSON array of `{"one", "other", "wording", "likeness"}`.
"""

import asyncio
import os
import sys
import traceback
from pathlib import Path
from typing import Any, Final

import msgspec

from goldensix.events.ids import MerchantId
from goldensix.robot.question import Question, QuestionId

_KINDNESS: Final = 5
_REFUSED: Final = {
    "error": {
        "status": 503,
        "code": "not_compared",
        "en": "The questions could not be compared; the desk's log has the reason.",
        "zh": "没能比较，原因见服务端日志。",
    }
}


class Ask(msgspec.Struct, frozen=True):
    merchant: int
    question: int = 0
    texts: tuple[str, ...] = ()


def main() -> None:
    os.nice(_KINDNESS)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer
    for line in sys.stdin.buffer:
        try:
            content = asyncio.run(_alike(msgspec.json.decode(line, type=Ask)))
            head: dict[str, Any] = {"bytes": len(content)}
        except Exception:  # a fault of ours, or the database is away: this has no answer, the next one may
            traceback.print_exc()
            head, content = _REFUSED, b""
        answers.write(msgspec.json.encode(head) + b"\n" + content)
        answers.flush()


async def _alike(ask: Ask) -> bytes:
    from goldensix.robot.alike import Twins
    from goldensix.teaching.material import opened

    async with opened(os.environ["DATABASE_URL"], Path(os.environ["GOLDENSIX_DATA"]), MerchantId(ask.merchant)) as own:
        questions = await own.drafts()
    writing = Question(QuestionId(str(ask.question)), ask.texts[0], ask.texts[1:]) if ask.texts else None
    return msgspec.json.encode(Twins(questions, writing).all())


if __name__ == "__main__":
    main()
