"""Quick replies as a file: taken away, and brought in after a look at what would happen. All rows, or none."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from goldensix.adapters.postgres.replies import QuickReply, QuickReplyDraft, Refused
from goldensix.adapters.postgres.roster import Account
from goldensix.adapters.spreadsheets import NoTable, csv_of, read_beside, xlsx_of
from goldensix.api.errors import ApiError, language, reason
from goldensix.api.http.guard import Caller, logged_in
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer
from goldensix.api.http.replies import ReplyText, demand, refusal
from goldensix.events.facts import Language

router = APIRouter(prefix="/api/replies")

Staff = Annotated[Caller, Depends(logged_in)]
_COLUMNS: Final = ("code", "title", "text", "group", "campaign")
_NEEDED: Final = _COLUMNS[:3]
_HEADS: Final = dict(zip(("编码", "标题", "内容", "组", "活动"), _COLUMNS, strict=True))
_MOST_ROWS: Final = 5_000
_MOST_BYTES: Final = 4 << 20
_MOST_TOLD: Final = 100
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_OCTETS: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class BroughtRow(Answer):
    row: int
    """As a spreadsheet counts it."""
    code: str
    title: str
    text: str
    what: Literal["new", "changed", "same"]


class BadCell(Answer):
    row: int
    field: str
    message: str


class RepliesLook(Answer):
    """What a file would do, or did."""

    rows: list[BroughtRow]
    problems: list[BadCell]
    """With any, nothing is brought in."""
    added: int
    changed: int
    same: int
    done: bool


@dataclass(frozen=True, slots=True)
class _Row:
    row: int
    draft: QuickReplyDraft
    before: QuickReply | None

    @property
    def what(self) -> Literal["new", "changed", "same"]:
        if self.before is None:
            return "new"
        return "same" if self.before.draft == self.draft else "changed"


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the rows of a file are read against."""

    groups: dict[str, int]
    campaigns: dict[str, int]
    known: dict[str, QuickReply]
    """Those of the same owner, by code."""
    language: Language


@router.get("/file")
async def take_away(caller: Staff, house: TheHouse, format: Literal["csv", "xlsx"] = "csv") -> Response:
    """The shared ones and this person's own, as the import takes them."""
    account = caller.account
    groups = {group.id: group.name for group in (await house.people.roster(account.merchant)).groups.values()}
    campaigns = {each.id: each.draft.name for each in await house.campaigns.all(account.merchant)}
    drafts = [each.draft for each in await house.replies.all(account.merchant, account.id)]
    rows = [
        (d.code, d.title, d.text, groups[d.group] if d.group else "", campaigns[d.campaign] if d.campaign else "")
        for d in drafts
    ]
    content = await asyncio.to_thread(csv_of if format == "csv" else xlsx_of, _COLUMNS, rows)
    headers = {"Content-Disposition": f'attachment; filename="replies.{format}"', "Cache-Control": "no-store"}
    return Response(content, media_type=_TYPES[format], headers=headers)


@router.post("/file", openapi_extra=_OCTETS, max_body_size=_MOST_BYTES)
async def bring(request: Request, caller: Staff, house: TheHouse, own: bool = False, keep: bool = False) -> RepliesLook:
    """The file itself is the body, CSV or XLSX. Without `keep` it is only looked at; with a problem nothing is kept."""
    account = caller.account
    content = await request.body()
    ground = await _ground(house, account, own=own, said=language(request.headers))
    try:
        table = await read_beside(content)
    except NoTable as why:
        raise ApiError(
            422,
            "unreadable_file",
            zh=f"这个文件不是能读的表格：{why}。",
            en=f"The file is no table that can be read: {why}.",
        ) from None
    rows, problems = _read(table, ground)
    demand(account, [row.draft for row in rows], own=own)
    demand(account, [row.before.draft for row in rows if row.before], own=own)
    if keep and not problems:
        await _keep(house, account, rows, own=own)
    return _told(rows, problems, done=keep and not problems)


async def _ground(house: House, account: Account, *, own: bool, said: Language) -> _Ground:
    roster = await house.people.roster(account.merchant)
    known = await house.replies.all(account.merchant, account.id)
    return _Ground(
        {group.name: group.id for group in roster.groups.values()},
        {each.draft.name: each.id for each in await house.campaigns.all(account.merchant)},
        {each.draft.code: each for each in known if (each.owner is not None) == own},
        said,
    )


