"""Today's figures, read by the calibers while a desk runs.

Lines are folded a few at a time between readings; a reading adds up what is counted by then. So neither an event nor
a reading waits for the other, and a figure is about a second old at most.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from goldensix.events.ids import AccountId, GroupId, ShopId
from goldensix.metrics.caliber import Caliber
from goldensix.metrics.chances import Chance, Chances, Goal, Open
from goldensix.metrics.contributions import Share, View, adding, turns_for
from goldensix.metrics.judge import TurnRow, judge
from goldensix.metrics.judge import Whose as WhoseTurn
from goldensix.metrics.last_five import Column, Columns, pooled
from goldensix.metrics.live import Live
from goldensix.metrics.order import Line
from goldensix.metrics.today import GOLDEN_ANYONE, GOLDEN_HUMAN, SHOWN, Sum, Sums, Today, Whose
from goldensix.metrics.zones import DAY, day_name, local

_BY: Final = ("shop", "group", "agent", "day")
_LINES: Final = (100, 300)
_MOVED: Final = (10, 30)
"""Fewest and most lines and conversations in a slice. So it takes one to four milliseconds, however much waits: in a
flood the figures fall behind, not the messages."""
_SLICES: Final = 3
"""At a reading."""
_LET_GO: Final = 50
"""Conversations that a reading moves into the sums."""
_STEP_BACK: Final = 5_000
"""A clock that was set back by no more than this is waited for."""

ZoneOf = Callable[[ShopId], str]
"""The name of a shop's time zone."""


