"""Everything a merchant's figures are made of, as tables: what is kept of the archive, and the desk's newest lines."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import ibis
import ibis.expr.types as ir
import polars as pl

from goldensix.adapters.archive.shops import ArchivedShop
from goldensix.adapters.columnar.cases import frame
from goldensix.adapters.columnar.derive import EVERYTHING, Tables, derive
from goldensix.adapters.columnar.duck import asking
from goldensix.adapters.columnar.kept import KeptTurns, Unit, keep, margin
from goldensix.metrics.batch import Source
from goldensix.metrics.caliber import SessionRule
from goldensix.metrics.talk import REHEARSAL
from goldensix.reporting.ground import DeskTail, Ground, survey
from goldensix.reporting.question import Language, Question, unknown

Made = TypeVar("Made")
Days = tuple[int, int]
_RESULTS_KEPT: Final = 1_024
_PLAYED: Final[dict[Language, str]] = {"zh": "演练客服", "en": "Rehearsal agent"}


@dataclass
class Book:
    """Of one merchant. Lives as long as its process: what was read stays read."""

    ground: Ground
    tail: DeskTail = field(default_factory=DeskTail)
    _tails: dict[SessionRule, tuple[tuple[int, int], Tables]] = field(default_factory=dict)
    _sources: tuple[str, ...] = ()
    _results: "OrderedDict[Hashable, Any]" = field(default_factory=OrderedDict)

    def refresh(self, now: int) -> None:
        self.ground = asyncio.run(survey(self.ground, self.tail, now))
        self._sources = tuple(source.id for source in self.ground.archive.sources())

    def shops(self, question: Question) -> list[ArchivedShop]:
        """Those that the question is about and the asker may see. Raises CannotReport for one that is not there."""
        seen = [shop for shop in self.ground.shops if question.shops is None or shop.id in question.shops]
        if question.shop is None:
            return seen
        found = [shop for shop in seen if shop.id == question.shop]
        if not found:
            raise unknown("shop", "店铺", question.shop)
        return found

    def zones(self, question: Question) -> dict[int, str]:
        return {shop.id: shop.zone for shop in self.shops(question)}

    def zone(self, question: Question) -> str | None:
        """The one zone of all that is asked for."""
        zones = {*self.zones(question).values()}
        return zones.pop() if len(zones) == 1 else None

    def counts_rehearsals(self, question: Question) -> bool:
        return self.ground.demo if question.rehearsals is None else question.rehearsals

    def source(self, question: Question, rule: SessionRule, days: Days | None = None) -> Source:
        """The tables for a question's shops. Rows that have nothing to do with the days may be missing."""
        shops = self.shops(question)
        kept = [each for shop in shops for each in self._kept(shop, rule)]
        tail, went_on = self._tail(rule), self.tail.went_on
        numbers = [shop.id for shop in shops]
        connection = ibis.duckdb.connect()
        low, high = margin(days)

        def table(name: str, kinds: Sequence[str], rows: pl.DataFrame) -> ir.Table:
            mine = rows.filter(pl.col("shop").is_in(numbers))
            found = connection.create_table(f"{name}_tail", mine.to_arrow(compat_level=pl.CompatLevel.oldest()))
            stored = self._stored(connection, f"{name}_kept", kinds, kept, (low, high))
            if stored is not None:
                if went_on:
                    stored = stored.filter(~stored.session.isin(sorted(went_on)))
                found = stored.select(rows.columns).union(found)
            if not self.counts_rehearsals(question):
                found = found.filter(found.platform != REHEARSAL)
            return connection.create_view(name, found)

        return Source(
            table("turns", ["turns"], tail.turns),
            table("messages", ["messages"], tail.messages),
            table("moments", ["moments", "trade"], tail.moments),
            ask=asking(connection),
        )

    def remember(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` makes, or made before for the same key and the same lines."""
        known: Made | None = self.recall(key)
        if known is None:
            known = make()
            self.keep(key, known)
        return known

    def recall(self, key: Hashable) -> Any:
        """What was kept under a key while the lines were these; None: nothing."""
        whole = self._state(key)
        if whole in self._results:
            self._results.move_to_end(whole)
        return self._results.get(whole)

    def keep(self, key: Hashable, made: object) -> None:
        self._results[self._state(key)] = made
        if len(self._results) > _RESULTS_KEPT:
            self._results.popitem(last=False)

    def _state(self, key: Hashable) -> Hashable:
        return key, self.tail.state, self._sources, self.ground.shops

    def name(self, grain: str, key: object, language: Language) -> str:
        """What people call a shop, agent or group."""
        match grain:
            case "shop":
                shop = self.ground.shop(int(str(key)))
                return shop.name if shop else str(key)
            case "agent":
                return self.ground.accounts.get(str(key)) or self._unknown_agent(str(key), language)
            case _:
                return self.ground.groups.get(str(key), str(key))

    def _unknown_agent(self, key: str, language: Language) -> str:
        """The account of a played agent is gone after the rehearsal, name and all; of an import the key is the name."""
        return f"{_PLAYED[language]} {key}" if key.isdecimal() and key in self._played() else key

    def _played(self) -> frozenset[str]:
        """Who answered the buyers of rehearsals."""

        def find() -> frozenset[str]:
            source = self.source(Question(rehearsals=True), SessionRule())
            mine = (table.filter(table.platform == REHEARSAL) for table in (source.turns, source.moments))
            return frozenset(
                row["agent"] for rows in mine for row in rows.select("agent").distinct().to_pyarrow().to_pylist()
            )

        return self.remember("played", find)

    def imported_lines(self, shop: int) -> pl.LazyFrame | None:
        files = self.ground.archive.files("lines", shop=shop)
        return pl.scan_parquet(files, hive_partitioning=False) if files else None

    def _kept(self, shop: ArchivedShop, rule: SessionRule) -> list[KeptTurns]:
        """Of an imported log and of the desk's archived days, whichever the shop has."""
        archive, desk = self.ground.archive, self.ground.desk_archive
        folder = archive.folder / "turns"
        sources = [source.id for source in archive.sources() if source.shop == shop.id]
        parts = [part.name for part in desk.parts()]
        units = []
        if sources:
            files = archive.files("lines", shop=shop.id)
            units.append(Unit(f"{shop.id}-imported-{_rule(rule)}", sources, shop.zone, rule, lambda: _read(files)))
        if parts and shop.id in {each.id for each in self.ground.shops if not each.analysts}:
            own = pl.col("shop") == shop.id
            units.append(
                Unit(
                    f"{shop.id}-desk-{_rule(rule)}", parts, shop.zone, rule,
                    lambda: _read(desk.files()).filter(own),
                )
            )  # fmt: skip
        return [keep(folder, unit) for unit in units]

    def _tail(self, rule: SessionRule) -> Tables:
        state = self.tail.state
        known = self._tails.get(rule)
        if known is None or known[0] != state:
            known = self._tails[rule] = (state, derive(frame(self.tail.whole()), rule, EVERYTHING))
        return known[1]

    def _stored(
        self, connection: Any, name: str, kinds: Sequence[str], kept: list[KeptTurns], span: tuple[Any, Any]
    ) -> ir.Table | None:
        files = [str(path) for each in kept for kind in kinds for path in each.files(kind, *span)]
        return connection.read_parquet(files, table_name=name, hive_partitioning=False) if files else None


def _rule(rule: SessionRule) -> str:
    return f"{rule.gap_after_close}-{rule.idle_gap}"


def _read(files: list[Path]) -> pl.LazyFrame:
    return pl.scan_parquet(files, hive_partitioning=False)
