"""What the robot would have done with the consults of some days: every turn decided, some to be marked by people."""

import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final, TypeVar

from goldensix.adapters.bank.findings import (
    LabelledFigures,
    Point,
    Sample,
    Thought,
    TrialFound,
    TriedQuestion,
)
from goldensix.adapters.importers.masking import masked_texts
from goldensix.adapters.postgres.bank import BankContent
from goldensix.metrics.closing import is_closing
from goldensix.robot.asked import Asked
from goldensix.robot.bands import Bands
from goldensix.robot.bank import Bank
from goldensix.robot.decision import Decision
from goldensix.robot.judge import Trial, by_question, curve, figures
from goldensix.robot.question import Labelled, Scene
from goldensix.robot.robot import Robot
from goldensix.robot.rules import Rules
from goldensix.robot.turn import Turn, same
from goldensix.teaching.trying import unseen_trials

if TYPE_CHECKING:
    from goldensix.robot.model import Model

T = TypeVar("T")
MOST: Final = 10_000
"""Turns that are tried at once, the latest: half a minute."""
SAMPLES: Final = 60
_POINTS: Final = 100
_TOLD_EVERY: Final = 200
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class _Decided:
    turn: Asked
    decision: Decision
    ms: float


def tried_week(
    turns: Sequence[Asked],
    content: BankContent,
    model: "Model | None",
    bands: Bands,
    days: int,
    progress: Callable[[float], None],
) -> TrialFound:
    latest = sorted(turns, key=lambda turn: turn.at)[-MOST:]
    robot = Robot(Bank(content.questions, content.labelled, model), Rules(content.rules), bands)
    decided = list(_decided(robot, latest, progress))
    labelled = list(unseen_trials(content.questions, _unseen(content), model)) if content.questions else []
    took = sorted(each.ms for each in decided)
    return TrialFound(
        days=days,
        turns=len(decided),
        left_out=len(turns) - len(latest),
        consults=sum(each.turn.is_first for each in decided),
        of_consults=Counter(each.decision.kind for each in decided if each.turn.is_first),
        of_turns=Counter(each.decision.kind for each in decided),
        reasons=Counter(each.decision.reason for each in decided),
        surest=_surest(decided),
        questions=_by_question(decided, labelled, content),
        routes=Counter(str(each.decision.routed.route) for each in decided),
        p50_ms=_share(took, 0.5),
        p99_ms=_share(took, 0.99),
        labelled=_labelled(labelled),
        samples=_samples(decided, content),
        pairs=model.pairs if model else 0,
    )


def _decided(robot: Robot, turns: Sequence[Asked], progress: Callable[[float], None]) -> Iterable[_Decided]:
    for number, turn in enumerate(turns):
        begun = time.perf_counter()
        decision = robot.decide(Turn(turn.text, turn.previous), Scene(turn.at, turn.shop))
        yield _Decided(turn, decision, (time.perf_counter() - begun) * 1_000)
        if number % _TOLD_EVERY == 0:
            progress(number / len(turns))


def _unseen(content: BankContent) -> list[Labelled]:
    """Labelled words that are no wording of a question, which would be found by their letters; and whose question is
    in the bank, if they have one."""
    known = {same(text) for each in content.questions for text in (each.title, *each.phrasings)}
    ids = {None, *(each.id for each in content.questions)}
    return [each for each in content.labelled if same(each.text) not in known and each.question in ids]


def _labelled(trials: Sequence[Trial]) -> LabelledFigures:
    found = figures(trials)
    points = [Point(round(each.coverage, 4), round(each.precision, 4), round(each.confidence, 4))
              for each in _thinned(curve(trials))]  # fmt: skip
    return LabelledFigures(found.cases, found.top1, found.top3, found.mrr, tuple(points))


def _by_question(
    decided: Sequence[_Decided], trials: Sequence[Trial], content: BankContent
) -> tuple[TriedQuestion, ...]:
    """Those that were asked or labelled, the most asked first."""
    done: dict[str, Counter[str]] = defaultdict(Counter)
    for each in decided:
        if each.decision.candidates and each.decision.kind != "hand_over":
            done[each.decision.candidates[0].question.id][each.decision.kind] += 1
    judged = {each.question: each for each in by_question(trials)}
    made = [
        TriedQuestion(
            int(question.id), question.title, done[question.id]["answer"], done[question.id]["ask"],
            *((known.cases, known.right, known.among_three) if (known := judged.get(question.id)) else (0, 0, 0)),
        )
        for question in content.questions
    ]  # fmt: skip
    asked = [each for each in made if each.answered or each.asked or each.cases]
    return tuple(sorted(asked, key=lambda each: (-each.answered - each.asked, each.question)))


def _samples(decided: Sequence[_Decided], content: BankContent) -> tuple[Sample, ...]:
    """Turns to be marked: half of those it would answer, half of the rest, from all confidences, each wording once."""
    known = {(same(each.text), same(each.previous)) for each in content.labelled}
    fresh: dict[tuple[str, str], _Decided] = {}
    for each in decided:
        words = same(each.turn.text), same(each.turn.previous)
        if words[0] and words not in known and not is_closing(each.turn.text) and each.decision.candidates:
            fresh.setdefault(words, each)
    unsure = [each for each in fresh.values() if each.decision.reason not in ("same_words", "rule")]
    answered = [each for each in unsure if each.decision.kind == "answer"]
    others = [each for each in unsure if each.decision.kind != "answer"]
    half = max(SAMPLES // 2, SAMPLES - len(others))
    chosen = _spread(answered, half)
    chosen += _spread(others, SAMPLES - len(chosen))
    return _told(chosen)


def _spread(decided: Sequence[_Decided], count: int) -> list[_Decided]:
    """As many from each range of confidence; the same ones each time."""
    ordered = sorted(decided, key=lambda each: -each.decision.confidence)
    if len(ordered) <= count:
        return ordered
    drawn = Random(6)  # noqa: S311 - a draw, no secret
    step = len(ordered) / count
    return [ordered[int(place * step + drawn.random() * step)] for place in range(count)]


def _told(chosen: Sequence[_Decided]) -> tuple[Sample, ...]:
    turns = [each.turn for each in chosen]
    texts, before, replies = (
        [text[:_LONGEST] for text in masked_texts([getattr(turn, part) for turn in turns])]
        for part in ("text", "previous", "reply")
    )
    return tuple(
        Sample(
            hashlib.sha256(f"{texts[at]}\n{before[at]}".encode()).hexdigest()[:16],
            texts[at], before[at], replies[at], each.decision.kind, each.decision.reason,
            tuple(Thought(int(found.question.id), found.question.title, round(found.confidence, 4))
                  for found in each.decision.candidates),
        )
        for at, each in enumerate(chosen)
    )  # fmt: skip


def _surest(decided: Sequence[_Decided]) -> tuple[float, ...]:
    ordered = sorted((each.decision.confidence for each in decided), reverse=True)
    return tuple(round(each, 4) for each in _thinned(ordered))


def _thinned(ordered: Sequence[T]) -> list[T]:
    if len(ordered) <= _POINTS:
        return list(ordered)
    return [ordered[round(place * (len(ordered) - 1) / (_POINTS - 1))] for place in range(_POINTS)]


def _share(ordered: Sequence[float], share: float) -> float:
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 3) if ordered else 0.0
