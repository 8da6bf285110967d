"""Starting, watching and stopping a rehearsal."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest

from goldensix.adapters.rehearsals import Plan, Rehearsals
from goldensix.events.ids import MerchantId
from goldensix.team.roles import Role
from house_builders import Office, open_company

PROGRAM = """
import sys, time
print('{"played": 1, "total": 2}', flush=True)
print(*sys.argv[1:], flush=True)
time.sleep(60)
"""


def played(desk: str, merchant: MerchantId, plan: Plan) -> Sequence[str]:
    return [sys.executable, "-c", PROGRAM, desk, str(merchant), str(plan.rate), str(plan.sessions)]


async def said_something(browser: httpx.AsyncClient) -> dict[str, Any]:
    """The progress, once the process has printed words."""
    async with asyncio.timeout(20):
        while True:
            now: dict[str, Any] = (await browser.get("/api/rehearsals/current")).json()
            if now["lines"]:
                return now
            await asyncio.sleep(0.01)


@pytest.fixture
async def stage(office: Office) -> AsyncIterator[Office]:
    """An office whose rehearsals run a program that never ends."""
    rehearsals = Rehearsals(played)
    office.reopen(rehearsals=rehearsals)
    yield office
    await rehearsals.close()


async def test_a_service_manager_starts_watches_and_stops_one(stage: Office) -> None:
    manager = await stage.as_(Role.SERVICE_MANAGER)
    assert (await manager.get("/api/rehearsals/current")).json()["state"] == "none"
    started = await manager.post("/api/rehearsals", json={"rate": 12, "sessions": 2})
    assert (started.status_code, started.json()["state"], started.json()["total"]) == (202, "running", 2)
    now = await said_something(manager)
    assert (now["played"], now["report"]) == (1, None)
    assert now["lines"][0].startswith("http://desk.example:")
    assert now["lines"][0].endswith(f" {stage.tea.merchant.id} 12.0 2")
    assert (await manager.delete("/api/rehearsals/current")).status_code == 204
    assert (await manager.get("/api/rehearsals/current")).json()["state"] == "none"


async def test_a_second_one_is_refused(stage: Office) -> None:
    manager = await stage.as_(Role.SERVICE_MANAGER)
    await manager.post("/api/rehearsals", json={})
    refusal = await manager.post("/api/rehearsals", json={})
    assert (refusal.status_code, refusal.json()["code"]) == (409, "rehearsal_running")
    kettle = await stage.as_(Role.ADMINISTRATOR, await open_company(stage.house, "kettle"))
    assert (await kettle.get("/api/rehearsals/current")).json()["state"] == "none"
    assert (await kettle.post("/api/rehearsals", json={})).status_code == 409


async def test_an_agent_starts_none(stage: Office) -> None:
    agent = await stage.as_(Role.AGENT)
    assert (await agent.post("/api/rehearsals", json={})).status_code == 403
    assert (await agent.delete("/api/rehearsals/current")).status_code == 403


@pytest.mark.parametrize("plan", [{"rate": 0}, {"agents": 0}, {"speed": 101}, {"sessions": 0}, {"shop": 1}])
async def test_an_impossible_plan_is_refused(stage: Office, plan: dict[str, int]) -> None:
    manager = await stage.as_(Role.SERVICE_MANAGER)
    assert (await manager.post("/api/rehearsals", json=plan)).status_code == 422
