"""What every route has in common: a declared caller, one look of errors, headers, limits."""

from typing import Any

import pytest
from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute

from goldensix.api.http import app as doors
from goldensix.api.http.guard import any_site, declared, public
from goldensix.api.http.headers import SHOP_DOORS
from goldensix.team.roles import Role
from house_builders import PASSWORD, Office

JSON = {"Content-Type": "application/json"}
ANA = {"identifier": "agent@tea.example", "password": PASSWORD}


def undeclared(routes: list[BaseRoute]) -> list[str]:
    contexts = [route for route in iter_route_contexts(routes) if isinstance(route.original_route, APIRoute)]
    return [str(route.path) for route in contexts if not list(declared(route.dependant))]


async def test_every_route_says_who_may_call_it(office: Office) -> None:
    assert undeclared(office.app.routes) == []


async def test_a_route_that_does_not_say_it_is_found() -> None:
    router = APIRouter()
    router.add_api_route("/said", lambda: None, dependencies=[Depends(public)])
    router.add_api_route("/forgotten", lambda: None)
    assert undeclared(router.routes) == ["/forgotten"]


async def test_the_doors_for_other_sites_are_those_that_allow_any(office: Office) -> None:
    for route in iter_route_contexts(office.app.routes):
        if isinstance(route.original_route, APIRoute):
            allows = any_site in declared(route.dependant)
            assert allows == str(route.path).startswith(SHOP_DOORS), route.path


async def test_another_site_cannot_write_in_my_name(office: Office) -> None:
    browser = await office.as_(Role.AGENT)
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://desk.example.evil.example"},
        {"X-Golden-Six": ""},
    ):
        refusal = await browser.post("/api/logout", headers=headers)
        assert (refusal.status_code, refusal.json()["code"]) == (403, "other_site"), headers
    assert (await browser.get("/api/me")).status_code == 200
    assert (await browser.post("/api/logout", headers={"Origin": "http://desk.example"})).status_code == 204


async def test_behind_a_proxy_the_public_address_is_ours_too(office: Office) -> None:
    office.reopen(public_url="https://chat.tea.example")
    browser = office.browser(base_url="http://127.0.0.1:8000")
    answer = await browser.post("/api/login", json=ANA, headers={"Origin": "https://chat.tea.example"})
    assert answer.status_code == 204
    assert "Secure" in answer.headers["set-cookie"]


async def test_a_role_without_the_right_is_told_who_has_it(office: Office) -> None:
    refusal = await (await office.as_(Role.AGENT)).get("/api/accounts")
    assert (refusal.status_code, refusal.json()["code"]) == (403, "not_allowed")
    assert refusal.json()["message"] == "Your role may not do this; these may: administrator."


@pytest.mark.parametrize(
    ("languages", "message"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "请先登录。"),
        ("en-GB", "Log in first."),
        ("fr, en;q=0.5", "Log in first."),
        ("fr", "Log in first."),
        ("", "请先登录。"),
    ],
)
async def test_errors_speak_the_browsers_language(office: Office, languages: str, message: str) -> None:
    answer = await office.browser().get("/api/me", headers={"Accept-Language": languages})
    assert answer.json() == {"code": "not_logged_in", "message": message}


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code", "message"),
    [
        ("GET", "/api/nowhere", {}, 404, "not_found", "There is nothing at this address."),
        ("PUT", "/api/login", {}, 405, "method_not_allowed", "This address does not take such a request."),
        ("POST", "/api/login", {"json": {"identifier": "a"}}, 422, "invalid", "password is missing."),
        ("POST", "/api/login", {"json": ["a"]}, 422, "invalid", None),
        ("POST", "/api/login", {"content": b"{", "headers": JSON}, 422, "invalid", None),
        ("POST", "/api/login", {"json": {"identifier": "a" * 300_000}}, 413, "too_large", None),
    ],
)  # fmt: skip
async def test_every_error_is_a_code_and_one_sentence(
    office: Office, method: str, path: str, sent: dict[str, Any], status: int, code: str, message: str | None
) -> None:
    answer = await office.browser().request(method, path, **sent)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json().keys() == {"code", "message"}
    assert message is None or answer.json()["message"] == message
    assert answer.json()["message"].endswith(".")


async def test_what_the_database_cannot_hold_is_refused_and_no_fault_of_ours(office: Office) -> None:
    browser = await office.as_(Role.ADMINISTRATOR)
    account = {"name": "W\0en", "role": "agent", "email": "wen@tea.example"}
    for answer in (
        await browser.post("/api/accounts", json=account),
        await browser.patch(f"/api/accounts/{2**63}", json={"limit": 3}),
        await browser.post("/api/accounts", json=account | {"name": "Wen", "groups": [2**63]}),
        await browser.post("/api/login", json={"identifier": "wen\0", "password": PASSWORD}),
        await browser.get("/api/conversations/c%00/orders"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_a_body_that_does_not_say_its_length_is_limited_too(office: Office) -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b"x" * 10_000

    answer = await office.browser().post("/api/login", content=endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_every_answer_carries_the_headers_that_protect_it(office: Office) -> None:
    for path in ("/api/me", "/api/nowhere", "/nowhere"):
        headers = (await office.browser().get(path)).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers
        assert (headers.get("cache-control") == "no-store") == path.startswith("/api/")


async def test_shops_pages_are_let_in_without_cookies(office: Office) -> None:
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    for path in ("/api/visitor", "/api/visitor/pictures", "/api/widget/1"):
        answer = await office.browser().options(path, headers=asked)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "authorization" in answer.headers["access-control-allow-headers"]
        assert "access-control-allow-credentials" not in answer.headers
    assert "access-control-allow-origin" not in (await office.browser().options("/api/login")).headers


async def test_a_fault_of_ours_is_answered_with_a_reference_and_without_its_reason(office: Office) -> None:
    browser = await office.as_(Role.AGENT)
    await office.pool.execute("alter table sessions rename to lost")
    browser._transport.raise_app_exceptions = False  # type: ignore[attr-defined]  # httpx has no other way
    answer = await browser.get("/api/me")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sessions" not in answer.text


async def test_the_contract_promises_every_field_of_every_answer(office: Office) -> None:
    document = doors.openapi(office.app)
    schemas = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["responses"]["4XX"]["content"], path
    assert "ValidationError" not in schemas
    for name in _sent(document):
        assert schemas[name].get("required", []) == list(schemas[name].get("properties", {})), name


def _sent(document: dict[str, Any]) -> set[str]:
    """The names of all shapes that answers hold."""
    found: set[str] = set()
    waiting: list[Any] = [
        operation["responses"] for operations in document["paths"].values() for operation in operations.values()
    ]
    while waiting:
        match waiting.pop():
            case {"$ref": str(reference)}:
                name = reference.rsplit("/", 1)[1]
                if name not in found:
                    found.add(name)
                    waiting.append(document["components"]["schemas"][name])
            case dict(inner):
                waiting += inner.values()
            case list(inner):
                waiting += inner
    return found
