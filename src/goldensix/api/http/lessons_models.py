"""What the doors of the robot's lessons take and give."""

from typing import Annotated, Literal

from pydantic import Field

from goldensix.adapters.bank.faults import LONGEST_PHRASING, MOST_PHRASINGS
from goldensix.adapters.bank.findings import Doing, Proposals, Sample, Settled, TrialFound
from goldensix.adapters.lessons import What
from goldensix.adapters.postgres.findings import Finding
from goldensix.api.http.bank_models import RowId
from goldensix.api.http.models import Answer, Ask
from goldensix.robot.bands import Bands, Mark, lower_bound
from goldensix.robot.judge import Trial, curve
from goldensix.robot.question import Labelled, QuestionId


class LessonAsk(Ask):
    what: What
    days: Annotated[int, Field(ge=0, le=3650)] = 30
    """How far back it looks; 0: all there is."""


class LessonAnswer(Answer):
    state: Literal["none", "running", "done", "failed"]
    what: What | None
    stage: str
    share: float
    error: str


class ProposalShown(Answer):
    key: str
    texts: list[str]
    count: int
    unanswered: int
    reply: str
    near: int | None
    near_title: str
    settled: Settled


class ProposalsAnswer(Answer):
    found_at: int | None
    """Null: nobody has looked yet."""
    days: int
    turns: int
    proposals: list[ProposalShown]


class MergeAsk(Ask):
    question: RowId


class ThoughtShown(Answer):
    question: int
    title: str
    confidence: float


class SampleShown(Answer):
    key: str
    text: str
    previous: str
    reply: str
    doing: Doing
    reason: str
    confidence: float
    thoughts: list[ThoughtShown]
    marked: bool
    question: int | None


class TriedQuestionShown(Answer):
    question: int
    title: str
    answered: int
    asked: int
    cases: int
    right: int
    among: int


class PointShown(Answer):
    coverage: float
    precision: float
    confidence: float


class MarkedShown(Answer):
    """What people marked of this trial's samples."""

    marked: int
    right: int
    among: int
    """One of the three is the right one."""
    answered: int
    """Marked ones that the robot would have answered; of them right, and the lower bound of that share."""
    answered_right: int
    answered_bound: float
    curve: list[PointShown]
    """From the surest sample to all that are marked."""
    all_marks: int
    """Of other trials and of the robot at work, too: from these its bands are made."""
    answer_from: float
    """The confidence from which on they let it answer; above 1: none."""
    would_answer: float
    """Share of all turns that are at least so sure."""
    is_cold: bool
    """Too few marks: only what is next to certain is answered."""


class LabelledShown(Answer):
    cases: int
    top1: float | None
    top3: float | None
    mrr: float | None
    curve: list[PointShown]


class TrialAnswer(Answer):
    found_at: int | None
    """Null: nobody has tried yet."""
    days: int
    turns: int
    left_out: int
    consults: int
    of_consults: dict[Doing, int]
    of_turns: dict[Doing, int]
    reasons: dict[str, int]
    questions: list[TriedQuestionShown]
    routes: dict[str, int]
    p50_ms: float
    p99_ms: float
    pairs: int
    """That the model was fitted on; 0: words alone were compared."""
    model_damaged: bool
    labelled: LabelledShown | None
    marks: MarkedShown | None
    samples: list[SampleShown]


class MarkAsk(Ask):
    question: RowId | None
    """The one that the turn asks; null: none of the bank."""


class ModelAnswer(Answer):
    fitted_at: int | None
    pairs: int
    fitted: bool
    """False: the log has too few turns with a reply."""
    bytes: int


class AlikeAsk(Ask):
    question: Annotated[int, Field(ge=0, lt=2**63)] = 0
    """The one that is being written; 0: a new one."""
    texts: Annotated[
        tuple[Annotated[str, Field(max_length=LONGEST_PHRASING)], ...], Field(max_length=MOST_PHRASINGS + 1)
    ] = ()


class AlikeShown(Answer):
    one: int
    one_title: str
    other: int
    other_title: str
    wording: str
    likeness: float
    """1: the same words."""


