"""Lessons that a desk asks for, each in a process of its own: the model fitted, questions proposed, a trial of a week.

It is given one JSON document on its standard input, `{"what": "fit" | "propose" | "try", "merchant", "days"}`, and the
data folder and database in its environment. It prints one JSON object a line: `{"stage", "share"}` as it goes, at last
`{"done": true}` or `{"error": {"zh", "en"}}`. What it found stands in the database.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from goldensix.events.ids import MerchantId

_KINDNESS: Final = 10
"""Of the desk's own process before this one, where both want the processor."""
Lesson = Literal["fit", "propose", "try"]


class Ask(msgspec.Struct, frozen=True):
    what: Lesson
    merchant: int
    days: int
    """0: all there is."""


def main() -> None:
    os.nice(_KINDNESS)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy starts; and one thread sums in one order
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer
    asyncio.run(_taught(msgspec.json.decode(sys.stdin.buffer.read(), type=Ask), answers))


async def _taught(ask: Ask, answers: Any) -> None:
    from goldensix.teaching.material import opened

    def say(**told: Any) -> None:
        answers.write(json.dumps(told, ensure_ascii=False) + "\n")
        answers.flush()

    async with opened(os.environ["DATABASE_URL"], Path(os.environ["GOLDENSIX_DATA"]), MerchantId(ask.merchant)) as own:
        say(stage="reading", share=0.0)
        try:
            await {"fit": _fit, "propose": _propose, "try": _try}[ask.what](own, ask.days, say)
        except OSError as failed:
            return say(error=_failed(failed))
    say(done=True)
    return None


async def _fit(own: Any, days: int, say: Any) -> None:
    """Too few turns are no fault: the robot goes on with words alone, and the page says so."""
    from goldensix.adapters.bank.findings import ModelFound
    from goldensix.robot.asked import pairs
    from goldensix.robot.model import TooFewPairs, fit
    from goldensix.teaching.models import write

    found = pairs(await own.asked(days))
    try:
        model = fit(found, lambda stage, share: say(stage=stage, share=round(share, 3)))
    except TooFewPairs:
        await own.findings.put(own.merchant, ModelFound(len(found), fitted=False))
    else:
        await own.findings.put(own.merchant, ModelFound(len(found), fitted=True, bytes=write(own.model_file, model)))


async def _propose(own: Any, days: int, say: Any) -> None:
    from goldensix.teaching.proposing import proposals

    turns, questions, labelled = await own.asked(days), await own.drafts(), (await own.content()).labelled
    told = _told(say, "comparing")
    await own.findings.put(own.merchant, proposals(turns, questions, labelled, own.model(), days, told))


async def _try(own: Any, days: int, say: Any) -> None:
    from goldensix.teaching.week import tried_week

    turns, content, model = await own.asked(days), await own.content(), own.model()
    found = tried_week(turns, content, model, await own.bands(), days, _told(say, "deciding"))
    await own.findings.put(own.merchant, msgspec.structs.replace(found, model_damaged=own.has_damaged_model()))


def _told(say: Any, stage: str) -> Any:
    """Every hundredth of the way, and no more."""
    last = -1

    def told(share: float) -> None:
        nonlocal last
        if int(share * 100) > last:
            last = int(share * 100)
            say(stage=stage, share=round(share, 3))

    return told


def _failed(failed: OSError) -> dict[str, str]:
    said = failed.strerror or type(failed).__name__
    return {"zh": f"没有做成：{said}。", "en": f"Not done: {said}."}


if __name__ == "__main__":
    main()
