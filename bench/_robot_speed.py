"""How long a decision, a key and an index take, with 1,000 and 50,000 questions, and how long a model."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from _robot_sets import Sets
from goldensix.events.ids import Instant
from goldensix.robot.bank import Bank
from goldensix.robot.model import fit
from goldensix.robot.question import Question, QuestionId, Scene
from goldensix.robot.robot import Robot
from goldensix.robot.turn import Turn

NOW = Scene(Instant(0))
SIZES = {"1k": 1_000, "50k": 50_000}
ASKED = 2_000
Found = dict[str, float]


def measure_speed(sets: Sets) -> Found:
    begun = time.perf_counter()
    spent = time.process_time()
    model = fit(sets.pairs[:50_000])
    found = {"fit_50k_s": time.perf_counter() - begun, "fit_50k_processor_s": time.process_time() - spent}
    texts = [question.title for question in sets.questions("zh_afqmc_distractors.jsonl.gz")]
    turns = [pair.turn for pair in islice(sets.pairs, 0, ASKED * 20, 20)]
    for name, count in SIZES.items():
        questions = [Question(QuestionId(str(place)), text) for place, text in enumerate(texts[:count])]
        begun = time.perf_counter()
        bank = Bank(questions, (), model)
        found[f"index_{name}_s"] = time.perf_counter() - begun
        found |= _of_bank(name, bank, turns)
    return found | _memory(sets)


def _of_bank(name: str, bank: Bank, turns: Sequence[str]) -> Found:
    robot = Robot(bank)
    decide = _timed(lambda text: robot.decide(Turn(text), NOW), turns)
    key = _timed(lambda text: bank.suggest(text[: 1 + len(text) // 2], NOW), turns)
    found: Found = {}
    for what, times in (("decision", decide), ("key", key)):
        for share, of in (("p50", 0.5), ("p99", 0.99)):
            found[f"{what}_{name}_{share}_ms"] = times[int(len(times) * of)]
    return found


def _timed(work: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    for text in texts[:20]:
        work(text)
    times = []
    for text in texts:
        begun = time.perf_counter()
        work(text)
        times.append((time.perf_counter() - begun) * 1_000)
    return sorted(times)


def _memory(sets: Sets) -> Found:
    """What 50,000 questions add to a process that has nothing else to do, with a model and without."""
    run = [sys.executable, str(Path(__file__)), str(sets.robot)]
    said = subprocess.run(run, check=True, capture_output=True, text=True).stdout.split()
    return {"index_50k_mb": float(said[0]), "index_50k_with_model_mb": float(said[1])}


def _grown(robot: Path) -> None:
    import psutil

    sets = Sets(robot.parent, 0)
    questions = sets.questions("zh_afqmc_distractors.jsonl.gz")[: SIZES["50k"]]
    small = fit(sets.pairs[:3_000])
    Bank(questions[:100], (), small)
    process = psutil.Process()
    kept: list[Bank] = []
    for model in (None, small):
        before = process.memory_info().rss
        kept.append(Bank(questions, (), model))
        print((process.memory_info().rss - before) / 1e6)


if __name__ == "__main__":
    _grown(Path(sys.argv[1]))
