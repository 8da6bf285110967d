"""A model fitted in a process of its own, started by a desk: fitting must not slow the answers.

It is given one JSON document on its standard input, `{"dialogues": [file, ...], "model": file, "seed"?: number}`, and
prints one JSON object a line: `{"stage", "share"}` as it goes, at last `{"fitted": {"pairs", "bytes"}}` or
`{"error": sentence}`.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

import msgspec

_KINDNESS: Final = 10
"""Of the desk's own process before this one, where both want the processor."""


class Ask(msgspec.Struct, frozen=True):
    dialogues: list[str]
    model: str
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
    from goldensix.teaching.logs import pairs
    from goldensix.teaching.models import write

    try:
        model = fit(pairs([Path(file) for file in ask.dialogues]), _progress, ask.seed)
        return {"pairs": model.pairs, "bytes": write(Path(ask.model), model)}
    except (BadRecording, TooFewPairs) as refused:
        _say({"error": str(refused)})
    except OSError as failed:
        _say({"error": f"{ask.model} cannot be written: {failed.strerror}."})
    sys.exit(1)


def _progress(stage: str, share: float) -> None:
    _say({"stage": stage, "share": round(share, 3)})


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
