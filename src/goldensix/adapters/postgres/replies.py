"""Quick replies: what an agent finds by code, by pinyin or by its words, and sends in two keystrokes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import asyncpg

from goldensix.adapters.postgres.pool import Connection
from goldensix.adapters.postgres.times import instant, timestamp
from goldensix.events.ids import AccountId, GroupId, Instant, MerchantId


class Refused(StrEnum):
    """Why a reply was not kept."""

    CODE_TAKEN = "code_taken"
    NO_GROUP = "no_group"
    NO_CAMPAIGN = "no_campaign"
    NO_PICTURE = "no_picture"


@dataclass(frozen=True, slots=True)
class QuickReplyDraft:
    code: str
    title: str
    text: str
    """May hold {agent}, {shop}, {buyer}, {order}, {order.status} and others; the workbench fills them in."""
    group: GroupId | None = None
    """None: for everybody."""
    campaign: int | None = None
    """Offered only while it runs."""
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class QuickReply:
    id: int
    draft: QuickReplyDraft
    initials: str
    """First letters of the title's syllables: 发货时间 -> fhsj."""
    pinyin: str
    """The title's syllables in full: 发货时间 -> fahuoshijian."""
    owner: AccountId | None
    """Whose own it is; None: shared."""
    changed_at: Instant
    changed_by: AccountId | None
    removed: bool


@dataclass(frozen=True, slots=True)
class Use:
    """What became of a reply that was put into a draft."""

    reply: int
    edited: bool
    """Its text was changed before it was sent."""
    dropped: bool
    """None of its words were sent."""
    saved: int
    """Characters that nobody had to type."""


@dataclass(frozen=True, slots=True)
class Uses:
    uses: int = 0
    """Sendings."""
    edited: int = 0
    dropped: int = 0
    saved: int = 0


_SELECT: Final = """
select id, code, title, text, group_id as "group", campaign_id as campaign, picture_id as picture, initials, pinyin,
       owner_id as owner, changed_at, changed_by, removed_at is not null as removed
from quick_replies where merchant_id = $1 and (owner_id is null or owner_id = $2)"""
_RUNNING: Final = (
    "(campaign_id is null or exists (select from campaigns c"
    " where c.id = campaign_id and c.starts_at <= $3 and c.ends_at > $3))"
)
_CONSTRAINTS: Final = {
    "quick_replies_code": Refused.CODE_TAKEN,
    "quick_replies_merchant_id_group_id_fkey": Refused.NO_GROUP,
    "quick_replies_campaign": Refused.NO_CAMPAIGN,
    "quick_replies_picture": Refused.NO_PICTURE,
}


