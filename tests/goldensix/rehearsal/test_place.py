"""Finding the desk of this machine, and its database."""

import os
from pathlib import Path

import pytest

from goldensix.rehearsal.place import place, running_database
from goldensix.rehearsal.stage import Interrupted
from running_desk import free_port


def _postmaster(data: Path, *lines: object) -> None:
    (data / "postgres").mkdir(parents=True)
    (data / "postgres" / "postmaster.pid").write_text("\n".join(str(line) for line in lines) + "\n")


def test_the_database_is_where_its_server_says(tmp_path: Path) -> None:
    _postmaster(tmp_path, os.getpid(), "/data", 1_700_000_000, 5432, "/sockets", "", "  5432001  1", "ready   ")
    assert running_database(tmp_path) == "postgresql://postgres@/postgres?host=/sockets&port=5432"


def test_a_server_that_is_gone_or_not_ready_is_none(tmp_path: Path) -> None:
    assert running_database(tmp_path) is None
    for number, lines in enumerate([(2**22 + 1, "", "", 5432, "/s", "", "", "ready"), (os.getpid(), "", "", 5432)]):
        _postmaster(tmp_path / str(number), *lines)
        assert running_database(tmp_path / str(number)) is None


@pytest.mark.parametrize("desk", ["http://127.0.0.1:{port}", "nonsense", "http://"])
async def test_a_desk_that_does_not_answer_is_named(tmp_path: Path, desk: str) -> None:
    desk = desk.format(port=free_port())
    with pytest.raises(Interrupted) as interrupted:
        async with place(desk, tmp_path, ""):
            pass
    assert str(interrupted.value) == f"No desk answers at {desk.rstrip('/')}."


async def test_a_desk_of_our_own_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Interrupted) as interrupted:
        async with place(None, tmp_path / "file", ""):
            pass
    assert "did not start" in str(interrupted.value)
    assert str(tmp_path / "file") in str(interrupted.value)