def proposals_shown(found: Finding[Proposals] | None, titles: dict[int, str]) -> ProposalsAnswer:
    if found is None:
        return ProposalsAnswer(found_at=None, days=0, turns=0, proposals=[])
    shown = [
        ProposalShown(
            key=each.key,
            texts=[*each.texts],
            count=each.count,
            unanswered=each.unanswered,
            reply=each.reply,
            near=each.near if each.near in titles else None,
            near_title=titles.get(each.near or 0, ""),
            settled=each.settled,
        )
        for each in found.content.proposals
    ]
    return ProposalsAnswer(found_at=found.found_at, days=found.content.days, turns=found.content.turns, proposals=shown)


def sample_shown(sample: Sample) -> SampleShown:
    return SampleShown(
        key=sample.key,
        text=sample.text,
        previous=sample.previous,
        reply=sample.reply,
        doing=sample.doing,
        reason=sample.reason,
        confidence=sample.confidence,
        thoughts=[
            ThoughtShown(question=each.question, title=each.title, confidence=each.confidence)
            for each in sample.thoughts
        ],
        marked=sample.marked,
        question=sample.question,
    )


def mark_of(sample: Sample) -> Mark:
    ids = [each.question for each in sample.thoughts]
    return Mark(sample.confidence, ids[:1] == [sample.question], sample.question in ids)


def marks_shown(trial: TrialFound, bands: Bands) -> MarkedShown:
    marked = [each for each in trial.samples if each.marked]
    marks = [mark_of(each) for each in marked]
    answered = [mark_of(each) for each in marked if each.doing == "answer"]
    right = sum(each.right for each in answered)
    sure = sum(each >= bands.answer for each in trial.surest)
    return MarkedShown(
        marked=len(marks),
        right=sum(each.right for each in marks),
        among=sum(each.among for each in marks),
        answered=len(answered),
        answered_right=right,
        answered_bound=lower_bound(right, len(answered)),
        curve=_curve(marked, marks),
        all_marks=bands.marks,
        answer_from=bands.answer,
        would_answer=sure / max(len(trial.surest), 1),
        is_cold=bands.are_cold,
    )


def _curve(samples: list[Sample], marks: list[Mark]) -> list[PointShown]:
    trials = [
        Trial(Labelled(each.text, QuestionId(str(each.question))), mark.confidence, 1 if mark.right else None, None)
        for each, mark in zip(samples, marks, strict=True)
    ]
    return [PointShown(coverage=p.coverage, precision=p.precision, confidence=p.confidence) for p in curve(trials)]


def trial_shown(found: Finding[TrialFound] | None, bands: Bands) -> TrialAnswer:
    if found is None:
        return TrialAnswer(
            found_at=None, days=0, turns=0, left_out=0, consults=0, of_consults={}, of_turns={}, reasons={},
            questions=[], routes={}, p50_ms=0, p99_ms=0, pairs=0, model_damaged=False, labelled=None, marks=None,
            samples=[],
        )  # fmt: skip
    told = found.content
    labelled = told.labelled
    points = [PointShown(coverage=p.coverage, precision=p.precision, confidence=p.confidence) for p in labelled.curve]
    questions = [
        TriedQuestionShown(
            question=each.question, title=each.title, answered=each.answered, asked=each.asked, cases=each.cases,
            right=each.right, among=each.among,
        )
        for each in told.questions
    ]  # fmt: skip
    return TrialAnswer(
        found_at=found.found_at, days=told.days, turns=told.turns, left_out=told.left_out, consults=told.consults,
        of_consults=told.of_consults, of_turns=told.of_turns, reasons=told.reasons, questions=questions,
        routes=told.routes, p50_ms=told.p50_ms, p99_ms=told.p99_ms, pairs=told.pairs, model_damaged=told.model_damaged,
        labelled=LabelledShown(
            cases=labelled.cases, top1=labelled.top1, top3=labelled.top3, mrr=labelled.mrr, curve=points
        ),
        marks=marks_shown(told, bands), samples=[sample_shown(each) for each in told.samples],
    )  # fmt: skip
