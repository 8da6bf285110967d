"""What those who run the desk ask it: is it alive, can it serve, what is there to measure."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bad_line import Line, to_socket
from desk_stage import Stage, open_stage
from goldensix.adapters.postgres.pool import open_pool
from goldensix.api.http.app import create_app
from goldensix.api.http.house import House
from goldensix.api.live.vitals import Vitals

FAR, HERE = "203.0.113.6", "127.0.0.1"


@pytest.fixture
async def stage(database: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(database, tmp_path) as stage:
        yield stage


def browser(house: House, client: str = HERE) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(house), client=(client, 6))
    return httpx.AsyncClient(transport=transport, base_url="http://desk.example")


async def test_a_desk_that_serves_is_alive_and_ready(stage: Stage) -> None:
    async with browser(stage.desk.house, FAR) as far:
        assert (await far.get("/healthz")).json() == {"alive": True}
        ready = await far.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"ready": True, "faults": []})


async def test_a_desk_that_starts_over_is_alive_but_not_ready(stage: Stage) -> None:
    stage.floor.desk.broken = True
    async with browser(stage.desk.house) as here:
        assert (await here.get("/healthz")).status_code == 200
        ready = await here.get("/readyz")
        assert (ready.status_code, ready.json()["faults"]) == (503, ["desk"])


async def test_a_desk_without_its_database_is_not_ready(stage: Stage) -> None:
    await stage.desk.pool.close()
    async with browser(stage.desk.house) as here:
        assert (await here.get("/readyz")).json()["faults"] == ["database"]


async def test_a_database_that_says_nothing_holds_up_no_answer(stage: Stage, database: str) -> None:
    at = parse_qs(urlsplit(database).query)
    with Line(to_socket(f"{at['host'][0]}/.s.PGSQL.{at['port'][0]}")) as line:
        pool = await open_pool(f"postgresql://postgres@127.0.0.1:{line.port}{urlsplit(database).path}", most=2)
        vitals = Vitals(pool, stage.desk.floors, stage.clock, None)
        assert await vitals.faults() == []
        line.lose_all()
        began = time.monotonic()
        assert [await vitals.faults() for _ in range(2)] == [["database"]] * 2
        assert time.monotonic() - began < 3
        pool.terminate()


async def test_figures_are_told_to_this_machine(stage: Stage) -> None:
    async with stage.buyer() as buyer, browser(stage.desk.house) as here:
        await buyer.says("hello")
        told = (await here.get("/metrics")).text
    lines = dict(line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#"))
    assert lines['goldensix_buyer_sockets{worker=""}'] == "1.0"
    assert lines['goldensix_conversations_open{worker=""}'] == "1.0"
    assert float(lines['goldensix_log_position{worker=""}']) == stage.floor.desk.durable


async def test_figures_are_not_told_to_the_world(stage: Stage) -> None:
    house = stage.desk.house
    async with browser(house, FAR) as far, browser(house) as proxied:
        assert (await far.get("/metrics")).status_code == 403
        assert (await proxied.get("/metrics", headers={"X-Forwarded-For": FAR})).status_code == 403
    async with browser(replace(house, public_url="https://desk.example")) as behind_a_proxy:
        assert (await behind_a_proxy.get("/metrics")).status_code == 403


async def test_figures_are_told_to_whoever_brings_the_token_and_to_nobody_else(stage: Stage) -> None:
    house = replace(stage.desk.house, metrics_token="t0ken", public_url="https://desk.example")
    async with browser(house, FAR) as far, browser(house) as here:
        assert (await far.get("/metrics", headers={"Authorization": "Bearer t0ken"})).status_code == 200
        for wrong in ({}, {"Authorization": "Bearer other"}, {"Authorization": "t0ken"}):
            assert (await here.get("/metrics", headers=wrong)).status_code == 403
