"""A model fitted in a process of its own, started by a desk: fitting must not slow the answers.

It is given one JSON document on its standard input, `{"dialogues": [file, ...], "model": file, "seed"?: number}`, or
`{"merchant": number, "model": file}` for what that merchant's desk and archive hold, and prints one JSON object a
line: `{"stage", "share"}` as it goes, at last `{"fitted": {"pairs", "bytes"}}` or `{"error": sentence}`.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from goldensix.adapters import clock
from goldensix.events.ids import MerchantId

if TYPE_CHECKING:
    from goldensix.robot.model import Model
    from goldensix.robot.question import Pair

_KINDNESS: Final = 10
"""Of the desk's own process before this one, where both want the processor."""


class Ask(msgspec.Struct, frozen=True):
    model: str
    dialogues: list[str] = []
    merchant: int | None = None
    """Whose log, where no dialogues are given; the environment says where it is."""
    seed: int = 0


def main() -> None:
    os.nice(_KINDNESS)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy starts; and one thread sums in one order
    try:
        _say({"fitted": _fit(msgspec.json.decode(sys.stdin.buffer.read(), type=Ask))})
    except msgspec.MsgspecError as bad:
        _say({"error": f"The order is not understood: {bad}."})


def _fit(ask: Ask) -> dict[str, Any]:
    from goldensix.rehearsal.recording import BadRecording
    from goldensix.robot.model import TooFewPairs, fit
    from goldensix.robot.saved import BadModel
    from goldensix.teaching.logs import pairs

    try:
        learned = pairs([Path(file) for file in ask.dialogues]) if ask.merchant is None else _of_log(ask.merchant)
        model = fit(learned, _progress, ask.seed)
        return {"pairs": model.pairs, "bytes": _kept(Path(ask.model), model)}
    except (BadRecording, TooFewPairs, BadModel) as refused:
        _say({"error": str(refused)})
    except OSError as failed:
        _say({"error": f"{ask.model} cannot be written: {failed.strerror}."})
    sys.exit(1)


def _kept(file: Path, model: "Model") -> int:
    """How many bytes; only what loads takes the place of the model that was there."""
    from goldensix.teaching.models import read, write

    fresh = file.with_name(f"{file.name}.new")
    size = write(fresh, model)
    read(fresh)
    os.replace(fresh, file)
    told = {"at": clock.now(), "pairs": model.pairs}
    file.with_suffix(".json").write_bytes(msgspec.json.encode(told))
    return size


def _of_log(merchant: int) -> "list[Pair]":
    from goldensix.teaching.own_log import own_pairs

    _progress("reading", 0.0)
    data = Path(os.environ["GOLDENSIX_DATA"])
    return asyncio.run(own_pairs(os.environ["DATABASE_URL"], data, MerchantId(merchant)))


def _progress(stage: str, share: float) -> None:
    _say({"stage": stage, "share": round(share, 3)})


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
