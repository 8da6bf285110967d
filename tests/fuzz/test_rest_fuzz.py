"""Every REST door, asked whatever its contract allows and what it does not, by every role and by nobody.

`./run fuzz` asks a hundred times as much.
"""

import json
import logging
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from goldensix.adapters.postgres.embedded import fresh_database
from goldensix.api.http.app import openapi, unserved
from goldensix.team.roles import Role
from hidden_desk import CALLERS, EXAMPLES, MARK, HiddenDesk, hidden_desk
from shop_server import signed

_FEW: Final = 8
_SLOW: Final = ("/api/reports", "/api/imports/look", "/api/rehearsals")
"""Each asks a process of its own: fewer examples in the short form."""
_MODES: Final = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
logging.getLogger("schemathesis").setLevel(logging.ERROR)


@cache
def contract() -> Any:
    return schemathesis.openapi.from_dict(json.loads(json.dumps(openapi(unserved()))))


def operations() -> list[Any]:
    return [each.ok() for each in contract().get_all_operations()]


@pytest.fixture(scope="module")
def desk(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HiddenDesk]:
    with hidden_desk(fresh_database(postgres_server), tmp_path_factory.mktemp("fuzz"), reports=True) as desk:
        yield desk


def examples_of(path: str) -> int:
    if EXAMPLES:
        return EXAMPLES
    return 2 if path.startswith(_SLOW) else _FEW


def known(desk: HiddenDesk) -> st.SearchStrategy[Any]:
    """What stands in an address and means something, here or at the other merchant."""
    tea, silk = desk.walk.tea, desk.walk.silk
    ids = [each.id for company in (tea, silk) for each in (company.shop, company.group, *company.staff.values())]
    return st.sampled_from([*ids, desk.walk.order, desk.order, desk.walk.conversation, desk.hidden])


@pytest.mark.parametrize("operation", operations(), ids=lambda each: each.label)
def test_a_door_answers_whatever_it_is_asked(desk: HiddenDesk, operation: Any) -> None:
    @settings(
        max_examples=examples_of(operation.path),
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        role = data.draw(st.sampled_from(CALLERS))
        case = data.draw(st.sampled_from(_MODES).flatmap(lambda mode: operation.as_strategy(generation_mode=mode)))
        for name in list(case.path_parameters or {}):
            if data.draw(st.booleans()):
                case.path_parameters[name] = data.draw(known(desk))
        answered(operation, role, desk.loop.run(sent(desk, role, case)))

    ask()
    desk.loop.run(desk.mend())


def test_a_signed_list_of_orders_is_answered_whatever_it_holds(desk: HiddenDesk) -> None:
    operation = contract()["/api/shops/{shop}/orders"]["POST"]
    shop = desk.walk.tea.shop

    async def told(body: Any) -> httpx.Response:
        content = json.dumps(body).encode()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(desk.walk.rest)) as server:
            path = f"http://desk.example/api/shops/{shop.id}/orders"
            headers = signed(content, shop.secret, desk.walk.house.now())
            return await server.post(path, content=content, headers=headers)

    @settings(max_examples=EXAMPLES or 20, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(st.sampled_from(_MODES).flatmap(lambda mode: operation.as_strategy(generation_mode=mode)))
        asked = case.as_transport_kwargs(base_url="http://desk.example").get("json")
        answered(operation, None, desk.loop.run(told(asked)))

    ask()


async def sent(desk: HiddenDesk, role: Role | None, case: Any) -> httpx.Response:
    """As the pages send it: with a session of this role, and the header that only they can send."""
    asked = case.as_transport_kwargs(base_url="http://desk.example")
    headers = {name: value for name, value in asked["headers"].items() if name.lower() != "cookie"}
    cookies = {} if role is None else {"gs_session": await desk.walk.token(role, desk.walk.tea)}
    body = {name: asked[name] for name in ("json", "data") if asked.get(name) is not None}
    if isinstance(body.get("data"), str | bytes):
        body["content"] = body.pop("data")
    if (parts := asked.get("files")) is not None:
        pairs = parts.items() if isinstance(parts, dict) else parts
        body["files"] = [(str(name), as_part(value)) for name, value in pairs]
    transport = httpx.ASGITransport(desk.walk.rest)
    async with httpx.AsyncClient(transport=transport, cookies=cookies) as browser:
        return await browser.request(
            asked["method"],
            asked["url"],
            params=asked.get("params"),
            headers={**headers, "X-Golden-Six": "1"},
            **body,
        )


def as_part(value: Any) -> tuple[Any, ...]:
    """A part of an upload: whatever was drawn, as bytes."""
    name, content, *rest = value if isinstance(value, tuple | list) else ("a.png", value)
    return (name, content if isinstance(content, bytes) else str(content).encode(errors="replace"), *rest)


def answered(operation: Any, role: Role | None, answer: httpx.Response) -> None:
    told = f"{operation.label} as {role}: {answer.status_code} {answer.text[:300]}"
    assert answer.status_code < 500, told
    assert MARK not in answer.text, told
    if answer.status_code >= 400:
        said = answer.json()
        assert said["code"], told
        assert said["message"], told
