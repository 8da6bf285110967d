"""The question bank: looking through it, writing and approving questions, their versions.

Who teaches the robot writes all questions; who runs campaigns writes those of one, as drafts that others approve.
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from goldensix.adapters.bank.faults import faults
from goldensix.adapters.postgres.bank import QuestionDraft
from goldensix.adapters.postgres.bank_list import State, Wanted
from goldensix.adapters.postgres.questions import CodeTaken, KeptQuestion
from goldensix.adapters.postgres.roster import Account
from goldensix.api.errors import ApiError, not_found
from goldensix.api.http.bank_models import (
    ApproveAsk,
    ApprovedAnswer,
    BankChoices,
    BankQuestion,
    BankShop,
    BankStates,
    Chosen,
    NewQuestion,
    ProductToShow,
    QuestionHistory,
    QuestionsAnswer,
    QuestionText,
    RowId,
    question_shown,
    version_shown,
)
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.demo.questions import QUESTIONS, starter
from goldensix.events.ids import ShopId
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/robot")

Writer = Annotated[Caller, Depends(requires(Permission.RUN_CAMPAIGNS))]
"""Everybody who teaches the robot runs campaigns, too; what is no campaign's is refused below."""
Teacher = Annotated[Caller, Depends(requires(Permission.TEACH_ROBOT))]
Approver = Annotated[Caller, Depends(requires(Permission.APPROVE_ANSWERS))]


@router.get("/questions")
async def questions(
    caller: Writer,
    house: TheHouse,
    words: Annotated[str, Query(max_length=200)] = "",
    state: State = "all",
    shop: RowId | None = None,
    campaign: RowId | None = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    most: Annotated[int, Query(ge=1, le=200)] = 50,
) -> QuestionsAnswer:
    wanted = Wanted(words.strip(), state, None if shop is None else ShopId(shop), campaign)
    listed = await house.bank_list.page(caller.account.merchant, wanted, offset, most)
    return QuestionsAnswer(
        questions=[question_shown(each) for each in listed.questions],
        found=listed.found,
        states=BankStates.model_validate(listed.states),
    )


@router.get("/choices")
async def choices(caller: Writer, house: TheHouse) -> BankChoices:
    """What a question may be limited to and show, and who wrote and approved."""
    merchant = caller.account.merchant
    roster = await house.people.roster(merchant)
    products = [(shop, each) for shop in roster.shops for each in await house.shops.products(merchant, shop)]
    return BankChoices(
        groups=[BankShop(id=each.id, name=each.name) for each in roster.groups.values()],
        shops=[BankShop(id=each.id, name=each.name) for each in roster.shops.values()],
        campaigns=[BankShop(id=each.id, name=each.draft.name) for each in await house.campaigns.all(merchant)],
        products=[
            ProductToShow(id=each.id, shop=shop, title=each.title, price_cents=each.price_cents)
            for shop, each in products
        ],
        people={each.id: each.name for each in roster.accounts.values()},
    )


@router.post("/questions", status_code=201)
async def add_question(body: NewQuestion, caller: Writer, house: TheHouse) -> BankQuestion:
    account, draft = caller.account, body.draft()
    demand(account, [draft])
    if body.approve and not account.may(Permission.APPROVE_ANSWERS):
        raise _not_yours()
    await refuse_faults(house, account, draft)
    try:
        added = await house.questions.add(account.merchant, draft, account.id, body.code, approve=body.approve)
    except CodeTaken:
        raise _code_taken() from None
    return await _told(house, account, added)


@router.post("/starters", status_code=204)
async def add_starters(caller: Teacher, house: TheHouse) -> None:
    """Drafts of what most stores are asked, for the groups of their duties; a code that is taken stays as it is."""
    merchant = caller.account.merchant
    groups = (await house.people.roster(merchant)).by_duty
    taken = {each.code for each in await house.questions.all(merchant)}
    drafts = [(None, each.code, starter(each, groups)) for each in QUESTIONS if each.code not in taken]
    await house.questions.put(merchant, drafts, caller.account.id)


