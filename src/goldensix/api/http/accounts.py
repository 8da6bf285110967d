"""Sub-accounts: who works here, with which role, groups, shops and reception limit."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, Field

from goldensix.adapters import identifiers
from goldensix.adapters.passwords import LONGEST, weakness
from goldensix.adapters.postgres import roster
from goldensix.adapters.postgres.roster import Kind, Refused
from goldensix.api.errors import ApiError, Unfit, not_found
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer, Ask, Day, Skills, skills
from goldensix.events.facts import Language
from goldensix.events.ids import AccountId, GroupId, Instant, ShopId
from goldensix.team.hours import local_day, midnight
from goldensix.team.roles import Permission, Role

router = APIRouter(prefix="/api/accounts")

Administrator = Annotated[Caller, Depends(requires(Permission.MANAGE_ACCOUNTS))]


def _phone(text: str) -> str:
    number = identifiers.phone_number(text)
    if number is None:
        raise Unfit(zh="不是电话号码", en="is not a phone number")
    return number


def _email(text: str) -> str:
    address = identifiers.email_address(text)
    if address is None:
        raise Unfit(zh="不是邮箱地址", en="is not an e-mail address")
    return address


Name = Annotated[str, Field(min_length=1, max_length=40)]
Phone = Annotated[str, Field(max_length=40), AfterValidator(_phone)]
Email = Annotated[str, Field(max_length=254), AfterValidator(_email)]
Limit = Annotated[int, Field(ge=0, le=200)]
Ids = Annotated[frozenset[int], Field(max_length=200)]
GroupLimits = Annotated[dict[int, Limit], Field(max_length=200)]
Level = Annotated[int, Field(ge=1, le=9)]
Password = Annotated[str, Field(max_length=LONGEST)]


class Account(Answer):
    id: int
    name: str
    role: Role
    phone: str | None
    email: str | None
    groups: list[int]
    shops: list[int]
    """Empty: every shop."""
    limit: int
    """Most conversations at a time."""
    active: bool
    group_limits: dict[int, int]
    """Most conversations of a group at a time, where that is less."""
    languages: list[Language]
    """Empty: every language."""
    level: int
    skills: list[str]
    kind: Kind
    """`outsourced`: people from outside, limited to answering, to shops, groups and dates."""
    valid_from: date | None
    valid_until: date | None
    """The last day on which it is good, in the time of the merchant's first shop."""


class NewAccount(Ask):
    name: Name
    role: Role
    phone: Phone | None = None
    email: Email | None = None
    groups: Ids = frozenset()
    shops: Ids = frozenset()
    limit: Limit = 8
    group_limits: GroupLimits = Field(default_factory=dict)
    languages: frozenset[Language] = frozenset()
    level: Level = 1
    skills: Skills = frozenset()
    kind: Kind = "staff"
    valid_from: Day | None = None
    valid_until: Day | None = None
    password: Password | None = None
    """None: this person logs in by one-time code."""


class AccountChange(Ask):
    """What is not sent stays as it is; null takes a phone number or an e-mail address away."""

    name: Name = ""
    role: Role = Role.AGENT
    phone: Phone | None = None
    email: Email | None = None
    groups: Ids = frozenset()
    shops: Ids = frozenset()
    limit: Limit = 0
    group_limits: GroupLimits = Field(default_factory=dict)
    languages: frozenset[Language] = frozenset()
    level: Level = 1
    skills: Skills = frozenset()
    kind: Kind = "staff"
    valid_from: Day | None = None
    valid_until: Day | None = None
    active: bool = True
    password: Password = ""

    def applied(self, before: roster.Account, zone: ZoneInfo) -> roster.Account:
        """The account with what was sent."""
        sent = self.model_fields_set
        term = {
            "kind": self.kind,
            "begins": _begins(self.valid_from, zone),
            "ends": _ends(self.valid_until, zone),
        }
        fields = {"kind": "kind", "valid_from": "begins", "valid_until": "ends"}
        changed = {fields[name]: term[fields[name]] for name in fields if name in sent}
        own: dict[str, Any] = {name: getattr(self, name) for name in sent - {"password", *fields}}
        return replace(before, **own, term=replace(before.term, **changed))  # type: ignore[arg-type]  # by name


@router.get("")
async def accounts(house: TheHouse, caller: Administrator) -> list[Account]:
    """Everybody of the merchant, those stopped too; not the accounts that rehearsals make."""
    of = await house.people.roster(caller.account.merchant)
    return [_shown(account, of.zone) for account in of.accounts.values() if not account.rehearsal]


