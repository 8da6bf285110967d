"""How people want to be called: their notices, their phones, and the merchant's senders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import asyncpg
import msgspec

from goldensix.adapters.notifiers.port import NotDelivered
from goldensix.adapters.notifiers.push import Subscription, new_key
from goldensix.adapters.postgres.times import instant, timestamp
from goldensix.events.facts import Language
from goldensix.events.ids import AccountId, Instant, MerchantId

MOST_DEVICES: Final = 10
MOST_SENDERS: Final = 20
SenderStep = Literal["phone", "administrator"]


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """One person's own."""

    sound: bool = True
    desktop: bool = True
    """Notes of the browser while no tab has the focus."""
    words: bool = False
    """A phone shows what the buyer asked."""
    quiet_from: int | None = None
    """Minutes of the day, in the shop's zone; None: phones always ring."""
    quiet_until: int | None = None

    def quiet_at(self, minute: int) -> bool:
        if self.quiet_from is None or self.quiet_until is None:
            return False
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= minute < self.quiet_until
        return minute >= self.quiet_from or minute < self.quiet_until


@dataclass(frozen=True, slots=True)
class Device:
    id: int
    account: AccountId
    subscription: Subscription
    name: str
    """What browser it is."""
    language: Language
    added_at: Instant
    tried_at: Instant | None
    failed: str
    """Why the last call failed; empty: it did not."""


@dataclass(frozen=True, slots=True)
class Sender:
    id: int
    name: str
    address: str
    """A secret."""
    step: SenderStep
    """From which step of the ladder on it is called."""
    language: Language
    tried_at: Instant | None
    failed: str


class Notices:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool, self._now = pool, now

    async def settings_of(self, accounts: Sequence[AccountId]) -> Mapping[AccountId, NoticeSettings]:
        """Of those who ever set any."""
        rows = await self._pool.fetch("select * from notices where account_id = any ($1::bigint[])", accounts)
        return {AccountId(row["account_id"]): msgspec.json.decode(row["settings"], type=NoticeSettings) for row in rows}

    async def set(self, account: AccountId, settings: NoticeSettings) -> None:
        await self._pool.execute(
            "insert into notices values ($1, $2) on conflict (account_id) do update set settings = $2",
            account,
            msgspec.json.encode(settings).decode(),
        )

    # -- phones

    async def devices(self, accounts: Sequence[AccountId]) -> list[Device]:
        rows = await self._pool.fetch(
            "select * from push_devices where account_id = any ($1::bigint[]) order by id", accounts
        )
        return [_device(row) for row in rows]

    async def with_phones(self, merchant: MerchantId) -> frozenset[AccountId]:
        rows = await self._pool.fetch(
            "select distinct account_id from push_devices join accounts a on a.id = account_id "
            "where a.merchant_id = $1",
            merchant,
        )
        return frozenset(AccountId(row["account_id"]) for row in rows)

    async def add_device(self, account: AccountId, to: Subscription, name: str, language: Language) -> Device | None:
        """One browser is one device, whoever uses it now; None: there are too many."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("select 1 from accounts where id = $1 for update", account)
            count = await connection.fetchval(
                "select count(*) from push_devices where account_id = $1 and endpoint <> $2", account, to.endpoint
            )
            if count >= MOST_DEVICES:
                return None
            row = await connection.fetchrow(
                "insert into push_devices (account_id, endpoint, p256dh, auth, name, language, added_at) "
                "values ($1, $2, $3, $4, $5, $6, $7) on conflict (endpoint) do update set "
                "account_id = $1, p256dh = $3, auth = $4, name = $5, language = $6, added_at = $7, failed = '' "
                "returning *",
                *(account, to.endpoint, to.p256dh, to.auth, name, language, timestamp(self._now())),
            )
        assert row is not None
        return _device(row)

    async def remove_device(self, account: AccountId, device: int) -> bool:
        removed = await self._pool.fetchval(
            "delete from push_devices where id = $1 and account_id = $2 returning id", device, account
        )
        return removed is not None

    async def device_tried(self, device: int, failed: NotDelivered | None) -> None:
        """A browser that does not want calls any more is forgotten."""
        if failed is not None and failed.failure == "gone":
            await self._pool.execute("delete from push_devices where id = $1", device)
        else:
            await self._tried("push_devices", device, failed)

    # -- senders

    async def senders(self, merchant: MerchantId) -> list[Sender]:
        rows = await self._pool.fetch("select * from senders where merchant_id = $1 order by id", merchant)
        return [_sender(row) for row in rows]

    async def add_sender(
        self, merchant: MerchantId, name: str, address: str, step: SenderStep, language: Language
    ) -> Sender | None:
        """None: there are too many."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("select 1 from merchants where id = $1 for update", merchant)
            count = await connection.fetchval("select count(*) from senders where merchant_id = $1", merchant)
            if count >= MOST_SENDERS:
                return None
            row = await connection.fetchrow(
                "insert into senders (merchant_id, name, address, step, language) values ($1, $2, $3, $4, $5) "
                "returning *",
                *(merchant, name, address, step, language),
            )
        assert row is not None
        return _sender(row)

    async def change_sender(
        self, merchant: MerchantId, sender: int, name: str, address: str | None, step: SenderStep, language: Language
    ) -> tuple[Sender, Sender] | None:
        """How it was and how it is, None if it is not there. No address: it stays; a new one was not tried yet."""
        async with self._pool.acquire() as connection, connection.transaction():
            before = await connection.fetchrow(
                "select * from senders where id = $1 and merchant_id = $2 for update", sender, merchant
            )
            if before is None:
                return None
            after = await connection.fetchrow(
                "update senders set name = $2, address = coalesce($3, address), step = $4, language = $5,"
                " tried_at = case when $3 is null then tried_at end,"
                " failed = case when $3 is null then failed else '' end where id = $1 returning *",
                *(sender, name, address, step, language),
            )
        assert after is not None
        return _sender(before), _sender(after)

    async def remove_sender(self, merchant: MerchantId, sender: int) -> bool:
        removed = await self._pool.fetchval(
            "delete from senders where id = $1 and merchant_id = $2 returning id", sender, merchant
        )
        return removed is not None

    async def sender_tried(self, sender: int, failed: NotDelivered | None) -> None:
        await self._tried("senders", sender, failed)

    async def _tried(self, table: Literal["senders", "push_devices"], id: int, failed: NotDelivered | None) -> None:
        said = "" if failed is None else str(failed)
        await self._pool.execute(
            f"update {table} set tried_at = $2, failed = $3 where id = $1",  # noqa: S608 - one of two names of ours
            *(id, timestamp(self._now()), said),
        )

    # -- the desk's own key

    async def push_key(self) -> str:
        """Made when it is first asked for; the same for all workers, for ever."""
        await self._pool.execute("update installations set push_key = $1 where push_key is null", new_key())
        key: str = await self._pool.fetchval("select push_key from installations")
        return key


def _device(row: asyncpg.Record) -> Device:
    return Device(
        id=row["id"],
        account=AccountId(row["account_id"]),
        subscription=Subscription(row["endpoint"], row["p256dh"], row["auth"]),
        name=row["name"],
        language=row["language"],
        added_at=instant(row["added_at"]),
        tried_at=None if row["tried_at"] is None else instant(row["tried_at"]),
        failed=row["failed"],
    )


def _sender(row: asyncpg.Record) -> Sender:
    return Sender(
        id=row["id"],
        name=row["name"],
        address=row["address"],
        step=row["step"],
        language=row["language"],
        tried_at=None if row["tried_at"] is None else instant(row["tried_at"]),
        failed=row["failed"],
    )
