"""Quick replies: what an agent finds by code, by pinyin or by its words, and sends in two keystrokes."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from goldensix.events.ids import GroupId, MerchantId


@dataclass(frozen=True, slots=True)
class QuickReply:
    id: int
    code: str
    title: str
    text: str
    """May hold {agent}, {shop}, {buyer} and {order}; the workbench fills them in."""
    initials: str
    """First letters of the title's syllables: 发货时间 -> fhsj."""
    pinyin: str
    """The title's syllables in full: 发货时间 -> fahuoshijian."""
    group: GroupId | None
    """None: for everybody."""


@dataclass(frozen=True, slots=True)
class QuickReplyDraft:
    code: str
    title: str
    text: str
    group: GroupId | None = None


class Replies:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def all(self, merchant: MerchantId) -> list[QuickReply]:
        """Every reply of the merchant, by code: the workbench searches them itself, without a round trip."""
        rows = await self._pool.fetch(
            'select id, code, title, text, initials, pinyin, group_id as "group" from quick_replies'
            " where merchant_id = $1 order by code",
            merchant,
        )
        return [QuickReply(**row) for row in rows]

    async def keep(self, merchant: MerchantId, drafts: Sequence[QuickReplyDraft]) -> None:
        """A code names a reply: one that exists is replaced."""
        rows = [(merchant, draft.group, draft.code, draft.title, draft.text, *sounds(draft.title)) for draft in drafts]
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.executemany(
                "insert into quick_replies (merchant_id, group_id, code, title, text, initials, pinyin)"
                " values ($1, $2, $3, $4, $5, $6, $7) on conflict (merchant_id, code) do update set"
                " group_id = excluded.group_id, title = excluded.title, text = excluded.text,"
                " initials = excluded.initials, pinyin = excluded.pinyin",
                rows,
            )


def sounds(title: str) -> tuple[str, str]:
    """First letters and full pinyin of a title, as one types them to find it; Latin words as they are."""
    import pypinyin  # its dictionaries cost a tenth of a second, and only writing a reply needs them

    initials = pypinyin.lazy_pinyin(title, style=pypinyin.Style.FIRST_LETTER)
    syllables = pypinyin.lazy_pinyin(title)
    return _typed(initials), _typed(syllables)


def _typed(parts: list[str]) -> str:
    return "".join(letter for letter in "".join(parts).lower() if letter.isascii() and letter.isalnum())
