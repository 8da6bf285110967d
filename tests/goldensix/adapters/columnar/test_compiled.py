"""Compiled code outlives its process, where there is a place for it, and does without where there is none."""

import os
import subprocess
import sys
from pathlib import Path

from goldensix.adapters.columnar.compiled import FEW

SCRIPT = f"""
import numpy as np
from goldensix.adapters.columnar.compiled import compiled_marking, with_twins
lines = {FEW} + 1
found = with_twins(np.zeros(lines, np.uint64), np.array([0, 2, lines]), np.zeros(lines, np.int8))
print(sum(compiled_marking().stats.cache_hits.values()), int(found[1] > 0), int(found[2] > 0))
"""


def marked(cache: Path) -> str:
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    told = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True)
    return told.stdout.strip()


def test_what_one_process_compiled_the_next_one_finds(tmp_path: Path) -> None:
    assert marked(tmp_path) == "0 1 0"
    assert marked(tmp_path) == "1 1 0"


def test_without_a_place_to_keep_it_the_code_is_compiled_each_time(tmp_path: Path) -> None:
    (tmp_path / "goldensix").write_text("a file where a folder should be")
    assert marked(tmp_path) == "0 1 0"
    assert marked(tmp_path) == "0 1 0"
