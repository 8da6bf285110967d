"""Every door, tried by everybody: each role, another merchant's administrator, and nobody.

Who may is read from `team.roles`; what a door needs stands here a second time, on purpose: a door that loses its
guard, and a new one that nobody thought about, both fail.
"""

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from goldensix.team.roles import Role
from walked_asks import ANYBODY, Door
from walked_desk import SECRET_WORDS, Walk, ledger
from walked_doors import DOORS, allowed

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_no_door_was_forgotten(walk: Walk) -> None:
    routes = {
        (method, str(route.path))
        for route in iter_route_contexts(walk.rest.routes)
        for method in (route.methods or {"?"}) - {"HEAD"}
    }
    assert {(door.method, door.path) for door in DOORS} == routes


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.path} {door.needs}")
async def test_a_door_opens_to_whoever_may_and_to_nobody_else(walk: Walk, door: Door) -> None:
    opened: dict[Role | None, httpx.Response] = {None: await knock(walk, door, await walk.browser(None))}
    for role in Role:
        opened[role] = await knock(walk, door, await walk.browser(role))
    expected: dict[Role | None, int] = {role: door.status if allowed(role, door.needs) else 403 for role in Role}
    expected[None] = door.status if door.needs == ANYBODY else 401
    assert {who: answer.status_code for who, answer in opened.items()} == expected


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.path} {door.needs}")
async def test_another_merchants_administrator_reaches_nothing_of_ours(walk: Walk, door: Door) -> None:
    before = await ledger(walk)
    answer = await knock(walk, door, await walk.browser(Role.ADMINISTRATOR, walk.silk))
    assert answer.status_code == (door.elsewhere or door.status)
    if door.needs != ANYBODY:
        for ours in (
            "of tea",
            SECRET_WORDS,
            "tea.example",
            "Blue pot",
            "tea-0001",
            "陈",
            "徐汇",
            walk.buyer,
            walk.conversation,
        ):
            assert ours not in answer.text
        assert await ledger(walk) == before


async def knock(walk: Walk, door: Door, browser: httpx.AsyncClient) -> httpx.Response:
    path = door.path
    for name, value in door.place(walk).items():
        path = path.replace(f"{{{name}}}", str(value))
    answer = await browser.request(door.method, path, **door.ask(walk))
    await walk.house.rehearsals.close()  # one that was let in must not run while the next knocks
    return answer
