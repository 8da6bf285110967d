"""Looking through the bank: pages of questions by words, state, shop and campaign; what questions may name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import asyncpg

from goldensix.adapters.bank.faults import References
from goldensix.adapters.postgres.questions import SELECT, KeptQuestion, question_of_row
from goldensix.adapters.postgres.times import timestamp
from goldensix.events.ids import GroupId, Instant, MerchantId, ShopId

State = Literal["all", "draft", "approved", "no_answer", "expired"]
_UNTIL: Final = (
    "least(to_timestamp((v.content ->> 'until')::bigint / 1000.0), (select c.ends_at from campaigns c"
    " where c.merchant_id = q.merchant_id and c.id = (v.content ->> 'campaign')::bigint))"
)
_IS: Final[dict[State, str]] = {
    "all": "true",
    "draft": "q.approved is distinct from q.newest",
    "approved": "q.approved = q.newest",
    "no_answer": "v.content -> 'answers' = '[]'",
    "expired": f"{_UNTIL} <= $2",
}
_WORDS: Final = "(v.content ->> 'title') || (v.content ->> 'phrasings') || (v.content ->> 'answers') || q.code"


@dataclass(frozen=True, slots=True)
class Wanted:
    words: str = ""
    state: State = "all"
    shop: ShopId | None = None
    campaign: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    questions: list[KeptQuestion]
    """The last changed first."""
    found: int
    """How many there are of what is wanted, on all pages."""
    states: dict[State, int]
    """How many there are of each, whatever is wanted."""


class BankList:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def page(self, merchant: MerchantId, wanted: Wanted, offset: int, most: int) -> Listed:
        now = timestamp(self._now())
        only = (
            f"({_IS[wanted.state]}) and ($3 = '' or strpos(lower({_WORDS}), lower($3)) > 0)"
            " and ($4::bigint is null or v.content -> 'shops' = '[]' or v.content -> 'shops' @> to_jsonb($4::bigint))"
            " and ($5::bigint is null or (v.content ->> 'campaign')::bigint = $5)"
        )
        counts = ", ".join(f"count(*) filter (where {test}) as {name}" for name, test in _IS.items())
        of_all = (
            "from bank_questions q join bank_versions v on v.question_id = q.id and v.version = q.newest"
            " where q.merchant_id = $1 and q.removed_at is null"
        )
        asked = (merchant, now, wanted.words, wanted.shop, wanted.campaign)
        rows = await self._pool.fetch(
            f"{SELECT} and q.removed_at is null and {only} and $2::timestamptz is not null"
            " order by date_trunc('second', v.changed_at) desc, q.id offset $6 limit $7",
            *(*asked, offset, most),
        )
        found = await self._pool.fetchval(
            f"select count(*) {of_all} and {only} and $2::timestamptz is not null", *asked
        )
        states = await self._pool.fetchrow(f"select {counts} {of_all}", merchant, now)
        assert states is not None
        return Listed([question_of_row(row) for row in rows], found, {name: states[name] for name in _IS})

    async def references(self, merchant: MerchantId) -> References:
        async def names(table: str, column: str) -> dict[int, str]:
            rows = await self._pool.fetch(f"select id, {column} from {table} where merchant_id = $1", merchant)  # noqa: S608 - of our own names
            return {row["id"]: row[column] for row in rows}

        pictures = await self._pool.fetch(
            "select id from pictures where merchant_id = $1 and author like 'a%'", merchant
        )
        groups, shops = await names("groups", "name"), await names("shops", "name")
        return References(
            {GroupId(id): name for id, name in groups.items()},
            {ShopId(id): name for id, name in shops.items()},
            await names("campaigns", "name"),
            await names("products", "title"),
            frozenset(row["id"] for row in pictures),
        )
