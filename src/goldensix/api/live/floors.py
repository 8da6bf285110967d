"""Every merchant's running desk in this process, with those connected to it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from goldensix.actions.desk import Desk, Ports
from goldensix.actions.folds import Folds
from goldensix.actions.premises import Premises
from goldensix.actions.reception import keep_deadlines, rules_changed, serve_queues
from goldensix.api.live.attending import Attendants, Attending
from goldensix.api.live.calls import Call, Calls, Rang
from goldensix.api.live.hub import FindOrders, FindPicture, Hub, Note, no_orders
from goldensix.api.live.telling import Moves, Telling
from goldensix.api.live.ticker import Ticker
from goldensix.events.ids import MerchantId, Milliseconds

LoadPremises = Callable[[MerchantId], Awaitable[Premises]]
LoadFolds = Callable[[MerchantId], Awaitable[Folds]]
SaveFolds = Callable[[MerchantId, Folds, Callable[[], Awaitable[bool]]], Awaitable[float]]
_LOOK_EVERY = 0.1
"""Seconds between looks at the deadlines: a notice is at most so late."""
_SLICE_EVERY = 0.05
"""Seconds between two slices of what today's figures are made of."""
_SAVE_EVERY = 60.0
_SAVE_AT_MOST_EVERY = 5.0
_SAVE_AFTER = 20_000
"""Events: to fold these takes the next owner less than a second."""
_SAVE_SHARE = 50
"""Times as long as it took to encode the folds is the least pause after it: nobody is served meanwhile."""
_ROSTER_EVERY = 6 * 3600.0
_SETTLE_WITHIN = 5.0
_LET_GO_WITHIN = 0.2
_LEAP = 2_000
"""Milliseconds by which the clock must move against the machine's own count before it was set, and not only slewed."""

_TRY_AGAIN = 1013

log = structlog.get_logger()


class NotHere(Exception):
    """Another worker owns this merchant."""


