"""Connections to PostgreSQL, shared by every adapter of this folder."""

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection = asyncpg.Connection | PoolConnectionProxy
"""One of its own, or one lent by a pool."""


async def open_pool(dsn: str, *, most: int = 10, answers_within: float | None = None) -> asyncpg.Pool:
    """A pool of at most `most` connections; `schema.prepare` has vouched for the database before.

    `answers_within`: seconds after which what was asked fails. A network that has forgotten a connection tells nobody;
    without this who asks on it waits for a quarter of an hour.
    """
    return await asyncpg.create_pool(
        dsn,
        min_size=min(2, most),
        max_size=most,
        command_timeout=answers_within,
        server_settings={"application_name": "goldensix", "timezone": "UTC"},
    )
