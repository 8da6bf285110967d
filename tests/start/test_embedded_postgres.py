"""The desk's own PostgreSQL: started, kept to itself, taken over after a crash, and never left behind."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import asyncpg
import psutil
import pytest

from goldensix.adapters.postgres.cluster import identity
from goldensix.adapters.postgres.embedded import (
    DataFolderInUse,
    EmbeddedPostgres,
    PostgresDidNotStart,
    run_sql,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root meets this")

NOBODY = 65534
DESK = [sys.executable, str(Path(__file__).with_name("desk_process.py"))]


@contextmanager
def desk(folder: Path, **how: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([*DESK, str(folder)], stdout=subprocess.PIPE, text=True, **how)  # type: ignore[call-overload]  # options by name
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def server_of(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "postgres" / "postmaster.pid").read_text().split()[0]))


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as postgres:
        run_sql(postgres.dsn, "create table said as select '六秒' as words")
    with EmbeddedPostgres(tmp_path) as postgres:
        assert run_sql(postgres.dsn, "select words from said") == "六秒"


async def test_its_dsn_suits_asyncpg_whatever_other_server_the_environment_speaks_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGHOST", "nowhere.invalid")
    with EmbeddedPostgres(tmp_path) as postgres:
        connection = await asyncpg.connect(postgres.dsn)
        assert await connection.fetchval("show server_encoding") == "UTF8"
        await connection.close()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
        ("synchronous_commit", "on"),
        ("fsync", "on"),
        ("timezone", "UTC"),
        ("jit", "off"),
        ("max_connections", "60"),
    ],
)
def test_it_keeps_to_itself_and_to_what_it_acknowledged(private_server: str, setting: str, value: str) -> None:
    assert run_sql(private_server, f"show {setting}") == value


@pytest.fixture(scope="module")
def private_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with EmbeddedPostgres(tmp_path_factory.mktemp("desk")) as postgres:
        yield postgres.dsn


def test_a_second_desk_is_told_who_uses_the_folder(tmp_path: Path) -> None:
    with (
        EmbeddedPostgres(tmp_path),
        pytest.raises(DataFolderInUse, match=rf"process {os.getpid()}\).*{re.escape(str(tmp_path))}"),
    ):
        EmbeddedPostgres(tmp_path).start()


def test_the_server_of_a_killed_desk_is_taken_over(tmp_path: Path) -> None:
    with desk(tmp_path) as first:
        assert first.stdout
        first.stdout.readline()
        orphan = server_of(tmp_path)
        first.kill()
        first.wait()
    with EmbeddedPostgres(tmp_path) as postgres:
        assert server_of(tmp_path) == orphan
        assert run_sql(postgres.dsn, "select 6") == "6"
    assert not orphan.is_running()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_desk_that_is_told_to_end_leaves_no_server_behind(tmp_path: Path, number: signal.Signals) -> None:
    with desk(tmp_path) as process:
        assert process.stdout
        process.stdout.readline()
        server = server_of(tmp_path)
        process.send_signal(number)
        assert process.wait(60) == 128 + number
        assert not server.is_running()


def test_ctrl_c_in_the_terminal_reaches_the_desk_first(tmp_path: Path) -> None:
    with desk(tmp_path, start_new_session=True) as process:
        assert process.stdout
        process.stdout.readline()
        server = server_of(tmp_path)
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout.readline() == "after Ctrl-C the answer is 42\n"
        assert process.wait(60) == 0
        assert not server.is_running()


@pytest.mark.parametrize("name", ['深圳 旗舰店\'s $HOME, "six"', "+".join(["long"] * 40)])
def test_any_folder_name_will_do(tmp_path: Path, name: str) -> None:
    with EmbeddedPostgres(tmp_path / name) as postgres:
        assert run_sql(postgres.dsn, "show data_directory") == str(tmp_path / name / "postgres")


def test_a_path_that_postgresql_would_cut_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PostgresDidNotStart, match="too long"):
        EmbeddedPostgres(tmp_path.joinpath(*["deep" * 20] * 12)).start()


def test_a_set_up_that_was_killed_halfway_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "postgres.new" / "base").mkdir(parents=True)
    with EmbeddedPostgres(tmp_path) as postgres:
        assert run_sql(postgres.dsn, "select 6") == "6"


def test_data_of_another_version_is_left_alone(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path):
        pass
    (tmp_path / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(PostgresDidNotStart, match="made by PostgreSQL 16 and this desk brings 18"):
        EmbeddedPostgres(tmp_path).start()


def test_a_broken_setting_is_named(tmp_path: Path) -> None:
    with pytest.raises(PostgresDidNotStart, match=r"FATAL.*postgres\.log"):
        EmbeddedPostgres(tmp_path, settings="shared_buffers = plenty\n").start()


def test_a_process_that_got_the_old_servers_number_is_not_mistaken_for_it(tmp_path: Path) -> None:
    lock = tmp_path / "postgres" / "postmaster.pid"
    with EmbeddedPostgres(tmp_path):
        lines = lock.read_text()
    stranger = subprocess.Popen(["sleep", "600"], **identity(tmp_path / "postgres"))
    try:
        lock.write_text(f"{stranger.pid}\n" + lines.partition("\n")[2])
        shutil.chown(lock, (tmp_path / "postgres").stat().st_uid)
        with EmbeddedPostgres(tmp_path) as postgres:
            assert run_sql(postgres.dsn, "select 6") == "6"
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@as_root
def test_under_a_private_folder_others_may_pass_but_not_look(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    with EmbeddedPostgres(private / "desk") as postgres:
        assert run_sql(postgres.dsn, "select 6") == "6"
    assert private.stat().st_mode & 0o777 == 0o701
    assert (private / "desk" / "postgres").stat().st_mode & 0o777 == 0o700


@as_root
def test_an_ordinary_user_needs_no_help(tmp_path: Path) -> None:
    let_others_pass(tmp_path)
    os.chown(tmp_path, NOBODY, NOBODY)
    assert as_nobody(owner_of_the_server, tmp_path) == NOBODY
    # The folder keeps its owner even when root starts the desk for once.
    assert owner_of_the_server(tmp_path) == NOBODY


@as_root
def test_the_folder_of_another_user_is_left_alone(tmp_path: Path) -> None:
    let_others_pass(tmp_path)
    tmp_path.chmod(0o777)
    assert owner_of_the_server(tmp_path) != NOBODY
    (tmp_path / "desk.lock").unlink()
    with pytest.raises(PostgresDidNotStart, match="belongs to user goldensix: start the desk as that user"):
        as_nobody(owner_of_the_server, tmp_path)


def owner_of_the_server(folder: Path) -> int:
    with EmbeddedPostgres(folder):
        return int(server_of(folder).uids().real)


def as_nobody(function: Callable[[Path], int], folder: Path) -> int:
    with ProcessPoolExecutor(1, get_context("fork"), initializer=become_nobody) as elsewhere:
        return elsewhere.submit(function, folder).result()


def become_nobody() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def let_others_pass(folder: Path) -> None:
    for above in folder.parents:
        above.chmod(above.stat().st_mode | 0o001)


async def test_a_users_own_server_is_reached_over_tcp_with_its_password(users_own_database: str) -> None:
    connection = await asyncpg.connect(users_own_database)
    assert await connection.fetchval("select inet_server_addr() is not null")
    await connection.close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(users_own_database, password="guess")
