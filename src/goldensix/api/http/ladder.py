"""The alert ladder, and what is called beside people's phones."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from goldensix.actions.premises import Ladder
from goldensix.adapters.notifiers import senders
from goldensix.adapters.notifiers.port import Failure, NotDelivered
from goldensix.adapters.postgres.notices import MOST_SENDERS, Sender, SenderStep
from goldensix.api.errors import ApiError, not_found
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.events.facts import Language
from goldensix.events.ids import MerchantId
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/ladder")

Setter = Annotated[Caller, Depends(requires(Permission.SET_LADDER))]
Span = Annotated[int, Field(ge=0, le=86_400_000)]


class SenderAnswer(Answer):
    id: int
    name: str
    service: str
    """Such as "dingtalk". The address is never told again."""
    step: SenderStep
    language: Language
    tried_at: int | None
    failed: str
    """Why the last message was not delivered; empty: it was, or there was none."""


class LadderAnswer(Answer):
    """Waits in milliseconds; 0: nobody is called."""

    red_after: int
    manager_after: int
    phone_after: int
    administrator_after: int
    window: int
    """Phones are called at most once in it for one step."""
    deserted: bool
    """Call when nobody is there for a group while its buyers wait."""
    queue_over: int
    """Call when more than so many queue; 0: never."""
    senders: list[SenderAnswer]
    services: list[str]
    """What a sender's address may begin with."""
    phones: int
    """People with a phone that can be called."""


class LadderChange(Ask):
    """What is not sent stays as it is."""

    red_after: Span = 0
    manager_after: Span = 0
    phone_after: Span = 0
    administrator_after: Span = 0
    window: Annotated[int, Field(ge=5_000, le=3_600_000)] = 60_000
    deserted: bool = True
    queue_over: Annotated[int, Field(ge=0, le=100_000)] = 0

    def sent(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set}


Name = Annotated[str, Field(min_length=1, max_length=40)]
Address = Annotated[str, Field(min_length=5, max_length=2_000)]
"""In the words of the Apprise library, such as dingtalk://token."""


class NewSender(Ask):
    name: Name
    address: Address
    step: SenderStep = "phone"
    language: Language = "zh"


class SenderChange(Ask):
    name: Name
    address: Address | None = None
    """None: it stays."""
    step: SenderStep
    language: Language


class Tried(Answer):
    delivered: bool
    failed: str


@router.get("")
async def ladder(house: TheHouse, caller: Setter) -> LadderAnswer:
    return await _answer(house, caller.account.merchant)


@router.patch("")
async def change_ladder(body: LadderChange, house: TheHouse, caller: Setter) -> LadderAnswer:
    merchant = caller.account.merchant
    before = (await house.people.roster(merchant)).merchant.settings.ladder
    _require_rising(replace(before, **body.sent()))
    await house.people.change_merchant(
        merchant,
        lambda settings: replace(settings, ladder=replace(settings.ladder, **body.sent())),
        caller.account.id,
        what="ladder changed",
    )
    await house.on_roster_changed(merchant)
    return await _answer(house, merchant)


@router.post("/senders", status_code=201)
async def add_sender(body: NewSender, house: TheHouse, caller: Setter) -> SenderAnswer:
    merchant = caller.account.merchant
    await _require_usable(house, body.address)
    added = await house.ringing.notices.add_sender(merchant, body.name, body.address, body.step, body.language)
    if added is None:
        raise ApiError(
            409,
            "too_many_senders",
            zh=f"最多 {MOST_SENDERS} 个通知渠道，请先删除一个。",
            en=f"There can be {MOST_SENDERS} senders: remove one first.",
        )
    await house.audit.note(merchant, caller.account.id, "sender added", f"sender {added.id}: {added.name}")
    await house.on_roster_changed(merchant)
    return _sender(added)


