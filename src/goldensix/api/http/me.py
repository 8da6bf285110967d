"""Who is logged in, what they may do, and where else they are logged in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from goldensix.adapters.postgres.notices import NoticeSettings
from goldensix.adapters.postgres.roster import Account, Duty, Roster
from goldensix.adapters.postgres.sessions import SessionId
from goldensix.api.errors import not_found
from goldensix.api.http.guard import Caller, logged_in
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer
from goldensix.team.roles import PERMISSIONS, Page, Permission, Role, pages

router = APIRouter(prefix="/api")


class OwnAccount(Answer):
    id: int
    name: str
    role: Role
    groups: list[int]
    limit: int


class OwnMerchant(Answer):
    id: int
    name: str
    demo: bool


class Shop(Answer):
    id: int
    name: str
    letter: str
    zone: str
    url: str
    """Where its buyers write."""


class Group(Answer):
    id: int
    name: str
    duty: Duty
    target_ms: int


class LoggedInAs(Answer):
    account: OwnAccount
    merchant: OwnMerchant
    permissions: list[Permission]
    pages: list[Page]
    shops: list[Shop]
    """Those this account may serve."""
    groups: list[Group]
    red_after: int
    """Of the ladder: so long a buyer waits until the agent's page rings louder, in milliseconds; 0: never."""
    sound: bool
    """The person's own notices: the bell."""
    desktop: bool
    """And notes of the browser."""


class LoginSession(Answer):
    id: int
    created_at: int
    last_seen_at: int
    device: str
    current: bool


@router.get("/me")
async def me(request: Request, house: TheHouse, caller: Annotated[Caller, Depends(logged_in)]) -> LoggedInAs:
    account = caller.account
    roster = await house.people.roster(account.merchant)
    chosen = (await house.ringing.notices.settings_of([account.id])).get(account.id, NoticeSettings())
    return LoggedInAs(
        account=_own(account),
        merchant=OwnMerchant(id=roster.merchant.id, name=roster.merchant.name, demo=roster.merchant.demo),
        permissions=[permission for permission in Permission if permission in PERMISSIONS[account.role]],
        pages=pages(account.role),
        shops=_shops(request, house, roster, account),
        groups=[Group(id=g.id, name=g.name, duty=g.duty, target_ms=g.target) for g in roster.groups.values()],
        red_after=roster.merchant.settings.ladder.red_after,
        sound=chosen.sound,
        desktop=chosen.desktop,
    )


@router.get("/sessions")
async def sessions(house: TheHouse, caller: Annotated[Caller, Depends(logged_in)]) -> list[LoginSession]:
    """Mine, the latest used first."""
    return [
        LoginSession(
            id=session.id,
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            device=session.device,
            current=session.id == caller.session.id,
        )
        for session in await house.sessions.of(caller.account.id)
    ]


@router.delete("/sessions/{session}", status_code=204)
async def end_session(session: int, house: TheHouse, caller: Annotated[Caller, Depends(logged_in)]) -> None:
    """Logs one of my devices out."""
    if not await house.sessions.end(caller.account.id, SessionId(session)):
        raise not_found("登录", "session of yours")
    await house.on_sessions_ended([SessionId(session)])


def _own(account: Account) -> OwnAccount:
    return OwnAccount(
        id=account.id,
        name=account.name,
        role=account.role,
        groups=[*sorted(account.groups)],
        limit=account.limit,
    )


def _shops(request: Request, house: House, roster: Roster, account: Account) -> list[Shop]:
    return [
        Shop(
            id=shop.id,
            name=shop.name,
            letter=shop.letter,
            zone=shop.zone,
            url=house.shop_address(request, shop),
        )
        for shop in roster.shops.values()
        if account.serves_shop(shop.id)
    ]
