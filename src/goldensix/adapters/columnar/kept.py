"""Turns that were derived once, kept as Parquet by the local day their conversation began. Droppable at any time.

    <data>/archive/<merchant>/turns/<unit>/<key>/{turns,messages,moments,trade}/YYYY-MM-DD.parquet
    <data>/archive/<merchant>/turns/<unit>/<key>/kept.json

The key is made of all that the rows depend on: the lines' files, the rule, the zone and the very code of the fold. What
was made from anything else has another key, so nothing stale is ever read.
"""

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

import msgspec
import polars as pl

from goldensix.adapters.columnar.arrange import SCHEMA
from goldensix.adapters.columnar.derive import EVERYTHING, Tables, derive
from goldensix.metrics.caliber import SessionRule
from goldensix.metrics.tables import ORDERED, PAID, REFUND_ASKED, REFUNDED
from goldensix.metrics.zones import DAY

KINDS: Final = ("turns", "messages", "moments", "trade")
"""`trade` are the moments of orders, which count for consults of other days too."""
_TRADE: Final = (ORDERED, PAID, REFUND_ASKED, REFUNDED)
_FORMAT: Final = 1
_CODE: Final = (
    ("goldensix.events", ("ids.py",)),
    ("goldensix.log", ("columns.py",)),
    ("goldensix.metrics", ("caliber.py", "fold.py", "order.py", "runs.py", "spans.py", "tables.py", "zones.py")),
    ("goldensix.adapters.columnar", ("arrange.py", "compiled.py", "derive.py", "kept.py")),
)
"""This module and all that it imports, and what that imports. What only judges turns may change without them."""
_OLD_AFTER: Final = 3_600.0
"""Seconds for which rows of another key stay: a report may be reading them."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Lines that are derived together: whole conversations of one shop."""

    name: str
    made_of: Sequence[str]
    zone: str
    rule: SessionRule
    lines: Callable[[], pl.DataFrame | pl.LazyFrame]


class _Day(msgspec.Struct, frozen=True):
    day: str
    low: int
    high: int
    """The instants that its rows speak of."""


class _Kept(msgspec.Struct, frozen=True):
    days: dict[str, list[_Day]]


@dataclass(frozen=True, slots=True)
class KeptTurns:
    """What is kept of one unit."""

    folder: Path
    days: dict[str, list[_Day]]

    def files(self, kind: str, low: int | None, high: int | None) -> list[Path]:
        """Those with rows of instants from `low` to `high`; None: all."""
        return [
            self.folder / kind / f"{day.day}.parquet"
            for day in self.days.get(kind, ())
            if kind == "trade" or ((high is None or day.low <= high) and (low is None or day.high >= low))
        ]


def keep(folder: Path, unit: Unit) -> KeptTurns:
    """What is kept of a unit, derived now if it is not."""
    place = folder / unit.name / _key(unit)
    if not (place / "kept.json").exists():
        _make(place, unit)
        _sweep(place)
    return KeptTurns(place, msgspec.json.decode((place / "kept.json").read_bytes(), type=_Kept).days)


def _key(unit: Unit) -> str:
    made = [_FORMAT, _code(), pl.__version__, sorted(unit.made_of), unit.zone, asdict(unit.rule)]
    return hashlib.sha256(json.dumps(made).encode()).hexdigest()[:24]


@lru_cache(maxsize=1)
def _code() -> str:
    """A digest of everything that makes rows of lines."""
    digest = hashlib.sha256()
    for package, names in _CODE:
        for name in names:
            digest.update((resources.files(package) / name).read_bytes())
    return digest.hexdigest()


def _make(place: Path, unit: Unit) -> None:
    """All at once: another process may make the same meanwhile, and then its own is as good."""
    place.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=".making-", dir=place.parent))
    try:
        days = _write(staged, derive(unit.lines().select(*SCHEMA), unit.rule, EVERYTHING), unit.zone)
        (staged / "kept.json").write_bytes(msgspec.json.encode(_Kept(days)))
        staged.chmod(0o755)
        if not place.exists():
            staged.rename(place)
    except OSError:
        if not (place / "kept.json").exists():
            raise
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _write(folder: Path, tables: Tables, zone: str) -> dict[str, list[_Day]]:
    trade = pl.col("what").is_in(_TRADE)
    by_kind = {
        "turns": (tables.turns, "asked_at"),
        "messages": (tables.messages, "asked_at"),
        "moments": (tables.moments.filter(~trade), "at"),
        "trade": (tables.moments.filter(trade), "at"),
    }
    return {kind: _write_days(folder / kind, rows, began, zone) for kind, (rows, began) in by_kind.items()}


def _write_days(folder: Path, rows: pl.DataFrame, began: str, zone: str) -> list[_Day]:
    folder.mkdir(parents=True)
    instants = [name for name in rows.columns if name in ("at", "until") or name.endswith("_at")]
    local = pl.from_epoch(pl.col(began), "ms").dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date()
    days = []
    for (day,), part in rows.with_columns(day=local).partition_by("day", as_dict=True, include_key=False).items():
        part.write_parquet(folder / f"{day}.parquet")
        known = part.select(pl.concat_list(instants).alias("at")).explode("at").filter(pl.col("at") >= 0)["at"]
        low, high = known.min(), known.max()
        days.append(_Day(str(day), *(int(each) if isinstance(each, int) else 0 for each in (low, high))))
    return sorted(days, key=lambda each: each.day)


def _sweep(place: Path) -> None:
    """Rows of other keys, once nobody can be reading them."""
    for other in place.parent.iterdir():
        if other != place and time.time() - other.stat().st_mtime > _OLD_AFTER:  # noqa: DTZ - a file's own time
            shutil.rmtree(other, ignore_errors=True)


def margin(days: tuple[int, int] | None) -> tuple[int | None, int | None]:
    """Instants that local days of any zone can have, with a day to spare."""
    return (None, None) if days is None else ((days[0] - 2) * DAY, (days[1] + 3) * DAY)
