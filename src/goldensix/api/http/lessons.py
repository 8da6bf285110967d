"""Lessons of the robot: new questions proposed, a trial of what it would have done, the store's own model."""

from collections.abc import Callable
from dataclasses import replace as replaced
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Depends, Request

from goldensix.adapters.bank.findings import ModelFound, Proposal, Proposals, Sample, Settled, TrialFound
from goldensix.adapters.lessons import What
from goldensix.adapters.postgres.bank import QuestionDraft
from goldensix.adapters.reports import Refused
from goldensix.api.errors import ApiError, language, not_found
from goldensix.api.http.bank import mine, refuse_faults
from goldensix.api.http.bank_models import BankQuestion, question_shown
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.lessons_models import (
    AlikeAsk,
    AlikeShown,
    LessonAnswer,
    LessonAsk,
    MarkAsk,
    MergeAsk,
    ModelAnswer,
    ProposalsAnswer,
    TrialAnswer,
    mark_of,
    proposals_shown,
    trial_shown,
)
from goldensix.robot.bands import banded
from goldensix.robot.question import Answer, Labelled, QuestionId
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/robot")

Teacher = Annotated[Caller, Depends(requires(Permission.TEACH_ROBOT))]


async def _of_all_shops(caller: Teacher) -> Caller:
    """Proposals and trials hold words of buyers of every shop."""
    if caller.account.shops:
        raise ApiError(
            403,
            "not_allowed",
            zh="这里有所有店铺买家的原话，您的账号只限部分店铺。",
            en="This holds words of buyers of all shops; your account is limited to some.",
        )
    return caller


Reader = Annotated[Caller, Depends(_of_all_shops)]
_PHRASINGS: Final = 12
"""Of a cluster, the most typical: a new question begins with these."""


# -- what runs


@router.get("/lesson")
async def lesson(request: Request, caller: Teacher, house: TheHouse) -> LessonAnswer:
    """How far the lesson is that runs, or how the last one ended."""
    found = house.lessons.current(caller.account.merchant)
    en, zh = found.error or ("", "")
    error = zh if language(request.headers) == "zh" else en
    return LessonAnswer(state=found.state, what=found.what, stage=found.stage, share=found.share, error=error)


@router.delete("/lesson", status_code=204)
async def stop_lesson(caller: Teacher, house: TheHouse) -> None:
    await house.lessons.cancel(caller.account.merchant)


@router.post("/lesson", status_code=202)
async def start_lesson(body: LessonAsk, caller: Teacher, house: TheHouse, request: Request) -> LessonAnswer:
    """`propose` looks for new questions, `try` says what the robot would have done, `fit` fits the store's model."""
    what: What = body.what
    if not house.lessons.start(caller.account.merchant, what, body.days):
        raise ApiError(
            409, "lesson_running", zh="机器人正在算别的，请等它结束或先停止。",
            en="The robot is at another lesson: wait for its end or stop it first.",
        )  # fmt: skip
    return await lesson(request, caller, house)


# -- new questions


@router.get("/proposals")
async def proposals(caller: Reader, house: TheHouse) -> ProposalsAnswer:
    found = await house.findings.find(caller.account.merchant, Proposals)
    near = [] if found is None else [each.near for each in found.content.proposals if each.near is not None]
    kept = await house.questions.some(caller.account.merchant, near)
    return proposals_shown(found, {each.id: each.newest.draft.title for each in kept if not each.removed})


@router.post("/proposals/{key}/accept", status_code=201)
async def accept_proposal(key: str, caller: Reader, house: TheHouse) -> BankQuestion:
    """A draft of it, with what people answered as its answer."""
    account, proposal = caller.account, await _open(house, caller, key)
    answers = (Answer(proposal.reply.strip()),) if proposal.reply.strip() else ()
    title, *others = proposal.texts
    draft = QuestionDraft(title[:200], tuple(text[:500] for text in others[:_PHRASINGS]), answers)
    await refuse_faults(house, account, draft)
    await _settle(house, caller, key, "accepted")
    added = await house.questions.add(account.merchant, draft, account.id)
    (made,) = await house.questions.some(account.merchant, [added])
    return question_shown(made)


@router.post("/proposals/{key}/merge")
async def merge_proposal(key: str, body: MergeAsk, caller: Reader, house: TheHouse) -> BankQuestion:
    """Its wordings become phrasings of a question that is there, in a new version."""
    account, proposal = caller.account, await _open(house, caller, key)
    (question,) = await mine(house, account, [body.question])
    before = question.newest.draft
    more = dict.fromkeys((*before.phrasings, *(text[:500] for text in proposal.texts[:_PHRASINGS])))
    draft = replaced(before, phrasings=tuple(text for text in more if text != before.title))
    await refuse_faults(house, account, draft)
    await _settle(house, caller, key, "merged")
    await house.questions.change(account.merchant, question.id, draft, account.id)
    (made,) = await house.questions.some(account.merchant, [question.id])
    return question_shown(made)


@router.post("/proposals/{key}/dismiss", status_code=204)
async def dismiss_proposal(key: str, caller: Reader, house: TheHouse) -> None:
    """For good: its words are no question, and the robot learns so."""
    proposal = await _settle(house, caller, key, "dismissed")
    labels = [Labelled(text, None) for text in proposal.texts]
    await house.bank.label(caller.account.merchant, labels, caller.account.id)


