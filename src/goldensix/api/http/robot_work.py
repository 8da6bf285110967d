"""The robot at work: when, how sure it has to be, what marks made of its bands, how its process and model are."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from goldensix.adapters.bank.findings import ModelFound
from goldensix.api.errors import ApiError
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.events.ids import GroupId, MerchantId, ShopId
from goldensix.robot.bands import ENOUGH, banded
from goldensix.robot.modes import PRESETS, Mode, ModeRule, Preset, RobotRules
from goldensix.team.hours import DAY, Span
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/robot/work")

Teacher = Annotated[Caller, Depends(requires(Permission.TEACH_ROBOT))]
Approver = Annotated[Caller, Depends(requires(Permission.APPROVE_ANSWERS))]
Minute = Annotated[int, Field(ge=0, lt=DAY)]
_MOST_RULES = 50


class ModeRow(Ask):
    """Holds where all that it names is so; hours are minutes of the shop's day."""

    mode: Mode
    shop: int | None = None
    group: int | None = None
    begins: Minute | None = None
    ends: Minute | None = None
    """Not after the beginning: on the next day."""


class ModeShown(Answer):
    mode: Mode
    shop: int | None
    group: int | None
    begins: int | None
    ends: int | None


class PresetShown(Answer):
    name: Preset
    mode: Mode
    rows: list[ModeShown]


class MarkShown(Answer):
    confidence: float
    right: bool
    among: bool
    """One of the three was right."""


class BandsShown(Answer):
    answer: float
    """From this confidence on it answers; over 1: never."""
    ask: float
    bound: float
    """Lower bound of the precision of what it answers; 0: not known yet."""
    marks: int
    enough: int
    """Marks from which on they move the bands."""


class ModelShown(Answer):
    at: int
    pairs: int
    fitted: bool
    """False: these were too few to learn from."""


class ProcessShown(Answer):
    running: bool
    starts: int
    questions: int
    """That it has ready; 0 while the robot is nowhere at work."""
    fault: str
    """Why the model or the bank did not load; empty: it did."""


class RobotWork(Answer):
    stopped: bool
    mode: Mode
    """Where no row holds."""
    rows: list[ModeShown]
    """The first that holds decides."""
    presets: list[PresetShown]
    """To fill in, look at and save."""
    precision: float
    refit_at: int | None
    bands: BandsShown
    marks: list[MarkShown]
    """The newest, at most 200."""
    process: ProcessShown
    model: ModelShown | None
    """The last time that it learned; None: never."""
    shops: dict[int, str]
    groups: dict[int, str]


class RobotWorkChange(Ask):
    """What is not sent stays as it is."""

    stopped: bool = False
    mode: Mode = "off"
    rows: Annotated[list[ModeRow], Field(default_factory=list, max_length=_MOST_RULES)]
    precision: Annotated[float, Field(ge=0.5, le=0.99)] = 0.9
    refit_at: Minute | None = None


@router.get("")
async def work(house: TheHouse, caller: Teacher) -> RobotWork:
    return await _answer(house, caller.account.merchant)


@router.patch("")
async def change_work(body: RobotWorkChange, house: TheHouse, caller: Approver) -> RobotWork:
    merchant = caller.account.merchant
    roster = await house.people.roster(merchant)
    for row in body.rows:
        _require_known(row, roster.shops, roster.groups)
    sent = _sent(body)
    await house.people.change_merchant(
        merchant,
        lambda settings: replace(settings, robot=replace(settings.robot, **sent)),
        caller.account.id,
        what="robot changed",
    )
    await house.on_roster_changed(merchant)
    return await _answer(house, merchant)


def _require_known(row: ModeRow, shops: Any, groups: Any) -> None:
    if row.shop is not None and row.shop not in shops:
        raise ApiError(422, "bad_row", zh="没有这个店铺。", en="There is no such shop.")
    if row.group is not None and row.group not in groups:
        raise ApiError(422, "bad_row", zh="没有这个组。", en="There is no such group.")
    if (row.begins is None) != (row.ends is None):
        raise ApiError(422, "bad_row", zh="开始和结束时间要一起填。", en="Hours need a beginning and an end.")


def _sent(body: RobotWorkChange) -> dict[str, Any]:
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    if "rows" in sent:
        del sent["rows"]
        sent["rules"] = tuple(_rule(row) for row in body.rows)
    return sent


def _rule(row: ModeRow) -> ModeRule:
    span = None if row.begins is None or row.ends is None else Span(row.begins, row.ends)
    shop = None if row.shop is None else ShopId(row.shop)
    return ModeRule(row.mode, shop, None if row.group is None else GroupId(row.group), span)


def _row(rule: ModeRule) -> ModeShown:
    begins, ends = (None, None) if rule.span is None else (rule.span.begins, rule.span.ends)
    return ModeShown(mode=rule.mode, shop=rule.shop, group=rule.group, begins=begins, ends=ends)


def _preset(name: Preset, rules: RobotRules) -> PresetShown:
    return PresetShown(name=name, mode=rules.mode, rows=[_row(rule) for rule in rules.rules])


async def _answer(house: House, merchant: MerchantId) -> RobotWork:
    roster = await house.people.roster(merchant)
    rules, marks = roster.merchant.settings.robot, await house.marks.all(merchant)
    bands, standing = banded(marks, rules.precision), house.robots.standing(merchant)
    return RobotWork(
        **_rules(rules),
        presets=[_preset(name, each) for name, each in PRESETS.items()],
        bands=BandsShown(answer=bands.answer, ask=bands.ask, bound=bands.bound, marks=bands.marks, enough=ENOUGH),
        marks=[MarkShown(confidence=each.confidence, right=each.right, among=each.among) for each in marks[:200]],
        process=ProcessShown(
            running=house.robots.is_running,
            starts=house.robots.starts,
            questions=standing.questions,
            fault=standing.fault,
        ),
        model=await _model(house, merchant),
        shops={id: shop.name for id, shop in roster.shops.items()},
        groups={id: group.name for id, group in roster.groups.items()},
    )


def _rules(rules: RobotRules) -> dict[str, Any]:
    return {
        "stopped": rules.stopped,
        "mode": rules.mode,
        "rows": [_row(rule) for rule in rules.rules],
        "precision": rules.precision,
        "refit_at": rules.refit_at,
    }


async def _model(house: House, merchant: MerchantId) -> ModelShown | None:
    found = await house.findings.find(merchant, ModelFound)
    if found is None:
        return None
    return ModelShown(at=found.found_at, pairs=found.content.pairs, fitted=found.content.fitted)
