"""How often the robot is right, by the store's turns, pairs of questions, English intents and replies."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random
from statistics import mean
from typing import Any

from _robot_anchors import jieba_bm25, tfidf_regression
from _robot_sets import Sets
from goldensix.events.ids import Instant
from goldensix.rehearsal.recording import read
from goldensix.robot.bands import banded, lower_bound
from goldensix.robot.bank import Bank
from goldensix.robot.judge import Trial, figures, tried
from goldensix.robot.model import Model, fit
from goldensix.robot.question import Labelled, Question, Scene
from goldensix.robot.replies import Replies
from goldensix.robot.turn import Turn

NOW = Scene(Instant(0))
FOLDS, DRAWS, SEEN = 5, 3, 10
Found = dict[str, float]


def measure_store(sets: Sets) -> Found:
    questions = sets.questions("zh_ecom_faq.json")
    turns = sets.turns("zh_ecom_gold.dev.jsonl.gz", questions, whole=True)
    found = _named("store", _crossed(questions, turns, sets.model))
    found |= _named("titles", _figures([_tried(Bank(questions, (), sets.model), turns)]))
    found |= _named("words", _crossed(questions, turns, None))
    found |= _named("with_previous", _crossed(questions, _with_previous(sets, turns), sets.model))
    held = fit(sets.pairs_without(_dialogues(sets)))
    found |= _named("held_out", _crossed(questions, turns, held))
    found |= _named("held_out_titles", _figures([_tried(Bank(questions, (), held), turns)]))
    return found | _bands_kept(questions, turns, sets.model) | _anchors(sets, questions, turns)


def _dialogues(sets: Sets) -> set[str]:
    """Where the store's turns come from."""
    return {row["dialog"] for row in _gold(sets)}


def _gold(sets: Sets) -> list[dict[str, Any]]:
    with gzip.open(sets.robot / "zh_ecom_gold.dev.jsonl.gz", "rt") as lines:
        return [json.loads(line) for line in lines]


def _with_previous(sets: Sets, turns: Sequence[Labelled]) -> list[Labelled]:
    """Each with what the buyer said before it, where its dialogue is in the log."""
    said = {dialogue.name: dialogue.utterances for log in sets.logs for dialogue in read(log)}
    found = []
    for turn, row in zip(turns, _gold(sets), strict=True):
        before = [each.text for each in said.get(row["dialog"], ())[: row["turn"]] if each.by == "buyer"]
        found.append(replace(turn, previous=before[-1] if before else ""))
    return found


def _crossed(questions: Sequence[Question], turns: Sequence[Labelled], model: Model | None) -> Found:
    return _figures(
        [trial for fold in range(FOLDS) for trial in _fold(questions, turns, model, draw, fold)]
        for draw in range(DRAWS)
    )


def _fold(
    questions: Sequence[Question], turns: Sequence[Labelled], model: Model | None, draw: int, fold: int
) -> list[Trial]:
    dealt = dealt_out(turns, draw)
    bank = Bank(questions, [turn for turn, at in zip(turns, dealt, strict=True) if at != fold], model)
    return _tried(bank, [turn for turn, at in zip(turns, dealt, strict=True) if at == fold])


def dealt_out(turns: Sequence[Labelled], draw: int) -> list[int]:
    """A fold for each turn; those of one question are spread evenly."""
    drawn = Random(draw)
    order = sorted(range(len(turns)), key=lambda at: (turns[at].question or "", drawn.random()))
    folds = [0] * len(turns)
    for place, at in enumerate(order):
        folds[at] = place % FOLDS
    return folds


def _tried(bank: Bank, turns: Iterable[Labelled]) -> list[Trial]:
    return [tried(turn, bank.rank(Turn(turn.text, turn.previous), NOW, SEEN)) for turn in turns]


def _figures(draws: Iterable[Sequence[Trial]]) -> Found:
    all_figures = [figures(trials) for trials in draws]
    names = {"top1": "top1", "top3": "top3", "mrr": "mrr", "p_at_60": "p_at_60", "precision_at_25": "precision_at_25",
             "coverage_at_p90": "coverage_at_p90", "route_accuracy": "route"}  # fmt: skip
    return {short: mean(getattr(each, name) or 0.0 for each in all_figures) for name, short in names.items()}


def _named(name: str, found: Mapping[str, float]) -> Found:
    return {f"{name}_{figure}": value for figure, value in found.items()}