@router.post("/proposals/{key}/undo", status_code=204)
async def undo_dismissal(key: str, caller: Reader, house: TheHouse) -> None:
    gone = await _settle(house, caller, key, "", was="dismissed")
    await house.bank.unlabel(caller.account.merchant, [(text, "") for text in gone.texts])


async def _open(house: House, caller: Caller, key: str) -> Proposal:
    found = await house.findings.find(caller.account.merchant, Proposals)
    open_ones = [each for each in found.content.proposals if not each.settled] if found else []
    proposal = next((each for each in open_ones if each.key == key), None)
    if proposal is None:
        raise not_found("提议", "proposal")
    return proposal


async def _settle(house: House, caller: Caller, key: str, settled: Settled, *, was: Settled = "") -> Proposal:
    """Of two who settle one at the same moment, the second finds it settled."""
    found: list[Proposal] = []

    def changed(kept: Proposals) -> Proposals | None:
        found.extend(each for each in kept.proposals if each.key == key and each.settled == was)
        told = [msgspec.structs.replace(each, settled=settled) if each.key == key else each for each in kept.proposals]
        return msgspec.structs.replace(kept, proposals=tuple(told)) if found else None

    if not await house.findings.change(caller.account.merchant, Proposals, changed):
        raise not_found("提议", "proposal")
    return found[0]


# -- a trial


@router.get("/trial")
async def trial(caller: Reader, house: TheHouse) -> TrialAnswer:
    """The last one; what was marked of it counts at once."""
    merchant = caller.account.merchant
    precision = (await house.people.roster(merchant)).merchant.settings.robot.precision
    bands = banded(await house.marks.all(merchant), precision)
    return trial_shown(await house.findings.find(merchant, TrialFound), bands)


@router.post("/trial/marks/{key}")
async def mark_sample(key: str, body: MarkAsk, caller: Reader, house: TheHouse) -> TrialAnswer:
    """What a turn really asks: the robot's first question is right if it is that one. It learns from it, too."""
    account = caller.account
    if body.question is not None:
        await mine(house, account, [body.question])
    sample = await _marked(house, caller, key, lambda each: msgspec.structs.replace(
        each, marked=True, question=body.question))  # fmt: skip
    asked = msgspec.structs.replace(sample, question=body.question)
    mark = mark_of(asked)
    await house.marks.put(
        account.merchant, _mark_key(key), mark.confidence, right=mark.right, among=mark.among, by=account.id
    )
    await house.robots.marked(account.merchant)
    question = None if body.question is None else QuestionId(str(body.question))
    await house.bank.label(account.merchant, [Labelled(sample.text, question, None, sample.previous)], account.id)
    return await trial(caller, house)


@router.delete("/trial/marks/{key}")
async def unmark_sample(key: str, caller: Reader, house: TheHouse) -> TrialAnswer:
    sample = await _marked(house, caller, key, lambda each: msgspec.structs.replace(each, marked=False, question=None))
    merchant = caller.account.merchant
    await house.bank.unlabel(merchant, [(sample.text, sample.previous)])
    await house.marks.take(merchant, _mark_key(key))
    await house.robots.marked(merchant)
    return await trial(caller, house)


def _mark_key(sample: str) -> str:
    """Apart from those of decisions at work."""
    return f"t{sample}"


async def _marked(house: House, caller: Caller, key: str, changed: Callable[[Sample], Sample]) -> Sample:
    found: list[Sample] = []

    def marked(trial: TrialFound) -> TrialFound | None:
        found.extend(each for each in trial.samples if each.key == key)
        told = tuple(changed(each) if each.key == key else each for each in trial.samples)
        return msgspec.structs.replace(trial, samples=told) if found else None

    if not await house.findings.change(caller.account.merchant, TrialFound, marked):
        raise not_found("样本", "sample")
    return found[0]


# -- the model, and questions that say the same


@router.get("/model")
async def model(caller: Teacher, house: TheHouse) -> ModelAnswer:
    found = await house.findings.find(caller.account.merchant, ModelFound)
    if found is None:
        return ModelAnswer(fitted_at=None, pairs=0, fitted=False, bytes=0)
    told = found.content
    return ModelAnswer(fitted_at=found.found_at, pairs=told.pairs, fitted=told.fitted, bytes=told.bytes)


@router.post("/alike")
async def alike(body: AlikeAsk, caller: Teacher, house: TheHouse) -> list[AlikeShown]:
    """Questions that say the same as what is being written; without texts, all of the bank that do."""
    try:
        told = await house.lessons.alike(caller.account.merchant, body.model_dump())
    except Refused:
        raise ApiError(
            503, "not_compared", zh="这次没能比较，请再试一次。", en="They could not be compared this time: try again."
        ) from None
    found = msgspec.json.decode(told)
    ids = {int(each[side]) for each in found for side in ("one", "other")}
    titles = {each.id: each.newest.draft.title for each in await house.questions.some(caller.account.merchant, [*ids])}
    return [
        AlikeShown(
            one=int(each["one"]), one_title=titles.get(int(each["one"]), ""), other=int(each["other"]),
            other_title=titles.get(int(each["other"]), ""), wording=each["wording"], likeness=each["likeness"],
        )
        for each in found
    ]  # fmt: skip
