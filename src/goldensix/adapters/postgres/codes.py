"""One-time codes: six digits, five minutes, five tries, one use, one at a time for an account."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Final

import asyncpg

from goldensix.adapters.postgres.times import timestamp
from goldensix.events.ids import AccountId, Instant

_VALID: Final = 5 * 60_000
_TRIES: Final = 5


class Codes:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def issue(self, account: AccountId) -> str:
        """A new code; the one before is void."""
        code, salt = f"{secrets.randbelow(1_000_000):06}", secrets.token_bytes(16)
        await self._pool.execute(
            "insert into login_codes (account_id, salt, code_hash, tries, expires_at) "
            "values ($1, $2, $3, 0, $4) on conflict (account_id) do update "
            "set salt = excluded.salt, code_hash = excluded.code_hash, tries = 0, expires_at = excluded.expires_at",
            *(account, salt, _hash(code, salt), timestamp(self._now() + _VALID)),
        )
        return code

    async def use(self, account: AccountId, code: str) -> bool:
        """True once for the right code. Every call is a try, whoever makes it."""
        row = await self._pool.fetchrow(
            "update login_codes set tries = tries + 1 "
            "where account_id = $1 and expires_at > $2 and tries < $3 returning salt, code_hash",
            *(account, timestamp(self._now()), _TRIES),
        )
        if row is None or not hmac.compare_digest(row["code_hash"], _hash(code, row["salt"])):
            return False
        used = await self._pool.fetchval(
            "delete from login_codes where account_id = $1 and salt = $2 returning true", account, row["salt"]
        )
        return used is not None


def _hash(code: str, salt: bytes) -> bytes:
    return hmac.digest(salt, code.encode(), hashlib.sha256)
