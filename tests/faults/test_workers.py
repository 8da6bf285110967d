"""Several workers are one desk: anybody on any of them. What befalls them under load: `test_under_load.py`."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
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
from running_desk import ADMINISTRATOR, AGENTS, RunningDesk
from several_workers import Workers, browser, family


@pytest.fixture(scope="module")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    with NatsServer(tmp_path_factory.mktemp("nats")) as nats:
        yield nats


@pytest.fixture(scope="module")
def two_machines(
    users_own_server: str, nats: NatsServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RunningDesk, RunningDesk]]:
    """As far as they can tell: a worker each, on one database and one NATS."""
    folder, database = tmp_path_factory.mktemp("machines"), fresh_database(users_own_server)
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


def closed_with(socket: ClientConnection) -> int:
    deadline = time.monotonic() + 15
    with suppress(ConnectionClosed):
        while time.monotonic() < deadline:
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
    with (
        browser(one, ADMINISTRATOR) as here,
        browser(other, AGENTS[2]) as there,
        at_his_desk(there, other) as socket,
    ):
        account = next(a for a in here.get("/api/accounts").json() if a["phone"] == f"+86{AGENTS[2]}")
        stopped = here.patch(f"/api/accounts/{account['id']}", json={"active": False})
        assert stopped.status_code == 200, stopped.text
        assert closed_with(socket) == 4401


@contextmanager
def at_his_desk(browser: httpx.Client, desk: RunningDesk) -> Iterator[ClientConnection]:
    """The socket of the workbench, greeted."""
    cookie = f"gs_session={browser.cookies['gs_session']}"
    with connect(
        f"ws://127.0.0.1:{desk.port}/ws/desk", additional_headers={"Cookie": cookie, "Origin": desk.url}
    ) as socket:
        socket.send('{"t": "hello", "opened": {}}')
        while '"t":"desk"' not in socket.recv(timeout=10):
            pass  # that he is there may be told first
        yield socket


def owns_it(browser: httpx.Client) -> bool:
    """Whether this worker, who hears of no other now, has the merchant."""
    told = browser.get("/metrics").text
    return any(re.match(r"goldensix_merchants_owned\b.* 1(\.0)?$", line) for line in told.splitlines())


def test_what_is_changed_while_nats_is_away_holds_once_it_is_back(
    two_machines: tuple[RunningDesk, RunningDesk], nats: NatsServer
) -> None:
    """Told to a worker who can tell nobody, least of all the merchant's owner."""
    with browser(two_machines[0], ADMINISTRATOR) as here, browser(two_machines[1], ADMINISTRATOR) as there:
        accounts = {each["phone"]: each["id"] for each in here.get("/api/accounts").json()}
        stopped, robbed = (accounts[f"+86{AGENTS[number]}"] for number in (3, 1))
        nats.stop()
        try:
            owner, teller = (two_machines[0], there) if owns_it(here) else (two_machines[1], here)
            with (
                browser(owner, AGENTS[3]) as first,
                browser(owner, AGENTS[1]) as second,
                at_his_desk(first, owner) as one,
                at_his_desk(second, owner) as other,
            ):
                for account, change in ((stopped, {"active": False}), (robbed, {"password": "qing-he-lu-33"})):
                    told = teller.patch(f"/api/accounts/{account}", json=change)
                    assert told.status_code == 200, told.text
                nats.start()
                assert [closed_with(one), closed_with(other)] == [4401, 4401]
        finally:
            if not nats.lives:
                nats.start()


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
