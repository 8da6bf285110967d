"""The played agents' accounts: made on the database for one rehearsal, and gone with it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

from goldensix.adapters import clock
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.roster import Account, Merchant, Roster, Shop
from goldensix.adapters.postgres.sessions import Sessions
from goldensix.events.ids import AccountId, MerchantId, ShopId
from goldensix.rehearsal.stage import Interrupted
from goldensix.team.roles import Role

_LOCK: Final = 606
"""The space of the advisory locks by which a merchant has one rehearsal at a time; the second key is the merchant."""

_DEVICE: Final = "rehearsal"
EndConversations = Callable[[Iterable[str]], Awaitable[None]]


async def find_shop(pool: asyncpg.Pool, merchant: int | None, shop: int | None) -> tuple[Roster, Shop]:
    """Whose desk is rehearsed, and to which shop the buyers come. Raises Interrupted."""
    people = People(pool, clock.now)
    roster = await people.roster(_one(await people.merchants(), merchant))
    if not roster.shops:
        raise Interrupted(f"Merchant {roster.merchant.id} has no shop.")
    found = next(iter(roster.shops.values())) if shop is None else roster.shops.get(ShopId(shop))
    if found is None:
        raise Interrupted(f"Merchant {roster.merchant.id} has no shop {shop}; it has {_listed(roster.shops)}.")
    return roster, found


def _one(merchants: list[Merchant], number: int | None) -> MerchantId:
    ids = [merchant.id for merchant in merchants]
    if not ids:
        raise Interrupted("There is no merchant on this desk yet.")
    if number is None and len(ids) > 1:
        raise Interrupted(f"There are several merchants: say which with --merchant, one of {_listed(ids)}.")
    if number is not None and number not in ids:
        raise Interrupted(f"There is no merchant {number}; the desk has {_listed(ids)}.")
    return ids[0] if number is None else MerchantId(number)


def _listed(numbers: "Mapping[ShopId, Shop] | list[MerchantId]") -> str:
    return ", ".join(str(number) for number in numbers)


@asynccontextmanager
async def crew(
    pool: asyncpg.Pool, roster: Roster, shop: Shop, count: int, limit: int, end_conversations: EndConversations
) -> AsyncIterator[dict[AccountId, str]]:
    """Session tokens of `count` agents of all groups. Raises Interrupted if the merchant has a rehearsal already.

    `end_conversations` gets tokens of agents whom a killed rehearsal left, before they are removed.
    """
    merchant = roster.merchant.id
    people, sessions = People(pool, clock.now), Sessions(pool, clock.now)
    async with pool.acquire() as connection:
        if not await connection.fetchval("select pg_try_advisory_lock($1, $2)", _LOCK, merchant):
            raise Interrupted("A rehearsal runs on this desk already: wait for its end or stop it.")
        left = [account.id for account in roster.accounts.values() if account.rehearsal]
        if left:
            await end_conversations([await sessions.begin(account, _DEVICE) for account in left])
            await people.remove_rehearsal_accounts(merchant)
        try:
            accounts = [await _hire(people, roster, shop, number, limit) for number in range(1, count + 1)]
            yield {account.id: await sessions.begin(account.id, _DEVICE) for account in accounts}
        finally:
            await people.remove_rehearsal_accounts(merchant)


async def _hire(people: People, roster: Roster, shop: Shop, number: int, limit: int) -> Account:
    account = await people.add_account(
        roster.merchant.id,
        f"演练 {number:02d}",
        Role.AGENT,
        groups=roster.groups,
        shops=[shop.id],
        limit=limit,
        rehearsal=True,
    )
    if not isinstance(account, Account):
        raise Interrupted(f"A played agent could not be added: {account}.")
    return account
