"""Connections to PostgreSQL, shared by every adapter of this folder."""

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection = asyncpg.Connection | PoolConnectionProxy
"""One of its own, or one lent by a pool."""


async def open_pool(dsn: str, *, most: int = 10) -> asyncpg.Pool:
    """A pool of at most `most` connections; `schema.prepare` has vouched for the database before."""
    return await asyncpg.create_pool(
        dsn,
        min_size=min(2, most),
        max_size=most,
        server_settings={"application_name": "goldensix", "timezone": "UTC"},
    )