@dataclass
class Floor:
    """A merchant's desk, its sockets, and the tasks that keep both going."""

    desk: Desk
    hub: Hub
    ticker: Ticker
    attending: Attending
    telling: Telling
    calls: Calls
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    changes: int = 0
    """Of the roster, told so far."""
    known: int = 0
    """Of these, in the desk's premises."""
    closing: bool = False
    """All sockets were sent away; one that came now would hear nothing and not know it."""
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Floors:
    ports: Ports
    load_premises: LoadPremises
    load_folds: LoadFolds
    save_folds: SaveFolds
    find_picture: FindPicture
    ring: Callable[[Call], Awaitable[list[Rang]]]
    """Calls phones and senders."""
    note: Note
    attendants: Attendants
    moves: Moves
    find_orders: FindOrders = no_orders
    is_ours: Callable[[MerchantId], bool] = lambda _: True
    """Whether this process has the merchant's desk."""
    floors: dict[MerchantId, Floor] = field(default_factory=dict)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def open(self, merchant: MerchantId) -> Floor:
        """The merchant's floor, opened when first asked for. Raises NotHere."""
        if merchant not in self.floors:
            async with self._opening:
                if merchant not in self.floors:
                    await self._open_ours(merchant)
        floor = self.floors.get(merchant)
        if floor is None or floor.closing:
            raise NotHere(merchant)
        return floor

    async def _open_ours(self, merchant: MerchantId) -> None:
        """And close it again if it was lost meanwhile."""
        if self.is_ours(merchant):
            self.floors[merchant] = await self._open(merchant)
            if not self.is_ours(merchant):
                await self.abandon(merchant)

    def nights(self) -> list[tuple[MerchantId, ZoneInfo, int | None]]:
        """Whose desk is here, and at which minute of its night its robot learns."""
        desks = [floor.desk for floor in self.floors.values() if floor.desk.premises.shops]
        shops = [(desk, next(iter(desk.premises.shops.values()))) for desk in desks]
        return [(desk.merchant, shop.zone, desk.premises.robot.refit_at) for desk, shop in shops]

    async def abandon(self, merchant: MerchantId) -> None:
        """Another worker owns the merchant: everybody goes there, and nothing of ours is stored or saved."""
        floor = self.floors.pop(merchant, None)
        if floor is None:
            return
        for task in floor.tasks:
            task.cancel()
        floor.desk.abandon()
        floor.hub.close_all(_TRY_AGAIN)
        await floor.attending.stop()
        await asyncio.wait(floor.tasks, timeout=_LET_GO_WITHIN)  # one may wait for a database that says nothing

    async def _open(self, merchant: MerchantId) -> Floor:
        desk = Desk(merchant, await self.load_premises(merchant), self.ports)
        desk.router = partial(serve_queues, desk)
        desk.saved_folds = partial(self.load_folds, merchant)
        await desk.load(await self.load_folds(merchant))
        hub = Hub(desk, self.find_picture, self.find_orders, self.note)
        await hub.load()
        calls = Calls(hub, self.ring)
        hub.on_alert = calls.heard
        attending, telling = Attending(hub, self.attendants), Telling(desk, self.moves)
        floor = Floor(desk, hub, Ticker(hub), attending, telling, calls)
        floor.tasks = [
            asyncio.create_task(_keep_on(desk, work))
            for work in (
                desk.run,
                floor.ticker.run,
                calls.run,
                floor.attending.run,
                floor.telling.run,
                partial(_deadlines, desk),
                partial(_figures, desk),
                partial(self._save_now_and_then, desk),
                partial(self._read_roster_in_time, merchant),
            )
        ]
        hub.nobody_is_here()
        return floor

    def orders_moved(self, merchant: MerchantId) -> None:
        """A floor that is not open yet looks when it is."""
        if (floor := self.floors.get(merchant)) is not None:
            floor.telling.want()

    async def roster_changed(self, merchant: MerchantId) -> None:
        """Read the merchant's people and rules again; those whom the change stops are sent away.

        One reading at a time, for all who waited for it: an older one that ends later would undo a newer.
        """
        if self._opening.locked():  # the floor that is being opened may have read before the change
            async with self._opening:
                pass
        if (floor := self.floors.get(merchant)) is None:
            return
        floor.changes += 1
        change = floor.changes
        async with floor.reading:
            if floor.known < change:
                change = floor.changes
                floor.desk.premises = await self.load_premises(merchant)
                floor.known = change
                self._heed(floor)

    def _heed(self, floor: Floor) -> None:
        """What follows from other people and rules."""
        floor.hub.roster_changed()
        floor.ticker.roster_changed()
        if not floor.desk.broken:
            rules_changed(floor.desk)

    async def _read_roster_in_time(self, merchant: MerchantId) -> None:
        """The desk knows the shifts of the next days only."""
        while True:
            await asyncio.sleep(_ROSTER_EVERY)
            await self.roster_changed(merchant)

    async def _save_now_and_then(self, desk: Desk) -> None:
        """Whoever follows reads what came after: a busy desk is saved oftener."""
        loop = asyncio.get_running_loop()
        saved, saved_at, pause = desk.folds.position, loop.time(), _SAVE_AT_MOST_EVERY
        while not desk.abandoned:
            await asyncio.sleep(pause)
            behind = desk.folds.position - saved
            if behind > _SAVE_AFTER or (behind and loop.time() - saved_at >= _SAVE_EVERY):
                saved, saved_at = desk.folds.position, loop.time()
                pause = max(_SAVE_AT_MOST_EVERY, _SAVE_SHARE * await self._save(desk))

    async def _save(self, desk: Desk) -> float:
        """How many seconds nobody was served for it."""
        if not desk.broken:
            try:
                return await self.save_folds(desk.merchant, desk.folds, desk.stored)
            except Exception as away:  # a cache that was not written only makes the next start slower
                log.warning("folds not saved", merchant=desk.merchant, reason=type(away).__name__)
        return 0.0

    async def close(self) -> None:
        """Everything recorded becomes durable; sockets are told to come back; folds are saved."""
        await asyncio.gather(*(floor.calls.rest() for floor in self.floors.values()))
        for merchant in list(self.floors):
            await self.close_one(merchant)

    async def close_one(self, merchant: MerchantId) -> None:
        """The same of one merchant."""
        if (floor := self.floors.get(merchant)) is None:
            return
        await floor.calls.rest()
        with contextlib.suppress(TimeoutError):  # the log is away: nothing that was acked is lost by going
            await asyncio.wait_for(floor.desk.settled(), _SETTLE_WITHIN)
        floor.closing = True
        floor.hub.close_all(1012)
        await floor.attending.stop()
        await self._save(floor.desk)
        floor.desk.abandon()
        if self.floors.get(merchant) is floor:  # it was not abandoned meanwhile
            del self.floors[merchant]
        for task in floor.tasks:
            task.cancel()
        await asyncio.wait(floor.tasks, timeout=_LET_GO_WITHIN)


async def _keep_on(desk: Desk, work: Callable[[], Awaitable[None]]) -> None:
    """A fault of ours in one second must not silence the desk for all the seconds after it."""
    while not desk.abandoned:
        try:
            await work()
        except Exception:  # whatever it is, it is told, and the work goes on
            log.exception("a task of the desk failed and begins again")
            await asyncio.sleep(1)


async def _deadlines(desk: Desk) -> None:
    ahead = _ahead(desk)
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        now, moved = desk.ports.now(), Milliseconds(_ahead(desk) - ahead)
        if abs(moved) > _LEAP:
            log.warning("the clock was set", merchant=desk.merchant, seconds=moved / 1000)
            ahead += moved
            desk.clock_moved(moved, now)
        if not desk.broken and desk.deadlines.next() is not None:
            keep_deadlines(desk, now)


def _ahead(desk: Desk) -> int:
    """By how many milliseconds the clock is ahead of one that nobody sets."""
    return 0 if desk.ports.steady is None else desk.ports.now() - round(1000 * desk.ports.steady())


async def _figures(desk: Desk) -> None:
    while True:
        await asyncio.sleep(_SLICE_EVERY)
        if not desk.broken:
            desk.figures.slice(desk.ports.now())
