"""A merchant's groups and shops as rows; each call is in a transaction of the caller's, who writes the audit."""

import secrets
from dataclasses import fields
from typing import Final, Literal

import msgspec

from goldensix.adapters.postgres.pool import Connection
from goldensix.adapters.postgres.refusing import Refusal, one_at_a_time
from goldensix.adapters.postgres.roster import (
    Duty,
    Group,
    GroupSettings,
    Refused,
    Shop,
    ShopSettings,
    group_of,
    shop_of,
)
from goldensix.events.ids import GroupId, MerchantId, Milliseconds, ShopId

MOST: Final = 50
"""Groups of a merchant, and as many shops: every frame of the live page has a row of each."""
Table = Literal["groups", "shops"]


async def require_room(connection: Connection, merchant: MerchantId, table: Table, name: str) -> None:
    """For one more, of this name."""
    await one_at_a_time(connection, merchant)
    await require_free(connection, merchant, table, name)
    there = await connection.fetchval(f"select count(*) from {table} where merchant_id = $1", merchant)  # noqa: S608 - one of two
    if there >= MOST:
        raise Refusal(Refused.FULL)


async def require_free(
    connection: Connection, merchant: MerchantId, table: Table, name: str, *, but: int | None = None
) -> None:
    """`but`: whose name it may be."""
    called_so = f"select id from {table} where merchant_id = $1 and name = $2"  # noqa: S608 - one of two
    if await connection.fetchval(called_so, merchant, name) not in (None, but):
        raise Refusal(Refused.NAME_TAKEN)


async def insert_group(
    connection: Connection,
    merchant: MerchantId,
    name: str,
    duty: Duty,
    target: Milliseconds,
    settings: GroupSettings,
) -> Group:
    row = await connection.fetchrow(
        "insert into groups (merchant_id, name, duty, target_ms, settings, sort) values ($1, $2, $3, $4, $5, "
        "(select count(*) from groups where merchant_id = $1)) returning *",
        *(merchant, name, duty, target, msgspec.json.encode(settings).decode()),
    )
    assert row is not None
    return group_of(row)


async def find_group(connection: Connection, merchant: MerchantId, group: GroupId) -> Group:
    await one_at_a_time(connection, merchant)
    row = await connection.fetchrow("select * from groups where merchant_id = $1 and id = $2", merchant, group)
    if row is None:
        raise Refusal(Refused.UNKNOWN_GROUP)
    return group_of(row)


async def store_group(connection: Connection, group: Group) -> None:
    await connection.execute(
        "update groups set name = $2, duty = $3, target_ms = $4, settings = $5 where id = $1",
        *(group.id, group.name, group.duty, group.target, msgspec.json.encode(group.settings).decode()),
    )


async def insert_shop(
    connection: Connection,
    merchant: MerchantId,
    name: str,
    *,
    default_group: GroupId,
    letter: str,
    zone: str,
    settings: ShopSettings,
) -> Shop:
    row = await connection.fetchrow(
        "insert into shops (merchant_id, name, letter, zone, secret, default_group_id, settings) "
        "values ($1, $2, $3, $4, $5, $6, $7) returning *",
        *(merchant, name, letter, zone, secrets.token_bytes(32), default_group),
        msgspec.json.encode(settings).decode(),
    )
    assert row is not None
    return shop_of(row)


async def find_shop(connection: Connection, merchant: MerchantId, shop: ShopId) -> Shop:
    await one_at_a_time(connection, merchant)
    row = await connection.fetchrow("select * from shops where merchant_id = $1 and id = $2", merchant, shop)
    if row is None:
        raise Refusal(Refused.UNKNOWN_SHOP)
    return shop_of(row)


async def store_shop(connection: Connection, shop: Shop) -> None:
    """Its zone stays: days that are counted and archived already were counted in it."""
    await connection.execute(
        "update shops set name = $2, letter = $3, default_group_id = $4, settings = $5 where id = $1",
        *(shop.id, shop.name, shop.letter, shop.default_group, msgspec.json.encode(shop.settings).decode()),
    )


def group_changes(before: Group, after: Group) -> str:
    """What differs, for the audit: of rules the names."""
    target = "" if before.target == after.target else f"target {before.target} ms -> {after.target} ms"
    priority, other = before.settings.priority, after.settings.priority
    points = "" if priority == other else f"priority {priority} -> {other}"
    plain = [
        f"{name} {getattr(before, name)} -> {getattr(after, name)}"
        for name in ("name", "duty")
        if getattr(before, name) != getattr(after, name)
    ]
    rules = [each.name for each in fields(GroupSettings) if each.name != "priority"]
    named = [name for name in rules if getattr(before.settings, name) != getattr(after.settings, name)]
    return ", ".join(filter(None, (*plain, target, points, *named)))


def shop_changes(before: Shop, after: Shop) -> str:
    """What differs, for the audit: the names of texts and hours, not what they say."""
    said = [
        f"{name} {getattr(before, name)} -> {getattr(after, name)}"
        for name in ("name", "letter", "default_group")
        if getattr(before, name) != getattr(after, name)
    ]
    names = (each.name for each in fields(ShopSettings))
    said += [name for name in names if getattr(before.settings, name) != getattr(after.settings, name)]
    return ", ".join(said)
