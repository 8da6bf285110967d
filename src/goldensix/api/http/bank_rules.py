"""Keyword rules of the robot: what is decided before anything is scored."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from goldensix.adapters.postgres.bank import KeptRule, RuleDraft, RuleRefused
from goldensix.api.errors import ApiError, not_found
from goldensix.api.http.bank_models import At, RowId
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.events.ids import Instant
from goldensix.robot.rules import BadPattern, Rule, Rules
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/robot/rules")

Teacher = Annotated[Caller, Depends(requires(Permission.TEACH_ROBOT))]
Approver = Annotated[Caller, Depends(requires(Permission.APPROVE_ANSWERS))]
"""A rule is at work at once, so writing one is approving it."""


class KeywordRule(Ask):
    name: Annotated[str, Field(min_length=1, max_length=40)]
    pattern: Annotated[str, Field(min_length=1, max_length=500)]
    """Words as they stand, in any case; with `is_pattern`, a pattern of RE2's."""
    is_pattern: bool = False
    priority: Annotated[int, Field(ge=0, le=999)] = 0
    """The highest of those that hit decides; the hard words come before all."""
    question: RowId | None = None
    """The one that is answered; null: the conversation is handed over."""
    since: At | None = None
    until: At | None = None

    def draft(self) -> RuleDraft:
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise ApiError(422, "bad_span", zh="until 要晚于 since。", en="until must be later than since.")
        try:
            Rules([Rule(self.name, self.pattern, self.is_pattern)])
        except BadPattern as bad:
            raise ApiError(
                422, "bad_pattern", zh="pattern：这个写法不能用（RE2 语法）。", en=f"pattern: {bad}"
            ) from None
        since, until = (None if at is None else Instant(at) for at in (self.since, self.until))
        return RuleDraft(self.name, self.pattern, self.is_pattern, self.priority, self.question, since, until)


class KeywordRuleShown(Answer):
    id: int
    name: str
    pattern: str
    is_pattern: bool
    priority: int
    question: int | None
    question_title: str
    since: int | None
    until: int | None
    changed_at: int
    changed_by: int | None


@router.get("")
async def keyword_rules(caller: Teacher, house: TheHouse) -> list[KeywordRuleShown]:
    """The one that decides first comes first; the hard words, which always hand over, are not among them."""
    return await _all(house, caller)


@router.post("", status_code=201)
async def add_keyword_rule(body: KeywordRule, caller: Approver, house: TheHouse) -> list[KeywordRuleShown]:
    try:
        await house.bank.add_rule(caller.account.merchant, body.draft(), caller.account.id)
    except RuleRefused as refused:
        raise _refusal(refused) from None
    return await _all(house, caller)


@router.put("/{rule}")
async def change_keyword_rule(
    rule: int, body: KeywordRule, caller: Approver, house: TheHouse
) -> list[KeywordRuleShown]:
    account = caller.account
    try:
        there = 0 < rule < 2**63 and await house.bank.change_rule(account.merchant, rule, body.draft(), account.id)
    except RuleRefused as refused:
        raise _refusal(refused) from None
    if not there:
        raise not_found("规则", "rule")
    return await _all(house, caller)


@router.delete("/{rule}", status_code=204)
async def remove_keyword_rule(rule: int, caller: Approver, house: TheHouse) -> None:
    if not (0 < rule < 2**63 and await house.bank.remove_rule(caller.account.merchant, rule)):
        raise not_found("规则", "rule")


def _refusal(refused: RuleRefused) -> ApiError:
    if refused.field == "name":
        return ApiError(409, "name_taken", zh="name：已有同名的规则。", en="name: another rule has it.")
    return ApiError(422, "no_question", zh="question：没有这个问题。", en="question: there is no such question.")


async def _all(house: House, caller: Caller) -> list[KeywordRuleShown]:
    merchant = caller.account.merchant
    rules = await house.bank.rules(merchant)
    ids = [rule.draft.question for rule in rules if rule.draft.question is not None]
    titles = {each.id: each.newest.draft.title for each in await house.questions.some(merchant, ids)}
    return [_shown(rule, titles.get(rule.draft.question or 0, "")) for rule in rules]


def _shown(rule: KeptRule, title: str) -> KeywordRuleShown:
    draft = rule.draft
    return KeywordRuleShown(
        id=rule.id,
        name=draft.name,
        pattern=draft.pattern,
        is_pattern=draft.is_pattern,
        priority=draft.priority,
        question=draft.question,
        question_title=title,
        since=draft.since,
        until=draft.until,
        changed_at=rule.changed_at,
        changed_by=rule.changed_by,
    )
