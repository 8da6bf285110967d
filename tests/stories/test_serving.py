"""Starting and stopping a desk: what cannot work is said in one sentence, and nothing stays behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import psutil
import pytest
import structlog

from buyer_line import BuyerLine
from goldensix.adapters.postgres.schema import prepare
from goldensix.serving import tell_unfailingly
from running_desk import PASSWORD, SERVICE_MANAGER, RunningDesk, free_port


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk") / "data"


@pytest.fixture
def desk(folder: Path) -> Iterator[RunningDesk]:
    running = RunningDesk(folder).start()
    yield running
    running.stop()


def refuse(*arguments: str, database_url: str = "") -> str:
    """What `goldensix serve` says when it cannot; the sentence, on one line."""
    ended = subprocess.run(
        [sys.executable, "-m", "goldensix", "serve", "--demo", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "DATABASE_URL": database_url, "COLUMNS": "1000"},
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr.strip().splitlines()[-1]


def postgres_of(folder: Path) -> list[psutil.Process]:
    named = str(folder / "postgres")
    return [p for p in psutil.process_iter(["cmdline"]) if named in (p.info["cmdline"] or [])]


def test_the_log_tells_where_something_failed_and_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    def answer(words: str) -> None:
        raise ValueError(len(words))

    tell_unfailingly()
    try:
        answer("my telephone is 13800001234")
    except ValueError:
        structlog.get_logger().exception("the robot failed")
    finally:
        structlog.reset_defaults()
    told = capsys.readouterr().out
    assert "in answer" in told
    assert "1234" not in told.replace('answer("my telephone is 13800001234")', "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_desk_that_is_stopped_leaves_no_process(folder: Path, number: signal.Signals) -> None:
    desk = RunningDesk(folder).start()
    assert postgres_of(folder)
    desk.stop(number)
    assert not postgres_of(folder)


def test_a_desk_that_is_stopped_while_a_report_is_made_says_nothing_more(folder: Path) -> None:
    desk = RunningDesk(folder).start()
    jar = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def ask(path: str, body: dict[str, str] | None = None) -> int:
        content = json.dumps(body).encode() if body else None
        heads = {"X-Golden-Six": "1", "Content-Type": "application/json"}
        try:
            asked = urllib.request.Request(f"{desk.url}{path}", content, heads)  # noqa: S310 (our own address)
            return int(jar.open(asked, timeout=60).status)
        except urllib.error.HTTPError as refused:
            return refused.code

    assert ask("/api/login", {"identifier": SERVICE_MANAGER, "password": PASSWORD}) < 300
    with ThreadPoolExecutor() as at_once:
        asking = at_once.submit(ask, "/api/reports/figures?by=day,hour,agent")
        while not _children(desk, "goldensix.reporting.worker"):
            assert not asking.done()
        desk.stop(signal.SIGINT)
        assert asking.result() == 503
    said = desk.output.partition("Ctrl-C")[2]
    assert "Traceback" not in said
    assert "Cancel" not in said
    assert f"{desk.url}/reports" in said
    assert f"{desk.url}/import" in said


def test_a_proxy_that_is_trusted_says_whose_request_it_is_and_nobody_else_does(folder: Path) -> None:
    few = {"GOLDENSIX_NEWCOMER_RATE": "1"}  # two at once from one address
    desk = RunningDesk(folder, settings=few).start()
    try:
        assert [_newcomer(desk, "203.0.113.7") for _ in range(3)] == [200, 200, 429]
        assert _newcomer(desk, "203.0.113.8") == 200
        assert _newcomer(desk, "203.0.113.9, 203.0.113.7") == 429
        desk.stop()
        desk.settings["GOLDENSIX_TRUSTED_PROXIES"] = "198.51.100.1"
        desk.start()
        # Now all of them are this machine's, which is not counted.
        assert [_newcomer(desk, "203.0.113.7") for _ in range(4)] == [200] * 4
    finally:
        desk.stop()


def _newcomer(desk: RunningDesk, forwarded_for: str) -> int:
    heads = {"X-Forwarded-For": forwarded_for, "Content-Type": "application/json"}
    asked = urllib.request.Request(f"{desk.url}/api/visitor", b'{"shop": 1}', heads)  # noqa: S310 (our own address)
    try:
        return int(urllib.request.urlopen(asked, timeout=10).status)  # noqa: S310 (our own address)
    except urllib.error.HTTPError as refused:
        return refused.code


def _children(desk: RunningDesk, module: str) -> list[psutil.Process]:
    assert desk.process is not None
    return [each for each in psutil.Process(desk.process.pid).children() if module in each.cmdline()]


def test_what_was_said_outlives_a_killed_desk(folder: Path) -> None:
    desk = RunningDesk(folder).start()
    BuyerLine(desk).says("在吗", "有人吗")
    desk.kill()
    desk.start()
    with subprocess.Popen(
        [sys.executable, "-m", "goldensix", "tail", "--data", str(folder), "--after", "0", "--words"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DATABASE_URL": "", "PYTHONUNBUFFERED": "1"},
    ) as following:
        assert following.stdout is not None
        said = ""
        while "有人吗" not in said and (line := following.stdout.readline()):
            said += line
        following.terminate()  # it follows the log until it is stopped
        said += following.stdout.read()
    desk.stop()
    assert said.count("'在吗'") == 1
    assert said.count("'有人吗'") == 1


def test_a_desk_works_on_the_users_own_postgresql(folder: Path, users_own_database: str) -> None:
    desk = RunningDesk(folder, database_url=users_own_database).start()
    with BuyerLine(desk) as buyer:
        buyer.says("在吗")
    assert not postgres_of(folder)
    assert "Another desk" in refuse("--data", str(folder), "--port", str(free_port()), database_url=users_own_database)
    desk.stop()


def test_a_busy_port_is_named(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"127.0.0.1:{port}" in refuse("--port", port, "--data", str(folder))
    assert not folder.exists()


def test_a_data_folder_in_use_is_named(desk: RunningDesk) -> None:
    assert str(desk.data) in refuse("--data", str(desk.data), "--port", str(free_port()))


def test_an_unreachable_database_is_named_without_its_password() -> None:
    url = f"postgresql://shop:secret-word@127.0.0.1:{free_port()}/desk"
    told = refuse("--port", str(free_port()), database_url=url)
    assert "127.0.0.1" in told
    assert "secret-word" not in told


@pytest.mark.parametrize(("revision", "words"), [("0001", "goldensix migrate"), ("9999", "newer")])
async def test_a_schema_of_another_version_is_told(users_own_database: str, revision: str, words: str) -> None:
    await prepare(users_own_database, upgrade=True)
    connection = await asyncpg.connect(users_own_database)
    await connection.execute("update alembic_version set version_num = $1", revision)
    await connection.close()
    assert words in refuse("--port", str(free_port()), database_url=users_own_database)
