"""Who did, changed and looked at what, of what the log of conversations does not hold. It is only ever added to."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final, Literal, get_args

import asyncpg

from goldensix.adapters.postgres.pool import Connection
from goldensix.adapters.postgres.times import instant, timestamp
from goldensix.events.ids import AccountId, Instant, MerchantId

What = Literal[
    "logged in",
    "log-in failed",
    "code sent",
    "account added",
    "account changed",
    "group added",
    "group changed",
    "assignment changed",
    "ladder changed",
    "robot changed",
    "outside robot changed",
    "shop added",
    "shop changed",
    "shifts added",
    "shifts changed",
    "shifts removed",
    "sender added",
    "sender changed",
    "sender removed",
    "retention changed",
    "receiver revealed",
    "receiver changed",
    "price changed",
    "remark changed",
    "conversation opened",
    "taken over",
    "report exported",
    "audit exported",
    "import started",
    "import undone",
    "calibers changed",
    "benchmark changed",
    "buyer blocked",
    "block lifted",
    "buyer erased",
    "words erased",
]
WHATS: Final[tuple[str, ...]] = get_args(What)
_PART: Final = 1_000


@dataclass(frozen=True, slots=True)
class Noted:
    id: int
    at: Instant
    by: AccountId | None
    """None: nobody who was logged in."""
    name: str
    """Of that account, as it is called now; empty: there is none, or it is gone."""
    what: str
    subject: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be shown; None: all."""

    by: AccountId | None = None
    what: str | None = None
    since: Instant | None = None
    before: Instant | None = None


async def write(
    connection: Connection | asyncpg.Pool,
    merchant: MerchantId,
    by: AccountId | None,
    now: Instant,
    what: What,
    subject: str,
) -> None:
    """On a connection of a transaction it is written if that is."""
    await connection.execute(
        "insert into audit (merchant_id, account_id, at, what, subject) values ($1, $2, $3, $4, $5)",
        *(merchant, by, timestamp(now), what, subject),
    )


class Audit:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def note(self, merchant: MerchantId, by: AccountId | None, what: What, subject: str) -> None:
        await write(self._pool, merchant, by, self._now(), what, subject)

    async def page(self, merchant: MerchantId, wanted: Wanted, *, under: int | None, most: int) -> list[Noted]:
        """The newest first; `under`: only those older than this one."""
        rows = await self._pool.fetch(
            "select a.id, a.at, a.account_id, coalesce(p.name, '') as name, a.what, a.subject"
            " from audit a left join accounts p on p.merchant_id = a.merchant_id and p.id = a.account_id"
            " where a.merchant_id = $1 and ($2::bigint is null or a.account_id = $2)"
            " and ($3::text is null or a.what = $3)"
            " and ($4::timestamptz is null or a.at >= $4) and ($5::timestamptz is null or a.at < $5)"
            " and ($6::bigint is null or a.id < $6) order by a.id desc limit $7",
            *(merchant, wanted.by, wanted.what),
            *(None if at is None else timestamp(at) for at in (wanted.since, wanted.before)),
            *(under, most),
        )
        return [_noted(row) for row in rows]

    async def all(self, merchant: MerchantId, wanted: Wanted) -> AsyncIterator[Noted]:
        under: int | None = None
        while part := await self.page(merchant, wanted, under=under, most=_PART):
            for noted in part:
                yield noted
            under = part[-1].id


def _noted(row: asyncpg.Record) -> Noted:
    by = None if row["account_id"] is None else AccountId(row["account_id"])
    return Noted(row["id"], instant(row["at"]), by, row["name"], row["what"], row["subject"])
