"""Questions of the bank as people keep them: every version, who wrote and who approved it; removed and restored."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import asyncpg
import msgspec

from goldensix.adapters.postgres.bank import QuestionDraft, changing, written
from goldensix.adapters.postgres.pool import Connection
from goldensix.adapters.postgres.times import instant, timestamp
from goldensix.events.ids import AccountId, Instant, MerchantId


@dataclass(frozen=True, slots=True)
class Version:
    version: int
    draft: QuestionDraft
    changed_at: Instant
    changed_by: AccountId | None
    approved_at: Instant | None
    approved_by: AccountId | None


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    id: int
    code: str
    newest: Version
    approved: int | None
    """The version that the robot answers with; None: none yet."""
    removed: bool

    @property
    def is_approved(self) -> bool:
        """As it stands now, and not only in an earlier version."""
        return self.approved == self.newest.version


class CodeTaken(Exception):
    """Another question has this code."""


SELECT: Final = """
select q.id, q.code, q.approved, q.removed_at is not null as removed,
       v.version, v.content, v.changed_at, v.changed_by, v.approved_at, v.approved_by
from bank_questions q join bank_versions v on v.question_id = q.id and v.version = q.newest
where q.merchant_id = $1"""


class Questions:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def all(self, merchant: MerchantId) -> list[KeptQuestion]:
        """The last changed first."""
        rows = await self._pool.fetch(f"{SELECT} and q.removed_at is null order by v.changed_at desc, q.id", merchant)
        return [question_of_row(row) for row in rows]

    async def any(self, merchant: MerchantId) -> bool:
        """Whether there are any, or ever were."""
        found: bool = await self._pool.fetchval(
            "select exists (select from bank_questions where merchant_id = $1)", merchant
        )
        return found

    async def some(self, merchant: MerchantId, ids: Sequence[int]) -> list[KeptQuestion]:
        """Removed ones too; those that are not there are left out."""
        rows = await self._pool.fetch(f"{SELECT} and q.id = any($2::bigint[]) order by q.id", merchant, ids)
        return [question_of_row(row) for row in rows]

    async def find(self, merchant: MerchantId, question: int) -> KeptQuestion | None:
        return next(iter(await self.some(merchant, [question])), None)

    async def versions(self, merchant: MerchantId, question: int) -> list[Version]:
        """The newest first; empty: there is no such question."""
        rows = await self._pool.fetch(
            "select v.* from bank_versions v join bank_questions q on q.id = v.question_id"
            " where q.merchant_id = $1 and q.id = $2 order by v.version desc",
            *(merchant, question),
        )
        return [_version_of(row) for row in rows]

    async def add(
        self, merchant: MerchantId, draft: QuestionDraft, by: AccountId | None, code: str = "", *, approve: bool = False
    ) -> int:
        """The new question's id; without a code it gets one. Raises CodeTaken."""
        (added,) = await self.put(merchant, [(None, code, draft)], by, approve=approve)
        return added

    async def change(self, merchant: MerchantId, question: int, draft: QuestionDraft, by: AccountId | None) -> None:
        """A new version, not approved: the one that was approved answers on. What says the same is no version."""
        await self.put(merchant, [(question, "", draft)], by)

    async def put(
        self,
        merchant: MerchantId,
        drafts: Iterable[tuple[int | None, str, QuestionDraft]],
        by: AccountId | None,
        *,
        approve: bool = False,
    ) -> list[int]:
        """All or none: new questions (no id) with their codes, and new versions of others. Raises CodeTaken."""
        try:
            async with changing(self._pool, merchant) as connection:
                ids = [
                    await self._added(connection, merchant, code, draft, by)
                    if question is None
                    else await self._changed(connection, merchant, question, draft, by)
                    for question, code, draft in drafts
                ]
                if approve:
                    await self._approve(connection, merchant, ids, by)
        except asyncpg.UniqueViolationError:
            raise CodeTaken from None
        return ids

    async def _added(
        self, connection: Connection, merchant: MerchantId, code: str, draft: QuestionDraft, by: AccountId | None
    ) -> int:
        added: int = await connection.fetchval(
            "insert into bank_questions (id, merchant_id, code, newest) overriding system value"
            " select n, $1, coalesce(nullif($2, ''), 'q' || n), 1"
            " from nextval(pg_get_serial_sequence('bank_questions', 'id')) n returning id",
            *(merchant, code),
        )
        await self._write(connection, added, 1, draft, by)
        return added

    async def _changed(
        self, connection: Connection, merchant: MerchantId, question: int, draft: QuestionDraft, by: AccountId | None
    ) -> int:
        newest = await connection.fetchrow(
            "select v.version, v.content from bank_questions q"
            " join bank_versions v on v.question_id = q.id and v.version = q.newest"
            " where q.merchant_id = $1 and q.id = $2",
            *(merchant, question),
        )
        assert newest is not None, f"question {question} was there a moment ago"
        if written(newest["content"]) != draft:
            version = newest["version"] + 1
            await connection.execute("update bank_questions set newest = $2 where id = $1", question, version)
            await self._write(connection, question, version, draft, by)
        return question

    async def _write(
        self, connection: Connection, question: int, version: int, draft: QuestionDraft, by: AccountId | None
    ) -> None:
        await connection.execute(
            "insert into bank_versions (question_id, version, content, changed_at, changed_by)"
            " values ($1, $2, $3, $4, $5)",
            *(question, version, msgspec.json.encode(draft).decode(), timestamp(self._now()), by),
        )

    async def approve(self, merchant: MerchantId, questions: Sequence[tuple[int, int]], by: AccountId) -> list[int]:
        """Each with the version that was read; one that was changed since is left as it is. Those that were."""
        async with changing(self._pool, merchant) as connection:
            rows = await connection.fetch(
                "select q.id from bank_questions q join unnest($2::bigint[], $3::integer[]) as read (id, version)"
                " on read.id = q.id and read.version = q.newest where q.merchant_id = $1 and q.removed_at is null",
                *(merchant, [id for id, _ in questions], [version for _, version in questions]),
            )
            return await self._approve(connection, merchant, [row["id"] for row in rows], by)

    async def _approve(
        self, connection: Connection, merchant: MerchantId, questions: Sequence[int], by: AccountId | None
    ) -> list[int]:
        rows = await connection.fetch(
            "with now_approved as (update bank_questions set approved = newest where merchant_id = $1"
            "  and id = any($2::bigint[]) and approved is distinct from newest returning id, newest)"
            " update bank_versions v set approved_at = $3, approved_by = $4 from now_approved q"
            " where v.question_id = q.id and v.version = q.newest returning q.id",
            *(merchant, questions, timestamp(self._now()), by),
        )
        return [row["id"] for row in rows]

    async def withdraw(self, merchant: MerchantId, question: int) -> None:
        """The robot answers it no more; it is a draft again."""
        async with changing(self._pool, merchant) as connection:
            await connection.execute(
                "update bank_questions set approved = null where merchant_id = $1 and id = $2", merchant, question
            )

    async def remove(self, merchant: MerchantId, questions: Sequence[int]) -> None:
        """`restore` takes that back."""
        async with changing(self._pool, merchant) as connection:
            await connection.execute(
                "update bank_questions set removed_at = $3 where merchant_id = $1 and id = any($2::bigint[])",
                *(merchant, questions, timestamp(self._now())),
            )

    async def restore(self, merchant: MerchantId, questions: Sequence[int]) -> None:
        """Raises CodeTaken where another question has the code by now; then none is restored."""
        try:
            async with changing(self._pool, merchant) as connection:
                await connection.execute(
                    "update bank_questions set removed_at = null where merchant_id = $1 and id = any($2::bigint[])",
                    *(merchant, questions),
                )
        except asyncpg.UniqueViolationError:
            raise CodeTaken from None


def question_of_row(row: asyncpg.Record) -> KeptQuestion:
    return KeptQuestion(row["id"], row["code"], _version_of(row), row["approved"], row["removed"])


def _version_of(row: asyncpg.Record) -> Version:
    return Version(
        row["version"],
        written(row["content"]),
        instant(row["changed_at"]),
        row["changed_by"],
        None if row["approved_at"] is None else instant(row["approved_at"]),
        row["approved_by"],
    )
