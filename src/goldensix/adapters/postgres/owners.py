"""Which worker owns which merchant's log, by locks of PostgreSQL: the only place that all workers agree on.

Each worker has one session of its own. It holds an advisory lock for each merchant that the worker owns, so a worker
that dies lets go at once. A look at the database, several times a second, is the worker's heartbeat as well: a session
that has not been heard of for `SILENT` is a stopped process or a lost machine, and the next worker that looks ends it.
Whoever takes a lock begins an epoch, and the log takes nothing of an older one (`hold_epoch`): a worker that was
stopped and wakes up can write no more, whatever it believes.

A merchant without an owner goes to whoever has the fewest; where one worker has two more than another for a while, it
gives one away.
"""

import asyncio
import contextlib
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

import asyncpg
import structlog

from goldensix.adapters.postgres.pool import KEEP_ALIVE
from goldensix.adapters.postgres.single import DESK_LOCK, OtherDesk, end_former
from goldensix.events.ids import MerchantId

OWNERS_LOCK: Final = 0x601D66
SESSION: Final = "goldensix worker "
"""What the names of workers' sessions begin with."""
LOOK_EVERY: Final = 0.4
SILENT: Final = 3.0
"""Seconds. Less, and on a busy machine owners lose what they own because it was somebody else's turn; whoever follows
is as busy, and everybody comes back at once. A process that is dead lets go at once, and is not waited for."""
_ANSWERS_WITHIN: Final = 3.0
_JOINS_WITHIN: Final = 5.0
_OTHERS_FIRST: Final = 2
"""Looks at a merchant without an owner before somebody takes it whose turn it is not."""
CALM: Final = 25
"""Looks at the same workers before any of them gives something away: ten seconds without a restart."""
_UNEVEN: Final = 2
"""So many merchants more than another worker has are too many."""
_AWAY: Final = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

_WORKERS: Final = """
  select substr(application_name, length($1) + 1) as worker, pid,
         coalesce(extract(epoch from clock_timestamp() - state_change)::float, 0) as silent
  from pg_stat_activity
  where datname = current_database() and starts_with(application_name, $1)
"""
_MERCHANTS: Final = """
  select m.id, coalesce(h.epoch, 0) as epoch, l.pid
  from merchants m left join log_heads h on h.merchant_id = m.id
  left join pg_locks l on l.locktype = 'advisory' and l.granted and l.objsubid = 2
    and l.classid = $1 and l.objid = m.id
    and l.database = (select oid from pg_database where datname = current_database())
"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look showed."""

    workers: dict[str, tuple[int, float]]
    """Of each worker its session and how long it has been silent."""
    owners: dict[MerchantId, str | None]
    epochs: dict[MerchantId, int]


async def look(connection: asyncpg.Connection) -> Seen:
    rows = await connection.fetch(_WORKERS, SESSION)
    own = connection.get_server_pid()
    workers = {row["worker"]: (row["pid"], 0.0 if row["pid"] == own else row["silent"]) for row in rows}
    by_session = {pid: worker for worker, (pid, _) in workers.items()}
    merchants = await connection.fetch(_MERCHANTS, OWNERS_LOCK)
    return Seen(
        workers,
        {MerchantId(row["id"]): by_session.get(row["pid"]) for row in merchants},
        {MerchantId(row["id"]): row["epoch"] for row in merchants},
    )


