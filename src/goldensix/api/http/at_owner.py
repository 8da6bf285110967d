"""Requests that only the worker who owns the merchant can answer, such as how far its rehearsal is, are carried there.

The owner's application looks at them as at any other: who asks, and whether he may.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from fastapi import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from goldensix.adapters.postgres.roster import Account
from goldensix.adapters.postgres.sessions import Session
from goldensix.api.errors import not_now
from goldensix.api.http.guard import COOKIE
from goldensix.api.live.company import NobodyAnswers
from goldensix.events.ids import MerchantId

_MOST: Final = 256 * 1024
"""Bytes of a body; the application takes no more either."""
_ANSWERED_WITHIN: Final = 20.0
_THERE: Final = frozenset(
    {
        ("POST", "/api/rehearsals"),
        ("GET", "/api/rehearsals/current"),
        ("DELETE", "/api/rehearsals/current"),
        ("POST", "/api/imports"),
        ("GET", "/api/imports/current"),
        ("DELETE", "/api/imports/current"),
        ("GET", "/api/robot/work"),
        ("PATCH", "/api/robot/work"),
        ("POST", "/api/robot/lesson"),
        ("GET", "/api/robot/lesson"),
        ("DELETE", "/api/robot/lesson"),
    }
)
"""About what a process of the owner's does."""


class Owners(Protocol):
    def is_ours(self, merchant: MerchantId) -> bool: ...
    async def ask(self, merchant: MerchantId, what: str, *given: Any, within: float = ...) -> Any: ...


class AtOwner:
    def __init__(
        self,
        app: ASGIApp,
        owners: Owners,
        find_session: Callable[[str], Awaitable[tuple[Session, Account] | None]],
    ) -> None:
        self._app, self._owners, self._find_session = app, owners, find_session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (scope["method"], scope["path"]) not in _THERE:
            await self._app(scope, receive, send)
            return
        found = await self._find_session(Request(scope).cookies.get(COOKIE, ""))
        if found is None or self._owners.is_ours(found[1].merchant):
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        answer = await self._ask(found[1].merchant, scope, body)
        await answer(scope, receive, send)

    async def _ask(self, merchant: MerchantId, scope: Scope, body: bytes) -> Response:
        asked = {
            "method": scope["method"],
            "path": scope["path"],
            "query": scope["query_string"],
            "headers": [list(header) for header in scope["headers"]],
            "server": list(scope["server"]),
            "scheme": scope["scheme"],
        }
        try:
            told = await self._owners.ask(merchant, "http", asked, body, within=_ANSWERED_WITHIN)
        except NobodyAnswers:
            return not_now(Request(scope))
        status, headers, content = told
        response = Response(content, status)
        response.raw_headers = [(name, value) for name, value in headers]
        return response

    async def answer(self, _: int, asked: dict[str, Any], body: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """At the owner: what the application says."""
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": asked["method"],
            "scheme": asked["scheme"],
            "path": asked["path"],
            "raw_path": asked["path"].encode(),
            "query_string": asked["query"],
            "root_path": "",
            "headers": [(name, value) for name, value in asked["headers"]],
            "client": None,
            "server": tuple(asked["server"]),
        }
        told: list[Message] = []
        given = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> Message:
            return next(given, {"type": "http.disconnect"})

        async def send(message: Message) -> None:
            told.append(message)

        await self._app(scope, receive, send)
        start = next(message for message in told if message["type"] == "http.response.start")
        content = b"".join(message.get("body", b"") for message in told if message["type"] == "http.response.body")
        return start["status"], list(start["headers"]), content


async def _read(receive: Receive) -> bytes:
    """One byte more than the application takes is enough for it to refuse."""
    parts, size = [], 0
    while size <= _MOST:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if not message.get("more_body", False):
            break
    return b"".join(parts)
