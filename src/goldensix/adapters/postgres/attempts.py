"""Slows down whoever guesses: failures are counted per identifier and per address, and outlive a restart."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import asyncpg

from goldensix.adapters.postgres.times import instant, timestamp
from goldensix.events.ids import Instant, Milliseconds

_LONGEST: Final = 15 * 60_000
_FORGOTTEN: Final = 60 * 60_000
"""Failures this long ago count no more."""


@dataclass(frozen=True, slots=True)
class Key:
    """Something attempts are counted by."""

    what: str
    """Such as "login" or "address": keeps counts of different things apart."""
    value: str
    free: int = 5
    """Failures that cost nothing; each one from here on doubles the wait."""

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(f"{self.what}\n{self.value}".encode()).digest()


class Attempts:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def begin(self, keys: Sequence[Key]) -> Milliseconds:
        """0: go on. Otherwise nothing may be tried for so long.

        The attempt is counted as failed before it is made, so that a hundred at once are not one; whoever
        succeeds says so afterwards.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            now = self._now()
            rows = await connection.fetch(
                "insert into login_attempts (key, failures, failed_at, blocked_until) "
                "select key, 0, $2, $2 from unnest($1::bytea[]) as key order by key "
                "on conflict (key) do update set failures = "
                "case when login_attempts.failed_at < $3 then 0 else login_attempts.failures end "
                "returning key, failures, blocked_until",
                *([key.hash for key in keys], timestamp(now), timestamp(now - _FORGOTTEN)),
            )
            wait = max(instant(row["blocked_until"]) - now for row in rows)
            if wait > 0:
                return Milliseconds(wait)
            failures = {row["key"]: row["failures"] + 1 for row in rows}
            await connection.executemany(
                "update login_attempts set failures = $2, failed_at = $3, blocked_until = $4 where key = $1",
                [(k.hash, n := failures[k.hash], timestamp(now), timestamp(now + delay(n, k.free))) for k in keys],
            )
        return Milliseconds(0)

    async def succeeded(self, keys: Sequence[Key], *, clears: Key) -> None:
        """Takes back what `begin` counted. Only `clears` starts anew: a guesser may have an account too."""
        now = self._now()
        await self._pool.executemany(
            "update login_attempts set failures = failures - 1, blocked_until = $2 where key = $1",
            [(key.hash, timestamp(now)) for key in keys if key != clears],
        )
        await self._pool.execute("delete from login_attempts where key = $1", clears.hash)
        await self._pool.execute(
            "delete from login_attempts where key in "
            "(select key from login_attempts where failed_at < $1 for update skip locked)",
            timestamp(now - _FORGOTTEN),
        )


def delay(failures: int, free: int) -> Milliseconds:
    """1 s after the last free failure, then twice as long each time, at most 15 minutes."""
    if failures < free:
        return Milliseconds(0)
    return Milliseconds(min(1000 << min(failures - free, 20), _LONGEST))
