"""Each night the robot learns anew from its merchant's log, at the minute that the merchant chose."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from goldensix.adapters.lessons import Lessons
from goldensix.events.ids import Instant, MerchantId

log = structlog.get_logger()
DAYS: Final = 730
"""What was said before says little of today's shop."""
_LOOKS_EVERY: Final = 20.0
"""Seconds: less than a minute, so that no minute of the night is missed."""
Night = tuple[MerchantId, ZoneInfo, int | None]
"""Of a merchant whose desk is here: its minute, if it has one."""


async def refit_nightly(
    lessons: Lessons,
    nights: Callable[[], Iterable[Night]],
    now: Callable[[], Instant],
    every: float = _LOOKS_EVERY,
) -> None:
    """For ever; each night once. One that finds another lesson under way waits for the next night."""
    begun: dict[MerchantId, date] = {}
    while True:
        for merchant, zone, minute in list(nights()):
            local = datetime.fromtimestamp(now() / 1000, zone)
            if minute == local.hour * 60 + local.minute and begun.get(merchant) != local.date():
                begun[merchant] = local.date()
                log.info("a robot learns from its log", merchant=merchant, begun=lessons.start(merchant, "fit", DAYS))
        await asyncio.sleep(every)
