"""Brings a database to the schema this program needs, or says in one sentence why it cannot be used.

At the newest revision it asks one question and imports nothing: alembic costs a third of a second.
"""

import io
import os
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
from asyncpg.types import ServerVersion

MIGRATIONS: Final = Path(__file__).parent / "migrations"
OLDEST_SERVER: Final = 15
_LOCK: Final = 0x601D6
"""Concurrent starts queue here; the number only has to differ from other programs' advisory locks."""
_NO_ADDRESS: Final = "The database address is not a valid postgresql:// address."


class UnusableDatabase(Exception):
    """The message is one sentence for the person who starts the desk."""


class DatabaseUnreachable(UnusableDatabase):
    pass


class NotPrepared(UnusableDatabase):
    """PostgreSQL refused what would make the database ready, or was lost meanwhile."""


class ServerTooOld(UnusableDatabase):
    pass


class SchemaTooOld(UnusableDatabase):
    pass


class SchemaTooNew(UnusableDatabase):
    pass


def revisions() -> list[str]:
    """Every revision, oldest first: the numbers that the migration files' names begin with."""
    return sorted(file.stem.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


async def prepare(dsn: str, *, upgrade: bool) -> None:
    """Leaves the database at the newest revision, or raises an `UnusableDatabase`.

    An empty database is filled. An older one is migrated only if `upgrade`: the operator decides when.
    """
    connection = await _connect(dsn)
    try:
        check_server(connection.get_server_version())
        if await revision_of(connection) != revisions()[-1]:
            await _migrate(connection, upgrade=upgrade)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as failed:
        raise NotPrepared(_refused(failed)) from None
    finally:
        await connection.close()


async def _migrate(connection: asyncpg.Connection, *, upgrade: bool) -> None:
    # The lock is the connection's and goes when it closes. Taken inside the transaction it would let this
    # start look for tables in a catalogue cached before another start, which it waited for, made them.
    await connection.execute("select pg_advisory_lock($1)", _LOCK)
    async with connection.transaction():
        found = await revision_of(connection)
        if found != revisions()[-1]:
            _check_revision(found, upgrade=upgrade)
            await connection.execute(sql_between(found, revisions()[-1]))


def _check_revision(found: str | None, *, upgrade: bool) -> None:
    if found is None:
        return
    known = revisions()
    if found not in known:
        raise SchemaTooNew(
            f"The database is at revision {found}, which this version of Golden Six does not know "
            f"(its newest is {known[-1]}): run the version that wrote it, or a newer one."
        )
    if not upgrade:
        raise SchemaTooOld(
            f"The database is at revision {found} and this version of Golden Six needs {known[-1]}: "
            "back it up, then run `goldensix migrate`."
        )


def sql_between(found: str | None, wanted: str) -> str:
    """What leads from one revision (None: an empty database) to a later one, as one script."""
    from alembic import command
    from alembic.config import Config

    script = io.StringIO()
    config = Config(output_buffer=script)
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, f"{found or 'base'}:{wanted}", sql=True)
    return script.getvalue()


async def revision_of(connection: asyncpg.Connection) -> str | None:
    if await connection.fetchval("select to_regclass('alembic_version')") is None:
        return None
    found: str | None = await connection.fetchval("select version_num from alembic_version")
    return found


def check_server(version: ServerVersion) -> None:
    if version.major < OLDEST_SERVER:
        raise ServerTooOld(
            f"The database server is PostgreSQL {version.major}.{version.minor}; "
            f"Golden Six needs {OLDEST_SERVER} or newer."
        )


async def _connect(dsn: str) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(dsn, timeout=10)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
        raise DatabaseUnreachable(_unreachable(dsn, failure)) from None


def _refused(failed: Exception) -> str:
    reason = str(failed).strip().rstrip(".") or type(failed).__name__
    if isinstance(failed, asyncpg.InsufficientPrivilegeError):
        reason += "; its owner may run: grant usage, create on schema public to the role that the desk logs in with"
    return f"The database could not be made ready, and nothing in it was changed: {reason}."


def _unreachable(dsn: str, failure: Exception) -> str:
    try:
        address = urlsplit(dsn)
        host = address.hostname or parse_qs(address.query).get("host", ["the local socket"])[0]
        port = address.port or 5432
    except ValueError:
        return _NO_ADDRESS
    if address.scheme not in ("postgresql", "postgres"):
        return _NO_ADDRESS
    errno = getattr(failure, "errno", None) or 0  # asyncio puts words of its own over the system's
    reason = os.strerror(errno) if errno > 0 else str(failure).strip() or "no answer within 10 s"
    if address.password:
        reason = reason.replace(address.password, "***").replace(unquote(address.password), "***")
    return f"The database at {host}, port {port}, cannot be used: {reason.rstrip('.')}."
