"""Who did, changed and looked at what: for administrators."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from goldensix.adapters.postgres.audit import WHATS, Noted, Wanted
from goldensix.adapters.spreadsheets import harmless
from goldensix.api.errors import language
from goldensix.api.http.differences import Reader, subject
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import TheHouse
from goldensix.api.http.models import Answer
from goldensix.events.facts import Language
from goldensix.events.ids import AccountId, Instant
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api")

Administrator = Annotated[Caller, Depends(requires(Permission.READ_AUDIT))]
_PAGE: Final = 100
_FURTHEST: Final = 253_402_300_799_000
"""The last second of the year 9999."""
At = Annotated[int, Query(ge=0, le=_FURTHEST)]
Number = Annotated[int, Query(ge=1, le=2**63 - 1)]


class AuditRow(Answer):
    id: int
    at: int
    by: int | None
    """None: nobody who was logged in."""
    name: str
    what: str
    subject: str
    """In the language of the request; of changed settings a line for each that differs."""


class AuditPage(Answer):
    rows: list[AuditRow]
    """The newest first."""
    more: bool
    whats: list[str]
    """What there is to be asked for."""


def wanted(
    person: Number | None = None,
    what: Annotated[str | None, Query(max_length=40)] = None,
    since: At | None = None,
    before: At | None = None,
) -> Wanted:
    return Wanted(
        None if person is None else AccountId(person),
        what or None,
        None if since is None else Instant(since),
        None if before is None else Instant(before),
    )


@router.get("/audit")
async def audit(
    house: TheHouse,
    caller: Administrator,
    request: Request,
    asked: Annotated[Wanted, Depends(wanted)],
    under: Number | None = None,
) -> AuditPage:
    """`under`: rows older than this one."""
    merchant = caller.account.merchant
    rows = await house.audit.page(merchant, asked, under=under, most=_PAGE + 1)
    reader = Reader(language(request.headers), await house.people.roster(merchant))
    return AuditPage(rows=[_shown(each, reader) for each in rows[:_PAGE]], more=len(rows) > _PAGE, whats=list(WHATS))


@router.get("/audit/export", response_class=StreamingResponse)
async def export_audit(
    house: TheHouse,
    caller: Administrator,
    request: Request,
    asked: Annotated[Wanted, Depends(wanted)],
    said: Annotated[Language | None, Query(alias="language")] = None,
) -> StreamingResponse:
    """All rows as CSV, the newest first. `language`: that of the page, which a browser does not send with a link."""
    account = caller.account
    await house.audit.note(account.merchant, account.id, "audit exported", "audit.csv")
    reader = Reader(said or language(request.headers), await house.people.roster(account.merchant))
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return StreamingResponse(
        as_csv(house.audit.all(account.merchant, asked), reader), media_type="text/csv; charset=utf-8", headers=headers
    )


async def as_csv(rows: AsyncIterator[Noted], reader: Reader) -> AsyncIterator[str]:
    """A file that a spreadsheet opens, and in which no cell is a formula."""
    yield "\ufeff" + _line("number", "at", "account", "name", "what", "subject")
    async for row in rows:
        at = datetime.fromtimestamp(row.at / 1000, UTC).isoformat(timespec="seconds")
        said = reader.joined(subject(row, reader), "said.semicolon")
        yield _line(str(row.id), at, str(row.by or ""), row.name, row.what, said)


def _line(*cells: str) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerow(map(harmless, cells))
    return file.getvalue()


def _shown(row: Noted, reader: Reader) -> AuditRow:
    said = "\n".join(subject(row, reader))
    return AuditRow(id=row.id, at=row.at, by=row.by, name=row.name, what=row.what, subject=said)
