"""What is too old to be kept, forgotten: words, pictures, names, receivers; rows of the audit. Facts and figures stay.

It goes on while the desk runs, a few thousand rows at a time, and where it was broken off.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import asyncpg
import msgspec

from goldensix.adapters.postgres import audit
from goldensix.adapters.postgres.findings import FORGET_FINDINGS
from goldensix.adapters.postgres.times import instant, timestamp
from goldensix.events.ids import AccountId, Instant, MerchantId

DAY: Final = 86_400_000
IN_USE: Final = (
    "id in (select a ->> 'content' from bank_questions q join bank_versions v on v.question_id = q.id,"
    " jsonb_array_elements(v.content -> 'answers') a where q.merchant_id = $1 and a ->> 'kind' = 'picture'"
    " union all select picture_id from quick_replies where merchant_id = $1 and removed_at is null"
    " and picture_id is not null)"
)
"""Pictures of answers in the question bank and of quick replies: nobody's words, and shown again tomorrow."""
_DUE: Final = f"""
with here as (select forgotten_to as after from merchants where id = $1)
select (select recorded_at from events, here where merchant_id = $1 and position > here.after
  and body_id is not null order by position limit 1) as oldest,
 (select count(*) from events, here where merchant_id = $1 and position > here.after
  and body_id is not null and recorded_at < $2) as words,
 (select count(*) from pictures where merchant_id = $1 and created_at < $2 and not {IN_USE}) as pictures,
 (select count(*) from audit where merchant_id = $1 and at < $3) as audit
"""  # noqa: S608 - of our own constant
_PART: Final = 5_000
"""Events, or rows, of one transaction: some hundredths of a second in which the desk waits for no lock of ours."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Days; 0: for ever."""

    words: int = 0
    """Of the desk's own conversations: words, pictures, buyers' names, receivers of orders."""
    imports: int = 0
    """Of imported lines: words and buyers' names."""
    audit: int = 0


class Due(NamedTuple):
    """What would go now."""

    oldest: Instant | None
    """When the oldest words were said that are still kept."""
    words: int
    pictures: int
    audit: int


class Part(NamedTuple):
    words: int
    upto: Instant


class Keeping:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def of(self, merchant: MerchantId) -> Retention:
        found = await self._pool.fetchval("select retention from merchants where id = $1", merchant)
        return msgspec.json.decode(found, type=Retention)

    async def set(self, merchant: MerchantId, after: Retention, by: AccountId) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            before = await connection.fetchval("select retention from merchants where id = $1 for update", merchant)
            told = msgspec.json.encode(after).decode()
            await connection.execute("update merchants set retention = $2 where id = $1", merchant, told)
            said = f"{msgspec.json.encode(msgspec.json.decode(before, type=Retention)).decode()} -> {told}"
            await audit.write(connection, merchant, by, self._now(), "retention changed", said)

    async def due(self, merchant: MerchantId, kept: Retention) -> Due:
        row = await self._pool.fetchrow(
            _DUE,
            *(merchant, self._before(kept.words), self._before(kept.audit)),
        )
        assert row is not None
        oldest = None if row["oldest"] is None else instant(row["oldest"])
        return Due(oldest, row["words"], row["pictures"], row["audit"])

    async def is_behind(self, merchant: MerchantId) -> bool:
        """Whether a night that nobody was up for left anything; of imports that is not known here."""
        kept = await self.of(merchant)
        due = await self.due(merchant, kept)
        return bool((kept.words and (due.words or due.pictures)) or (kept.audit and due.audit) or kept.imports)

    async def forget_words(self, merchant: MerchantId, days: int, *, archived: int) -> AsyncIterator[Part]:
        """Part by part, of positions that are archived: what figures need of the words is kept there."""
        before = self._before(days)
        while (part := await self._forget_part(merchant, before, archived)) is not None:
            yield part

    async def _forget_part(self, merchant: MerchantId, before: object, archived: int) -> Part | None:
        async with self._pool.acquire() as connection, connection.transaction():
            after = await connection.fetchval("select forgotten_to from merchants where id = $1 for update", merchant)
            last = await connection.fetchrow(
                "select position, recorded_at from (select position, recorded_at from events where merchant_id = $1"
                " and position > $2 and position <= $3 order by position limit $4) e"
                " where recorded_at < $5 order by position desc limit 1",
                *(merchant, after, archived, _PART, before),
            )
            if last is None:
                return None
            done = await connection.execute(
                "update bodies b set body = null from events e where e.merchant_id = $1 and e.position > $2"
                " and e.position <= $3 and b.merchant_id = $1 and b.id = e.body_id and b.stream = e.stream"
                " and b.body is not null",
                *(merchant, after, last["position"]),
            )
            await connection.execute("update merchants set forgotten_to = $2 where id = $1", merchant, last["position"])
        return Part(int(done.split()[-1]), instant(last["recorded_at"]))

    async def old_pictures(self, merchant: MerchantId, days: int) -> list[str]:
        rows = await self._pool.fetch(
            f"select id from pictures where merchant_id = $1 and created_at < $2 and not {IN_USE}",  # noqa: S608 - of our own constant
            *(merchant, self._before(days)),
        )
        return [row["id"] for row in rows]

    async def forget_pictures(self, merchant: MerchantId, names: Sequence[str]) -> None:
        """Whose files are gone: as long as there is a row, the next run finds what this one did not come to."""
        await self._pool.execute(
            "delete from pictures where merchant_id = $1 and id = any($2::text[])", merchant, names
        )

    async def forget_people(self, merchant: MerchantId, days: int) -> int:
        """Names of buyers, and receivers of orders: how many of these."""
        before = self._before(days)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(FORGET_FINDINGS, merchant)
            orders = await connection.execute(
                "update orders set receiver_name = '', receiver_phone = '', receiver_address = '', remark = ''"
                " where merchant_id = $1 and placed_at < $2"
                " and receiver_name || receiver_phone || receiver_address || remark <> ''",
                *(merchant, before),
            )
            await connection.execute(
                "update buyers set name = '' where merchant_id = $1 and created_at < $2 and name <> '' and id not in"
                " (select e.facts ->> 'buyer' from events e join merchants m on m.id = e.merchant_id"
                "  where e.merchant_id = $1 and e.position > m.forgotten_to and e.type = 'conversation_started')",
                *(merchant, before),
            )
            await connection.execute(
                "update blocks set note = '', addresses = '{}' where merchant_id = $1 and blocked_at < $2"
                " and (note <> '' or addresses <> '{}') and (lifted_at is not null or until < $3)",
                *(merchant, before, timestamp(self._now())),
            )
        return int(orders.split()[-1])

    async def forget_audit(self, merchant: MerchantId, days: int) -> AsyncIterator[int]:
        before = self._before(days)
        while gone := await self._forget_audit_part(merchant, before):
            yield gone

    async def _forget_audit_part(self, merchant: MerchantId, before: object) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("set local goldensix.retention = 'on'")
            done = await connection.execute(
                "delete from audit where id in (select id from audit where merchant_id = $1 and at < $2"
                " order by at limit $3)",
                *(merchant, before, _PART),
            )
        return int(done.split()[-1])

    async def note(self, merchant: MerchantId, said: str) -> None:
        await audit.write(self._pool, merchant, None, self._now(), "words erased", said)

    def _before(self, days: int) -> object:
        """The instant before which it goes; the beginning of time if it is kept for ever."""
        return timestamp(Instant(self._now() - days * DAY) if days else Instant(0))
