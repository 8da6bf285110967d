"""Drop every fold of a merchant and make it again from the log alone."""

from dataclasses import dataclass
from typing import Final

import asyncpg
import msgspec

from goldensix.actions.folds import Folds
from goldensix.adapters.postgres.log import PostgresLog
from goldensix.adapters.postgres.snapshots import version
from goldensix.adapters.presets import house
from goldensix.events.ids import MerchantId
from goldensix.metrics.reading import Reading, ZoneOf

_READ: Final = 5_000


@dataclass(frozen=True, slots=True)
class Rebuilt:
    events: int
    open_conversations: int
    mended: int
    """Rows of `receptions` that were not as the log says."""


async def rebuild(pool: asyncpg.Pool, merchant: MerchantId, zone_of: ZoneOf) -> Rebuilt:
    """Appends wait meanwhile: the folds are of one moment."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select 1 from log_heads where merchant_id = $1 for update", merchant)
        folds = await _fold(PostgresLog(pool), merchant, zone_of)
        before = {tuple(row) for row in await connection.fetch(_RECEPTIONS, merchant)}
        await connection.execute("delete from receptions where merchant_id = $1", merchant)
        after = [(c.id, c.shop, c.buyer, c.agent) for c in folds.reception.open.values()]
        await connection.executemany(
            "insert into receptions (conversation, shop_id, buyer_id, agent_id, merchant_id)"
            " values ($1, $2, $3, $4, $5)",
            [(*each, merchant) for each in after],
        )
        await connection.execute("delete from snapshots where merchant_id = $1", merchant)
        await connection.execute(
            "insert into snapshots (merchant_id, version, position, state) values ($1, $2, $3, $4)",
            *(merchant, version(), folds.position, msgspec.msgpack.encode(folds)),
        )
    return Rebuilt(folds.position, len(after), len(before.symmetric_difference(after)))


_RECEPTIONS: Final = "select conversation, shop_id, buyer_id, agent_id from receptions where merchant_id = $1"


async def _fold(log: PostgresLog, merchant: MerchantId, zone_of: ZoneOf) -> Folds:
    folds = Folds()
    figures = Reading(house(), folds.today, zone_of)
    while batch := await log.read_after(merchant, folds.position, _READ):
        for stored in batch:
            folds.apply(stored)
        figures.settle(batch[-1].occurred_at)
    return folds
