"""A night comes for every merchant: whatever fails, however the clock goes, and though none was up for the last one."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from goldensix.adapters.nights import Nights
from goldensix.adapters.reports import Reports
from goldensix.events.ids import Instant, MerchantId

ANSWERS = """
import json, sys
for line in sys.stdin:
    refused = json.loads(line)["merchant"] == 4
    if refused:
        print(json.dumps({"error": {"status": 500, "code": "x", "en": "No.", "zh": "否。"}}), flush=True)
    else:
        print('{"bytes": 0}', flush=True)
"""
NOON = Instant(1_784_700_000_000)
ONE, TWO, THREE, REFUSED, ELSEWHERE = map(MerchantId, (1, 2, 3, 4, 5))


@dataclass
class House:
    now: Instant = NOON
    away: int = 0
    """How often the database does not answer."""
    behind: set[MerchantId] = field(default_factory=set)
    forgot: list[MerchantId] = field(default_factory=list)
    after: list[MerchantId] = field(default_factory=list)

    async def zones(self) -> dict[MerchantId, set[str]]:
        if self.away:
            self.away -= 1
            raise OSError
        return {each: {"Asia/Shanghai"} for each in (ONE, TWO, THREE, REFUSED, ELSEWHERE)}

    async def is_behind(self, merchant: MerchantId) -> bool:
        return merchant in self.behind

    async def forget(self, merchant: MerchantId) -> None:
        if merchant == ONE:
            raise OSError
        self.forgot.append(merchant)

    async def and_then(self, merchant: MerchantId) -> None:
        self.after.append(merchant)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house, reports = House(away=2, behind={THREE}), Reports({}, worker=(sys.executable, "-c", ANSWERS))
    nights = Nights(
        reports, house.zones, lambda: house.now, ELSEWHERE.__ne__, house.is_behind, house.forget, house.and_then,
        settles=0.0, looks_every=0.01,
    )  # fmt: skip
    task = asyncio.create_task(nights.run())
    yield house
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await reports.stop()


async def until(house: House, after: list[MerchantId]) -> None:
    async with asyncio.timeout(10):
        while house.after != after:
            await asyncio.sleep(0.01)


async def test_a_night_is_every_merchants_whatever_fails(house: House) -> None:
    async with asyncio.timeout(10):
        while house.forgot != [THREE]:  # what the last night left is made good after a start
            await asyncio.sleep(0.01)
    assert house.after == []
    house.away = 2
    house.now = Instant(NOON + 86_400_000)  # the clock leaps, as it does for a machine that slept
    await until(house, [ONE, TWO, THREE, REFUSED])
    assert house.forgot == [THREE, TWO, THREE]
    house.now = Instant(NOON + 2 * 86_400_000)
    await until(house, [ONE, TWO, THREE, REFUSED] * 2)
    assert house.forgot == [THREE, TWO, THREE, TWO, THREE]
