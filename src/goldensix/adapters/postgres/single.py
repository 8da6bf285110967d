"""One desk a database: two would each believe that the log is theirs to write."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

DESK_LOCK: Final = 0x601D65
_TRY_EVERY: Final = 0.5
_AWAY: Final = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_END_EPOCHS: Final = """
  do $$ begin
    if to_regclass('installations') is not null then
      update log_heads set epoch = epoch + 1;
    end if;
  end $$
"""
"""A worker that stood still and wakes up beside this desk appends nothing."""
_HOLDERS: Final = """
  select a.application_name from pg_locks l join pg_stat_activity a using (pid)
  where l.locktype = 'advisory' and l.objid = $1 and l.granted and l.database = (
    select oid from pg_database where datname = current_database())
"""


class OtherDesk(Exception):
    """Another desk serves this database."""


class Hold:
    """This process's hold on the database; PostgreSQL lets go of it when the process is gone, however it went."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._name = f"goldensix desk {secrets.token_hex(8)}"
        self._connection: asyncpg.Connection | None = None
        self._lost = asyncio.Event()

    async def take(self) -> None:
        """Raises OtherDesk, and what asyncpg raises when the database is not there."""
        self._connection = await asyncpg.connect(
            self._dsn, server_settings={"application_name": self._name, "tcp_keepalives_idle": "30"}
        )
        if not await self._connection.fetchval("select pg_try_advisory_lock($1)", DESK_LOCK):
            await self._refuse(self._connection)
        await self._connection.execute(_END_EPOCHS)
        self._lost.clear()
        self._connection.add_termination_listener(lambda _: self._lost.set())

    async def _refuse(self, connection: asyncpg.Connection) -> None:
        holders = [row[0] for row in await connection.fetch(_HOLDERS, DESK_LOCK)]
        await self.let_go()
        if self._name in holders:
            raise ConnectionError("our own lost session still has it")
        raise OtherDesk("Another desk serves this database: stop it first, or give this one a database of its own.")

    async def keep(self) -> None:
        """Takes it again whenever the session ends. Raises OtherDesk if another desk came in between."""
        while True:
            await self._lost.wait()
            while self._lost.is_set():
                with contextlib.suppress(*_AWAY):
                    await self.take()
                    break
                await asyncio.sleep(_TRY_EVERY)

    async def let_go(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.terminate()


@asynccontextmanager
async def the_only_desk(dsn: str) -> AsyncIterator[Hold]:
    hold = Hold(dsn)
    try:
        await hold.take()
        yield hold
    finally:
        await hold.let_go()
