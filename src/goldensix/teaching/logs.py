"""Dialogues as a model learns from them: each turn of a buyer with the agent's next reply."""

from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import Path

from goldensix.rehearsal.recording import Dialogue, read
from goldensix.robot.question import Pair


def pairs(files: list[Path]) -> list[Pair]:
    """In the order of the files. Raises BadRecording."""
    return [pair for file in files for dialogue in read(file) for pair in pairs_of(dialogue)]


def pairs_of(dialogue: Dialogue) -> Iterator[Pair]:
    """What one side says in a row is one turn."""
    runs = [
        (by, " ".join(each.text for each in said))
        for by, said in groupby(dialogue.utterances, key=lambda utterance: utterance.by)
    ]
    for (by, text), (_, reply) in pairwise(runs):
        if by == "buyer":
            yield Pair(text, reply)
