"""Starts the process that fits a model, and tells its progress."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path


class CannotFit(Exception):
    """One sentence."""


def fit_beside(
    dialogues: Sequence[Path], model: Path, progress: Callable[[str, float], None], seed: int = 0
) -> tuple[int, int]:
    """Pairs learned from, and bytes written. Raises CannotFit."""
    ask = {"dialogues": [str(file.absolute()) for file in dialogues], "model": str(model.absolute()), "seed": seed}
    with subprocess.Popen(
        [sys.executable, "-m", "goldensix.teaching.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(ask).encode())
        process.stdin.close()
        for line in process.stdout:
            told = json.loads(line)
            if "error" in told:
                raise CannotFit(told["error"])
            if "fitted" in told:
                return told["fitted"]["pairs"], told["fitted"]["bytes"]
            progress(told["stage"], told["share"])
    raise CannotFit(f"Fitting ended without a model (exit code {process.returncode}).")
