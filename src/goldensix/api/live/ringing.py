"""Carries a call out: to the phones of those whom it is for, and to the merchant's senders."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import stamina

from goldensix.adapters.notifiers.port import Letter, NotDelivered
from goldensix.adapters.notifiers.push import Push
from goldensix.adapters.notifiers.senders import Senders
from goldensix.adapters.notifiers.wording import TITLE, call_text, test_text
from goldensix.adapters.postgres.notices import Device, Notices, NoticeSettings, Sender
from goldensix.api.live.calls import Call, Rang
from goldensix.events.facts import Language
from goldensix.events.ids import AccountId, Instant
from goldensix.metrics.zones import DAY, local

_TRIES: Final = 3
_TRIED_FOR: Final = 40.0
_MINUTE: Final = 60_000


@dataclass(frozen=True)
class Ringing:
    notices: Notices
    push: Push
    senders: Senders
    now: Callable[[], Instant]
    public_url: str
    """Where links of a message lead; empty: it has none."""
    first_pause: float = 1.0
    """Seconds before what failed is tried again."""

    async def ring(self, call: Call) -> list[Rang]:
        """All ways at once; answers what became of each."""
        devices = await self.notices.devices(call.people)
        chosen = await self.notices.settings_of(call.people)
        senders = await self.notices.senders(call.merchant) if call.senders else []
        ways = [self._phone(call, device, chosen.get(device.account, NoticeSettings())) for device in devices]
        ways += [self._sender(call, each) for each in senders if _wanted(call, each)]
        return list(await asyncio.gather(*ways))

    async def test_device(self, device: Device) -> NotDelivered | None:
        letter = Letter(TITLE[device.language], test_text(device.language), "/", "test")
        failed = await _outcome(self.push.send(device.subscription, letter))
        await self.notices.device_tried(device.id, failed)
        return failed

    async def test_sender(self, sender: Sender) -> NotDelivered | None:
        """Once, so that whoever presses the button sees the truth at once."""
        letter = Letter(TITLE[sender.language], test_text(sender.language), "/", "test")
        failed = await _outcome(self.senders.send(sender.address, letter, self._link(letter)))
        await self.notices.sender_tried(sender.id, failed)
        return failed

    async def _phone(self, call: Call, device: Device, chosen: NoticeSettings) -> Rang:
        if chosen.quiet_at(local(call.zone, self.now()) % DAY // _MINUTE):
            return Rang("push", device.account, None, "quiet")
        letter = _letter(call, device.language, with_words=chosen.words)
        failed = await self._try(lambda: self.push.send(device.subscription, letter))
        await self.notices.device_tried(device.id, failed)
        return _rang(failed, device.account, None)

    async def _sender(self, call: Call, sender: Sender) -> Rang:
        letter = _letter(call, sender.language, with_words=False)
        failed = await self._try(lambda: self.senders.send(sender.address, letter, self._link(letter)))
        await self.notices.sender_tried(sender.id, failed)
        return _rang(failed, None, sender.id)

    async def _try(self, send: Callable[[], Awaitable[None]]) -> NotDelivered | None:
        """What may work in a moment is tried again, a few times."""

        async def again() -> None:
            retrying = stamina.retry_context(
                on=_is_passing, attempts=_TRIES, timeout=_TRIED_FOR, wait_initial=self.first_pause, wait_jitter=0.2
            )
            async for attempt in retrying:
                with attempt:
                    await send()

        return await _outcome(again())

    def _link(self, letter: Letter) -> str:
        return f"{self.public_url}{letter.path}" if self.public_url else ""


def _wanted(call: Call, sender: Sender) -> bool:
    return call.step == "administrator" or sender.step == "phone"


def _is_passing(failed: Exception) -> bool:
    return isinstance(failed, NotDelivered) and failed.passing


async def _outcome(sending: Awaitable[None]) -> NotDelivered | None:
    try:
        await sending
    except NotDelivered as failed:
        return failed
    return None


def _rang(failed: NotDelivered | None, account: AccountId | None, sender: int | None) -> Rang:
    return Rang("sender" if sender else "push", account, sender, "failed" if failed else "sent")


def _letter(call: Call, language: Language, *, with_words: bool) -> Letter:
    text = call_text(language, call.kind, call.step, call.group, call.buyers, call.longest)
    if with_words and call.words:
        text = f"{call.words}\n{text}"
    path = f"/desk/{call.conversation}" if call.conversation else "/desk" if call.step == "agent" else "/live"
    return Letter(TITLE[language], text, path, call.key)
