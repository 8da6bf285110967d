"""What makes a consult come before others, or asks for a skill: the merchant's rules, in order."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field, model_validator

from goldensix.actions.arrival import ConsultRule, On
from goldensix.adapters.postgres.roster import MerchantSettings, Roster
from goldensix.api.errors import ApiError, Unfit
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.events.ids import ShopId, Skill
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/assignment/rules")

Administrator = Annotated[Caller, Depends(requires(Permission.MANAGE_ACCOUNTS))]
Text = Annotated[str, Field(min_length=1, max_length=100)]


class RuleBody(Ask):
    name: Annotated[str, Field(min_length=1, max_length=40)]
    """What an assignment says it came of."""
    on: On
    texts: Annotated[list[Text], Field(max_length=30)] = Field(default_factory=list)
    """Of `words` and `page`: any of them."""
    product: Annotated[int, Field(ge=0, le=2**53 - 1)] = 0
    cents: Annotated[int, Field(ge=0, le=10**12)] = 0
    """Of `unpaid_order` and `bought`: at least so much."""
    shop: int | None = None
    """Null: in every shop."""
    priority: Annotated[int, Field(ge=0, le=9)] = 0
    """A point is worth a minute of waiting."""
    skill: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    must: bool = False
    """Nobody without the skill is given it; otherwise those with it come first."""

    @model_validator(mode="after")
    def _says_something(self) -> "RuleBody":
        if self.on in ("words", "page") and not self.texts:
            raise Unfit(zh="缺少 texts", en="needs texts")
        if self.on == "product" and not self.product:
            raise Unfit(zh="缺少 product", en="needs a product")
        if not (self.priority or self.skill):
            raise Unfit(zh="的 priority 和 skill 至少填写一个", en="gives neither a priority nor a skill")
        return self


class RulesBody(Ask):
    rules: Annotated[list[RuleBody], Field(max_length=50)]


class RuleAnswer(Answer):
    name: str
    on: On
    texts: list[str]
    product: int
    cents: int
    shop: int | None
    priority: int
    skill: str | None
    must: bool


class RulesAnswer(Answer):
    rules: list[RuleAnswer]


@router.get("")
async def rules(house: TheHouse, caller: Administrator) -> RulesAnswer:
    return _shown((await house.people.roster(caller.account.merchant)).merchant.settings)


@router.put("")
async def set_rules(body: RulesBody, house: TheHouse, caller: Administrator) -> RulesAnswer:
    merchant = caller.account.merchant
    wanted = _checked(body, await house.people.roster(merchant))
    after = await house.people.change_merchant(
        merchant, lambda before: replace(before, rules=wanted), caller.account.id
    )
    await house.on_roster_changed(merchant)
    return _shown(after)


def _checked(body: RulesBody, roster: Roster) -> tuple[ConsultRule, ...]:
    """Names are told apart, and shops are the merchant's."""
    names = [rule.name for rule in body.rules]
    if len(set(names)) < len(names):
        raise ApiError(422, "bad_name", zh="rules 中 name 不能重复。", en="rules has a name twice.")
    if any(rule.shop is not None and rule.shop not in roster.shops for rule in body.rules):
        raise ApiError(422, "bad_shop", zh="rules 中有不存在的 shop。", en="rules names a shop that does not exist.")
    return tuple(_rule(rule) for rule in body.rules)


def _rule(body: RuleBody) -> ConsultRule:
    return ConsultRule(
        body.name,
        body.on,
        tuple(body.texts),
        body.product,
        body.cents,
        None if body.shop is None else ShopId(body.shop),
        body.priority,
        None if body.skill is None else Skill(body.skill),
        body.must,
    )


def _shown(settings: MerchantSettings) -> RulesAnswer:
    rules = [RuleAnswer.model_validate(rule, from_attributes=True) for rule in settings.rules]
    return RulesAnswer(rules=rules)
