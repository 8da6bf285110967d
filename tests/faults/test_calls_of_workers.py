"""Calls over several workers: whoever is called, answers or looks after an alert is at another worker than the owner,
and the owner dies between two steps."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

import asyncpg
import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from buyer_line import BuyerLine
from catcher import Catcher, catching
from goldensix.adapters.bus.server import NatsServer
from goldensix.adapters.postgres.embedded import fresh_database
from push_phone import Phone
from running_desk import ADMINISTRATOR, AGENTS, SERVICE_MANAGER, RunningDesk
from several_workers import Workers, browser

PATIENCE = 30.0
_LOOKS_EVERY = 3.0
"""Seconds, and some to spare, after which the owner knows of a robot that was added elsewhere."""
LADDER = {"red_after": 200, "manager_after": 0, "phone_after": 0, "administrator_after": 0, "window": 5_000}
"""Each further step is switched on, and due at once, when the test has come to it."""


@pytest.fixture(scope="module")
def two_machines(
    users_own_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RunningDesk, RunningDesk]]:
    """A worker each, on one database and one NATS: first the one that owns the merchant."""
    folder, database = tmp_path_factory.mktemp("calls"), fresh_database(users_own_server)
    own = {"GOLDENSIX_PRIVATE_SENDERS": "1"}
    with NatsServer(folder) as nats:
        both = [RunningDesk(folder / n, database_url=database, nats_url=nats.url, settings=own) for n in ("one", "two")]
        try:
            yield both[0].start(), both[1].start()
        finally:
            for desk in both:
                if desk.process is not None:
                    desk.stop()


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    with catching() as catcher:
        yield catcher


class Line:
    """Somebody's page, wherever."""

    def __init__(self, desk: RunningDesk, browser: httpx.Client) -> None:
        cookie = f"gs_session={browser.cookies['gs_session']}"
        self.told: list[dict[str, Any]] = []
        self._socket = connect(
            f"ws://127.0.0.1:{desk.port}/ws/desk",
            additional_headers={"Cookie": cookie, "Origin": desk.url},
            max_size=None,
            legacy=True,
        )
        self.does(t="hello", opened={})
        self.until(lambda frame: frame["t"] == "desk")

    def does(self, **command: Any) -> None:
        self._socket.send(json.dumps(command))

    def until(self, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The first frame to come that is wanted."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for at, frame in enumerate(self.told):
                if wanted(frame):
                    del self.told[: at + 1]
                    return frame
            self.told.clear()
            assert time.monotonic() < deadline
            with suppress(TimeoutError):
                self.told += json.loads(self._socket.recv(timeout=0.5))

    def close(self) -> None:
        self._socket.close()


def called(catcher: Catcher) -> list[str]:
    """What senders were told."""
    return [json.loads(each.body)["message"] for each in catcher.caught if each.path == "/a-secret-path"]


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.02)


async def alerts(dsn: str) -> list[tuple[str, str]]:
    """Of the log: what was raised, looked after and told, in order."""
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "select type, coalesce(facts ->> 'step', facts ->> 'way', '') as what from events"
            " where type like 'alert_%' order by position"
        )
        return [(row["type"], row["what"]) for row in rows]
    finally:
        await connection.close()


def test_a_robot_of_others_answers_at_another_worker(
    two_machines: tuple[RunningDesk, RunningDesk], catcher: Catcher
) -> None:
    owner, other = two_machines
    with browser(other, ADMINISTRATOR) as admin:
        robot = {"name": "小蜜", "url": f"{catcher.url}/hook", "on": True}
        keys = admin.post("/api/robot/outside", json=robot).json()
        before = admin.get("/api/robot/work").json()["mode"]
        assert admin.patch("/api/robot/work", json={"mode": "always"}).status_code == 200
        time.sleep(_LOOKS_EVERY)
        buyer = BuyerLine(owner).says("什么时候发货")
        deadline = time.monotonic() + PATIENCE
        while not catcher.caught and time.monotonic() < deadline:
            time.sleep(0.02)
        question = json.loads(catcher.caught[0].body)
        said = {"conversation": question["conversation"], "turn": question["turn"], "kind": "answer", "text": "明天"}
        token = {"Authorization": f"Bearer {keys['token']}"}
        assert httpx.post(f"{other.url}/api/robots/answers", json=said, headers=token).status_code == 200
        buyer.hears("明天")
        buyer.hangs_up()
        assert httpx.post(f"{other.url}/api/robots/answers", json=said, headers=token).status_code == 409
        assert admin.patch("/api/robot/work", json={"mode": before}).status_code == 200
        assert admin.delete(f"/api/robot/outside/{keys['robot']}").status_code == 204


async def test_every_step_is_climbed_once_though_the_owner_dies_between_two(
    two_machines: tuple[RunningDesk, RunningDesk], catcher: Catcher
) -> None:
    owner, other = two_machines
    assert await Workers(owner).owner() in Workers(owner).processes()
    with (
        browser(other, ADMINISTRATOR) as admin,
        browser(other, SERVICE_MANAGER) as lead,
        browser(other, AGENTS[0]) as a,
    ):
        assert admin.patch("/api/ladder", json=LADDER).status_code == 200
        sender = {"name": "Duty", "address": catcher.sender, "step": "phone", "language": "en"}
        assert admin.post("/api/ladder/senders", json=sender).status_code == 201
        for who, path in ((a, "agent"), (lead, "lead")):
            to = Phone(f"{catcher.url}/{path}").subscription
            device = {"endpoint": to.endpoint, "p256dh": to.p256dh, "auth": to.auth, "language": "en"}
            assert who.post("/api/notices/devices", json=device).status_code == 201
        with closing(Line(other, a)) as agent, closing(Line(other, lead)) as page:
            agent.does(t="ready")
            BuyerLine(owner).says("在吗")
            agent.until(lambda frame: frame["t"] == "reception" and frame["mine"])
            await until(lambda: [each.path for each in catcher.caught] == ["/agent"])
            assert admin.patch("/api/ladder", json={"manager_after": 300}).status_code == 200
            raised = page.until(lambda frame: frame["t"] == "alerts" and frame["open"])
            assert raised["open"][0]["step"] == "manager"
            for process in Workers(owner).processes().values():
                process.kill()
            assert admin.patch("/api/ladder", json={"phone_after": 400}).status_code == 200  # due, and nobody owns it
            with suppress(ConnectionClosed):
                page.until(lambda _: False)
        with closing(Line(other, lead)) as page:
            told = page.until(lambda f: f["t"] == "alerts" and any(each["step"] == "phone" for each in f["open"]))
            await until(lambda: len(called(catcher)) == 1)
            page.does(t="acknowledge", alert=told["open"][0]["id"])
            page.until(lambda frame: frame["t"] == "alerts" and frame["open"][0]["acknowledged_by"])
            assert admin.patch("/api/ladder", json={"administrator_after": 500}).status_code == 200
            await until(lambda: len(called(catcher)) == 2)  # the administrators' step is called all the same
    log = await alerts(owner.database_url)
    assert [what for type_, what in log if type_ == "alert_raised"] == ["agent", "manager", "phone", "administrator"]
    assert sorted(each.path for each in catcher.caught if each.path != "/a-secret-path") == ["/agent", "/lead", "/lead"]
    assert [what for type_, what in log if (type_, what) == ("alert_told", "sender")] == ["sender"] * 2
