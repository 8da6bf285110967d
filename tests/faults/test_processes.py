"""The desk's process or its PostgreSQL ends under load: what was acknowledged is there, once, and all goes on."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from desk_load import load, stored_by_buyers
from goldensix.rehearsal.place import running_database
from running_desk import RunningDesk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    folder = tmp_path / "data"
    folder.parent.chmod(0o711)
    desk = RunningDesk(folder).start()
    yield desk
    desk.stop()


def dsn_of(desk: RunningDesk) -> str:
    dsn = running_database(desk.data)
    assert dsn is not None
    return dsn


def servers_of(desk: RunningDesk) -> list[int]:
    """Every process of the desk's PostgreSQL."""
    found = []
    for process in psutil.process_iter(["pid", "cwd"]):
        if process.info["cwd"] == str(desk.data / "postgres"):
            found.append(process.info["pid"])
    return found


async def test_killed_under_load_and_started_again_the_desk_has_everything_acknowledged_once(desk: RunningDesk) -> None:
    async with load(desk) as talk:
        await talk.until_acked(400)
        await asyncio.to_thread(desk.kill)
        await asyncio.to_thread(desk.start)
        await talk.until_acked(talk.acked + 200)
        await talk.until_all_is_acked()
        talk.in_one_place_each(await stored_by_buyers(dsn_of(desk)))


async def test_stopped_by_ctrl_c_under_load_the_desk_leaves_no_process_and_loses_nothing(desk: RunningDesk) -> None:
    async with load(desk) as talk:
        await talk.until_acked(400)
        code = await asyncio.to_thread(desk.stop, signal.SIGINT)
        assert code == 0, desk.output
        assert "Traceback" not in desk.output
        assert servers_of(desk) == []
        await asyncio.to_thread(desk.start)
        await talk.until_all_is_acked()
        talk.in_one_place_each(await stored_by_buyers(dsn_of(desk)))


async def test_a_desk_whose_postgresql_is_killed_says_so_and_starts_it_again(desk: RunningDesk) -> None:
    async with load(desk) as talk:
        await talk.until_acked(300)
        os.kill(int((desk.data / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        await talk.until_acked(talk.acked + 300)
        await talk.until_all_is_acked()
        talk.in_one_place_each(await stored_by_buyers(dsn_of(desk)))
    assert "PostgreSQL has ended by itself and is started again" in desk.output
    assert await asyncio.to_thread(desk.stop) == 0
    assert servers_of(desk) == []


async def test_a_desk_on_the_users_database_survives_its_restart_and_stays_the_only_one(
    users_own_database: str, users_own_server: str, tmp_path: Path
) -> None:
    desk = RunningDesk(tmp_path / "data", database_url=users_own_database)
    await asyncio.to_thread(desk.start)
    try:
        async with load(desk) as talk:
            await talk.until_acked(200)
            await end_all_sessions(users_own_database)
            await talk.until_acked(talk.acked + 200)
            await talk.until_all_is_acked()
            talk.in_one_place_each(await stored_by_buyers(users_own_database))
        second = RunningDesk(tmp_path / "other", database_url=users_own_database)
        with pytest.raises(AssertionError, match="ended with code 1:\nAnother desk serves this database"):
            await asyncio.to_thread(second.start)
    finally:
        assert await asyncio.to_thread(desk.stop) == 0


async def end_all_sessions(dsn: str) -> None:
    """As a restart of the server does."""
    connection = await asyncpg.connect(dsn)
    await connection.fetch(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    await connection.close()
