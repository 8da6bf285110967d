"""Changes of the roster that may be refused: in one transaction, of which then nothing is stored."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import asyncpg

from goldensix.adapters.postgres.pool import Connection
from goldensix.adapters.postgres.roster import Refused
from goldensix.events.ids import MerchantId

T = TypeVar("T")


class Refusal(Exception):
    """Undoes the transaction; the reason goes back to the caller."""

    def __init__(self, why: Refused) -> None:
        self.why = why


_CONSTRAINTS: Final = {
    "accounts_phone_key": Refused.PHONE_TAKEN,
    "accounts_email_key": Refused.EMAIL_TAKEN,
    "account_groups_merchant_id_group_id_fkey": Refused.UNKNOWN_GROUP,
    "account_shops_merchant_id_shop_id_fkey": Refused.UNKNOWN_SHOP,
    "accounts_term_check": Refused.BAD_TERM,
    "shops_merchant_id_default_group_id_fkey": Refused.UNKNOWN_GROUP,
}


async def in_transaction(pool: asyncpg.Pool, work: Callable[[Connection], Awaitable[T]]) -> T | Refused:
    """What `work` answers; or why it was refused, and then nothing of it was stored."""
    try:
        async with pool.acquire() as connection, connection.transaction():
            return await work(connection)
    except Refusal as refusal:
        return refusal.why
    except asyncpg.IntegrityConstraintViolationError as violation:
        name = getattr(violation, "constraint_name", "")
        if name not in _CONSTRAINTS:
            raise
        return _CONSTRAINTS[name]


async def one_at_a_time(connection: Connection, merchant: MerchantId) -> None:
    """Waits for whoever changes this merchant's roster: two administrators never stop each other."""
    await connection.execute("select from merchants where id = $1 for update", merchant)
