"""What a desk does each night by itself: closed days go to the archive, and what is too old is forgotten."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from goldensix.adapters.reports import Refused, Reports
from goldensix.events.ids import Instant, MerchantId

_logger = structlog.get_logger()
_AFTER_MIDNIGHT: Final = timedelta(minutes=10)
"""What was said at 23:59 has long been stored by then."""


@dataclass(frozen=True)
class Nights:
    """Of several workers whoever has the merchant then does it. What fails is made good the next night."""

    reports: Reports
    zones: Callable[[], Awaitable[Mapping[MerchantId, set[str]]]]
    now: Callable[[], Instant]
    is_ours: Callable[[MerchantId], bool]
    is_behind: Callable[[MerchantId], Awaitable[bool]]
    """Whether anything is older than it may be: the desk did not run at night."""
    forget: Callable[[MerchantId], Awaitable[None]]
    after: Callable[[MerchantId], Awaitable[None]]
    """What else is to be done then."""
    settles: float = 60.0
    """Seconds after the start before what former nights left is made good."""
    looks_every: float = 60.0
    """Seconds: a clock that is set, or a machine that slept, puts no night off by more."""

    async def run(self) -> None:
        """For ever."""
        since = self.now()
        await asyncio.sleep(self.settles)
        for merchant in await self._merchants():
            if self.is_ours(merchant) and await self._try(merchant, self.is_behind):
                await self._pass(merchant)
        while True:
            zones = {zone for zones in (await self._merchants()).values() for zone in zones}
            night = next_night(zones, since)
            while (left := (night - self.now()) / 1000) > 0:  # noqa: ASYNC110 - a clock that is set tells nobody
                await asyncio.sleep(min(left, self.looks_every))
            for merchant in await self._merchants():
                if self.is_ours(merchant):
                    await self._pass(merchant)
                    await self._try(merchant, self.after)
            since = self.now()

    async def _merchants(self) -> Mapping[MerchantId, set[str]]:
        while True:
            try:
                return await self.zones()
            except Exception as away:  # the database, most likely: a night is not given up over that
                _logger.warning("the night's work waits for the database", error=type(away).__name__)
                await asyncio.sleep(self.looks_every)

    async def _pass(self, merchant: MerchantId) -> None:
        """The archive first: of words that are forgotten it keeps what figures need."""
        try:
            await self.reports.ask(merchant, "archive", {"now": self.now()})
        except Refused as refused:
            _logger.warning("closed days were not archived", merchant=merchant, why=refused.en)
        else:
            await self._try(merchant, self.forget)

    async def _try(self, merchant: MerchantId, work: Callable[[MerchantId], Awaitable[bool | None]]) -> bool:
        """What it answers; whatever goes wrong, other merchants have their night."""
        try:
            return bool(await work(merchant))
        except Exception as failed:  # whatever it is, the next merchant's night begins
            _logger.warning("a merchant's night was cut short", merchant=merchant, error=type(failed).__name__)
            return False


def next_night(zones: Iterable[str], now: Instant) -> Instant:
    """When the next day that ends in one of these zones has closed."""
    here = datetime.fromtimestamp(now / 1000, UTC)
    return Instant(min((int(_closed(zone, here).timestamp() * 1000) for zone in zones), default=now + 86_400_000))


def _closed(zone: str, here: datetime) -> datetime:
    local = here.astimezone(ZoneInfo(zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + _AFTER_MIDNIGHT
    return midnight if midnight > local else midnight + timedelta(days=1)
