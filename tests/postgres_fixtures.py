"""Real PostgreSQL servers for tests: the desk's own kind, and a user's, over TCP with a password."""

import socket
from collections.abc import Iterator

import pytest

from goldensix.adapters.postgres.embedded import drop_database, fresh_database, run_sql, temporary_postgres
from goldensix.adapters.postgres.schema import revisions, sql_between


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The DSN of a throwaway server, reached through its socket."""
    with temporary_postgres() as dsn:
        yield dsn


@pytest.fixture(scope="session")
def prepared_database(postgres_server: str) -> str:
    """The DSN of one with today's tables, to be copied and not to be used."""
    dsn = fresh_database(postgres_server)
    run_sql(dsn, sql_between(None, revisions()[-1]))
    return dsn


@pytest.fixture
def database(postgres_server: str, prepared_database: str) -> Iterator[str]:
    """The DSN of a database with today's tables, and nothing in them."""
    dsn = fresh_database(postgres_server, template=prepared_database)
    yield dsn
    drop_database(dsn)


@pytest.fixture
def empty_database(postgres_server: str) -> Iterator[str]:
    """The DSN of a database without any table."""
    dsn = fresh_database(postgres_server)
    yield dsn
    drop_database(dsn)


@pytest.fixture(scope="session")
def users_own_server() -> Iterator[str]:
    """The DSN of a PostgreSQL that the user brings: another machine's, as far as the desk can tell."""
    port = _free_port()
    with temporary_postgres(f"listen_addresses = '127.0.0.1'\nport = {port}\n") as dsn:
        run_sql(dsn, "create role shop login createdb password 'p@ss word/6'")
        yield f"postgresql://shop:p%40ss%20word%2F6@127.0.0.1:{port}/postgres"


@pytest.fixture
def users_own_database(users_own_server: str) -> Iterator[str]:
    """The DSN of an empty database there, owned by a role that is not a superuser."""
    dsn = fresh_database(users_own_server)
    yield dsn
    drop_database(dsn)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
