"""Playing recorded buyers through this desk, and watching how far it is."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from goldensix.adapters.rehearsals import Plan
from goldensix.api.errors import ApiError
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/rehearsals")

Rehearser = Annotated[Caller, Depends(requires(Permission.REHEARSE))]


class RehearsalAsk(Ask):
    rate: float = Field(30, gt=0, le=100_000)
    """Consults a minute."""
    agents: int = Field(6, ge=1, le=500)
    """Played agents; they join for the rehearsal and leave with it."""
    seed: int = Field(6, ge=0, le=2**31 - 1)
    speed: float = Field(1, gt=0, le=100)
    sessions: int = Field(40, ge=1, le=1_000_000)
    """Conversations in all."""


class RehearsalAnswer(Answer):
    state: Literal["none", "running", "done", "failed"]
    played: int
    total: int
    lines: list[str]
    report: dict[str, Any] | None
    """Once done."""


@router.post("", status_code=202)
async def start(ask: RehearsalAsk, request: Request, caller: Rehearser, house: TheHouse) -> RehearsalAnswer:
    merchant = caller.account.merchant
    if not await house.rehearsals.start(merchant, _own_door(request), Plan(**ask.model_dump())):
        raise ApiError(
            409,
            "rehearsal_running",
            zh="已有一场演练正在进行，请等它结束或先停止。",
            en="A rehearsal is running: wait for its end or stop it first.",
        )
    return await current(caller, house)


@router.get("/current")
async def current(caller: Rehearser, house: TheHouse) -> RehearsalAnswer:
    progress = house.rehearsals.current(caller.account.merchant)
    return RehearsalAnswer(
        state=progress.state,
        played=progress.played,
        total=progress.total,
        lines=[*progress.lines],
        report=progress.report,
    )


@router.delete("/current", status_code=204)
async def stop(caller: Rehearser, house: TheHouse) -> None:
    await house.rehearsals.cancel(caller.account.merchant)


def _own_door(request: Request) -> str:
    """Where this server listens: a rehearsal loads it directly, past any proxy."""
    host, port = request.scope["server"]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
