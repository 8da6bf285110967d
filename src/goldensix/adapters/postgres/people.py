"""Merchants, shops, groups and accounts, and the audit of what was done to them."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Final

import asyncpg
import msgspec

from goldensix.actions.premises import Judged, JudgedBy
from goldensix.adapters.postgres import accounts, audit
from goldensix.adapters.postgres.audit import What
from goldensix.adapters.postgres.pool import Connection
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
)
from goldensix.adapters.postgres.times import timestamp
from goldensix.events.ids import AccountId, GroupId, Instant, MerchantId, Milliseconds, ShopId
from goldensix.team.roles import Role

_JUDGED_BY: Final[dict[Duty, JudgedBy]] = {"order_change": "quality", "after_sale": "refund"}


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
        """Judged as its duty suggests."""
        row = await self._pool.fetchrow(
            "insert into groups (merchant_id, name, duty, target_ms, settings, sort) values ($1, $2, $3, $4, $5, "
            "(select count(*) from groups where merchant_id = $1)) returning *",
            merchant,
            name,
            duty,
            target,
            msgspec.json.encode(GroupSettings(judged=Judged(_JUDGED_BY.get(duty, "speed")))).decode(),
        )
        assert row is not None
        return group_of(row)

    async def change_group(
        self, merchant: MerchantId, group: GroupId, change: Callable[[Group], Group], by: AccountId | None
    ) -> Group | None:
        """Its target and settings; None where there is no such group. `change` is given the group as it is."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(
                "select * from groups where merchant_id = $1 and id = $2 for update", merchant, group
            )
            if row is None:
                return None
            before = group_of(row)
            after = change(before)
            settings = msgspec.json.encode(after.settings).decode()
            await connection.execute(
                "update groups set target_ms = $2, settings = $3 where id = $1", group, after.target, settings
            )
            if said := _group_changes(before, after):
                await self.note_with(connection, merchant, by, "group changed", f"group {group}: {said}")
        return after

    async def change_merchant(
        self,
        merchant: MerchantId,
        change: Callable[[MerchantSettings], MerchantSettings],
        by: AccountId | None,
        what: What = "assignment changed",
    ) -> MerchantSettings:
        """How its consults are assigned, and who is called when they wait; `what` stands in the audit."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow("select * from merchants where id = $1 for update", merchant)
            assert row is not None, f"there is no merchant {merchant}"
            before = merchant_of(row).settings
            after = change(before)
            settings = msgspec.json.encode(after).decode()
            await connection.execute("update merchants set settings = $2 where id = $1", merchant, settings)
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
        row = await self._pool.fetchrow(
            "insert into shops (merchant_id, name, letter, zone, secret, default_group_id, settings) "
            "values ($1, $2, $3, $4, $5, $6, $7) returning *",
            merchant,
            name,
            letter,
            zone,
            secrets.token_bytes(32),
            default_group,
            msgspec.json.encode(settings or ShopSettings()).decode(),
        )
        assert row is not None
        return shop_of(row)

    async def change_shop(
        self, merchant: MerchantId, shop: ShopId, change: Callable[[ShopSettings], ShopSettings], by: AccountId | None
    ) -> Shop | Refused:
        """`change` is given the settings as they are."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(
                "select * from shops where merchant_id = $1 and id = $2 for update", merchant, shop
            )
            if row is None:
                return Refused.UNKNOWN_SHOP
            before = shop_of(row).settings
            after = change(before)
            changed = await connection.fetchrow(
                "update shops set settings = $2 where id = $1 returning *", shop, msgspec.json.encode(after).decode()
            )
            assert changed is not None
            await self.note_with(connection, merchant, by, "shop changed", f"shop {shop}: {_what(before, after)}")
        return shop_of(changed)

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

        return await accounts.in_transaction(self._pool, add)

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

        return await accounts.in_transaction(self._pool, alter)

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


def _group_changes(before: Group, after: Group) -> str:
    target = "" if before.target == after.target else f"target {before.target} ms -> {after.target} ms"
    priority, other = before.settings.priority, after.settings.priority
    points = "" if priority == other else f"priority {priority} -> {other}"
    named = _what(replace(before.settings, priority=other), after.settings)
    return ", ".join(filter(None, (target, points, named)))


def _what(before: ShopSettings | GroupSettings, after: ShopSettings | GroupSettings) -> str:
    """The names of what differs."""
    names = (each.name for each in fields(before))
    return ", ".join(name for name in names if getattr(before, name) != getattr(after, name))