def _bands_kept(questions: Sequence[Question], turns: Sequence[Labelled], model: Model) -> Found:
    """Bands learned from marks on four folds, kept or not on the fifth: what the promise of 90 % is worth."""
    answered = right = seen = 0
    for draw in range(DRAWS):
        folds = [_fold(questions, turns, model, draw, fold) for fold in range(FOLDS)]
        for fold in range(FOLDS):
            bands = banded(trial.mark for at, own in enumerate(folds) if at != fold for trial in own)
            inside = [trial.right for trial in folds[fold] if trial.confidence >= bands.answer]
            answered, right, seen = answered + len(inside), right + sum(inside), seen + len(folds[fold])
    return {"band_precision": right / max(answered, 1), "band_coverage": answered / seen,
            "band_bound": lower_bound(right // DRAWS, answered // DRAWS)}  # fmt: skip


def _anchors(sets: Sets, questions: Sequence[Question], turns: Sequence[Labelled]) -> Found:
    found: Found = {}
    titles = [question.title for question in questions]
    places = {question.id: place for place, question in enumerate(questions)}
    truth = [-1 if turn.question is None else places[turn.question] for turn in turns]
    try:
        found |= _anchor("jieba_bm25", truth, jieba_bm25(titles, [turn.text for turn in turns]))
    except ImportError:
        sets.missing.add("jieba")
    try:
        guessed: list[tuple[list[int], float]] = [([], 0.0)] * len(turns)
        dealt = dealt_out(turns, 0)
        for fold in range(FOLDS):
            kept = [at for at in range(len(turns)) if dealt[at] != fold]
            asked = [at for at in range(len(turns)) if dealt[at] == fold]
            texts = [*titles, *(turns[at].text for at in kept)]
            labels = [*range(len(titles)), *(truth[at] for at in kept)]
            for at, guess in zip(asked, tfidf_regression(texts, labels, [turns[at].text for at in asked]), strict=True):
                guessed[at] = guess
        found |= _anchor("tfidf_regression", truth, guessed)
    except ImportError:
        sets.missing.add("scikit-learn")
    return found


def _anchor(name: str, truth: Sequence[int], guessed: Sequence[tuple[list[int], float]]) -> Found:
    known = [(right, *guess) for right, guess in zip(truth, guessed, strict=True) if right >= 0]
    surest = sorted(known, key=lambda each: -each[2])[: round(0.6 * len(known))]
    return {
        f"{name}_top1": mean(best[:1] == [right] for right, best, _ in known),
        f"{name}_top3": mean(right in best for right, best, _ in known),
        f"{name}_p_at_60": mean(best[:1] == [right] for right, best, _ in surest),
    }


def measure_pairs(sets: Sets) -> Found:
    """Which of the other wordings a question is found by: LCQMC is easy, AFQMC made to mislead. No model."""
    found: Found = {}
    for name in ("lcqmc", "afqmc"):
        questions = sets.questions(f"zh_{name}_clusters.dev.jsonl.gz")
        turns = sets.turns(f"zh_{name}_clusters.dev.jsonl.gz", questions)
        found[f"{name}_1k"] = mean(_of_some(questions, turns, draw) for draw in range(DRAWS))
        done = figures(_tried(Bank(questions), turns))
        found |= {f"{name}_top1": done.top1 or 0.0, f"{name}_top3": done.top3 or 0.0, f"{name}_mrr": done.mrr or 0.0}
        try:
            found |= _anchor_top(name, questions, turns)
        except ImportError:
            sets.missing.add("jieba")
    return found


def _of_some(questions: Sequence[Question], turns: Sequence[Labelled], draw: int) -> float:
    """Right at once among 1,000 of the questions."""
    some = Random(draw).sample(questions, 1_000)
    ids = {question.id for question in some}
    return figures(_tried(Bank(some), [turn for turn in turns if turn.question in ids])).top1 or 0.0


def _anchor_top(name: str, questions: Sequence[Question], turns: Sequence[Labelled]) -> Found:
    places = {question.id: place for place, question in enumerate(questions)}
    guessed = jieba_bm25([question.title for question in questions], [turn.text for turn in turns])
    truth = [places[turn.question] for turn in turns if turn.question is not None]
    return {
        f"jieba_bm25_{name}_top1": mean(best[:1] == [right] for right, (best, _) in zip(truth, guessed, strict=True)),
        f"jieba_bm25_{name}_top3": mean(right in best for right, (best, _) in zip(truth, guessed, strict=True)),
    }


def measure_english(sets: Sets) -> Found:
    found: Found = {}
    for name, faq, dev in (("bitext_5", "en_bitext.faq", "en_bitext.dev"),
                           ("banking_10", "en_banking77.faq10", "en_banking77.dev")):  # fmt: skip
        questions = sets.questions(f"{faq}.jsonl.gz")
        turns = sets.turns(f"{dev}.jsonl.gz", questions)
        found[name] = figures(_tried(Bank(questions), turns)).top1 or 0.0
        try:
            found[f"tfidf_regression_{name}"] = _regression(questions, turns)
        except ImportError:
            sets.missing.add("scikit-learn")
    return found


def _regression(questions: Sequence[Question], turns: Sequence[Labelled]) -> float:
    texts = [(text, place) for place, each in enumerate(questions) for text in (each.title, *each.phrasings)]
    places = {question.id: place for place, question in enumerate(questions)}
    guessed = tfidf_regression(
        [text for text, _ in texts], [place for _, place in texts], [turn.text for turn in turns]
    )
    return mean(
        best[0] == places[turn.question] for turn, (best, _) in zip(turns, guessed, strict=True) if turn.question
    )


def measure_replies(sets: Sets) -> Found:
    """The true reply among ten, fitted without the dialogues that are asked about.

    The set gives one false reply to each; eight more are drawn from the false ones of others, with a seed.
    """
    with gzip.open(sets.robot / "zh_ecd_resp.dev.jsonl.gz", "rt") as lines:
        rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    model = fit(sets.pairs_without({row["id"] for row in rows}))
    drawn, false = Random(6), [row["neg"][0] for row in rows]
    rows = rows if not sets.sample else rows[: sets.sample]
    first = own = words = 0
    for row in rows:
        replies = [row["pos"][0], row["neg"][0], *drawn.sample(false, 8)]
        context = row["context"]
        turn = Turn(context[-1], context[-3] if len(context) >= 3 else "")
        first += _won(replies, turn, model)
        own += _won(replies[:2], turn, model)
        words += _won(replies, turn, None)
    return {"replies_r10_1": first / len(rows), "replies_r2_1": own / len(rows), "words_r10_1": words / len(rows)}


def _won(replies: list[str], turn: Turn, model: Model | None) -> bool:
    """Of equals none has won."""
    ranked = Replies(replies, model).rank(turn)
    return ranked[0].place == 0 and (len(ranked) < 2 or ranked[1].score < ranked[0].score)
