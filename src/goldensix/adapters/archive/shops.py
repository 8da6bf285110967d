"""Whose lines the archive holds. A shop of the desk keeps its number; one that only ever was imported, an analyst's
shop, gets one of its own, above any that the desk gives: it has no window, no group, and no place on live pages."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import msgspec

from goldensix.adapters.archive.sources import write_whole

FIRST_ANALYSTS: Final = 1_000_001
"""Numbers from here on are given by the archive; below are those of the desk's database."""


@dataclass(frozen=True, slots=True)
class ArchivedShop:
    id: int
    name: str
    platform: str
    zone: str
    """IANA name; days of its lines are counted in it."""

    @property
    def analysts(self) -> bool:
        return self.id >= FIRST_ANALYSTS


class ArchivedShops:
    """The shops of one merchant's archive, in a file: reading lines needs no database."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "shops.json"

    def all(self) -> list[ArchivedShop]:
        if not self._path.exists():
            return []
        return msgspec.json.decode(self._path.read_bytes(), type=list[ArchivedShop])

    def find(self, wanted: str) -> ArchivedShop | None:
        """By number or by name."""
        return next((shop for shop in self.all() if wanted in (str(shop.id), shop.name)), None)

    def next_number(self) -> int:
        return max([FIRST_ANALYSTS - 1, *(shop.id for shop in self.all())]) + 1

    def keep(self, shop: ArchivedShop) -> ArchivedShop:
        """Adds it, or takes over its new name; a zone stays what its days were counted in. Id 0: a number is given."""
        known = {each.id: each for each in self.all()}
        id = shop.id or self.next_number()
        zone = known[id].zone if id in known else shop.zone
        known[id] = ArchivedShop(id, shop.name, shop.platform, zone)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        told = [asdict(each) for each in sorted(known.values(), key=lambda each: each.id)]
        write_whole(self._path, msgspec.json.format(msgspec.json.encode(told)))
        return known[id]