@router.put("/questions/{question}")
async def change_question(question: int, body: QuestionText, caller: Writer, house: TheHouse) -> BankQuestion:
    """A new version, which waits for its approval; the approved one answers until then."""
    account = caller.account
    await mine(house, account, [question])
    demand(account, [body.draft()])
    await refuse_faults(house, account, body.draft())
    await house.questions.change(account.merchant, question, body.draft(), account.id)
    return await _told(house, account, question)


@router.get("/questions/{question}")
async def question_history(question: int, caller: Writer, house: TheHouse) -> QuestionHistory:
    found = await _found(house, caller.account, question)
    versions = await house.questions.versions(caller.account.merchant, question)
    return QuestionHistory(question=question_shown(found), versions=[version_shown(each) for each in versions])


@router.post("/questions/approve")
async def approve_questions(body: ApproveAsk, caller: Approver, house: TheHouse) -> ApprovedAnswer:
    """Those that nobody changed since they were read."""
    read = [(each.id, each.version) for each in body.questions]
    approved = await house.questions.approve(caller.account.merchant, read, caller.account.id)
    return ApprovedAnswer(approved=approved)


@router.post("/questions/{question}/withdraw")
async def withdraw_question(question: int, caller: Approver, house: TheHouse) -> BankQuestion:
    """The robot answers it no more, until it is approved again."""
    await _found(house, caller.account, question)
    await house.questions.withdraw(caller.account.merchant, question)
    return await _told(house, caller.account, question)


@router.post("/questions/remove", status_code=204)
async def remove_questions(body: Chosen, caller: Writer, house: TheHouse) -> None:
    await mine(house, caller.account, body.questions)
    await house.questions.remove(caller.account.merchant, body.questions)


@router.post("/questions/restore", status_code=204)
async def restore_questions(body: Chosen, caller: Writer, house: TheHouse) -> None:
    """Takes a removal back."""
    await mine(house, caller.account, body.questions)
    try:
        await house.questions.restore(caller.account.merchant, body.questions)
    except CodeTaken:
        raise _code_taken() from None


def demand(account: Account, drafts: Sequence[QuestionDraft]) -> None:
    if not account.may(Permission.TEACH_ROBOT) and any(draft.campaign is None for draft in drafts):
        raise _not_yours()


async def mine(house: House, account: Account, questions: Sequence[int]) -> list[KeptQuestion]:
    """Questions that this person may change; each of them has to be there."""
    wanted = {question for question in questions if 0 < question < 2**63}
    found = await house.questions.some(account.merchant, [*wanted])
    if len(found) < len(set(questions)):
        raise not_found("问题", "question")
    demand(account, [each.newest.draft for each in found])
    return found


async def refuse_faults(house: House, account: Account, draft: QuestionDraft) -> None:
    known = await house.bank_list.references(account.merchant)
    for fault in faults(draft, known):
        raise ApiError(422, "unfit", zh=f"{fault.field}：{fault.zh}", en=f"{fault.field}: {fault.en}")


async def _found(house: House, account: Account, question: int) -> KeptQuestion:
    found = await house.questions.find(account.merchant, question) if 0 < question < 2**63 else None
    if found is None:
        raise not_found("问题", "question")
    return found


async def _told(house: House, account: Account, question: int) -> BankQuestion:
    return question_shown(await _found(house, account, question))


def _not_yours() -> ApiError:
    return ApiError(
        403,
        "not_allowed",
        zh="您的角色只能写属于活动的问题，由服务主管或管理员批准。",
        en="Your role writes questions of campaigns only; a service manager or administrator approves them.",
    )


def _code_taken() -> ApiError:
    return ApiError(409, "code_taken", zh="code：另一个问题已用这个编号。", en="code: another question has it.")