@router.post("", status_code=201)
async def add_account(body: NewAccount, house: TheHouse, caller: Administrator) -> Account:
    merchant = caller.account.merchant
    zone = (await house.people.roster(merchant)).zone
    added = await house.people.add_account(
        merchant,
        body.name,
        body.role,
        phone=body.phone,
        email=body.email,
        groups=[GroupId(group) for group in body.groups],
        shops=[ShopId(shop) for shop in body.shops],
        limit=body.limit,
        settings=_settings(body),
        term=roster.Term(body.kind, _begins(body.valid_from, zone), _ends(body.valid_until, zone)),
        password_hash=await _hashed(house, body.password, body.phone, body.email) if body.password else None,
        by=caller.account.id,
    )
    if isinstance(added, Refused):
        raise _refusal(added)
    await house.on_roster_changed(merchant)
    return _shown(added, zone)


def _settings(body: NewAccount) -> roster.AccountSettings:
    limits = {GroupId(group): limit for group, limit in body.group_limits.items()}
    return roster.AccountSettings(limits, body.languages, body.level, skills(body.skills))


def _begins(day: date | None, zone: ZoneInfo) -> Instant | None:
    return None if day is None else midnight(day, zone)


def _ends(last: date | None, zone: ZoneInfo) -> Instant | None:
    """When the day after the last begins."""
    return None if last is None else midnight(last + timedelta(1), zone)


@router.patch("/{account}")
async def change_account(account: int, body: AccountChange, house: TheHouse, caller: Administrator) -> Account:
    """A stopped account, and one whose password was changed, is logged out everywhere."""
    before, merchant = await house.people.account(AccountId(account)), caller.account.merchant
    if before is None or before.merchant != merchant or before.rehearsal:
        raise _refusal(Refused.UNKNOWN_ACCOUNT)
    zone = (await house.people.roster(merchant)).zone
    wanted = body.applied(before, zone)
    new_password = "password" in body.model_fields_set
    after = await house.people.change_account(
        merchant,
        before.id,
        lambda current: body.applied(current, zone),
        password_hash=await _hashed(house, body.password, wanted.phone, wanted.email) if new_password else None,
        by=caller.account.id,
    )
    if isinstance(after, Refused):
        raise _refusal(after)
    if new_password or not after.active:
        await _log_out(house, caller, after)
    await house.on_roster_changed(merchant)
    return _shown(after, zone)


async def _log_out(house: House, caller: Caller, account: roster.Account) -> None:
    """Everywhere; but whoever changes the own password stays logged in here."""
    own = caller.session.id if caller.account.id == account.id and account.active else None
    ended = await house.sessions.end_all(account.id, but=own)
    if ended:
        await house.on_sessions_ended(ended)


async def _hashed(house: House, password: str, *known: str | None) -> str:
    if weak := weakness(password, *known):
        zh, en = weak
        raise ApiError(422, "weak_password", zh=f"password {zh}。", en=f"password {en}.")
    return await house.passwords.hash(password)


def _shown(account: roster.Account, zone: ZoneInfo) -> Account:
    begins, ends = account.term.begins, account.term.ends
    return Account(
        id=account.id,
        name=account.name,
        role=account.role,
        phone=account.phone,
        email=account.email,
        groups=sorted(account.groups),
        shops=sorted(account.shops),
        limit=account.limit,
        active=account.active,
        group_limits={int(group): limit for group, limit in account.group_limits.items()},
        languages=sorted(account.languages),
        level=account.level,
        skills=sorted(account.skills),
        kind=account.term.kind,
        valid_from=None if begins is None else local_day(begins, zone),
        valid_until=None if ends is None else local_day(Instant(ends - 1), zone),
    )


_WORDING: Final = {
    Refused.UNKNOWN_GROUP: (422, "groups 中有不存在的组。", "groups names a group that does not exist."),
    Refused.UNKNOWN_SHOP: (422, "shops 中有不存在的店铺。", "shops names a shop that does not exist."),
    Refused.PHONE_TAKEN: (409, "这个手机号已属于另一个账号。", "This phone number belongs to another account."),
    Refused.EMAIL_TAKEN: (409, "这个邮箱已属于另一个账号。", "This e-mail address belongs to another account."),
    Refused.LAST_ADMINISTRATOR: (
        409,
        "这是最后一个可登录的管理员：请先指定另一位管理员。",
        "This is the last active administrator: make somebody else one first.",
    ),
    Refused.BAD_TERM: (422, "valid_until 早于 valid_from。", "valid_until is before valid_from."),
    Refused.UNLIMITED: (
        422,
        "kind 为外包的账号，role 只能是客服，并且要填写 groups、shops 和 valid_until。",
        "an account whose kind is outsourced has the role agent, and needs groups, shops and valid_until.",
    ),
    Refused.UNREACHABLE: (
        422,
        "phone 和 email 至少填写一个，否则无法登录。",
        "phone or email must be given, or nobody could log in with this account.",
    ),
}


def _refusal(why: Refused) -> ApiError:
    if why is Refused.UNKNOWN_ACCOUNT:
        return not_found("账号", "account")
    status, zh, en = _WORDING[why]
    return ApiError(status, why, zh=zh, en=en)
