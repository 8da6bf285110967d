"""Merchants, shops, groups and accounts, and the audit of what was done to them."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import asyncpg
import msgspec

from goldensix.adapters.postgres import accounts, audit, places
from goldensix.adapters.postgres.audit import What
from goldensix.adapters.postgres.pool import Connection
from goldensix.adapters.postgres.refusing import in_transaction
from goldensix.adapters.postgres.roster import (
    ACCOUNTS,
    Account,
    AccountSettings,
    Duty,
    Group,
    GroupSettings,
    Merchant,
    MerchantSettings,
    Refused,
    Roster,
    Shop,
    ShopSettings,
    Term,
    account_of,
    group_of,
    merchant_of,
    shop_of,
    usual_settings,
)
from goldensix.adapters.postgres.times import timestamp
from goldensix.events.ids import AccountId, GroupId, Instant, MerchantId, Milliseconds, ShopId
from goldensix.team.roles import Role


@dataclass(frozen=True, slots=True)
class Credentials:
    """What log-in needs to know of the account behind a phone number or an e-mail address."""

    account: Account
    password_hash: str | None


_HASH: Final = "update accounts set password_hash = $2 where id = $1"


class People:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def merchants(self) -> list[Merchant]:
        rows = await self._pool.fetch("select * from merchants order by id")
        return [merchant_of(row) for row in rows]

    async def roster(self, merchant: MerchantId) -> Roster:
        """Everything of one merchant as of one instant. The merchant exists."""
        async with self._pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
            own = await connection.fetchrow("select * from merchants where id = $1", merchant)
            assert own is not None, f"there is no merchant {merchant}"
            groups = await connection.fetch("select * from groups where merchant_id = $1 order by sort, id", merchant)
            shops = await connection.fetch("select * from shops where merchant_id = $1 order by id", merchant)
            people = await connection.fetch(ACCOUNTS + "where merchant_id = $1 order by id", merchant)
        return Roster(
            merchant=merchant_of(own),
            groups={group.id: group for group in map(group_of, groups)},
            shops={shop.id: shop for shop in map(shop_of, shops)},
            accounts={account.id: account for account in map(account_of, people)},
        )

    async def shop(self, shop: ShopId) -> Shop | None:
        row = await self._pool.fetchrow("select * from shops where id = $1", shop)
        return shop_of(row) if row else None

    async def account(self, account: AccountId) -> Account | None:
        row = await self._pool.fetchrow(ACCOUNTS + "where id = $1", account)
        return account_of(row) if row else None

    async def credentials(self, identifier: str) -> Credentials | None:
        """Of the account with this phone number or e-mail address, in stored form, if active; whatever its dates."""
        row = await self._pool.fetchrow(
            ACCOUNTS + "where (a.phone = $1 or a.email = $1) and a.active and not a.rehearsal",
            identifier,
        )
        return None if row is None else Credentials(account_of(row), row["password_hash"])

    async def add_merchant(self, name: str, *, demo: bool = False) -> Merchant:
        row = await self._pool.fetchrow(
            "insert into merchants (name, demo, secret, created_at) values ($1, $2, $3, $4) returning *",
            name,
            demo,
            secrets.token_bytes(32),
            timestamp(self._now()),
        )
        assert row is not None
        return merchant_of(row)

    async def add_group(self, merchant: MerchantId, name: str, duty: Duty, target: Milliseconds) -> Group:
        """Of a merchant that is being made: no other group of it is called so."""
        async with self._pool.acquire() as connection:
            return await places.insert_group(connection, merchant, name, duty, target, usual_settings(duty))

    async def open_group(
        self,
        merchant: MerchantId,
        name: str,
        duty: Duty,
        target: Milliseconds,
        settings: GroupSettings,
        by: AccountId,
    ) -> Group | Refused:
        """While the desk runs, by somebody."""

        async def add(connection: Connection) -> Group:
            await places.require_room(connection, merchant, "groups", name)
            added = await places.insert_group(connection, merchant, name, duty, target, settings)
            await self.note_with(
                connection,
                merchant,
                by,
                "group added",
                f"group {added.id}: {added.name}, {added.duty}, {added.target} ms",
            )
            return added

        return await in_transaction(self._pool, add)

    async def change_group(
        self, merchant: MerchantId, group: GroupId, change: Callable[[Group], Group], by: AccountId | None
    ) -> Group | Refused:
        """`change` is given the group as it is."""

        async def alter(connection: Connection) -> Group:
            before = await places.find_group(connection, merchant, group)
            after = change(before)
            if after.name != before.name:
                await places.require_free(connection, merchant, "groups", after.name, but=group)
            await places.store_group(connection, after)
            if said := places.group_changes(before, after):
                await self.note_with(connection, merchant, by, "group changed", f"group {group}: {said}")
            return after

        return await in_transaction(self._pool, alter)

    async def change_merchant(
        self,
        merchant: MerchantId,
        change: Callable[[MerchantSettings], MerchantSettings],
        by: AccountId | None,
        what: What = "assignment changed",
    ) -> MerchantSettings:
        """How its consults are assigned, and who is called when they wait; `what` stands in the audit, with both as
        JSON, which `api/http/differences.py` puts into words."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow("select * from merchants where id = $1 for update", merchant)
            assert row is not None, f"there is no merchant {merchant}"
            before = merchant_of(row).settings
            after = change(before)
            settings = msgspec.json.encode(after).decode()
            await connection.execute("update merchants set settings = $2 where id = $1", merchant, settings)
            if after != before:
                said = f"{msgspec.json.encode(before).decode()} -> {settings}"
                await self.note_with(connection, merchant, by, what, said)
        return after

    async def add_shop(
        self,
        merchant: MerchantId,
        name: str,
        *,
        default_group: GroupId,
        letter: str = "S",
        zone: str = "Asia/Shanghai",
        settings: ShopSettings | None = None,
    ) -> Shop:
        """Of a merchant that is being made."""
        async with self._pool.acquire() as connection:
            return await places.insert_shop(
                connection,
                merchant,
                name,
                default_group=default_group,
                letter=letter,
                zone=zone,
                settings=settings or ShopSettings(),
            )

    async def open_shop(
        self, merchant: MerchantId, name: str, *, default_group: GroupId, letter: str, zone: str, by: AccountId
    ) -> Shop | Refused:
        """While the desk runs, by somebody; with the texts that every shop begins with."""

        async def add(connection: Connection) -> Shop:
            await places.require_room(connection, merchant, "shops", name)
            added = await places.insert_shop(
                connection,
                merchant,
                name,
                default_group=default_group,
                letter=letter,
                zone=zone,
                settings=ShopSettings(),
            )
            said = f"shop {added.id}: {name}, {zone}, group {default_group}"
            await self.note_with(connection, merchant, by, "shop added", said)
            return added

        return await in_transaction(self._pool, add)

    async def change_shop(
        self, merchant: MerchantId, shop: ShopId, change: Callable[[Shop], Shop], by: AccountId | None
    ) -> Shop | Refused:
        """`change` is given the shop as it is; its zone stays."""

        async def alter(connection: Connection) -> Shop:
            before = await places.find_shop(connection, merchant, shop)
            after = change(before)
            if after.name != before.name:
                await places.require_free(connection, merchant, "shops", after.name, but=shop)
            await places.store_shop(connection, after)
            said = f"shop {shop}: {places.shop_changes(before, after)}"
            await self.note_with(connection, merchant, by, "shop changed", said)
            return after

        return await in_transaction(self._pool, alter)

    async def add_account(
        self,
        merchant: MerchantId,
        name: str,
        role: Role,
        *,
        phone: str | None = None,
        email: str | None = None,
        groups: Iterable[GroupId] = (),
        shops: Iterable[ShopId] = (),
        limit: int = 8,
        password_hash: str | None = None,
        rehearsal: bool = False,
        settings: AccountSettings = AccountSettings(),
        term: Term = Term(),
        by: AccountId | None = None,
    ) -> Account | Refused:
        """A rehearsal's account needs neither phone nor e-mail: nobody logs in with it."""

        async def add(connection: Connection) -> Account:
            number = await connection.fetchval(
                "insert into accounts (merchant_id, name, role, reception_limit, active, rehearsal, "
                "password_hash, created_at) values ($1, $2, $3, $4, true, $5, $6, $7) returning id",
                *(merchant, name, role, limit, rehearsal, password_hash, timestamp(self._now())),
            )
            added = await accounts.store(
                connection,
                Account(
                    id=AccountId(number),
                    merchant=merchant,
                    name=name,
                    role=role,
                    phone=phone,
                    email=email,
                    groups=frozenset(groups),
                    shops=frozenset(shops),
                    limit=limit,
                    active=True,
                    rehearsal=rehearsal,
                    group_limits=settings.group_limits,
                    languages=settings.languages,
                    level=settings.level,
                    skills=settings.skills,
                    term=term,
                ),
            )
            await self.note_with(connection, merchant, by, "account added", f"account {number}, {role}")
            return added

        return await in_transaction(self._pool, add)

    async def change_account(
        self,
        merchant: MerchantId,
        account: AccountId,
        change: Callable[[Account], Account],
        *,
        password_hash: str | None = None,
        by: AccountId | None = None,
    ) -> Account | Refused:
        """`change` is given the account as it is and answers what it shall be; `password_hash` None: kept."""

        async def alter(connection: Connection) -> Account:
            before = await accounts.find(connection, merchant, account)
            after = await accounts.store(connection, change(before))
            await accounts.require_administrator(connection, merchant)
            said = accounts.changes(before, after)
            if password_hash is not None:
                await connection.execute(_HASH, account, password_hash)
                said = f"{said}, password".removeprefix(", ")
            if said:
                await self.note_with(connection, merchant, by, "account changed", f"account {account}: {said}")
            return after

        return await in_transaction(self._pool, alter)

    async def keep_password(self, account: AccountId, password_hash: str) -> None:
        """The same password, hashed anew with today's parameters."""
        await self._pool.execute(_HASH, account, password_hash)

    async def remove_rehearsal_accounts(self, merchant: MerchantId) -> list[AccountId]:
        rows = await self._pool.fetch(
            "delete from accounts where merchant_id = $1 and rehearsal returning id", merchant
        )
        return [AccountId(row["id"]) for row in rows]

    async def note_with(
        self,
        connection: Connection,
        merchant: MerchantId,
        by: AccountId | None,
        what: What,
        subject: str,
    ) -> None:
        """Writes an audit row, in a transaction of the caller's: who did what to whom."""
        await audit.write(connection, merchant, by, self._now(), what, subject)
