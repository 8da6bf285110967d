"""The sets that the robot is measured on, read once."""

from functools import cached_property
from pathlib import Path
from random import Random

from goldensix.rehearsal.recording import read
from goldensix.robot.model import Model, fit
from goldensix.robot.question import Labelled, Pair, Question
from goldensix.teaching import files
from goldensix.teaching.logs import pairs, pairs_of


class Sets:
    def __init__(self, data: Path, sample: int) -> None:
        self.robot, self.sample = data / "robot", sample
        self.logs = [data / "dialogues" / "ecd_dialogues.jsonl.gz", data / "dialogues" / "jddc_sample.jsonl.gz"]
        self.missing: set[str] = set()

    @cached_property
    def pairs(self) -> list[Pair]:
        return pairs(self.logs)

    @cached_property
    def model(self) -> Model:
        return fit(self.pairs)

    def pairs_without(self, names: set[str]) -> list[Pair]:
        """Less the dialogues of these names."""
        return [
            pair
            for log in self.logs
            for dialogue in read(log)
            if dialogue.name not in names
            for pair in pairs_of(dialogue)
        ]

    def questions(self, *names: str) -> list[Question]:
        return files.questions([self.robot / name for name in names])

    def turns(self, name: str, questions: list[Question], *, whole: bool = False) -> list[Labelled]:
        """All of them, or a sample."""
        found = files.labelled(self.robot / name, questions)
        return found if whole or not self.sample or len(found) <= self.sample else Random(6).sample(found, self.sample)
