"""One desk a database: two would each believe that the log is theirs to write."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

_LOCK: Final = 0x601D65


class OtherDesk(Exception):
    """Another desk serves this database."""


@asynccontextmanager
async def the_only_desk(dsn: str) -> AsyncIterator[None]:
    """Holds the database for this process; PostgreSQL lets go of it when the process is gone, however it went."""
    connection = await asyncpg.connect(dsn, server_settings={"tcp_keepalives_idle": "30"})
    try:
        if not await connection.fetchval("select pg_try_advisory_lock($1)", _LOCK):
            raise OtherDesk("Another desk serves this database: stop it first, or give this one a database of its own.")
        yield
    finally:
        await connection.close()