class Owners:
    """This worker's part in it."""

    def __init__(self, dsn: str, worker: str) -> None:
        self._dsn = dsn
        self.worker = worker
        self.epochs: dict[MerchantId, int] = {}
        """Of what this worker owns."""
        self.seen = Seen({}, {}, {})
        self.taken: Callable[[MerchantId], Awaitable[None]] = _nothing
        self.lost: Callable[[MerchantId], Awaitable[None]] = _nothing
        self.away: Callable[[], Awaitable[None]] = _never_mind
        """Called when the database did not answer: other connections to it may be lost, too, and not know it."""
        self.changed: Callable[[], None] = lambda: None
        """Called after each look."""
        self.may_give: Callable[[MerchantId], bool] = lambda _: False
        """Whether nothing runs beside this merchant's desk that would stay behind."""
        self.give: Callable[[MerchantId], None] = lambda _: None
        """Begin to settle a merchant's desk; `given` is called once that is done."""
        self._connection: asyncpg.Connection | None = None
        self._ended = False
        self._woken = asyncio.Event()
        self._moved = asyncio.Event()
        self._vacant: dict[MerchantId, int] = {}
        self._giving: set[MerchantId] = set()
        self._given: set[MerchantId] = set()
        self._same: tuple[frozenset[str], int] = frozenset(), 0
        """The workers that lived at the last look, and for how many looks it has been these."""
        self._leaving = self._left = False

    def owns(self, merchant: MerchantId) -> bool:
        """And takes new work for it."""
        return merchant in self.epochs and not self._leaving and merchant not in self._giving

    def place(self, merchant: MerchantId) -> str | None:
        """The worker that owns it, as far as is known here."""
        if merchant in self.epochs:
            return self.worker
        owner = self.seen.owners.get(merchant)
        if owner is None or owner == self.worker:
            return None
        return owner if self.seen.workers[owner][1] < SILENT else None

    async def find(self, merchant: MerchantId, within: float) -> str | None:
        """The same, waiting for somebody to take it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self.place(merchant) is None:
                    await self._moved.wait()
        return self.place(merchant)

    async def looked(self) -> None:
        """Until the next look is done."""
        await self._moved.wait()

    # -- the session

    async def join(self) -> None:
        """Raises OtherDesk if one that shares with nobody is there."""
        connection = await asyncpg.connect(
            self._dsn,
            timeout=_JOINS_WITHIN,
            command_timeout=_JOINS_WITHIN,
            server_settings={"application_name": f"{SESSION}{self.worker}", **KEEP_ALIVE},
        )
        try:
            await end_former(connection)
            if not await connection.fetchval("select pg_try_advisory_lock_shared($1)", DESK_LOCK):
                raise OtherDesk("A desk without workers serves this database: stop it first.")
        except BaseException:  # cancelled, too: nobody would know of this session
            connection.terminate()
            raise
        self._connection = connection
        self._ended = False
        connection.add_termination_listener(self._terminated)

    def _terminated(self, connection: object) -> None:
        if connection is self._connection:
            self._ended = True
            self._woken.set()

    def look_now(self) -> None:
        """Somebody said that something changed."""
        self._woken.set()

    async def keep(self) -> None:
        """Look, take, and notice what is lost, for ever."""
        while not self._left:
            try:
                if self._connection is None:
                    await self.join()
                await asyncio.wait_for(self._look_and_take(), _ANSWERS_WITHIN)
            except Exception as away:  # whatever it is, what is owned is not certain any more, and this must go on
                if not isinstance(away, (*_AWAY, OtherDesk)):
                    log.exception("looking who owns what failed", worker=self.worker)
                await self._lose_all(type(away).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), LOOK_EVERY)
            self._woken.clear()
            if self._ended:
                await self._lose_all("its session ended")

    async def _look_and_take(self) -> None:
        connection = self._connection
        assert connection is not None
        self.seen = await look(connection)
        await self._check_own(connection)
        await self._end_silent(connection)
        await self._let_go_of_given(connection)
        if not self._leaving:
            await self._take_vacant(connection)
            self._even_out()
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
        self.changed()

    async def _check_own(self, connection: asyncpg.Connection) -> None:
        for merchant, epoch in list(self.epochs.items()):
            if self.seen.epochs.get(merchant) != epoch or self.seen.owners.get(merchant) != self.worker:
                log.error("a merchant is another worker's by now", merchant=merchant, worker=self.worker)
                del self.epochs[merchant]
                await connection.execute("select pg_advisory_unlock($1, $2)", OWNERS_LOCK, merchant)
                await self.lost(merchant)

    async def _end_silent(self, connection: asyncpg.Connection) -> None:
        owning = set(self.seen.owners.values())
        for worker, (session, silent) in self.seen.workers.items():
            if silent >= SILENT and worker in owning and worker != self.worker:
                log.error("a worker is silent and loses what it owns", worker=worker, seconds=round(silent, 1))
                await connection.execute("select pg_terminate_backend($1)", session)

    async def _take_vacant(self, connection: asyncpg.Connection) -> None:
        vacant = [m for m, owner in self.seen.owners.items() if owner is None and m not in self.epochs]
        self._vacant = {merchant: self._vacant.get(merchant, 0) + 1 for merchant in vacant}
        turns = _turns(vacant, self._alive(), self.seen.owners)
        for merchant, looks in self._vacant.items():
            if turns.get(merchant, self.worker) == self.worker or looks > _OTHERS_FIRST:
                await self._take(connection, merchant)

    def _alive(self) -> list[str]:
        return [worker for worker, (_, silent) in self.seen.workers.items() if silent < SILENT]

    def _even_out(self) -> None:
        """Give one merchant away, if another worker has too few of them and nobody came or went for a while."""
        alive = frozenset(self._alive())
        before, looks = self._same
        self._same = alive, looks + 1 if alive == before else 0
        if self._same[1] < CALM or self._vacant or self._giving:
            return
        loads = _loads(alive, self.seen.owners)
        poorest = min(loads, key=lambda worker: loads[worker], default=self.worker)
        if len(self.epochs) - loads[poorest] < _UNEVEN:
            return
        free = [merchant for merchant in self.epochs if self.may_give(merchant)]
        if free:
            merchant = max(free, key=lambda merchant: _rank(poorest, merchant))
            log.info("a merchant moves, so that all workers have as many", merchant=merchant, to=poorest)
            self._giving.add(merchant)
            self.give(merchant)

    def given(self, merchant: MerchantId) -> None:
        """Its desk is settled and closed: the next look lets go of it."""
        self._given.add(merchant)
        self._woken.set()

    async def _let_go_of_given(self, connection: asyncpg.Connection) -> None:
        for merchant in list(self._given):
            if self.epochs.pop(merchant, None) is not None:
                await connection.execute("select pg_advisory_unlock($1, $2)", OWNERS_LOCK, merchant)
                self.seen.owners[merchant] = None
            self._given.discard(merchant)
            self._giving.discard(merchant)

    async def _take(self, connection: asyncpg.Connection, merchant: MerchantId) -> None:
        if not await connection.fetchval("select pg_try_advisory_lock($1, $2)", OWNERS_LOCK, merchant):
            return
        self.epochs[merchant] = await connection.fetchval("select begin_epoch($1)", merchant)
        self.seen.owners[merchant] = self.worker
        log.info("a merchant is this worker's", merchant=merchant, worker=self.worker, epoch=self.epochs[merchant])
        await self.taken(merchant)

    async def _lose_all(self, why: str) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()
        self._ended = False
        lost = list(self.epochs)
        self.epochs.clear()
        self._giving.clear()
        self._given.clear()
        await self.away()
        if lost:
            log.error("all merchants of this worker are lost", worker=self.worker, why=why)
        for merchant in lost:
            await self.lost(merchant)

    # -- going

    def stop_taking(self) -> None:
        self._leaving = True

    async def leave(self) -> None:
        """Let go of everything; what was owned must be settled before."""
        self._leaving = self._left = True
        self.epochs.clear()
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(*_AWAY):
                await connection.close(timeout=2)


def _loads(alive: Collection[str], owners: Mapping[MerchantId, str | None]) -> Counter[str]:
    """How many merchants each has that lives."""
    loads = Counter(dict.fromkeys(alive, 0))
    loads.update(owner for owner in owners.values() if owner is not None and owner in loads)
    return loads


def _turns(
    vacant: Collection[MerchantId], alive: Collection[str], owners: Mapping[MerchantId, str | None]
) -> dict[MerchantId, str]:
    """Whose turn it is to take each, the same for all who look: whoever has the fewest by then."""
    loads, turns = _loads(alive, owners), dict[MerchantId, str]()
    for merchant in sorted(vacant) if alive else ():
        _, _, worker = max((-loads[worker], _rank(worker, merchant), worker) for worker in alive)
        turns[merchant] = worker
        loads[worker] += 1
    return turns


def _rank(worker: str, merchant: MerchantId) -> bytes:
    return hashlib.sha256(f"{worker} {merchant}".encode()).digest()


async def _nothing(_: MerchantId) -> None:
    pass


async def _never_mind() -> None:
    pass
