"""How consults are assigned: the groups, what helps them out, and the rules for all of the merchant's."""

from collections.abc import Set
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from goldensix.actions.premises import Judged, JudgedBy
from goldensix.adapters.postgres import roster
from goldensix.adapters.postgres.roster import Account, Duty, GroupSettings, MerchantSettings, Refused, usual_settings
from goldensix.api.errors import ApiError
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer, Ask, Skills, skills
from goldensix.api.http.naming import Name, refusal
from goldensix.events.ids import GroupId, MerchantId, Milliseconds
from goldensix.routing.policies import PolicyName
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api")

Administrator = Annotated[Caller, Depends(requires(Permission.MANAGE_ACCOUNTS))]
_DAY = 86_400_000
Span = Annotated[int, Field(ge=0, le=_DAY)]
Target = Annotated[int, Field(ge=1, le=_DAY)]


class JudgedBody(Ask):
    """What a group is judged by, and what is good enough."""

    by: JudgedBy
    satisfied: Annotated[int, Field(ge=1, le=100)] = 80
    """Percent of ratings that should be good."""
    refunded_ms: Annotated[int, Field(ge=60_000, le=90 * _DAY)] = _DAY
    """From the request for a refund to its payment."""

    @property
    def rule(self) -> Judged:
        return Judged(self.by, self.satisfied, Milliseconds(self.refunded_ms))


class JudgedAnswer(Answer):
    by: JudgedBy
    satisfied: int
    refunded_ms: int


class GroupSettingsAnswer(Answer):
    id: int
    name: str
    duty: Duty
    target_ms: int
    """A first reply within this is on target."""
    judged: JudgedAnswer
    overflow: list[int]
    """Groups that get its consults, in order, when none of its own people can."""
    priority: int
    """Of two groups that an agent serves, the higher one's consults come first."""
    must: list[str]
    """Skills without which nobody is given its consults."""
    prefers: list[str]
    """Skills of those who come first."""
    people: int
    """Accounts that could have its consults, its helpers' among them; 0: they go to the service manager only."""


class GroupChange(Ask):
    """What is not sent stays as it is."""

    name: Name = ""
    duty: Duty = "other"
    target_ms: Target = 1
    judged: JudgedBody | None = None
    overflow: Annotated[tuple[int, ...], Field(max_length=20)] = ()
    priority: Annotated[int, Field(ge=0, le=9)] = 0
    must: Skills = frozenset()
    prefers: Skills = frozenset()


class NewGroup(GroupChange):
    """What is not sent is as its duty suggests."""

    name: Name
    duty: Duty
    target_ms: Target


class Assignment(Answer):
    """Durations in milliseconds; 0: never."""

    policy: PolicyName
    silent_after: int
    """An agent who lets a buyer wait so long loses the conversation."""
    gone_after: int
    """So does one who is not connected for so long."""
    end_after: int
    """A conversation in which nobody says anything ends after this."""
    end_notice: int
    """So long before that the buyer is told."""
    skill_hold: int
    """So long a consult waits for somebody with a preferred skill who has no free place."""


class AssignmentChange(Ask):
    """What is not sent stays as it is."""

    policy: PolicyName = "idle_hands"
    silent_after: Span = 0
    gone_after: Span = 0
    end_after: Span = 0
    end_notice: Span = 0
    skill_hold: Span = 0

    def sent(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set}


@router.get("/groups")
async def groups(house: TheHouse, caller: Administrator) -> list[GroupSettingsAnswer]:
    return _shown(await house.people.roster(caller.account.merchant))


@router.post("/groups", status_code=201)
async def add_group(body: NewGroup, house: TheHouse, caller: Administrator) -> GroupSettingsAnswer:
    merchant = caller.account.merchant
    _require_others(body, (await house.people.roster(merchant)).groups.keys())
    settings = _settings(usual_settings(body.duty), body)
    added = await house.people.open_group(
        merchant, body.name, body.duty, Milliseconds(body.target_ms), settings, caller.account.id
    )
    return await _after(house, merchant, added)


