"""Rows of a file of questions against the bank: what would be new, what changed, and what is wrong, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from goldensix.adapters.bank.faults import Fault, References, faults
from goldensix.adapters.postgres.bank import QuestionDraft
from goldensix.adapters.postgres.questions import KeptQuestion
from goldensix.events.ids import GroupId, Instant, ShopId
from goldensix.robot.question import Answer
from goldensix.robot.turn import same

MOST_ROWS: Final = 5_000
LONGEST_CODE: Final = 60
Id = TypeVar("Id", GroupId, ShopId, int)
Does = Literal["new", "changed", "same"]


class Row(msgspec.Struct, frozen=True):
    place: str
    """Where it stands, as a person would say it: `row 5`."""
    title: str = ""
    code: str = ""
    phrasings: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    group: str = ""
    shops: tuple[str, ...] = ()
    campaign: str = ""
    since: str = ""
    until: str = ""
    is_route: bool = False
    """The group is a route of another system's: one that is no group's name is left out."""
    lacks: tuple[str, ...] = ()
    """Fields that the file has no place for: they stay as they are."""


@dataclass(frozen=True, slots=True)
class Refusal:
    place: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Planned:
    place: str
    does: Does
    question: int | None
    code: str
    draft: QuestionDraft


@dataclass(slots=True)
class Plan:
    rows: list[Planned] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def count(self, does: Does) -> int:
        return sum(row.does == does for row in self.rows)


def plan(rows: Sequence[Row], kept: Sequence[KeptQuestion], known: References, zone: str) -> Plan:
    """A row is the question of its code; without a code that of its title; else a new one."""
    by_code = {each.code: each for each in kept}
    by_title = {same(each.newest.draft.title): each for each in reversed(kept)}
    made, seen = Plan(), dict[str | int, str]()
    for row in rows:
        found = by_code.get(row.code) if row.code else by_title.get(same(row.title))
        names: list[str | int] = [f"code {row.code}" if row.code else f"title {same(row.title)}"]
        names += [found.id] if found else []
        if first := next((seen[name] for name in names if name in seen), ""):
            made.refusals.append(Refusal(row.place, _twice(row, first)))
            continue
        seen |= dict.fromkeys(names, row.place)
        draft, wrong = _draft(row, known, zone, found.newest.draft if found else None)
        wrong += [] if wrong else list(faults(draft, known))
        made.refusals += [Refusal(row.place, replace(fault, field=_head(fault.field))) for fault in wrong]
        does: Does = "new" if found is None else "same" if found.newest.draft == draft else "changed"
        made.rows.append(Planned(row.place, does, found.id if found else None, row.code, draft))
    return made


def _head(field: str) -> str:
    """As files call it."""
    return "question" if field == "title" else field


def _twice(row: Row, first: str) -> Fault:
    name = "code" if row.code else "question"
    return Fault(name, f"与 {first} 重复。", f"the same as in {first}.")


def _draft(row: Row, known: References, zone: str, before: QuestionDraft | None) -> tuple[QuestionDraft, list[Fault]]:
    wrong: list[Fault] = [*_of_code(row.code)]
    group = _named("group", row.group, known.groups)
    campaign = _named("campaign", row.campaign, known.campaigns)
    shops = [_named("shops", name, known.shops) for name in row.shops]
    since, until = (_instant(name, told, zone) for name, told in (("since", row.since), ("until", row.until)))
    if row.is_route and isinstance(group, Fault):
        group = None
    wrong += [each for each in (group, campaign, *shops, since, until) if isinstance(each, Fault)]
    draft = QuestionDraft(
        row.title, row.phrasings, row.answers,
        None if isinstance(group, Fault) else group,
        tuple(sorted(each for each in shops if each is not None and not isinstance(each, Fault))),
        None if isinstance(campaign, Fault) else campaign,
        None if isinstance(since, Fault) else since,
        None if isinstance(until, Fault) else until,
    )  # fmt: skip
    return _completed(draft, row, before), wrong


def _of_code(code: str) -> Iterator[Fault]:
    if len(code) > LONGEST_CODE:
        yield Fault("code", f"超过 {LONGEST_CODE} 个字。", f"it is longer than {LONGEST_CODE} characters.")


def _completed(draft: QuestionDraft, row: Row, before: QuestionDraft | None) -> QuestionDraft:
    """What the file says nothing of stays as it was."""
    if before is None or not row.lacks:
        return draft
    told = {name: getattr(before if name in row.lacks else draft, name) for name in QuestionDraft.__slots__}
    return QuestionDraft(**told)


def _named(field: str, name: str, of: Mapping[Id, str]) -> Id | Fault | None:
    if not name:
        return None
    return next(
        (id for id, each in of.items() if each == name), Fault(field, f"没有“{name}”。", f"there is no {name!r}.")
    )


def _instant(field: str, told: str, zone: str) -> Instant | Fault | None:
    if not told:
        return None
    try:
        at = datetime.fromisoformat(told.replace("/", "-"))
        return Instant(round((at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).timestamp() * 1000))
    except (ValueError, OverflowError):
        return Fault(
            field, f"“{told}”不是时间，例如 2026-11-11 20:00。", f"{told!r} is no time such as 2026-11-11 20:00."
        )
