"""Where an import goes: which merchant, which shop. The database is asked for the desk's shops, if there is one."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from goldensix.adapters.archive.mappings import Mappings
from goldensix.adapters.archive.shops import ArchivedShop, ArchivedShops
from goldensix.adapters.archive.sources import Archive, merchants
from goldensix.events.ids import MerchantId
from goldensix.importing.order import CannotImport

ONLY: Final = MerchantId(1)
"""Whose a data folder is that never had a desk; a business made there later is this one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    shop: str
    platform: str
    zone: str


@dataclass(frozen=True, slots=True)
class Place:
    data: Path
    merchant: MerchantId
    desk_shops: tuple[ArchivedShop, ...]
    """As the desk has them; platform `desk`."""

    @property
    def archive(self) -> Archive:
        return Archive(self.data, self.merchant)

    @property
    def mappings(self) -> Mappings:
        return Mappings(self.archive.folder)

    def shop(self, wanted: str, platform: str, zone: str) -> ArchivedShop:
        """By number or name, of the desk or of the archive; a new name makes an analyst's shop (id 0)."""
        for shop in self.desk_shops:
            if wanted in (str(shop.id), shop.name):
                return ArchivedShop(shop.id, shop.name, platform, shop.zone)
        if (known := ArchivedShops(self.archive.folder).find(wanted)) is not None:
            return known
        if wanted.isdecimal():
            raise CannotImport(f"There is no shop {wanted}.")
        return ArchivedShop(0, wanted, platform, _checked(zone))


def _checked(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CannotImport(
            f"{zone!r} is not a time zone; one is called Asia/Shanghai.", f"没有“{zone}”这个时区，例如 Asia/Shanghai。"
        ) from None
    return zone


def find_place(
    data: Path, merchant: MerchantId | None, database: Callable[[Path], AbstractContextManager[str | None]]
) -> Place:
    """A folder that never had a desk is not given one by an import."""
    with database(data) as dsn:
        if dsn is None:
            return Place(data, merchant or ONLY, ())
        return asyncio.run(_asked(data, merchant, dsn))


async def _asked(data: Path, merchant: MerchantId | None, dsn: str) -> Place:
    import asyncpg

    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        if await connection.fetchval("select to_regclass('merchants')") is None:
            return Place(data, merchant or ONLY, ())
        names = {MerchantId(row["id"]): row["name"] for row in await connection.fetch("select id, name from merchants")}
        chosen = _only(names, merchant)
        rows = await connection.fetch("select id, name, zone from shops where merchant_id = $1 order by id", chosen)
    finally:
        await connection.close()
    return Place(data, chosen, tuple(ArchivedShop(row["id"], row["name"], "desk", row["zone"]) for row in rows))


def _only(names: dict[MerchantId, str], wanted: MerchantId | None) -> MerchantId:
    if not names:
        return wanted or ONLY
    found = [id for id in names if wanted in (None, id)]
    if len(found) == 1:
        return found[0]
    told = ", ".join(f"{id} ({name})" for id, name in sorted(names.items()))
    raise CannotImport(f"Say which merchant with --merchant: {told}.")


def archived_merchant(data: Path, wanted: MerchantId | None) -> MerchantId:
    found = merchants(data)
    if wanted is not None:
        return wanted
    if len(found) > 1:
        raise CannotImport(f"Say which merchant with --merchant: {', '.join(map(str, found))}.")
    return found[0] if found else ONLY
