"""One desk a database: two would each believe that the log is theirs to write."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

from goldensix.adapters.postgres.pool import KEEP_ALIVE

DESK_LOCK: Final = 0x601D65
_TRY_EVERY: Final = 0.5
_LOOK_EVERY: Final = 15.0
_ANSWERS_WITHIN: Final = 5.0
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
_FORMER: Final = """
  select pg_terminate_backend(pid, 2000) from pg_stat_activity
  where application_name = current_setting('application_name') and pid <> pg_backend_pid()
    and datname = current_database()
"""


class OtherDesk(Exception):
    """Another desk serves this database."""


async def end_former(connection: asyncpg.Connection) -> None:
    """End what bears the name of this session, which must be one process's own.

    Where a network forgot the last session PostgreSQL does not know that nobody is there, and its locks would shut out
    whoever held them.
    """
    await connection.execute(_FORMER)


class Hold:
    """This process's hold on the database; PostgreSQL lets go of it when the process is gone, however it went."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._name = f"goldensix desk {secrets.token_hex(8)}"
        self._connection: asyncpg.Connection | None = None
        self._lost = asyncio.Event()

    async def take(self) -> None:
        """Raises OtherDesk, and what asyncpg raises when the database is not there."""
        connection = await asyncpg.connect(
            self._dsn,
            timeout=_ANSWERS_WITHIN,
            command_timeout=_ANSWERS_WITHIN,
            server_settings={"application_name": self._name, **KEEP_ALIVE},
        )
        try:
            await end_former(connection)
            if not await connection.fetchval("select pg_try_advisory_lock($1)", DESK_LOCK):
                await self._refuse(connection)
            await connection.execute(_END_EPOCHS)
        except BaseException:  # cancelled, too: nobody would know of this session
            connection.terminate()
            raise
        connection.add_termination_listener(self._terminated)
        self._connection = connection
        self._lost.clear()

    def _terminated(self, connection: object) -> None:
        if connection is self._connection:
            self._lost.set()

    async def _refuse(self, connection: asyncpg.Connection) -> None:
        holders = [row[0] for row in await connection.fetch(_HOLDERS, DESK_LOCK)]
        if self._name in holders:
            raise ConnectionError("our own lost session still has it")
        raise OtherDesk("Another desk serves this database: stop it first, or give this one a database of its own.")

    async def keep(self) -> None:
        """Takes it again whenever the session is lost. Raises OtherDesk if another desk came in between."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._lost.wait(), _LOOK_EVERY)
            if not await self._answers():
                self._lost.set()
                await self.let_go()
                with contextlib.suppress(*_AWAY):
                    await self.take()
                await asyncio.sleep(_TRY_EVERY)

    async def _answers(self) -> bool:
        """Whether the session is there: one that a network forgot says nothing by itself."""
        if self._connection is None or self._lost.is_set():
            return False
        try:
            await self._connection.execute("select 1")
        except _AWAY:
            return False
        return True

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
