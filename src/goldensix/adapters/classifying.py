"""Learning where consults belong: in a process of its own, a moment after people have put something right."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import msgspec
import structlog

from goldensix.adapters.postgres.classification import Classification, Consult
from goldensix.events.ids import GroupId, Instant, MerchantId
from goldensix.robot.groups import Sorting, Weights

NEEDED: Final = 40
"""Consults that people have shown a group for, before anything is learned."""
IN_EACH: Final = 5
"""Of them, in each of two groups at least."""
_LOOKS_BACK: Final = 90 * 86_400_000
_LESSONS: Final = 10_000
_AFTER: Final = 2.0
"""Seconds that corrections are waited for before they are learned from, all together."""
_WITHIN: Final = 120.0
_OWN_WORD: Final = 0.5
"""What a word of a group counts beside a consult that people have shown."""
_logger = structlog.get_logger()
Changed = Callable[[MerchantId], Awaitable[None]]
Base = Callable[[MerchantId], Awaitable[Sorting]]


class Classifying:
    def __init__(self, kept: Classification, base: Base, changed: Changed, now: Callable[[], Instant]) -> None:
        self._kept, self._base, self._changed, self._now = kept, base, changed, now
        self._tasks: dict[MerchantId, asyncio.Task[None]] = {}
        self._again: set[MerchantId] = set()

    async def sorting(self, merchant: MerchantId) -> Sorting:
        """As the merchant's consults are sorted now."""
        return await self._kept.sorting(merchant, await self._base(merchant))

    def soon(self, merchant: MerchantId) -> None:
        """Something was put right: learn from it in a moment."""
        if merchant in self._tasks:
            self._again.add(merchant)
        else:
            self._tasks[merchant] = asyncio.create_task(self._learn(merchant))

    async def close(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _learn(self, merchant: MerchantId) -> None:
        try:
            while True:
                await asyncio.sleep(_AFTER)
                self._again.discard(merchant)
                await self.learn(merchant)
                if merchant not in self._again:
                    return
        except Exception as failed:  # what was learned before goes on holding
            _logger.warning("groups were not learned", merchant=merchant, error=repr(failed))
        finally:
            del self._tasks[merchant]

    async def learn(self, merchant: MerchantId) -> bool:
        """From labels and transfers. False: there are too few, and groups are known by their own words."""
        found = await self._kept.consults(merchant, Instant(self._now() - _LOOKS_BACK), _LESSONS)
        shown = [each for each in found if each.is_shown and each.words]
        if not _is_enough(shown):
            await self._kept.keep(merchant, None, len(shown), 0.0)
            await self._changed(merchant)
            return False
        base = await self._base(merchant)
        own = [(word, group, _OWN_WORD) for group, words in base.words.items() for word in words]
        lesson = {"examples": [(each.words, each.ended, 1.0) for each in shown], "own_words": own}
        taught = msgspec.json.decode(await _taught(msgspec.json.encode(lesson)))
        weights = Weights(tuple(map(GroupId, taught[0])), tuple(taught[1]), {k: tuple(v) for k, v in taught[2].items()})
        await self._kept.keep(merchant, weights, taught[4], taught[3])
        await self._changed(merchant)
        return True


def _is_enough(shown: Sequence[Consult]) -> bool:
    counts = sorted((sum(each.ended == group for each in shown) for group in {c.ended for c in shown}), reverse=True)
    return len(shown) >= NEEDED and len(counts) > 1 and counts[1] >= IN_EACH


async def _taught(lesson: bytes) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "goldensix.teaching.sorting"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_WITHIN):
            content, _ = await process.communicate(lesson)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    if process.returncode:
        raise RuntimeError(f"the process that learns ended with {process.returncode}")
    return content
