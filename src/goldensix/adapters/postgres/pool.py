"""Connections to PostgreSQL, shared by every adapter of this folder."""

from typing import Final

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection = asyncpg.Connection | PoolConnectionProxy
"""One of its own, or one lent by a pool."""
KEEP_ALIVE: Final = {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
"""Settings of a session: PostgreSQL ends it, and its locks, within 20 seconds if its machine is not there any more."""
_UNFINISHED: Final = "60s"
"""A transaction of the desk asks without a pause; one that stands still so long is nobody's any more."""


async def open_pool(dsn: str, *, most: int = 10, answers_within: float | None = None) -> asyncpg.Pool:
    """A pool of at most `most` connections; `schema.prepare` has vouched for the database before.

    `answers_within`: seconds after which what was asked fails. A network that has forgotten a connection tells nobody;
    without this who asks on it waits for a quarter of an hour.
    """
    settings = {"application_name": "goldensix", "timezone": "UTC", **KEEP_ALIVE}
    if answers_within is not None:
        settings["idle_in_transaction_session_timeout"] = _UNFINISHED
    return await asyncpg.create_pool(
        dsn,
        min_size=min(2, most),
        max_size=most,
        command_timeout=answers_within,
        server_settings=settings,
    )
