"""The question bank as files: exported, and imported all or nothing after a look at what it would change."""

import asyncio
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from goldensix.adapters.bank.reading import MOST_BYTES, CannotRead
from goldensix.adapters.bank.rows import Plan, plan
from goldensix.adapters.bank.sheets import as_csv, as_xlsx, cells
from goldensix.adapters.postgres.questions import CodeTaken
from goldensix.api.errors import ApiError, language
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer
from goldensix.events.facts import Language
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/robot")

Teacher = Annotated[Caller, Depends(requires(Permission.TEACH_ROBOT))]
_SHOWN: Final = 200
"""Rows and refusals that an answer lists; it counts all."""
_OCTETS: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class RefusedRow(Answer):
    file: str
    row: str
    field: str
    said: str


class ReadRow(Answer):
    row: str
    title: str
    does: Literal["new", "changed", "same"]
    has_answer: bool


class BankImported(Answer):
    applied: bool
    """False: it was a look only, or something was refused; nothing has changed."""
    new: int
    changed: int
    same: int
    refused: int
    rows: list[ReadRow]
    """The first ones."""
    refusals: list[RefusedRow]


@router.get("/export")
async def export_bank(
    request: Request, caller: Teacher, house: TheHouse, format: Literal["csv", "xlsx"] = "xlsx"
) -> Response:
    """All questions as they stand now; an import takes the same file."""
    merchant = caller.account.merchant
    kept, known = await house.questions.all(merchant), await house.bank_list.references(merchant)
    zone, said = await _zone(house, caller), language(request.headers)

    def made() -> bytes:
        rows = [cells(question, known, zone) for question in sorted(kept, key=lambda each: each.id)]
        return as_csv(rows, said) if format == "csv" else as_xlsx(rows, said)

    name = f"question-bank.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(await asyncio.to_thread(made), media_type=_TYPES[format], headers=headers)


@router.post("/import", openapi_extra=_OCTETS, max_body_size=MOST_BYTES)
async def import_bank(
    request: Request,
    caller: Teacher,
    house: TheHouse,
    name: Annotated[str, Query(min_length=1, max_length=255)],
    apply: bool = False,
    approve: bool = False,
) -> BankImported:
    """The file itself is the body. Without `apply` it is a look; with a refusal nothing is taken of it."""
    account = caller.account
    if approve and not account.may(Permission.APPROVE_ANSWERS):
        raise ApiError(403, "not_allowed", zh="您的角色不能批准回答。", en="Your role may not approve answers.")
    name = name.replace("\\", "/").replace("\0", "").rpartition("/")[2] or "file"
    try:
        rows = await house.sheets.read(name, await request.body())
    except CannotRead as refused:
        raise ApiError(422, "unreadable_file", zh=refused.zh, en=refused.en) from None
    kept, known = await house.questions.all(account.merchant), await house.bank_list.references(account.merchant)
    made = await asyncio.to_thread(plan, rows, kept, known, await _zone(house, caller))
    applied = apply and not made.refusals
    if applied:
        await _put(house, caller, made, approve=approve)
    return _told(made, name, language(request.headers), applied=applied)


async def _put(house: House, caller: Caller, made: Plan, *, approve: bool) -> None:
    drafts = [(row.question, row.code, row.draft) for row in made.rows if row.does != "same"]
    merchant, by = caller.account.merchant, caller.account.id
    try:
        ids = await house.questions.put(merchant, drafts, by)
    except CodeTaken:
        raise ApiError(
            409, "code_taken", zh="导入时有人用了其中一个编号，请再试一次。",
            en="Somebody took one of the codes meanwhile: try again.",
        ) from None  # fmt: skip
    if approve:
        kept = await house.questions.some(merchant, ids)
        ready = [(each.id, each.newest.version) for each in kept if each.newest.draft.answers]
        await house.questions.approve(merchant, ready, by)


async def _zone(house: House, caller: Caller) -> str:
    """Of the merchant's first shop: times in the file are on its clock."""
    shops = (await house.people.roster(caller.account.merchant)).shops
    return next((shop.zone for shop in shops.values()), "UTC")


def _told(made: Plan, name: str, said: Language, *, applied: bool) -> BankImported:
    return BankImported(
        applied=applied,
        new=made.count("new"),
        changed=made.count("changed"),
        same=made.count("same"),
        refused=len(made.refusals),
        rows=[
            ReadRow(row=each.place, title=each.draft.title, does=each.does, has_answer=bool(each.draft.answers))
            for each in made.rows[:_SHOWN]
        ],
        refusals=[
            RefusedRow(
                file=name,
                row=each.place,
                field=each.fault.field,
                said=each.fault.zh if said == "zh" else each.fault.en,
            )
            for each in made.refusals[:_SHOWN]
        ],
    )
