"""What a merchant's reports stand on: shops and people by name, and the desk's own lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from goldensix.adapters.archive.desk import DeskArchive
from goldensix.adapters.archive.shops import ArchivedShop, ArchivedShops
from goldensix.adapters.archive.sources import Archive
from goldensix.events.ids import MerchantId
from goldensix.metrics.order import Line
from goldensix.reporting.question import CannotReport

if TYPE_CHECKING:
    import asyncpg
    import polars as pl

    from goldensix.adapters.columnar.desk import DeskLines

ONLY: Final = MerchantId(1)
"""Whose a data folder is that never had a desk."""


@dataclass(frozen=True, slots=True)
class Ground:
    data: Path
    merchant: MerchantId
    dsn: str | None
    """None: there never was a desk here, or its database is not running."""
    demo: bool = False
    shops: tuple[ArchivedShop, ...] = ()
    """The desk's with platform `desk`, then those that were only imported."""
    accounts: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    """Names by number, as lines have it."""

    @property
    def archive(self) -> Archive:
        return Archive(self.data, self.merchant)

    @property
    def desk_archive(self) -> DeskArchive:
        return DeskArchive(self.archive.folder)

    def shop(self, number: int) -> ArchivedShop | None:
        return next((shop for shop in self.shops if shop.id == number), None)


@dataclass
class DeskTail:
    """Lines of the desk that are not archived yet; kept between reports, so that each reads only what is new."""

    begins: int = -1
    """After which position."""
    position: int = -1
    lines: list[Line] = field(default_factory=list)
    reader: "DeskLines | None" = None

    @property
    def state(self) -> tuple[int, int]:
        """Equal states have equal lines."""
        return self.begins, self.position

    @property
    def went_on(self) -> frozenset[str]:
        """Conversations of which a part is archived and a part is not: here they are whole."""
        earlier = self.reader.earlier if self.reader else []
        return frozenset(line.session for line in earlier if line.session)

    def whole(self) -> list[Line]:
        earlier = self.reader.earlier if self.reader else []
        return [*earlier, *self.lines]


async def survey(ground: Ground, tail: DeskTail, now: int) -> Ground:
    """The ground as it is now. Archives the desk's days that have closed, and reads the tail on."""
    from goldensix.adapters.postgres.log import PostgresLog
    from goldensix.adapters.postgres.pool import open_pool

    imported = ArchivedShops(ground.archive.folder).all()
    if ground.dsn is None:
        return replace(ground, shops=tuple(imported))
    pool = await open_pool(ground.dsn, most=1)
    try:
        ground = await _people(ground, pool, imported)
        await archive_closed(ground, PostgresLog(pool), now)
        await _read_on(ground, PostgresLog(pool), tail)
    finally:
        await pool.close()
    return ground


async def _people(ground: Ground, pool: "asyncpg.Pool", imported: Sequence[ArchivedShop]) -> Ground:
    from goldensix.adapters import clock
    from goldensix.adapters.postgres.people import People

    people = People(pool, clock.now)
    if ground.merchant not in {each.id for each in await people.merchants()}:
        return replace(ground, dsn=None, shops=tuple(imported))
    roster = await people.roster(ground.merchant)
    own = [ArchivedShop(shop.id, shop.name, "desk", shop.zone) for shop in roster.shops.values()]
    others = [shop for shop in imported if shop.id not in roster.shops]
    return replace(
        ground,
        demo=roster.merchant.demo,
        shops=(*own, *others),
        accounts={str(each.id): each.name for each in roster.accounts.values()},
        groups={str(each.id): each.name for each in roster.groups.values()},
    )


async def archive_closed(ground: Ground, log: object, now: int) -> int:
    """Archives the lines of days that have closed in every shop of the desk. How many lines there were."""
    from goldensix.adapters.columnar.desk import DeskLines
    from goldensix.adapters.postgres.log import PostgresLog

    assert isinstance(log, PostgresLog)
    zones = {shop.id: shop.zone for shop in ground.shops}
    if not zones:
        return 0
    before = min(_day_began(zone, now) for zone in set(zones.values()))
    archive = ground.desk_archive
    with archive.writing() as mine:
        position = archive.position()
        if not mine:
            return 0
        lines, last = await DeskLines(log, ground.merchant).read(position, before)
        if last == position:
            return 0
        return archive.add(position + 1, last, _by_day(lines, zones)).lines


def _by_day(lines: Sequence[Line], zones: dict[int, str]) -> "dict[str, pl.DataFrame]":
    from goldensix.adapters.columnar.cases import frame
    from goldensix.metrics.zones import DAY, day_name, local

    days: dict[str, list[Line]] = {}
    for line in lines:
        days.setdefault(day_name(local(zones.get(line.shop, "UTC"), line.at) // DAY), []).append(line)
    return {day: frame(each) for day, each in days.items()}


def _day_began(zone: str, now: int) -> int:
    here = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(zone))
    return int(here.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)


async def _read_on(ground: Ground, log: object, tail: DeskTail) -> None:
    from goldensix.adapters.columnar.desk import DeskLines
    from goldensix.adapters.postgres.log import PostgresLog

    assert isinstance(log, PostgresLog)
    begins = ground.desk_archive.position()
    if tail.reader is None or tail.begins != begins:
        tail.begins = tail.position = begins
        tail.lines, tail.reader = [], DeskLines(log, ground.merchant)
    tail.reader.log = log
    lines, tail.position = await tail.reader.read(tail.position)
    tail.lines += lines


async def find_ground(data: Path, dsn: str | None, merchant: MerchantId | None) -> Ground:
    """For the terminal: the merchant that was named, or the only one. Raises CannotReport."""
    from goldensix.adapters.archive.sources import merchants as archived

    names: dict[MerchantId, str] = {}
    if dsn is not None:
        names = await _merchants(dsn)
    names = names or dict.fromkeys(archived(data), "imported")
    found = [each for each in names if merchant in (None, each)]
    if len(found) == 1:
        return Ground(data, found[0], dsn)
    if not names:
        return Ground(data, merchant or ONLY, dsn)
    told = ", ".join(f"{each} ({name})" for each, name in sorted(names.items()))
    raise CannotReport(f"Say which merchant with --merchant: {told}.", f"请用 --merchant 指定商家：{told}。")


async def _merchants(dsn: str) -> dict[MerchantId, str]:
    import asyncpg

    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        if await connection.fetchval("select to_regclass('merchants')") is None:
            return {}
        return {MerchantId(row["id"]): row["name"] for row in await connection.fetch("select id, name from merchants")}
    finally:
        await connection.close()
