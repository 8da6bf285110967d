import asyncio
import sys

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from asyncpg.types import ServerVersion

from goldensix.adapters.postgres import schema
from goldensix.adapters.postgres.embedded import run_sql

TABLES = "select count(*) from pg_tables where schemaname = 'public'"
FOUND = "select version_num from alembic_version"


@pytest.fixture
def database(empty_database: str) -> str:
    return empty_database


async def test_an_empty_database_is_filled(database: str) -> None:
    await schema.prepare(database, upgrade=False)
    assert run_sql(database, FOUND) == schema.revisions()[-1]
    assert int(run_sql(database, TABLES)) > 10


async def test_starts_at_the_same_time_fill_it_once(database: str) -> None:
    await asyncio.gather(*(schema.prepare(database, upgrade=False) for _ in range(5)))
    assert run_sql(database, "select count(*) from alembic_version") == "1"


async def test_a_users_own_server_and_a_role_that_is_not_a_superuser_will_do(users_own_database: str) -> None:
    await schema.prepare(users_own_database, upgrade=False)
    assert run_sql(users_own_database, FOUND) == schema.revisions()[-1]


async def test_every_single_step_leads_to_the_newest(database: str) -> None:
    """From each revision onwards, as a desk of that version would be upgraded."""
    for found in schema.revisions()[:-1]:
        run_sql(database, "drop schema public cascade; create schema public")
        await _fill_up_to(database, found)
        with pytest.raises(schema.SchemaTooOld) as refused:
            await schema.prepare(database, upgrade=False)
        assert str(refused.value) == (
            f"The database is at revision {found} and this version of Golden Six needs {schema.revisions()[-1]}: "
            "back it up, then run `goldensix migrate`."
        )
        assert run_sql(database, FOUND) == found
        await schema.prepare(database, upgrade=True)
        assert run_sql(database, FOUND) == schema.revisions()[-1]


async def _fill_up_to(database: str, revision: str) -> None:
    connection = await asyncpg.connect(database)
    async with connection.transaction():
        await connection.execute(schema.sql_between(None, revision))
    await connection.close()


async def test_a_newer_database_is_left_alone(database: str) -> None:
    await schema.prepare(database, upgrade=False)
    run_sql(database, "update alembic_version set version_num = '9999'")
    for upgrade in (False, True):
        with pytest.raises(schema.SchemaTooNew, match=r"revision 9999, which this version .* does not know"):
            await schema.prepare(database, upgrade=upgrade)


async def test_a_step_that_fails_leaves_nothing_behind(database: str) -> None:
    run_sql(database, "create table sessions (mine text)")
    with pytest.raises(schema.NotPrepared, match='nothing in it was changed: relation "sessions" already exists'):
        await schema.prepare(database, upgrade=False)
    assert run_sql(database, TABLES) == "1"


async def test_a_role_that_may_make_no_tables_is_told_what_its_owner_may_run(users_own_database: str) -> None:
    """As any role that does not own the database, since PostgreSQL 15."""
    run_sql(users_own_database, "revoke create on schema public from public, pg_database_owner")
    with pytest.raises(schema.NotPrepared, match=r"permission denied for schema public; .* grant usage, create on"):
        await schema.prepare(users_own_database, upgrade=False)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "postgresql://shop:p%40ss%20word@127.0.0.1:1/shop",
            "The database at 127.0.0.1, port 1, cannot be used: Connection refused.",
        ),
        ("mysql://shop@db.example/shop", "The database address is not a valid postgresql:// address."),
        ("postgresql://shop@db.example:port/shop", "The database address is not a valid postgresql:// address."),
        ("", "The database address is not a valid postgresql:// address."),
    ],
)
async def test_a_database_that_is_not_there_is_named_without_its_password(address: str, sentence: str) -> None:
    with pytest.raises(schema.DatabaseUnreachable) as refused:
        await schema.prepare(address, upgrade=False)
    assert str(refused.value) == sentence


async def test_what_the_server_says_is_passed_on_without_the_password(users_own_database: str) -> None:
    wrong = users_own_database.replace("p%40ss%20word%2F6", "a%20guess")
    with pytest.raises(schema.DatabaseUnreachable, match='password authentication failed for user "shop"') as refused:
        await schema.prepare(wrong, upgrade=False)
    assert "guess" not in str(refused.value)


def test_the_newest_revision_known_by_file_names_is_alembics() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_current_head() == schema.revisions()[-1]
    assert [script.revision for script in scripts.walk_revisions()] == schema.revisions()[::-1]


async def test_a_start_at_the_newest_revision_does_not_load_alembic(database: str) -> None:
    await schema.prepare(database, upgrade=False)
    program = (
        "import asyncio, sys; from goldensix.adapters.postgres import schema; "
        f"asyncio.run(schema.prepare({database!r}, upgrade=False)); "
        "assert not {'alembic', 'sqlalchemy'} & sys.modules.keys()"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program)
    assert await process.wait() == 0


def test_a_server_that_is_too_old_is_named() -> None:
    schema.check_server(ServerVersion(15, 0, 0, "final", 0))
    with pytest.raises(schema.ServerTooOld) as refused:
        schema.check_server(ServerVersion(14, 9, 0, "final", 0))
    assert str(refused.value) == "The database server is PostgreSQL 14.9; Golden Six needs 15 or newer."
