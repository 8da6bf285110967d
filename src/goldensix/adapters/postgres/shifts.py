"""The roster of shifts: a row an account and span of time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NewType

import asyncpg

from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.pool import Connection
from goldensix.adapters.postgres.times import instant, timestamp
from goldensix.events.ids import AccountId, GroupId, Instant, MerchantId, Milliseconds
from goldensix.team.shifts import Shift
from goldensix.team.shifts import Shifts as Roster

ShiftId = NewType("ShiftId", int)
_DAY: Final = 86_400_000
AHEAD: Final = Milliseconds(15 * _DAY)
"""How far the desk knows the roster; it is read again long before."""


@dataclass(frozen=True, slots=True)
class KeptShift:
    id: ShiftId
    account: AccountId
    shift: Shift
    series: ShiftId | None


Change = Callable[[Sequence[KeptShift]], tuple[Sequence[Shift], str]]
"""Given shifts as they are, the first of them first: what each becomes, and what the audit says; empty: nothing."""


class Shifts:
    def __init__(self, pool: asyncpg.Pool, people: People, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._people = people
        self._now = now

    async def between(self, merchant: MerchantId, since: Instant, until: Instant) -> list[KeptShift]:
        """All that overlap that time, by their start."""
        rows = await self._pool.fetch(
            "select * from shifts where merchant_id = $1 and ends_at > $2 and starts_at < $3 order by starts_at, id",
            *(merchant, timestamp(since), timestamp(until)),
        )
        return [_kept(row) for row in rows]

    async def roster(self, merchant: MerchantId, since: Instant, until: Instant) -> Roster:
        """The same, by account; whoever has shifts at another time only has none here, but is named."""
        rows = await self._pool.fetch("select distinct account_id from shifts where merchant_id = $1", merchant)
        found: dict[AccountId, list[Shift]] = {AccountId(row["account_id"]): [] for row in rows}
        for kept in await self.between(merchant, since, until):
            found.setdefault(kept.account, []).append(kept.shift)
        return {account: tuple(shifts) for account, shifts in found.items()}

    async def add(
        self, merchant: MerchantId, account: AccountId, shifts: Sequence[Shift], by: AccountId | None
    ) -> list[KeptShift]:
        """Those made together are one series. The account is the merchant's, and so is every group."""
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(
                "insert into shifts (merchant_id, account_id, starts_at, ends_at, group_id)"
                " select $1, $2, t.starts, t.ends, t.of_group"
                " from unnest($3::timestamptz[], $4::timestamptz[], $5::bigint[]) as t (starts, ends, of_group)"
                " order by t.starts returning *",
                *(merchant, account, *_columns(shifts)),
            )
            if len(rows) > 1:
                rows = await connection.fetch(
                    "update shifts set series = $1 where id = any ($2) returning *",
                    *(rows[0]["id"], [row["id"] for row in rows]),
                )
            said = f"account {account}: {len(rows)} shifts"
            await self._people.note_with(connection, merchant, by, "shifts added", said)
        return _in_order(rows)

    async def change(
        self, merchant: MerchantId, shift: ShiftId, change: Change, *, later: bool, by: AccountId | None
    ) -> list[KeptShift]:
        """With `later`, what follows it in its series too; answers how they are now, none if it is not there."""
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await _held(connection, merchant, shift, later)
            if not rows:
                return []
            after, said = change([_kept(row) for row in rows])
            rows = await connection.fetch(
                "update shifts s set starts_at = t.starts, ends_at = t.ends, group_id = t.of_group"
                " from unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::bigint[])"
                " as t (id, starts, ends, of_group) where s.id = t.id returning s.*",
                *([row["id"] for row in rows], *_columns(after)),
            )
            if said:
                await self._people.note_with(connection, merchant, by, "shifts changed", said)
        return _in_order(rows)

    async def remove(self, merchant: MerchantId, shift: ShiftId, *, later: bool, by: AccountId | None) -> int:
        """With `later`, what follows it in its series too; answers how many there were."""
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await _held(connection, merchant, shift, later)
            await connection.execute("delete from shifts where id = any ($1)", [row["id"] for row in rows])
            if rows:
                said = f"account {rows[0]['account_id']}: {len(rows)} shifts"
                await self._people.note_with(connection, merchant, by, "shifts removed", said)
        return len(rows)

    async def clear(self, merchant: MerchantId, account: AccountId, by: AccountId | None) -> int:
        """All of an account, past ones too: from now on it works whenever it is ready."""
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(
                "delete from shifts where merchant_id = $1 and account_id = $2 returning id", merchant, account
            )
            if rows:
                said = f"account {account}: all {len(rows)} shifts"
                await self._people.note_with(connection, merchant, by, "shifts removed", said)
        return len(rows)


async def _held(connection: Connection, merchant: MerchantId, shift: ShiftId, later: bool) -> Sequence[asyncpg.Record]:
    """That one first, and with `later` what follows it in its series; nobody else changes them meanwhile."""
    rows: Sequence[asyncpg.Record] = await connection.fetch(
        "select s.* from shifts s join shifts named on named.merchant_id = $1 and named.id = $2"
        " where s.id = named.id or ($3 and s.series = named.series and s.starts_at > named.starts_at)"
        " order by s.starts_at, s.id for update of s",
        *(merchant, shift, later),
    )
    return rows


def _columns(shifts: Sequence[Shift]) -> tuple[list[object], list[object], list[GroupId | None]]:
    return (
        [timestamp(shift.starts) for shift in shifts],
        [timestamp(shift.ends) for shift in shifts],
        [shift.group for shift in shifts],
    )


def _in_order(rows: Iterable[asyncpg.Record]) -> list[KeptShift]:
    return sorted(map(_kept, rows), key=lambda kept: kept.shift.starts)


def _kept(row: asyncpg.Record) -> KeptShift:
    group, series = row["group_id"], row["series"]
    shift = Shift(instant(row["starts_at"]), instant(row["ends_at"]), None if group is None else GroupId(group))
    return KeptShift(
        ShiftId(row["id"]), AccountId(row["account_id"]), shift, None if series is None else ShiftId(series)
    )