def _read(table: list[list[str]], ground: _Ground) -> tuple[list[_Row], list[BadCell]]:
    """The rows that can be read, and what is wrong with the others."""
    heads = [_HEADS.get(head.strip(), head.strip().lower()) for head in (table[0] if table else [])]
    problems = _bad_heads(heads, len(table) - 1, ground.language)
    rows: list[_Row] = []
    if problems:
        return rows, problems
    seen: dict[str, int] = {}
    for number, cells in zip(count(2), table[1:], strict=False):
        if not any(cell.strip() for cell in cells):
            continue
        fields = dict(zip(heads, cells, strict=False))
        draft, wrong = _draft(fields, number, ground)
        problems += wrong
        if draft is None:
            continue
        if (first := seen.setdefault(draft.code, number)) != number:
            problems.append(_bad(ground, number, "code", f"和第 {first} 行相同。", f"is the same as in row {first}."))
        before = ground.known.get(draft.code)
        rows.append(_Row(number, replace(draft, picture=before.draft.picture if before else None), before))
    return rows, problems


def _bad_heads(heads: Sequence[str], rows: int, said: Language) -> list[BadCell]:
    def bad(field: str, zh: str, en: str) -> BadCell:
        return BadCell(row=1, field=field, message=zh if said == "zh" else en)

    lacking = [bad(name, "缺少这一列。", "This column is missing.") for name in _NEEDED if name not in heads]
    unknown = [bad(name, "不认识这一列。", "This column is not known.") for name in heads if name not in _COLUMNS]
    twice = [bad(name, "这一列有两次。", "This column is there twice.") for name in {*heads} if heads.count(name) > 1]
    many = [bad("code", f"最多 {_MOST_ROWS} 行。", f"At most {_MOST_ROWS} rows.")] if rows > _MOST_ROWS else []
    return lacking + [each for each in unknown if each.field] + twice + many


def _draft(fields: dict[str, str], row: int, ground: _Ground) -> tuple[QuickReplyDraft | None, list[BadCell]]:
    problems: list[BadCell] = []

    def named(field: str, known: dict[str, int]) -> int | None:
        name = fields.get(field, "").strip()
        if name and name not in known:
            problems.append(_bad(ground, row, field, f"没有“{name[:60]}”。", f"There is no “{name[:60]}”."))
        return known.get(name)

    group, campaign = named("group", ground.groups), named("campaign", ground.campaigns)
    try:
        words = {name: fields.get(name, "") for name in _NEEDED}
        text = ReplyText(**words, group=group, campaign=campaign)
    except ValidationError as unfit:
        for each in unfit.errors():
            why = reason(dict(each))
            problems.append(_bad(ground, row, str(each["loc"][0]), f"{why['zh']}。", f"{why['en']}."))
        return None, problems
    return text.draft(), problems


def _bad(ground: _Ground, row: int, field: str, zh: str, en: str) -> BadCell:
    return BadCell(row=row, field=field, message=zh if ground.language == "zh" else en)


async def _keep(house: House, account: Account, rows: Sequence[_Row], *, own: bool) -> None:
    fresh = [row.draft for row in rows if row.what == "new"]
    changed = {row.before.id: row.draft for row in rows if row.before and row.what == "changed"}
    refused = await house.replies.bring(account.merchant, fresh, changed, account.id if own else None, account.id)
    if isinstance(refused, Refused):
        raise refusal(refused)


def _told(rows: Sequence[_Row], problems: Sequence[BadCell], *, done: bool) -> RepliesLook:
    def how_many(what: str) -> int:
        return sum(row.what == what for row in rows)

    shown = [
        BroughtRow(row=r.row, code=r.draft.code, title=r.draft.title, text=r.draft.text, what=r.what) for r in rows
    ]
    return RepliesLook(
        rows=shown[:_MOST_TOLD],
        problems=list(problems[:_MOST_TOLD]),
        added=how_many("new"),
        changed=how_many("changed"),
        same=how_many("same"),
        done=done,
    )
