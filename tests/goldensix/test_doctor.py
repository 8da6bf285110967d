"""The doctor names what is wrong, where, and what to do."""

from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from goldensix.adapters.bus.server import NatsServer
from goldensix.adapters.postgres.owners import Owners
from goldensix.adapters.postgres.schema import prepare
from goldensix.adapters.postgres.single import the_only_desk
from goldensix.doctor import Finding, examine
from goldensix.settings import Settings
from running_desk import free_port


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[NatsServer]:
    with NatsServer(tmp_path) as server:
        yield server


def told(findings: list[Finding], what: str) -> tuple[str, str]:
    """What of this is worst, and the words."""
    finding = max((f for f in findings if f.what == what), key=lambda f: ("good", "note", "bad").index(f.state))
    return finding.state, finding.words


async def test_where_no_desk_ran_yet_it_says_how_one_begins(tmp_path: Path) -> None:
    found = await examine(Settings(data=tmp_path / "new"), None)
    assert told(found, "data folder")[0] == "good"
    assert told(found, "database") == ("note", "No desk ran here yet: `goldensix serve` makes its database.")
    assert not [f for f in found if f.state == "bad"]


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    state, words = told(await examine(Settings(data=tmp_path / "file" / "data"), None), "data folder")
    assert state == "bad"
    assert words.startswith(f"{tmp_path}/file/data cannot be written (Not a directory)")


async def test_what_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    nats_url = f"nats://secret@127.0.0.1:{free_port()}"
    settings = Settings(data=tmp_path, nats_url=nats_url, public_url=f"http://127.0.0.1:{free_port()}")
    found = await examine(settings, f"postgresql://a:secret@127.0.0.1:{free_port()}/a")
    for what in ("database", "NATS", "public URL"):
        assert told(found, what)[0] == "bad", found
    assert not [f for f in found if "secret" in f.words]


async def test_a_desk_of_several_workers_that_is_well(
    users_own_database: str, nats: NatsServer, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path, nats_url=nats.url)
    assert told(await examine(settings, users_own_database), "schema")[0] == "note"
    await prepare(users_own_database, upgrade=True)
    assert told(await examine(settings, users_own_database), "desk") == ("note", "It does not run.")
    async with the_only_desk(users_own_database):
        assert told(await examine(settings, users_own_database), "desk") == ("good", "It runs as one process.")
    await add_merchant(users_own_database)
    owners = Owners(users_own_database, "one")
    await owners.join()
    state, words = told(await examine(settings, users_own_database), "owners")
    assert (state, words.partition(".")[0]) == ("bad", "Merchants without one: 1")
    await owners._look_and_take()
    found = await examine(settings, users_own_database)
    assert {f.state for f in found if f.what not in ("database", "disk")} == {"good"}, found  # as the machine has it
    assert told(found, "workers") == ("good", "1 alive: one.")
    await owners.leave()


async def add_merchant(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute("insert into merchants (name, demo, secret, created_at) values ('Tea', false, '', now())")
    await connection.close()


async def test_a_schema_that_is_old_or_too_new_is_told_apart(users_own_database: str, tmp_path: Path) -> None:
    await prepare(users_own_database, upgrade=True)
    connection = await asyncpg.connect(users_own_database)
    for revision, words in (("0003", "then `goldensix migrate`"), ("9999", "run a newer Golden Six")):
        await connection.execute("update alembic_version set version_num = $1", revision)
        state, said = told(await examine(Settings(data=tmp_path), users_own_database), "schema")
        assert state == "bad"
        assert words in said
    await connection.close()
