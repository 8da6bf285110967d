"""Who is logged in, on which device. The database holds hashes: a stolen copy of it opens nothing."""

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NewType

import asyncpg

from goldensix.adapters.postgres.roster import ACCOUNTS, Account, account_of
from goldensix.adapters.postgres.times import instant, timestamp
from goldensix.events.ids import AccountId, Instant, Milliseconds

SessionId = NewType("SessionId", int)

_HALF_A_DAY: Final = Milliseconds(12 * 3_600_000)
_THIRTY_DAYS: Final = Milliseconds(30 * 86_400_000)
_NOTED_EVERY: Final = Milliseconds(60_000)
"""The database learns of a session's use at most this often."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """A session ends when unused for `idle`, and at `most` after log-in whatever happens."""

    idle: Milliseconds = _HALF_A_DAY
    most: Milliseconds = _THIRTY_DAYS


@dataclass(frozen=True, slots=True)
class Session:
    id: SessionId
    account: AccountId
    device: str
    created_at: Instant
    last_seen_at: Instant
    expires_at: Instant


class Sessions:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant], lifetime: Lifetime | None = None) -> None:
        self._pool = pool
        self._now = now
        self.lifetime = lifetime or Lifetime()

    async def begin(self, account: AccountId, device: str) -> str:
        """Answers the token, which is kept nowhere else."""
        token, now = secrets.token_urlsafe(32), self._now()
        await self._pool.execute("delete from sessions where expires_at <= $1", timestamp(now))
        await self._pool.execute(
            "insert into sessions (token_hash, account_id, device, created_at, last_seen_at, expires_at) "
            "values ($1, $2, $3, $4, $4, $5)",
            *(_hash(token), account, device[:200], timestamp(now), timestamp(self._end(now, now))),
        )
        return token

    async def find(self, token: str) -> tuple[Session, Account] | None:
        """Whose token this is, if it still opens anything. Counts as use."""
        if not token:
            return None
        now = self._now()
        row = await self._pool.fetchrow(
            "select s.id as session_id, s.device, s.created_at, s.last_seen_at, s.expires_at, who.* "  # noqa: S608 - of our own constant
            f"from sessions s join ({ACCOUNTS}) who using (account_id) "
            "where s.token_hash = $1 and s.expires_at > $2 and who.active",
            *(_hash(token), timestamp(now)),
        )
        if row is None or not (account := account_of(row)).is_good(now):
            return None
        session = _session(row)
        if now - session.last_seen_at >= _NOTED_EVERY:
            await self._note_use(session, now)
        return session, account

    async def of(self, account: AccountId) -> list[Session]:
        """The account's live sessions, the latest used first."""
        rows = await self._pool.fetch(
            "select id as session_id, * from sessions where account_id = $1 and expires_at > $2 "
            "order by last_seen_at desc, id desc",
            *(account, timestamp(self._now())),
        )
        return [_session(row) for row in rows]

    async def alive(self, sessions: Collection[SessionId]) -> set[SessionId]:
        """Those of them that still open something. Counts as use; what another statement holds is noted next time."""
        now, lifetime = self._now(), self.lifetime
        rows = await self._pool.fetch(
            "with used as (select id from sessions where id = any($1::bigint[]) and expires_at > $2 "
            "and last_seen_at <= $3 for update skip locked), "
            "noted as (update sessions s set last_seen_at = $2, expires_at = least(s.created_at + $4, $5) "
            "from used where s.id = used.id) "
            "select id from sessions where id = any($1::bigint[]) and expires_at > $2",
            *(list(sessions), timestamp(now), timestamp(Instant(now - _NOTED_EVERY))),
            *(timedelta(milliseconds=lifetime.most), timestamp(Instant(now + lifetime.idle))),
        )
        return {SessionId(row["id"]) for row in rows}

    async def end(self, account: AccountId, session: SessionId) -> bool:
        """False if this account has no such session."""
        ended = await self._pool.fetchval(
            "delete from sessions where account_id = $1 and id = $2 returning id", account, session
        )
        return ended is not None

    async def end_token(self, token: str) -> SessionId | None:
        """The session this token opened; None if it opened nothing."""
        ended = await self._pool.fetchval("delete from sessions where token_hash = $1 returning id", _hash(token))
        return None if ended is None else SessionId(ended)

    async def end_all(self, account: AccountId, *, but: SessionId | None = None) -> list[SessionId]:
        """Answers which ended."""
        rows = await self._pool.fetch(
            "delete from sessions where account_id = $1 and id is distinct from $2 returning id", account, but
        )
        return [SessionId(row["id"]) for row in rows]

    async def _note_use(self, session: Session, now: Instant) -> None:
        await self._pool.execute(
            "update sessions set last_seen_at = $2, expires_at = $3 where id = $1",
            *(session.id, timestamp(now), timestamp(self._end(session.created_at, now))),
        )

    def _end(self, created_at: Instant, now: Instant) -> Instant:
        return Instant(min(created_at + self.lifetime.most, now + self.lifetime.idle))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _session(row: asyncpg.Record) -> Session:
    return Session(
        id=SessionId(row["session_id"]),
        account=AccountId(row["account_id"]),
        device=row["device"],
        created_at=instant(row["created_at"]),
        last_seen_at=instant(row["last_seen_at"]),
        expires_at=instant(row["expires_at"]),
    )
