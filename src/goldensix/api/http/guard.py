"""Who may call a route. Every route declares one of these; a test fails for one that does not.

`Depends(requires(Permission.X))`: logged in, and the role has it. `Depends(logged_in)`: any role.
`Depends(public)`: nobody need be logged in, but only the desk's own pages may write.
`Depends(any_site)`: shops' own pages call it; it never reads the session cookie, so no other site can borrow one.
`Depends(by_token)`: another program calls it, with a token of its own that the route checks; no cookie is read either.
`Depends(by_signature)`: the same with a signature over time and body.
`Depends(uncounted)`: whoever asks however often; it costs next to nothing, and a process is ended that does not answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.dependencies.models import Dependant

from goldensix.adapters.postgres.roster import Account
from goldensix.adapters.postgres.sessions import Session
from goldensix.api.errors import ApiError
from goldensix.api.http.house import House
from goldensix.api.limits import address_of, require
from goldensix.team.roles import PERMISSIONS, Permission, Role

COOKIE: Final = "gs_session"
OWN_HEADER: Final = "x-golden-six"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_ROLES_ZH: Final = {
    Role.AGENT: "客服",
    Role.SERVICE_MANAGER: "服务主管",
    Role.OPERATIONS: "运营",
    Role.ADMINISTRATOR: "管理员",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is logged in."""

    account: Account
    session: Session


class LoggedIn:
    def __init__(self, permission: Permission | None) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> Caller:
        house: House = request.app.state.house
        _count(request, house)
        _require_own_page(request, house)
        found = await house.sessions.find(request.cookies.get(COOKIE, ""))
        if found is None:
            raise ApiError(401, "not_logged_in", zh="请先登录。", en="Log in first.")
        session, account = found
        require(house.limits.requests.take(account.id))
        if self.permission and not account.may(self.permission):
            raise _not_allowed(self.permission)
        return Caller(account, session)


class Open:
    def __init__(self, *, any_site: bool, counted: bool = True) -> None:
        self.any_site, self.counted = any_site, counted

    async def __call__(self, request: Request) -> None:
        house: House = request.app.state.house
        if self.counted:
            _count(request, house)
        if not self.any_site:
            _require_own_page(request, house)


def requires(permission: Permission) -> LoggedIn:
    return LoggedIn(permission)


logged_in: Final = LoggedIn(None)
public: Final = Open(any_site=False)
any_site: Final = Open(any_site=True)
by_token: Final = Open(any_site=True)
by_signature: Final = Open(any_site=True)
uncounted: Final = Open(any_site=True, counted=False)


def declared(dependant: Dependant) -> Iterator[LoggedIn | Open]:
    """What the route of this dependant declares about its callers, at any depth."""
    if isinstance(dependant.call, LoggedIn | Open):
        yield dependant.call
    for dependency in dependant.dependencies:
        yield from declared(dependency)


def own_origin(origin: str, host: str, public_url: str | None) -> bool:
    """True if a page of this origin is one of ours. Schemes are not compared: a proxy may end the TLS."""
    authority = urlsplit(origin).netloc
    return bool(authority) and authority in (host, urlsplit(public_url or "").netloc)


def address(request: Request) -> str:
    """What the visitor's address counts as (`api.limits.address_of`)."""
    return address_of(request.client.host if request.client else None)


def _count(request: Request, house: House) -> None:
    require(house.limits.requests_from.take(address(request)))


def _require_own_page(request: Request, house: House) -> None:
    """A browser sends neither our header nor our origin from another site without our consent."""
    if request.method in _SAFE:
        return
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    if request.headers.get(OWN_HEADER) != "1" or (origin and not own_origin(origin, host, house.public_url)):
        raise ApiError(
            403,
            "other_site",
            zh="只接受本站页面发出的请求（缺少 X-Golden-Six 或来源不符）。",
            en="Only the desk's own pages may ask for this: X-Golden-Six is missing or the origin is another.",
        )


def _not_allowed(permission: Permission) -> ApiError:
    roles = [role for role in Role if permission in PERMISSIONS[role]]
    zh, en = "、".join(_ROLES_ZH[role] for role in roles), ", ".join(role.replace("_", " ") for role in roles)
    return ApiError(
        403,
        "not_allowed",
        zh=f"您的角色没有此权限；可以操作的角色：{zh}。",
        en=f"Your role may not do this; these may: {en}.",
    )