@router.put("/senders/{sender}")
async def change_sender(sender: int, body: SenderChange, house: TheHouse, caller: Setter) -> SenderAnswer:
    merchant = caller.account.merchant
    if body.address is not None:
        await _require_usable(house, body.address)
    changed = await house.ringing.notices.change_sender(
        merchant, sender, body.name, body.address, body.step, body.language
    )
    if changed is None:
        raise not_found("通知渠道", "sender")
    before, after = changed
    if said := _changes(before, after):
        await house.audit.note(merchant, caller.account.id, "sender changed", f"sender {sender}: {said}")
    await house.on_roster_changed(merchant)
    return _sender(after)


@router.delete("/senders/{sender}", status_code=204)
async def remove_sender(sender: int, house: TheHouse, caller: Setter) -> None:
    merchant = caller.account.merchant
    if not await house.ringing.notices.remove_sender(merchant, sender):
        raise not_found("通知渠道", "sender")
    await house.audit.note(merchant, caller.account.id, "sender removed", f"sender {sender}")
    await house.on_roster_changed(merchant)


@router.post("/senders/{sender}/test")
async def test_sender(sender: int, house: TheHouse, caller: Setter) -> Tried:
    """Sends a message now and says what became of it."""
    known = await house.ringing.notices.senders(caller.account.merchant)
    found = next((each for each in known if each.id == sender), None)
    if found is None:
        raise not_found("通知渠道", "sender")
    failed = await house.ringing.test_sender(found)
    return Tried(delivered=failed is None, failed=str(failed or ""))


async def _answer(house: House, merchant: MerchantId) -> LadderAnswer:
    rules = (await house.people.roster(merchant)).merchant.settings.ladder
    notices = house.ringing.notices
    return LadderAnswer(
        red_after=rules.red_after,
        manager_after=rules.manager_after,
        phone_after=rules.phone_after,
        administrator_after=rules.administrator_after,
        window=rules.window,
        deserted=rules.deserted,
        queue_over=rules.queue_over,
        senders=[_sender(each) for each in await notices.senders(merchant)],
        services=sorted(senders.SERVICES),
        phones=len(await notices.with_phones(merchant)),
    )


def _sender(sender: Sender) -> SenderAnswer:
    return SenderAnswer(
        id=sender.id,
        name=sender.name,
        service=senders.service(sender.address),
        step=sender.step,
        language=sender.language,
        tried_at=sender.tried_at,
        failed=sender.failed,
    )


def _changes(before: Sender, after: Sender) -> str:
    """What differs, for the audit: of the address that it does, and its service."""
    pairs = (
        ("name", before.name, after.name),
        ("step", before.step, after.step),
        ("language", before.language, after.language),
        ("service", senders.service(before.address), senders.service(after.address)),
    )
    said = [f"{what} {was} -> {now}" for what, was, now in pairs if was != now]
    said += ["address"] if before.address != after.address else []
    return ", ".join([before.name, *said]) if said else ""


async def _require_usable(house: House, address: str) -> None:
    try:
        await house.ringing.senders.check(address)
    except NotDelivered as failed:
        raise _unusable(failed.failure) from None


def _require_rising(rules: Ladder) -> None:
    steps = [rules.red_after, rules.manager_after, rules.phone_after, rules.administrator_after]
    asked = [step for step in steps if step]
    if asked != sorted(asked):
        raise ApiError(
            422,
            "not_rising",
            zh="每一级的时间不能早于前一级。",
            en="No step may come before the one that it follows.",
        )


def _unusable(failure: Failure) -> ApiError:
    if failure == "private":
        return ApiError(
            422,
            "private_address",
            zh="address 指向内部网络，此服务器不允许；见设置 GOLDENSIX_PRIVATE_SENDERS。",
            en="address leads into a private network, which this desk does not call; see GOLDENSIX_PRIVATE_SENDERS.",
        )
    if failure == "no_connection":
        return ApiError(422, "unknown_host", zh="address 中的主机找不到。", en="The host of address is not known.")
    return ApiError(
        422,
        "bad_address",
        zh="address 不是可用的通知地址，例如 dingtalk://token。",
        en="address is not one that can be sent to, such as dingtalk://token.",
    )
