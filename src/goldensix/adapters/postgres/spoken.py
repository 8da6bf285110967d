"""What buyers and people said on the desk, for the robot to learn from: text messages, conversation by conversation."""

from collections.abc import Sequence
from typing import Final

import asyncpg

from goldensix.adapters.postgres.times import timestamp
from goldensix.events.ids import Instant, MerchantId, ShopId
from goldensix.robot.asked import By, Message

_SPOKEN: Final = """
select e.stream, (extract(epoch from e.occurred_at) * 1000)::bigint as at, e.facts ->> 'by' as by,
       b.body ->> 'text' as text, (s.facts ->> 'shop')::bigint as shop
from events e join bodies b on b.merchant_id = e.merchant_id and b.id = e.body_id and b.stream = e.stream
join events s on s.merchant_id = e.merchant_id and s.stream = e.stream and s.stream_position = 1
where e.merchant_id = $1 and e.type = 'message_sent' and e.occurred_at >= $2 and e.facts ->> 'kind' = 'text'
  and b.body ->> 'text' <> ''
  and ($3 or s.facts ->> 'channel' <> 'rehearsal') and ($4::text[] is null or e.stream = any($4))
  and not exists (select from events r where r.merchant_id = $1 and r.stream = e.stream
       and r.type = 'message_recalled' and r.facts ->> 'message' = e.facts ->> 'message')
order by e.stream, e.stream_position"""
_BY: Final[dict[str, By]] = {"buyer": "buyer", "agent": "human", "bot_assist": "robot", "bot_auto": "robot"}


async def spoken(
    pool: asyncpg.Pool, merchant: MerchantId, since: Instant, *, played: bool, within: Sequence[str] | None = None
) -> list[Message]:
    """`played`: rehearsals, too. `within`: in these conversations only.

    What the desk says by itself, such as a welcome, is no text of the robot's."""
    rows = await pool.fetch(_SPOKEN, merchant, timestamp(since), played, within)
    return [
        Message(row["stream"], ShopId(row["shop"]), Instant(row["at"]), _BY[row["by"]], row["text"])
        for row in rows
        if row["by"] in _BY
    ]
