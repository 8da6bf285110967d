"""What a merchant's desk and archive hold, as a model learns from it: each turn of a buyer with a person's reply."""

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from pathlib import Path
from typing import Final

from goldensix.adapters import clock
from goldensix.adapters.archive.sources import Archive
from goldensix.adapters.archive.spoken import spoken as imported
from goldensix.adapters.postgres.pool import open_pool
from goldensix.adapters.postgres.spoken import spoken as lived
from goldensix.events.ids import Instant, MerchantId
from goldensix.robot.asked import Message
from goldensix.robot.question import Pair

_DAYS: Final = 730
"""What was said before says little of today's shop."""
_MOST: Final = 200_000
"""The newest pairs that are learned from."""
_WITHIN: Final = 300.0
"""Seconds that the database may take: nobody waits for it."""


async def own_pairs(dsn: str, data: Path, merchant: MerchantId) -> list[Pair]:
    since = Instant(clock.now() - _DAYS * 86_400_000)
    async with await open_pool(dsn, answers_within=_WITHIN) as pool:
        messages = await lived(pool, merchant, since, played=False)
    found = [*pairs_of(imported(Archive(data, merchant), since)), *pairs_of(messages)]
    return found[-_MOST:]


def pairs_of(messages: Iterable[Message]) -> Iterator[Pair]:
    """What one side says in a row is one turn; what a robot answers teaches nothing."""
    for _, said in groupby(messages, key=lambda message: message.conversation):
        runs = [(by, " ".join(each.text for each in run)) for by, run in groupby(said, key=lambda message: message.by)]
        for (by, text), (replier, reply) in pairwise(runs):
            if by == "buyer" and replier == "human":
                yield Pair(text, reply)
