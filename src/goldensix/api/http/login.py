"""Logging in and out. Whether an account exists shows neither in the answer nor in its time."""

from collections.abc import Sequence
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, BackgroundTasks, Depends, Request, Response
from pydantic import Field

from goldensix.adapters.identifiers import identifier
from goldensix.adapters.postgres.attempts import Key
from goldensix.adapters.postgres.people import Credentials
from goldensix.adapters.postgres.roster import Account
from goldensix.adapters.senders.port import NotSent
from goldensix.api.errors import ApiError, language, not_found
from goldensix.api.http.device import device
from goldensix.api.http.guard import COOKIE, address, public
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.events.facts import Language
from goldensix.events.ids import AccountId, Instant
from goldensix.team.hours import local_day
from goldensix.team.roles import Role

router = APIRouter(prefix="/api", dependencies=[Depends(public)])

_logger = structlog.get_logger(__name__)
_NOBODY: Final = AccountId(0)
_FREE_AT_ADDRESS: Final = 30
"""More than the five of one person: an office logs in from one address at the start of a shift."""


class LogIn(Ask):
    identifier: Annotated[str, Field(min_length=1, max_length=254)]
    """A phone number or an e-mail address."""
    password: Annotated[str, Field(min_length=1, max_length=1000)]


class CodeWish(Ask):
    identifier: Annotated[str, Field(min_length=1, max_length=254)]


class CodeLogIn(CodeWish):
    code: Annotated[str, Field(min_length=1, max_length=20)]


class DemoLogin(Answer):
    name: str
    role: Role
    identifier: str
    password: str


@router.post("/login", status_code=204)
async def log_in(request: Request, response: Response, body: LogIn, house: TheHouse) -> None:
    found, keys = await _attempt(request, house, body.identifier)
    password_hash = found.password_hash if found else None
    if not await house.passwords.check(body.password, password_hash) or found is None:
        raise await _wrong(house, found)
    await house.attempts.succeeded(keys, clears=keys[0])
    if password_hash and house.passwords.outdated(password_hash):
        await house.people.keep_password(found.account.id, await house.passwords.hash(body.password))
    await _begin(request, response, house, found.account)


@router.post("/login/code", status_code=204)
async def ask_for_code(request: Request, body: CodeWish, house: TheHouse, later: BackgroundTasks) -> None:
    later.add_task(_send_code, house, body.identifier, _address(request), language(request.headers))


@router.post("/login/code/check", status_code=204)
async def log_in_with_code(request: Request, response: Response, body: CodeLogIn, house: TheHouse) -> None:
    found, keys = await _attempt(request, house, body.identifier)
    right = await house.codes.use(found.account.id if found else _NOBODY, body.code)
    if not right or found is None:
        raise await _wrong(house, found)
    await house.attempts.succeeded(keys, clears=keys[0])
    await _begin(request, response, house, found.account)


@router.post("/logout", status_code=204)
async def log_out(request: Request, response: Response, house: TheHouse) -> None:
    await _end(request, house)
    response.delete_cookie(COOKIE, path="/")


@router.get("/demo")
async def demo(house: TheHouse) -> list[DemoLogin]:
    """Whom to log in as; in the demo shop only."""
    if house.demo_people is None:
        raise not_found("演示", "demo")
    return [
        DemoLogin(name=person.name, role=person.role, identifier=person.identifier, password=person.password)
        for person in house.demo_people
    ]


async def _attempt(request: Request, house: House, given: str) -> tuple[Credentials | None, Sequence[Key]]:
    """The account meant, and what this attempt is counted by; refused while either has to wait."""
    name = identifier(given) or given
    keys = (Key("login", name), Key("address", _address(request), _FREE_AT_ADDRESS))
    wait = await house.attempts.begin(keys)
    if wait:
        seconds = -(-wait // 1000)
        raise ApiError(
            429,
            "too_many_attempts",
            zh=f"登录尝试过多，请 {seconds} 秒后再试。",
            en=f"Too many attempts to log in: try again in {seconds} s.",
            retry_after=seconds,
        )
    return await house.people.credentials(name), keys


async def _begin(request: Request, response: Response, house: House, account: Account) -> None:
    await _require_its_days(house, account)
    await _end(request, house)
    token = await house.sessions.begin(account.id, device(request.headers.get("user-agent", "")))
    await house.audit.note(account.merchant, account.id, "logged in", f"account {account.id}")
    response.set_cookie(
        COOKIE,
        token,
        max_age=house.sessions.lifetime.most // 1000,
        httponly=True,
        samesite="lax",
        secure=house.address(request).startswith("https:"),
    )


async def _require_its_days(house: House, account: Account) -> None:
    """Only who has proved to be the person is told from when or until when the account is good."""
    if account.is_good(house.now()):
        return
    await house.audit.note(account.merchant, None, "log-in failed", f"account {account.id}")
    zone = (await house.people.roster(account.merchant)).zone
    begins, ends = account.term.begins, account.term.ends
    if begins is not None and house.now() < begins:
        day = local_day(begins, zone)
        raise ApiError(403, "too_early", zh=f"这个账号从 {day} 起可用。", en=f"This account is good from {day}.")
    assert ends is not None
    day = local_day(Instant(ends - 1), zone)
    raise ApiError(403, "too_late", zh=f"这个账号已于 {day} 到期。", en=f"This account was good until {day}.")


async def _end(request: Request, house: House) -> None:
    """The session this browser had, if any."""
    ended = await house.sessions.end_token(request.cookies.get(COOKIE, ""))
    if ended is not None:
        await house.on_sessions_ended([ended])


async def _send_code(house: House, given: str, address: str, wording: Language) -> None:
    """After the answer went out, so that its time tells nothing."""
    name = identifier(given)
    if name is None:
        return
    keys = (Key("code", name, free=3), Key("code address", address, _FREE_AT_ADDRESS))
    found = await house.people.credentials(name) if not await house.attempts.begin(keys) else None
    to = _reachable(house, name, found.account) if found else None
    if found is None or to is None:
        return
    try:
        await house.code_sender.send(to, await house.codes.issue(found.account.id), wording)
    except NotSent as failure:
        _logger.error("log-in code not sent", reason=str(failure))
        return
    await house.audit.note(found.account.merchant, None, "code sent", f"account {found.account.id}")


def _reachable(house: House, name: str, account: Account) -> str | None:
    """Where the code goes: what was typed, or else another address of the account that the sender can reach."""
    addresses = (name, account.phone, account.email)
    return next((to for to in addresses if to and house.code_sender.reaches(to)), None)


def _address(request: Request) -> str:
    """Where the attempt comes from; unlike other limits, guesses from this machine count as well."""
    return address(request) or (request.client.host if request.client else "")


async def _wrong(house: House, found: Credentials | None) -> ApiError:
    """How many there can be, `attempts` sees to."""
    if found is not None:
        await house.audit.note(found.account.merchant, None, "log-in failed", f"account {found.account.id}")
    return ApiError(
        401,
        "wrong_login",
        zh="账号与密码或验证码不符，或验证码已失效。",
        en="The account and the password or code do not match, or the code is no longer valid.",
    )
