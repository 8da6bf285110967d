"""What the API answers when it does not do what was asked: a code for programs, one sentence for people."""

from collections.abc import Mapping
from typing import Any, Final

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from goldensix.adapters import clock
from goldensix.adapters.stores.port import StoreAway
from goldensix.events.facts import Language

_logger = structlog.get_logger(__name__)


class ErrorReply(BaseModel):
    code: str
    message: str


class ApiError(HTTPException):
    """Raise it anywhere below a route; both sentences name the place."""

    def __init__(self, status: int, code: str, *, zh: str, en: str, retry_after: int | None = None) -> None:
        headers = None if retry_after is None else {"Retry-After": str(retry_after)}
        super().__init__(status, en, headers)
        self.code = code
        self.wording: dict[Language, str] = {"zh": zh, "en": en}


class Unfit(ValueError):
    """Raised by a field's validator: the end of the sentence that begins with the field's name."""

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(en)
        self.wording: dict[Language, str] = {"zh": zh, "en": en}


def not_found(what_zh: str, what_en: str) -> ApiError:
    return ApiError(404, "not_found", zh=f"没有这个{what_zh}。", en=f"There is no such {what_en}.")


def not_now(request: Request) -> JSONResponse:
    """The worker who could answer is not there at this moment; another takes its place in a second or two."""
    wording: dict[Language, str] = {
        "zh": "负责这家商户的进程正在交接，请稍后再试。",
        "en": "The process that looks after this merchant is being replaced: try again in a moment.",
    }
    return _reply(request, 503, "not_now", wording, {"Retry-After": "2"})


def language(headers: Mapping[str, str]) -> Language:
    """The first of our two languages that the browser accepts."""
    for accepted in headers.get("accept-language", "").lower().split(","):
        match accepted.strip()[:2]:
            case "zh":
                return "zh"
            case "en":
                return "en"
    return "zh" if not headers.get("accept-language") else "en"


def install(app: FastAPI) -> None:
    """Makes every error of the app look the same."""
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(asyncpg.DataError, _unstorable)
    app.add_exception_handler(StoreAway, _store_away)
    app.add_exception_handler(ClientDisconnect, _left)
    app.add_exception_handler(Exception, _broken)


_STATUS: Final[dict[int, tuple[str, dict[Language, str]]]] = {
    400: ("unreadable", {"zh": "请求无法读取。", "en": "The request could not be read."}),
    404: ("not_found", {"zh": "没有这个地址。", "en": "There is nothing at this address."}),
    405: ("method_not_allowed", {"zh": "此地址不支持这种请求。", "en": "This address does not take such a request."}),
    413: ("too_large", {"zh": "内容太大。", "en": "What was sent is too large."}),
}


async def refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if isinstance(error, ApiError):
        code, wording = error.code, error.wording
    else:
        sentence: dict[Language, str] = {"zh": error.detail, "en": error.detail}
        code, wording = _STATUS.get(error.status_code, ("refused", sentence))
    return _reply(request, error.status_code, code, wording, error.headers)


async def _unfit(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first: dict[str, Any] = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:])
    why = reason(first)
    if first["type"] == "json_invalid" or not field:
        return _reply(request, 422, "invalid", {"zh": f"请求内容{why['zh']}。", "en": f"The request {why['en']}."})
    return _reply(request, 422, "invalid", {"zh": f"{field} {why['zh']}。", "en": f"{field} {why['en']}."})


async def _unstorable(request: Request, error: Exception) -> JSONResponse:
    """A number beyond 64 bits, or the character NUL: PostgreSQL knows neither, so no shape of ours forbids them."""
    _logger.warning("value not storable", route=_route(request), error=type(error).__name__)
    wording: dict[Language, str] = {"zh": "请求中有无法保存的值。", "en": "The request holds what cannot be stored."}
    return _reply(request, 422, "invalid", wording)


async def _store_away(request: Request, error: Exception) -> JSONResponse:
    _logger.error("pictures cannot be had", route=_route(request), why=str(error))
    wording: dict[Language, str] = {
        "zh": "图片暂时存取不了，文字消息不受影响；请稍后再试。",
        "en": "Pictures cannot be stored or shown just now; messages can. Try again in a moment.",
    }
    return _reply(request, 503, "pictures_away", wording, {"Retry-After": "5"})


async def _left(_: Request, __: Exception) -> Response:
    """Whoever asked went away before all of it had come: nobody hears the answer, and it is no fault to be logged."""
    return Response(status_code=400)


async def _broken(request: Request, error: Exception) -> JSONResponse:
    reference = f"{clock.now():x}"
    _logger.error("request failed", reference=reference, route=_route(request), error=type(error).__name__)
    return _reply(
        request,
        500,
        "internal",
        {
            "zh": f"服务器出错，此次操作没有完成；请把编号 {reference} 告诉管理员。",
            "en": f"The server failed and this was not done; tell the administrator the code {reference}.",
        },
        None,
    )


def _route(request: Request) -> str:
    """The pattern: a real path may hold personal things."""
    return str(getattr(request.scope.get("route"), "path", ""))


class TooLarge:
    """Around the application: Starlette answers an oversize body by itself, in plain text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        replaced = False

        async def send_ours(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] == 413:
                replaced = True
                await _reply(Request(scope), 413, *_STATUS[413])(scope, receive, send)
            elif not replaced:
                await send(message)

        await self._app(scope, receive, send_ours)


def _reply(
    request: Request,
    status: int,
    code: str,
    wording: Mapping[Language, str],
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    message = wording[language(request.headers)]
    return JSONResponse({"code": code, "message": message}, status, dict(headers or {}))


_REASONS: Final[dict[str, dict[Language, str]]] = {
    "missing": {"zh": "没有填写", "en": "is missing"},
    "string_too_short": {"zh": "至少 {min_length} 个字符", "en": "needs at least {min_length} characters"},
    "string_too_long": {"zh": "最多 {max_length} 个字符", "en": "takes at most {max_length} characters"},
    "too_long": {"zh": "最多 {max_length} 项", "en": "takes at most {max_length} items"},
    "greater_than_equal": {"zh": "至少是 {ge}", "en": "must be at least {ge}"},
    "greater_than": {"zh": "必须大于 {gt}", "en": "must be more than {gt}"},
    "less_than_equal": {"zh": "最多是 {le}", "en": "must be at most {le}"},
    "less_than": {"zh": "必须小于 {lt}", "en": "must be less than {lt}"},
    "extra_forbidden": {"zh": "不是这里的字段", "en": "is not a field here"},
    "enum": {"zh": "只能是 {expected}", "en": "must be {expected}"},
    "literal_error": {"zh": "只能是 {expected}", "en": "must be {expected}"},
    "json_invalid": {"zh": "不是有效的 JSON", "en": "is not valid JSON"},
    "int_parsing": {"zh": "必须是整数", "en": "must be a whole number"},
    "int_type": {"zh": "必须是整数", "en": "must be a whole number"},
    "string_type": {"zh": "必须是文字", "en": "must be text"},
}


def reason(error: Mapping[str, Any]) -> Mapping[Language, str]:
    """Why a field is not taken: the end of a sentence that begins with its name."""
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Unfit):
        return cause.wording
    found = _REASONS.get(error["type"])
    if found is None:
        return {"zh": "的值不可用", "en": f"is not usable: {error['msg']}"}
    return {to: text.format(**error.get("ctx", {})) for to, text in found.items()}
