"""Reports: figures by caliber, opened down to conversations, and exported as they are shown.

Everything is worked out by a process of its own (`adapters.reports`); its JSON is passed on as it is.
"""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from goldensix.adapters.postgres.audit import What
from goldensix.adapters.reports import Refused
from goldensix.api.errors import ApiError, language
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.reports_models import (
    BenchmarkAnswer,
    BenchmarkAsk,
    CaliberAnswer,
    DistributionAnswer,
    ExplainAnswer,
    FiguresAnswer,
    OwnAsk,
    OwnCalibers,
    OwnChecked,
    PaceAnswer,
    ReportConversation,
    SourcesAnswer,
)
from goldensix.api.http.reports_query import ReportQuery
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api")

Reader = Annotated[Caller, Depends(requires(Permission.READ_REPORTS))]
OrderReader = Annotated[Caller, Depends(requires(Permission.READ_ORDER_FIGURES))]
"""Whoever may read reports, or of them the order figures only."""
Setter = Annotated[Caller, Depends(requires(Permission.SET_CALIBERS))]
Asked = Annotated[ReportQuery, Depends()]
_HOUR: Final = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?(T([01][0-9]|2[0-3]))?$"
_NAMED: Final = r"^[^\x00]*$"
"""No name in the log has a NUL, and PostgreSQL knows none."""
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
}


_NOTED: Final[dict[str, tuple[What, str]]] = {
    "conversation": ("conversation opened", "{session}"),
    "export": ("report exported", "{format}, {first} to {last}"),
    "keep_benchmark": ("benchmark changed", "{name}"),
    "drop_benchmark": ("benchmark changed", "{name}, taken away"),
    "keep_own": ("calibers changed", "own calibers"),
}
"""What of it the audit keeps, and what it says of what was asked."""


async def _answer(
    what: str,
    asked: dict[str, Any],
    caller: Caller,
    house: House,
    request: Request,
    media_type: str = "application/json",
) -> Response:
    """What the worker answers, as it is. Raises ApiError."""
    account = caller.account
    who = {
        "shops": sorted(account.shops) or None,
        "orders_only": not account.may(Permission.READ_REPORTS),
        "language": language(request.headers),
        "now": house.now(),
    }
    try:
        content = await house.reports.ask(account.merchant, what, {**asked, **who})
    except Refused as refused:
        raise ApiError(refused.status, refused.code, zh=refused.zh, en=refused.en) from None
    if (noted := _NOTED.get(what)) is not None:
        says, subject = noted
        await house.audit.note(account.merchant, account.id, says, subject.format(**asked))
    return Response(content, media_type=media_type, headers={"Cache-Control": "no-store"})


def _told(model: type[BaseModel] | Any) -> Any:
    """The shape of an answer whose JSON is the worker's own."""
    return {"response_model": model}


@router.get("/reports/sources", **_told(SourcesAnswer))
async def sources(caller: OrderReader, house: TheHouse, request: Request) -> Response:
    """What there are figures of."""
    return await _answer("sources", {}, caller, house, request)


@router.get("/reports/calibers", **_told(list[CaliberAnswer]))
async def calibers(caller: OrderReader, house: TheHouse, request: Request) -> Response:
    return await _answer("calibers", {}, caller, house, request)


@router.get("/reports/figures", **_told(FiguresAnswer))
async def figures(query: Asked, caller: OrderReader, house: TheHouse, request: Request) -> Response:
    return await _answer("figures", query.asked(), caller, house, request)


@router.get("/reports/explain", **_told(ExplainAnswer))
async def explain(
    query: Asked,
    caller: Reader,
    house: TheHouse,
    request: Request,
    only: Literal["miss", "hit", "out", "all"] = "all",
    at: Annotated[str, Query(pattern=_HOUR)] = "",
    order: Literal["nearest", "wait", "start"] = "nearest",
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """What made a figure: `caliber` is one. `at`: a day, an hour of it (2026-11-10T20), or of every day (T20)."""
    page = {"only": only, "at": at, "order": order, "offset": offset, "limit": limit}
    return await _answer("explain", query.asked() | page, caller, house, request)


@router.get("/reports/conversation", **_told(ReportConversation))
async def conversation(
    caller: Reader,
    house: TheHouse,
    request: Request,
    shop: int,
    session: Annotated[str, Query(min_length=1, max_length=400, pattern=_NAMED)],
    buyer: Annotated[str, Query(max_length=400, pattern=_NAMED)] = "",
    caliber: Annotated[str, Query(max_length=200)] = "golden_six_human",
) -> Response:
    asked = {"shop": shop, "session": session, "buyer": buyer, "calibers": [caliber]}
    return await _answer("conversation", asked, caller, house, request)


@router.get("/reports/distribution", **_told(DistributionAnswer))
async def distribution(query: Asked, caller: Reader, house: TheHouse, request: Request) -> Response:
    """How many had a first human reply by when, on each platform."""
    return await _answer("distribution", query.asked(), caller, house, request)


@router.get("/reports/pace", **_told(PaceAnswer))
async def pace(query: Asked, caller: Reader, house: TheHouse, request: Request) -> Response:
    """Whether the month of the last day can still make the target; `caliber` is one."""
    return await _answer("pace", query.asked(), caller, house, request)


@router.get("/reports/export", response_class=Response)
async def export(
    query: Asked,
    caller: OrderReader,
    house: TheHouse,
    request: Request,
    format: Literal["csv", "xlsx", "json", "html"] = "csv",
) -> Response:
    """The rows of `figures`, as they are shown."""
    made = await _answer("export", query.asked() | {"format": format}, caller, house, request, _TYPES[format])
    name = f"golden-six-{query.from_ or 'first'}-{query.to or 'last'}.{format}"
    made.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return made


@router.get("/reports/benchmarks", **_told(list[BenchmarkAnswer]))
async def benchmarks(caller: Reader, house: TheHouse, request: Request) -> Response:
    return await _answer("benchmarks", {}, caller, house, request)


@router.put("/reports/benchmarks/{name}", **_told(BenchmarkAnswer))
async def keep_benchmark(name: str, ask: BenchmarkAsk, caller: Reader, house: TheHouse, request: Request) -> Response:
    return await _answer("keep_benchmark", {"name": name, "text": ask.csv}, caller, house, request)


@router.delete("/reports/benchmarks/{name}", status_code=204)
async def drop_benchmark(name: str, caller: Reader, house: TheHouse, request: Request) -> Response:
    await _answer("drop_benchmark", {"name": name}, caller, house, request)
    return Response(status_code=204)


@router.get("/calibers/own", **_told(OwnCalibers))
async def own_calibers(caller: Reader, house: TheHouse, request: Request) -> Response:
    return await _answer("own", {}, caller, house, request)


@router.put("/calibers/own", **_told(OwnCalibers))
async def keep_own_calibers(ask: OwnAsk, caller: Setter, house: TheHouse, request: Request) -> Response:
    """Taken only if every caliber has an example and every example holds."""
    return await _answer("keep_own", {"text": ask.toml}, caller, house, request)


@router.post("/calibers/own/check", **_told(OwnChecked))
async def check_own_calibers(ask: OwnAsk, caller: Setter, house: TheHouse, request: Request) -> Response:
    return await _answer("check_own", {"text": ask.toml}, caller, house, request)