class Replies:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def offered(self, merchant: MerchantId, account: AccountId) -> list[QuickReply]:
        """What this person finds now, by code, one's own before the shared.

        The workbench searches them itself, without a round trip.
        """
        rows = await self._pool.fetch(
            f"{_SELECT} and removed_at is null and {_RUNNING} order by code, owner_id",
            merchant,
            account,
            timestamp(self._now()),
        )
        return [_reply_of(row) for row in rows]

    async def all(self, merchant: MerchantId, account: AccountId) -> list[QuickReply]:
        """The shared ones and this person's own, those of campaigns that do not run too; by code."""
        rows = await self._pool.fetch(
            f"{_SELECT} and removed_at is null order by code, owner_id",
            merchant,
            account,
        )
        return [_reply_of(row) for row in rows]

    async def find(self, merchant: MerchantId, account: AccountId, reply: int) -> QuickReply | None:
        """A removed one too. None: there is none that this person may see."""
        row = await self._pool.fetchrow(f"{_SELECT} and id = $3", merchant, account, reply)
        return None if row is None else _reply_of(row)

    async def add(
        self, merchant: MerchantId, draft: QuickReplyDraft, owner: AccountId | None, by: AccountId | None
    ) -> int | Refused:
        """The new reply's id."""
        async with self._pool.acquire() as connection:
            added: int | Refused = await _refused_or(self._insert(connection, merchant, draft, owner, by))
            return added

    async def add_all(
        self,
        merchant: MerchantId,
        drafts: Sequence[QuickReplyDraft],
        owner: AccountId | None = None,
        by: AccountId | None = None,
    ) -> int:
        """All or none, in one go; those whose code is taken stay as they are. How many were added."""
        added = 0
        async with self._pool.acquire() as connection, connection.transaction():
            taken = set(
                await connection.fetchval(
                    "select coalesce(array_agg(code), '{}') from quick_replies"
                    " where merchant_id = $1 and owner_id is not distinct from $2 and removed_at is null",
                    merchant,
                    owner,
                )
            )
            for draft in drafts:
                if draft.code not in taken:
                    taken.add(draft.code)
                    await self._insert(connection, merchant, draft, owner, by)
                    added += 1
        return added

    async def change(self, merchant: MerchantId, reply: int, draft: QuickReplyDraft, by: AccountId) -> Refused | None:
        async with self._pool.acquire() as connection:
            answer = await _refused_or(self._update(connection, merchant, reply, draft, by))
        return answer if isinstance(answer, Refused) else None

    async def bring(
        self,
        merchant: MerchantId,
        fresh: Sequence[QuickReplyDraft],
        changed: Mapping[int, QuickReplyDraft],
        owner: AccountId | None,
        by: AccountId,
    ) -> Refused | None:
        """New ones and changes of old ones, all of it or nothing."""

        async def all_of_it() -> None:
            async with self._pool.acquire() as connection, connection.transaction():
                for draft in fresh:
                    await self._insert(connection, merchant, draft, owner, by)
                for reply, draft in changed.items():
                    await self._update(connection, merchant, reply, draft, by)

        answer = await _refused_or(all_of_it())
        return answer if isinstance(answer, Refused) else None

    async def remove(self, merchant: MerchantId, reply: int) -> None:
        """Offered no more; `restore` takes that back."""
        await self._pool.execute(
            "update quick_replies set removed_at = $3 where merchant_id = $1 and id = $2",
            merchant,
            reply,
            timestamp(self._now()),
        )

    async def restore(self, merchant: MerchantId, reply: int) -> Refused | None:
        """Refused if its code has another reply by now."""
        answer = await _refused_or(
            self._pool.fetchval(
                "update quick_replies set removed_at = null where merchant_id = $1 and id = $2 returning id",
                merchant,
                reply,
            )
        )
        return answer if isinstance(answer, Refused) else None

    async def _insert(
        self,
        connection: Connection,
        merchant: MerchantId,
        draft: QuickReplyDraft,
        owner: AccountId | None,
        by: AccountId | None,
    ) -> int:
        added: int = await connection.fetchval(
            "insert into quick_replies (merchant_id, code, title, text, group_id, campaign_id, picture_id, initials,"
            " pinyin, owner_id, changed_at, changed_by)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id",
            merchant,
            *_values(draft),
            owner,
            timestamp(self._now()),
            by,
        )
        return added

    async def _update(
        self, connection: Connection, merchant: MerchantId, reply: int, draft: QuickReplyDraft, by: AccountId
    ) -> None:
        await connection.execute(
            "update quick_replies set code = $3, title = $4, text = $5, group_id = $6, campaign_id = $7,"
            " picture_id = $8, initials = $9, pinyin = $10, changed_at = $11, changed_by = $12"
            " where merchant_id = $1 and id = $2",
            merchant,
            reply,
            *_values(draft),
            timestamp(self._now()),
            by,
        )

    # -- what they are used for

    async def used(self, merchant: MerchantId, account: AccountId, uses: Iterable[Use]) -> None:
        """Counts what became of replies; those that this person cannot see count for nothing."""
        day = timestamp(self._now()).date()
        rows = [
            (merchant, account, each.reply, day, int(not each.dropped), int(each.edited), int(each.dropped), each.saved)
            for each in uses
        ]
        await self._pool.executemany(
            "insert into reply_uses (reply_id, account_id, day, uses, edited, dropped, saved)"
            " select id, $2, $4, $5, $6, $7, $8 from quick_replies"
            " where merchant_id = $1 and (owner_id is null or owner_id = $2) and id = $3"
            " on conflict (reply_id, account_id, day) do update set uses = reply_uses.uses + excluded.uses,"
            " edited = reply_uses.edited + excluded.edited, dropped = reply_uses.dropped + excluded.dropped,"
            " saved = reply_uses.saved + excluded.saved",
            rows,
        )

    async def uses_since(self, merchant: MerchantId, since: Instant) -> dict[int, Uses]:
        """By everybody, from that UTC day on."""
        rows = await self._pool.fetch(
            "select u.reply_id, sum(u.uses)::bigint as uses, sum(u.edited)::bigint as edited,"
            " sum(u.dropped)::bigint as dropped, sum(u.saved)::bigint as saved"
            " from reply_uses u join quick_replies r on r.id = u.reply_id"
            " where r.merchant_id = $1 and u.day >= $2 group by u.reply_id",
            merchant,
            timestamp(since).date(),
        )
        return {row["reply_id"]: Uses(row["uses"], row["edited"], row["dropped"], row["saved"]) for row in rows}


async def _refused_or(answer: Any) -> Any:
    try:
        return await answer
    except (asyncpg.UniqueViolationError, asyncpg.ForeignKeyViolationError) as broken:
        return _CONSTRAINTS[broken.constraint_name or ""]


def _values(draft: QuickReplyDraft) -> tuple[object, ...]:
    return (draft.code, draft.title, draft.text, draft.group, draft.campaign, draft.picture, *sounds(draft.title))


def _reply_of(row: asyncpg.Record) -> QuickReply:
    draft = QuickReplyDraft(*(row[name] for name in ("code", "title", "text", "group", "campaign", "picture")))
    return QuickReply(
        row["id"],
        draft,
        row["initials"],
        row["pinyin"],
        row["owner"],
        instant(row["changed_at"]),
        row["changed_by"],
        row["removed"],
    )


def sounds(title: str) -> tuple[str, str]:
    """First letters and full pinyin of a title, as one types them to find it; Latin words as they are."""
    import pypinyin  # its dictionaries cost a tenth of a second, and only writing a reply needs them

    initials = pypinyin.lazy_pinyin(title, style=pypinyin.Style.FIRST_LETTER)
    syllables = pypinyin.lazy_pinyin(title)
    return _typed(initials), _typed(syllables)


def _typed(parts: list[str]) -> str:
    return "".join(letter for letter in "".join(parts).lower() if letter.isascii() and letter.isalnum())