@router.patch("/groups/{group}")
async def change_group(group: int, body: GroupChange, house: TheHouse, caller: Administrator) -> GroupSettingsAnswer:
    merchant = caller.account.merchant
    known = (await house.people.roster(merchant)).groups.keys()
    if GroupId(group) not in known:
        raise refusal(Refused.UNKNOWN_GROUP, "组", "group")
    _require_others(body, known - {GroupId(group)})
    changed = await house.people.change_group(
        merchant, GroupId(group), lambda before: _changed(before, body), caller.account.id
    )
    return await _after(house, merchant, changed)


def _require_others(body: GroupChange, others: Set[GroupId]) -> None:
    if not set(body.overflow) <= others or len(set(body.overflow)) < len(body.overflow):
        raise ApiError(
            422,
            "bad_overflow",
            zh="overflow 只能是本商家的其他组，每个一次。",
            en="overflow names other groups of this merchant, each once.",
        )


async def _after(house: House, merchant: MerchantId, changed: roster.Group | Refused) -> GroupSettingsAnswer:
    """The desk is told; the group as it is shown then."""
    if isinstance(changed, Refused):
        raise refusal(changed, "组", "group")
    await house.on_roster_changed(merchant)
    shown = _shown(await house.people.roster(merchant))
    return next(each for each in shown if each.id == changed.id)


def _changed(before: roster.Group, body: GroupChange) -> roster.Group:
    sent = body.model_fields_set
    return replace(
        before,
        name=body.name if "name" in sent else before.name,
        duty=body.duty if "duty" in sent else before.duty,
        target=Milliseconds(body.target_ms) if "target_ms" in sent else before.target,
        settings=_settings(before.settings, body),
    )


def _settings(kept: GroupSettings, body: GroupChange) -> GroupSettings:
    sent = body.model_fields_set
    return replace(
        kept,
        judged=kept.judged if body.judged is None else body.judged.rule,
        overflow=tuple(GroupId(each) for each in body.overflow) if "overflow" in sent else kept.overflow,
        priority=body.priority if "priority" in sent else kept.priority,
        must=skills(body.must) if "must" in sent else kept.must,
        prefers=skills(body.prefers) if "prefers" in sent else kept.prefers,
    )


@router.get("/assignment")
async def assignment(house: TheHouse, caller: Administrator) -> Assignment:
    return _told((await house.people.roster(caller.account.merchant)).merchant.settings)


@router.patch("/assignment")
async def change_assignment(body: AssignmentChange, house: TheHouse, caller: Administrator) -> Assignment:
    merchant = caller.account.merchant
    after = await house.people.change_merchant(
        merchant, lambda before: replace(before, **body.sent()), caller.account.id
    )
    await house.on_roster_changed(merchant)
    return _told(after)


def _told(settings: MerchantSettings) -> Assignment:
    return Assignment(
        policy=settings.policy,
        silent_after=settings.silent_after,
        gone_after=settings.gone_after,
        end_after=settings.end_after,
        end_notice=settings.end_notice,
        skill_hold=settings.skill_hold,
    )


def _shown(of: roster.Roster) -> list[GroupSettingsAnswer]:
    return [
        GroupSettingsAnswer(
            id=group.id,
            name=group.name,
            duty=group.duty,
            target_ms=group.target,
            judged=_judged(group.settings.judged),
            overflow=[int(each) for each in group.settings.overflow],
            priority=group.settings.priority,
            must=sorted(group.settings.must),
            prefers=sorted(group.settings.prefers),
            people=sum(_may_have(account, group) for account in of.accounts.values()),
        )
        for group in of.groups.values()
    ]


def _judged(rule: Judged) -> JudgedAnswer:
    return JudgedAnswer(by=rule.by, satisfied=rule.satisfied, refunded_ms=rule.refunded)


def _may_have(account: Account, group: roster.Group) -> bool:
    chain = {group.id, *group.settings.overflow}
    able = account.may(Permission.CONSULT) and account.limit > 0 and group.settings.must <= account.skills
    return bool(able and not account.rehearsal and account.groups & chain)