class Reading:
    def __init__(self, calibers: Sequence[Caliber], today: Today, zone_of: ZoneOf) -> None:
        self.today = today
        self._calibers = {caliber.id: caliber for caliber in calibers if caliber.id in SHOWN}
        self._zone_of = zone_of
        self._begin()

    def _begin(self) -> None:
        """From all that is not in the sums, whether it was read before or not."""
        calibers = list(self._calibers.values())
        self._now = 0
        self._pooled_at = -1
        self._ending: list[str] = []
        self._view = View(by=_BY, zones={})
        self._live = Live(calibers, self._view, watch=self._watch)
        self._columns = Columns(oldest=self.today.columns.oldest)
        self._chances = Chances([each for each in calibers if each.measure == "within" and each.valid == {"agent"}])
        self._places: dict[tuple[int, str | None], Sums] = {}
        self._agents: dict[str | None, Sums] = {}
        self._days: dict[int, str] = {}
        self.today.begin_again()

    # -- taking in

    def slice(self, now: int) -> None:
        """Fold a few of the lines that wait."""
        self._fold(now, 1)

    def read(self, now: int) -> None:
        """Bring the figures up to an instant, but for what slices have left waiting."""
        if now == self._pooled_at and not self.today.fresh and not self._live.moved:
            return
        if any(self._zone_of(ShopId(shop)) != zone for shop, zone in self._view.zones.items()):
            self._begin()
        self._fold(now, _SLICES)
        self._let_go(_LET_GO)
        self._pool(now)

    def settle(self, now: int) -> None:
        """The same with nothing left waiting."""
        self._take(self.today.fresh)
        self.today.fresh.clear()
        self._catch_up(now, None)
        self._let_go(len(self._ending))
        self._pool(now)

    def _fold(self, now: int, slices: int) -> None:
        fresh = self.today.fresh
        lines = slices * _between(_LINES, len(fresh) // 8)
        self._take(fresh[:lines])
        del fresh[:lines]
        self._catch_up(now, slices * _between(_MOVED, self._live.moved // 20))

    def _take(self, lines: Iterable[Line]) -> None:
        zones = self._view.zones
        for line in lines:
            if line.shop not in zones:
                zones[line.shop] = self._zone_of(ShopId(line.shop))
            if line.what == "close" and line.session is not None:
                self._ending.append(line.session)
            self._live.take(line)

    def _catch_up(self, now: int, most: int | None) -> None:
        if not 0 < self._now - now <= _STEP_BACK:
            self._now = now
        self._live.catch_up(self._now, most)

    def _watch(self, turn: TurnRow, view: View, sign: int) -> None:
        self._columns.change(self._calibers[GOLDEN_HUMAN], self._calibers[GOLDEN_ANYONE], turn, view, sign)
        self._chances.change(turn, view, sign)

    def _let_go(self, most: int) -> None:
        """Of conversations that are over and that no instant will change any more, keep the sums only."""
        left: list[str] = []
        for session in self._ending:
            shop = self.today.talks[session].shop
            turns = self._live.release((shop, session, "")) if most > 0 else None
            if turns is None:
                left.append(session)
                continue
            most -= 1
            self._keep(turns)
            del self.today.talks[session]
        self._ending = left

    def _keep(self, turns: Sequence[TurnRow]) -> None:
        view = replace(self._view, as_of=self._now)
        for caliber in self._calibers.values():
            add = adding(caliber)
            for turn in turns_for(caliber, turns):
                share, zone = Share(), view.zone_of(turn.shop)
                found = judge(caliber, turn, zone, view.as_of)
                add(share, turn, found, zone, view.as_of, 1)
                key = view.key(WhoseTurn(turn.shop, turn.platform, turn.agent, turn.group), found.booked)
                self.today.add(caliber, key or (), share)
        for turn in turns:
            self.today.columns.change(self._calibers[GOLDEN_HUMAN], self._calibers[GOLDEN_ANYONE], turn, view, 1)

    # -- figures

    def _pool(self, now: int) -> None:
        """Each shop by its own local day."""
        self._pooled_at, self._places, self._agents, self._days = now, {}, {}, {}
        for whose, num, den, pending in self._parts():
            if whose.day != self.day(ShopId(whose.shop)):
                continue
            for sums in (
                self._places.setdefault((whose.shop, whose.group), {}),
                self._agents.setdefault(whose.agent, {}),
            ):
                sums.setdefault(whose.caliber, Sum()).add(num, den, pending)
        self._forget(now)

    def _parts(self) -> Iterator[tuple[Whose, int, int, int]]:
        for caliber, totals in self._live.totals.items():
            for key, share in totals.items():
                yield Whose._make((caliber, *key)), share.num, share.den, share.left_out.get("pending", 0)
        for whose, kept in self.today.sums.items():
            yield whose, kept.num, kept.den, kept.pending

    def _forget(self, now: int) -> None:
        if self.today.forget_days(now):
            self._live.tidy()
        for columns in (self._columns, self.today.columns):
            columns.forget(now)

    def day(self, shop: ShopId) -> str:
        """The shop's local day at the last reading."""
        if shop not in self._days:
            self._days[shop] = day_name(local(self._zone_of(shop), self._pooled_at) // DAY)
        return self._days[shop]

    def within(self, shops: AbstractSet[ShopId] = frozenset(), group: GroupId | None = None) -> Sums:
        """Of some shops, of a group, of both or, where none is named, of all, as of the last reading."""
        wanted = None if group is None else str(group)
        return _pooled(
            sums
            for (shop, of_group), sums in self._places.items()
            if (not shops or shop in shops) and wanted in (None, of_group)
        )

    def of_agent(self, agent: AccountId) -> Sums:
        """Of those whom this person answered, or has unanswered."""
        return _pooled([self._agents.get(str(agent), {})])

    def chance(
        self,
        goals: Iterable[Goal],
        shops: AbstractSet[ShopId] = frozenset(),
        group: GroupId | None = None,
        agent: AccountId | None = None,
    ) -> Chance | None:
        """What can still be won of today's rate there, or by this person."""
        sums = self.within(shops, group) if agent is None else self.of_agent(agent)
        wanted = (None if group is None else str(group), None if agent is None else str(agent))

        def concerns(turn: Open) -> bool:
            own = (turn.group, turn.agent)
            fits = (not shops or turn.shop in shops) and all(
                asked in (None, has) for asked, has in zip(wanted, own, strict=True)
            )
            return fits and turn.day == self.day(ShopId(turn.shop))

        return self._chances.best(goals, sums, concerns, wanted[1])

    def columns(self, shops: AbstractSet[ShopId] = frozenset(), group: GroupId | None = None) -> dict[int, Column]:
        """The last five minutes, by the number of the ten seconds since 1970; where nothing was, nothing is."""
        wanted, found = None if group is None else str(group), dict[int, list[Column]]()
        for columns in (self._columns, self.today.columns):
            for (number, of_shop, of_group), column in columns.each.items():
                if (not shops or of_shop in shops) and wanted in (None, of_group):
                    found.setdefault(number, []).append(column)
        return {number: pooled(columns) for number, columns in found.items()}


def _between(limits: tuple[int, int], wanted: int) -> int:
    return min(max(limits[0], wanted), limits[1])


def _pooled(each: Iterable[Sums]) -> Sums:
    total = {caliber: Sum() for caliber in SHOWN}
    for sums in each:
        for caliber, kept in sums.items():
            total[caliber].add(kept.num, kept.den, kept.pending)
    return total
