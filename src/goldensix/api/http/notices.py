"""How one person wants to be called: sound, notes, phones and quiet hours. Everybody's own."""

import hashlib
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from goldensix.adapters.notifiers.port import NotDelivered
from goldensix.adapters.notifiers.push import Subscription
from goldensix.adapters.postgres.notices import MOST_DEVICES, Device, NoticeSettings
from goldensix.api.errors import ApiError, not_found
from goldensix.api.http.device import device as named
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.events.facts import Language
from goldensix.events.ids import AccountId
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/notices")

Person = Annotated[Caller, Depends(requires(Permission.CONSULT))]
Minute = Annotated[int, Field(ge=0, lt=24 * 60)]
_KEY = r"^[A-Za-z0-9_=-]+$"


class DeviceAnswer(Answer):
    id: int
    name: str
    mark: str
    """SHA-256 of its endpoint, by which a browser knows itself; the endpoint is a secret."""
    added_at: int
    tried_at: int | None
    failed: str


class NoticesAnswer(Answer):
    sound: bool
    desktop: bool
    words: bool
    """A phone shows what the buyer asked."""
    quiet_from: int | None
    """Minutes of the day in the shop's zone; null: phones always ring."""
    quiet_until: int | None
    devices: list[DeviceAnswer]
    push_key: str
    """What a browser subscribes with."""


class NoticesChange(Ask):
    """What is not sent stays as it is."""

    sound: bool = True
    desktop: bool = True
    words: bool = False
    quiet_from: Minute | None = None
    quiet_until: Minute | None = None

    def sent(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set}


class NewDevice(Ask):
    """A browser's push subscription."""

    endpoint: Annotated[str, Field(min_length=10, max_length=2_000)]
    p256dh: Annotated[str, Field(min_length=80, max_length=100, pattern=_KEY)]
    auth: Annotated[str, Field(min_length=16, max_length=40, pattern=_KEY)]
    language: Language = "zh"


class Tried(Answer):
    delivered: bool
    failed: str


@router.get("")
async def notices(house: TheHouse, caller: Person) -> NoticesAnswer:
    return await _answer(house, caller.account.id)


@router.patch("")
async def change_notices(body: NoticesChange, house: TheHouse, caller: Person) -> NoticesAnswer:
    account = caller.account.id
    after = replace(await _settings(house, account), **body.sent())
    if (after.quiet_from is None) != (after.quiet_until is None):
        raise ApiError(
            422,
            "half_quiet",
            zh="quiet_from 和 quiet_until 要么都填，要么都空。",
            en="quiet_from and quiet_until stand together, or neither does.",
        )
    await house.ringing.notices.set(account, after)
    return await _answer(house, account)


@router.post("/devices", status_code=201)
async def add_device(request: Request, body: NewDevice, house: TheHouse, caller: Person) -> DeviceAnswer:
    to = Subscription(body.endpoint, body.p256dh, body.auth)
    try:
        await house.ringing.push.check(to)
    except NotDelivered:
        raise ApiError(
            422,
            "bad_subscription",
            zh="endpoint 或密钥不是可用的推送订阅。",
            en="endpoint and keys are no push subscription that can be used.",
        ) from None
    name = named(request.headers.get("user-agent", ""))
    added = await house.ringing.notices.add_device(caller.account.id, to, name, body.language)
    if added is None:
        raise ApiError(
            409,
            "too_many_devices",
            zh=f"最多 {MOST_DEVICES} 台设备，请先移除一台。",
            en=f"There can be {MOST_DEVICES} devices: remove one first.",
        )
    await house.on_roster_changed(caller.account.merchant)
    return _device(added)


@router.delete("/devices/{device}", status_code=204)
async def remove_device(device: int, house: TheHouse, caller: Person) -> None:
    if not await house.ringing.notices.remove_device(caller.account.id, device):
        raise not_found("设备", "device of yours")
    await house.on_roster_changed(caller.account.merchant)


@router.post("/devices/{device}/test")
async def test_device(device: int, house: TheHouse, caller: Person) -> Tried:
    """Calls it now and says what became of it."""
    mine = await house.ringing.notices.devices([caller.account.id])
    found = next((each for each in mine if each.id == device), None)
    if found is None:
        raise not_found("设备", "device of yours")
    failed = await house.ringing.test_device(found)
    return Tried(delivered=failed is None, failed=str(failed or ""))


async def _settings(house: House, account: AccountId) -> NoticeSettings:
    return (await house.ringing.notices.settings_of([account])).get(account, NoticeSettings())


async def _answer(house: House, account: AccountId) -> NoticesAnswer:
    chosen = await _settings(house, account)
    return NoticesAnswer(
        sound=chosen.sound,
        desktop=chosen.desktop,
        words=chosen.words,
        quiet_from=chosen.quiet_from,
        quiet_until=chosen.quiet_until,
        devices=[_device(each) for each in await house.ringing.notices.devices([account])],
        push_key=house.ringing.push.public_key,
    )


def _device(device: Device) -> DeviceAnswer:
    return DeviceAnswer(
        id=device.id,
        name=device.name,
        mark=hashlib.sha256(device.subscription.endpoint.encode()).hexdigest(),
        added_at=device.added_at,
        tried_at=device.tried_at,
        failed=device.failed,
    )
