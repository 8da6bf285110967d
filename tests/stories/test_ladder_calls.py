"""A desk whose buyers wait calls people for good: once for many, and not again after a restart."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from asgi_socket import asgi_socket
from catcher import catching
from goldensix.actions.premises import Ladder
from goldensix.adapters.postgres import schema
from goldensix.events.ids import Milliseconds
from goldensix.settings import Settings
from goldensix.team.roles import Role
from goldensix.wiring import Running, running
from house_builders import Company, open_company

SOON = Ladder(Milliseconds(0), Milliseconds(50), Milliseconds(100), Milliseconds(0))
_PATIENCE = 10.0


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(_PATIENCE):
        while not holds():
            await asyncio.sleep(0.02)


async def ask(desk: Running, tea: Company, number: int) -> None:
    token = await desk.house.visitors.issue(tea.shop.id)
    async with asgi_socket(desk.app, "/ws/buyer") as socket:
        await socket.send(t="hello", token=token)
        await socket.until("welcome")
        await socket.send(t="say", id=f"ask-{number:08}", text="is it in stock")
        await socket.until("event")


async def test_a_call_that_is_under_way_when_the_desk_stops_is_no_reason_for_a_second(
    database: str, tmp_path: Path
) -> None:
    await schema.prepare(database, upgrade=True)
    settings = Settings(data=tmp_path, private_senders=1)
    with catching() as server:
        server.waits = 0.5
        async with running(database, settings, None) as desk:
            tea = await open_company(desk.house, "tea")
            await desk.house.people.change_merchant(tea.merchant.id, lambda s: replace(s, ladder=SOON), None)
            await desk.house.ringing.notices.add_sender(tea.merchant.id, "Duty group", server.sender, "phone", "en")
            await desk.floors.open(tea.merchant.id)
            await ask(desk, tea, 1)
            await until(lambda: server.caught)
        async with running(database, settings, None) as again:
            folds = again.floors.floors[tea.merchant.id].desk.folds
            assert [alert.called for alert in folds.alerts.open.values()] == [True]


async def test_five_who_wait_are_one_message_and_a_desk_that_starts_again_sends_no_other(
    database: str, tmp_path: Path
) -> None:
    await schema.prepare(database, upgrade=True)
    settings = Settings(data=tmp_path, private_senders=1, public_url="https://desk.example")
    with catching() as server:
        async with running(database, settings, None) as desk:
            tea = await open_company(desk.house, "tea")
            await desk.house.people.change_merchant(tea.merchant.id, lambda s: replace(s, ladder=SOON), None)
            await desk.house.ringing.notices.add_sender(tea.merchant.id, "Duty group", server.sender, "phone", "en")
            floor = await desk.floors.open(tea.merchant.id)
            session = await desk.house.sessions.begin(tea.staff[Role.SERVICE_MANAGER].id, "a test")
            async with asgi_socket(desk.app, "/ws/desk", f"gs_session={session}") as manager:
                await manager.send(t="hello")
                await manager.until("desk")
                for number in range(5):
                    await ask(desk, tea, number)
                alerts = floor.desk.folds.alerts
                await until(lambda: any(alert.called for alert in alerts.open.values()))
                told = (await manager.until("alerts"))[-1]
                while not told["open"]:  # the first may have been told before anybody waited
                    told = (await manager.until("alerts"))[-1]
            [alert] = [each for each in alerts.open.values() if each.step == "phone"]
            assert [(t.way, t.told) for t in alert.tellings] == [("page", "sent"), ("sender", "sent")]
            assert told["open"][0]["kind"] == "waiting"
        async with running(database, settings, None) as again:
            folds = again.floors.floors[tea.merchant.id].desk.folds
            assert [alert.called for alert in folds.alerts.open.values()] == [True]
    [sent] = [json.loads(caught.body)["message"] for caught in server.caught]
    assert sent.startswith("5 buyers waiting, longest 2 s\nhttps://desk.example/live")
