"""Several workers are one desk: anybody on any of them. What befalls them under load: `test_under_load.py`."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from agent_line import AgentLine
from buyer_line import BuyerLine
from desk_load import load, stored_by_buyers
from goldensix.adapters.bus.server import NatsServer
from goldensix.adapters.postgres.embedded import fresh_database
from running_desk import ADMINISTRATOR, AGENTS, PASSWORD, RunningDesk
from several_workers import Workers, family


@pytest.fixture(scope="module")
def two_machines(
    users_own_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RunningDesk, RunningDesk]]:
    """As far as they can tell: a worker each, on one database and one NATS."""
    folder, database = tmp_path_factory.mktemp("machines"), fresh_database(users_own_server)
    with NatsServer(folder) as nats:
        one, other = (RunningDesk(folder / name, database_url=database, nats_url=nats.url) for name in ("one", "other"))
        try:
            yield one.start(), other.start()
        finally:
            for desk in (one, other):
                if desk.process is not None:
                    desk.stop()


def test_a_buyer_on_one_worker_and_an_agent_on_another_talk(two_machines: tuple[RunningDesk, RunningDesk]) -> None:
    one, other = two_machines
    for buyers, agents in ((one, other), (other, one)):
        with AgentLine(agents, AGENTS[0]) as agent, BuyerLine(buyers) as buyer:
            buyer.says("在吗")
            agent.serves("在吗")
            agent.says("在的")
            buyer.hears("在的")
            buyer.says("多少钱", "包邮吗")
            agent.hears(lambda event: (event.get("body") or {}).get("text") == "包邮吗")
            assert agent.said() == ["在吗", "多少钱", "包邮吗"]


@contextmanager
def browser(desk: RunningDesk, identifier: str) -> Iterator[httpx.Client]:
    """Somebody logged in there."""
    own = {"X-Golden-Six": "1", "Origin": desk.url}
    with httpx.Client(base_url=desk.url, headers=own, trust_env=False, timeout=30) as browser:
        asked = browser.post("/api/login", json={"identifier": identifier, "password": PASSWORD})
        assert asked.status_code == 204, asked.text
        yield browser


def closed_with(socket: ClientConnection) -> int:
    with suppress(ConnectionClosed):
        while True:
            socket.recv(timeout=10)
    assert socket.close_code is not None
    return socket.close_code


def test_every_worker_says_the_same(two_machines: tuple[RunningDesk, RunningDesk]) -> None:
    one, other = two_machines
    with browser(one, ADMINISTRATOR) as here, browser(other, ADMINISTRATOR) as there, AgentLine(one, AGENTS[1]):
        assert here.get("/api/start").json()["agents_ready"] == there.get("/api/start").json()["agents_ready"] == 1
        started = there.post("/api/rehearsals", json={"sessions": 400, "rate": 10})
        assert (started.status_code, started.json()["state"]) == (202, "running"), started.text
        for worker in (here, there):
            assert worker.post("/api/rehearsals", json={"sessions": 1}).status_code == 409
            assert worker.get("/api/rehearsals/current").json()["state"] == "running"
            assert worker.get("/api/me").json()["rehearsal_running"] is True
        assert here.delete("/api/rehearsals/current").status_code == 204
        assert there.get("/api/rehearsals/current").json()["state"] == "none"
        for worker in (here, there):
            assert worker.get("/readyz").json() == {"ready": True, "faults": []}
            told = worker.get("/metrics").text
            assert sum(line.startswith("goldensix_bus_connected") for line in told.splitlines()) == 2
    looked = subprocess.run(
        [sys.executable, "-m", "goldensix", "doctor", "--data", str(one.data)],
        env={**os.environ, "DATABASE_URL": one.database_url, "NATS_URL": one.nats_url, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "2 alive" in looked.stdout, looked
    assert "Each of 1 merchants has one that lives" in looked.stdout


def test_a_session_that_ends_on_one_worker_closes_its_sockets_on_the_other(
    two_machines: tuple[RunningDesk, RunningDesk],
) -> None:
    one, other = two_machines
    with browser(one, ADMINISTRATOR) as here, browser(other, AGENTS[2]) as there:
        cookie = f"gs_session={there.cookies['gs_session']}"
        with connect(
            f"ws://127.0.0.1:{other.port}/ws/desk", additional_headers={"Cookie": cookie, "Origin": other.url}
        ) as socket:
            socket.send('{"t": "hello", "opened": {}}')
            while '"t":"desk"' not in socket.recv(timeout=10):
                pass  # that he is there may be told first
            account = next(a for a in here.get("/api/accounts").json() if a["phone"] == f"+86{AGENTS[2]}")
            stopped = here.patch(f"/api/accounts/{account['id']}", json={"active": False})
            assert stopped.status_code == 200, stopped.text
            assert closed_with(socket) == 4401


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    folder = tmp_path / "data"
    folder.parent.chmod(0o711)
    # While nobody answers our buyers write on, and then send more at once than a person ever would.
    desk = RunningDesk(folder, workers=2, settings={"GOLDENSIX_BUYER_RATE": "0"}).start()
    try:
        yield Workers(desk).all_ready()
    finally:
        desk.stop()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_stopped_under_load_it_leaves_no_process_and_loses_nothing(
    workers: Workers, number: signal.Signals
) -> None:
    desk = workers.desk
    async with load(desk) as talk:
        await talk.until_acked(400)
        assert await asyncio.to_thread(desk.stop, number) == 0, desk.output
        assert family(desk.data) == []
        assert "Traceback" not in desk.output
        await asyncio.to_thread(desk.start)
        await talk.until_all_is_acked()
        talk.in_one_place_each(await stored_by_buyers(workers.dsn))
