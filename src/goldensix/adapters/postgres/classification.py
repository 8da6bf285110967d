"""Consults and their groups: what was said of their first words, where they ended, and what people say of that."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

import asyncpg
import msgspec

from goldensix.adapters.postgres.times import instant, timestamp
from goldensix.events.ids import AccountId, ConversationId, GroupId, Instant, MerchantId, ShopId
from goldensix.robot.groups import Sorting, Weights

MOST: Final = 2_000
"""Consults that are looked at, the newest."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How a merchant's consults are sorted."""

    on: bool = False
    least: float = 0.5
    labels: int = 0
    """That were learned from."""
    right: float = 0.0
    """Share of them that came out right when held back."""
    taught_at: Instant | None = None
    """None: nothing was learned yet."""


@dataclass(frozen=True, slots=True)
class Consult:
    """One whose buyer chose no group."""

    conversation: ConversationId
    shop: ShopId
    at: Instant
    words: str
    """What the buyer said first; empty once erased."""
    began: GroupId
    said: GroupId | None
    """The likeliest group by its first words; None: nothing was said."""
    confidence: float
    by: Literal["words", "learned", "robot"] | None
    passed_to: GroupId | None
    """The last group it was passed on to."""
    label: GroupId | None

    @property
    def ended(self) -> GroupId:
        return self.label or self.passed_to or self.began

    @property
    def is_shown(self) -> bool:
        """Whether people have said where it belongs: by a label, or by passing it on."""
        return self.label is not None or self.passed_to is not None


_CONSULTS: Final = """
with begun as (
  select stream, occurred_at, facts from events
  where merchant_id = $1 and occurred_at >= $2 and type = 'conversation_started'
    and type in ('conversation_started', 'conversation_classified', 'conversation_returned')
    and not coalesce((facts ->> 'chosen')::boolean, false) and facts ->> 'channel' <> 'rehearsal'
  order by occurred_at desc limit $3
)
select begun.stream, begun.occurred_at, (begun.facts ->> 'group')::bigint as started,
       (begun.facts ->> 'shop')::bigint as shop, said.facts as said, passed.to_group, l.group_id as label,
       coalesce(first.words, '') as words
from begun
left join lateral (
  select facts from events e where e.merchant_id = $1 and e.stream = begun.stream
    and e.type = 'conversation_classified' order by stream_position desc limit 1
) said on true
left join lateral (
  select (facts ->> 'group')::bigint as to_group from events e where e.merchant_id = $1 and e.stream = begun.stream
    and e.type = 'conversation_returned' and e.facts ->> 'why' = 'transferred' order by stream_position desc limit 1
) passed on true
left join lateral (
  select string_agg(b.body ->> 'text', ' ' order by e.stream_position) as words
  from events e join bodies b on b.merchant_id = e.merchant_id and b.id = e.body_id and b.stream = e.stream
  where e.merchant_id = $1 and e.stream = begun.stream and e.type = 'message_sent' and e.stream_position <= 8
    and e.facts ->> 'by' = 'buyer'
) first on true
left join group_labels l on l.merchant_id = $1 and l.conversation = begun.stream
order by begun.occurred_at desc"""


class Classification:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def of(self, merchant: MerchantId) -> Kept:
        row = await self._pool.fetchrow(
            "select is_on, least, labels, right_share, taught_at from classification where merchant_id = $1", merchant
        )
        if row is None:
            return Kept()
        taught_at = None if row["taught_at"] is None else instant(row["taught_at"])
        return Kept(row["is_on"], round(row["least"], 4), row["labels"], row["right_share"], taught_at)

    async def set(self, merchant: MerchantId, on: bool, least: float) -> None:
        await self._pool.execute(
            "insert into classification (merchant_id, is_on, least) values ($1, $2, $3)"
            " on conflict (merchant_id) do update set is_on = excluded.is_on, least = excluded.least",
            merchant,
            on,
            least,
        )

    async def sorting(self, merchant: MerchantId, base: Sorting) -> Sorting:
        """With what was switched, and learned; `base` has the groups' own words."""
        row = await self._pool.fetchrow(
            "select is_on, least, weights from classification where merchant_id = $1", merchant
        )
        if row is None:
            return base
        weights = None if row["weights"] is None else msgspec.json.decode(row["weights"], type=Weights)
        return replace(base, on=row["is_on"], least=round(row["least"], 4), weights=weights)

    async def keep(self, merchant: MerchantId, weights: Weights | None, labels: int, right: float) -> None:
        """What was learned; None: there is too little to learn from."""
        content = None if weights is None else msgspec.json.encode(weights)
        await self._pool.execute(
            "insert into classification (merchant_id, weights, labels, right_share, taught_at)"
            " values ($1, $2, $3, $4, $5) on conflict (merchant_id) do update set weights = excluded.weights,"
            " labels = excluded.labels, right_share = excluded.right_share, taught_at = excluded.taught_at",
            merchant,
            content,
            labels,
            right,
            None if weights is None else timestamp(self._now()),
        )

    async def label(
        self, merchant: MerchantId, conversation: ConversationId, group: GroupId | None, by: AccountId
    ) -> bool:
        """None takes a label away. False: there is no such group."""
        if group is None:
            await self._pool.execute(
                "delete from group_labels where merchant_id = $1 and conversation = $2", merchant, conversation
            )
            return True
        try:
            await self._pool.execute(
                "insert into group_labels (merchant_id, conversation, group_id, labelled_by, labelled_at)"
                " values ($1, $2, $3, $4, $5) on conflict (merchant_id, conversation) do update set"
                " group_id = excluded.group_id, labelled_by = excluded.labelled_by, labelled_at = excluded.labelled_at",
                merchant,
                conversation,
                group,
                by,
                timestamp(self._now()),
            )
        except asyncpg.ForeignKeyViolationError:
            return False
        return True

    async def consults(self, merchant: MerchantId, since: Instant, most: int = MOST) -> list[Consult]:
        """Those whose buyer chose no group, the newest first; recorded buyers are none."""
        rows = await self._pool.fetch(_CONSULTS, merchant, timestamp(since), most)
        return [_consult_of(row) for row in rows]


def _consult_of(row: asyncpg.Record) -> Consult:
    said = msgspec.json.decode(row["said"]) if row["said"] else None
    began = said["group"] if said else row["started"]
    return Consult(
        ConversationId(row["stream"]),
        ShopId(row["shop"]),
        instant(row["occurred_at"]),
        row["words"].strip(),
        GroupId(began),
        GroupId(said["likeliest"]) if said else None,
        said["confidence"] if said else 0.0,
        said["by"] if said else None,
        None if row["to_group"] is None else GroupId(row["to_group"]),
        None if row["label"] is None else GroupId(row["label"]),
    )
