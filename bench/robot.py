"""How often the robot is right and how fast it is, beside BM25 on jieba words and TF-IDF with logistic regression.

    ./run bench robot [--json] [--data ../shared/data] [--only store,pairs,english,replies,speed] [--sample 1000]

Figures of the store set come from five-fold cross-validation: a turn is judged by a bank that was not told of it. The
folds are drawn three times and the means are shown. Nothing was tuned for single cases. `held_out_*` are fitted on the
log without the dialogues that the turns come from. The anchors need jieba and scikit-learn, installed for the bench
alone (`pip install jieba scikit-learn`); without them they are left out, and it is said.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the desk does, before NumPy starts

from _robot_sets import Sets
from _robot_speed import measure_speed
from _robot_tasks import measure_english, measure_pairs, measure_replies, measure_store

PARTS: Mapping[str, Callable[[Sets], dict[str, float]]] = {
    "store": measure_store, "pairs": measure_pairs, "english": measure_english, "replies": measure_replies,
    "speed": measure_speed,
}  # fmt: skip
GOALS: Mapping[str, str] = {
    "store_top1": ">= .61", "store_top3": ">= .80", "store_p_at_60": ">= .77", "store_precision_at_25": ">= .90",
    "store_route": ">= .69", "titles_top1": ">= .55", "lcqmc_1k": ">= .97", "afqmc_1k": ">= .27",
    "bitext_5": ">= .87", "banking_10": ">= .73", "replies_r10_1": ">= .50", "fit_50k_s": "<= 40",
    "index_50k_s": "<= 3", "index_50k_mb": "<= 250", "decision_1k_p99_ms": "<= 5", "decision_50k_p99_ms": "<= 15",
    "key_1k_p99_ms": "<= 5", "key_50k_p99_ms": "<= 10",
}  # fmt: skip
console = Console(stderr=True)


def main() -> int:
    asked = _arguments()
    if not (asked.data / "robot").is_dir():
        console.print(f"There is no data in {asked.data}: give the folder that holds robot/ and dialogues/ by --data.")
        return 2
    sets, found = Sets(asked.data, asked.sample), dict[str, float]()
    for part in asked.only.split(","):
        console.print(f"[dim]{part}[/]")
        found |= PARTS[part](sets)
    for missing in sorted(sets.missing):
        console.print(f"{missing} is not installed: its anchors are left out.")
    if asked.json:
        sys.stdout.write(json.dumps({name: round(value, 4) for name, value in found.items()}) + "\n")
    else:
        _show(found)
    return 0


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--sample", type=int, default=0, help="turns of the large sets; 0: all")
    return parser.parse_args()


def _show(found: Mapping[str, float]) -> None:
    table = Table("figure", "goal", "measured", box=None)
    for name, value in found.items():
        table.add_row(name, GOALS.get(name, ""), f"{value:.3f}" if value < 10 else f"{value:,.1f}")
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
