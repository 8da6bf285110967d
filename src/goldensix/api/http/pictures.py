"""Uploading a picture, and showing it."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from goldensix.adapters.pictures import MOST_BYTES, Refused
from goldensix.api.errors import ApiError, not_found
from goldensix.api.http.guard import Caller, address, any_site, public, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer
from goldensix.api.limits import require, too_many_uploads
from goldensix.events.facts import Language
from goldensix.events.ids import MerchantId
from goldensix.team.roles import Permission

router = APIRouter()

_HOURLY: Final = {"buyer": 30, "staff": 300}
_ENVELOPE: Final = 64 * 1024
"""Bytes of an upload that are not the picture: part headers, a few small fields."""
_HOPELESS: Final = 20 * MOST_BYTES
"""An upload of more bytes is not even told why in our words."""
_PATIENCE: Final = 60.0
"""Seconds that an upload may take: what has come of it is held until it ends."""
_HEADERS: Final = {
    # An id names one picture for ever. Private: a proxy must not go on showing what was erased here.
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
_REFUSALS: Final[dict[Refused, tuple[int, dict[Language, str]]]] = {
    Refused.TOO_LARGE: (422, {"zh": "图片超过 5 MB。", "en": "The picture is larger than 5 MB."}),
    Refused.TOO_MANY_PIXELS: (
        422,
        {"zh": "图片超过 4000 万像素。", "en": "The picture has more than 40 megapixels."},
    ),
    Refused.UNKNOWN_FORMAT: (
        415,
        {"zh": "只能发送 JPEG、PNG、WebP 或 GIF 图片。", "en": "A picture must be JPEG, PNG, WebP or GIF."},
    ),
    Refused.BROKEN: (422, {"zh": "图片已损坏，无法打开。", "en": "The picture is damaged and cannot be opened."}),
    Refused.TOO_MANY: (
        429,
        {"zh": "一小时内发送的图片太多，请稍后再发。", "en": "Too many pictures within an hour; send it later."},
    ),
}


class UploadedPicture(Answer):
    id: str
    width: int
    height: int


@router.post("/api/pictures", openapi_extra=_BODY, max_body_size=_HOPELESS)
async def upload(
    request: Request, caller: Annotated[Caller, Depends(requires(Permission.CONSULT))], house: TheHouse
) -> UploadedPicture:
    account = caller.account
    return await _keep(request, house, account.merchant, f"a{account.id}", _HOURLY["staff"])


@router.post(
    "/api/visitor/pictures",
    dependencies=[Depends(any_site)],
    openapi_extra=_BODY,
    max_body_size=_HOPELESS,
)
async def upload_by_buyer(request: Request, house: TheHouse) -> UploadedPicture:
    """The visitor's token comes as `Authorization: Bearer`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    visitor = await house.visitors.read(token.strip()) if scheme.lower() == "bearer" else None
    if visitor is None:
        raise ApiError(401, "visitor_token", zh="访客身份已失效，请刷新页面。", en="The visitor token does not count.")
    return await _keep(request, house, visitor.merchant, f"b{visitor.buyer}", _HOURLY["buyer"])


@router.get("/pictures/{picture}", dependencies=[Depends(public)], response_class=Response)
async def show(picture: str, house: TheHouse) -> Response:
    """Its name is the key: 128 bits of chance, known to those in the conversation."""
    found = await house.pictures.open(picture)
    if found is None:
        raise not_found("图片", "picture")
    content, kind = found
    return Response(content, media_type=kind, headers=_HEADERS)


async def _keep(request: Request, house: House, merchant: MerchantId, author: str, hourly: int) -> UploadedPicture:
    with house.limits.uploading(author, address(request)) as room:
        uploaded = await _in_time(request, room=room)
        require(house.limits.pictures.take(author, len(uploaded)))
        require(house.limits.pictures_from.take(address(request), len(uploaded)))
        kept = await house.pictures.keep(merchant, author, uploaded, hourly=hourly)
    if isinstance(kept, Refused):
        raise _refusal(kept)
    return UploadedPicture(id=kept.id, width=kept.width, height=kept.height)


async def _in_time(request: Request, *, room: bool) -> bytes:
    """Without room it is let pass and not held: who is cut off while sending does not hear why."""
    try:
        async with asyncio.timeout(_PATIENCE):
            if room:
                return await _uploaded(request)
            async for _ in _no_more(request):
                pass
    except TimeoutError:
        zh, en = "图片上传太慢，请换个网络再发。", "The upload took too long: send it on a faster connection."
        raise ApiError(408, "too_slow", zh=zh, en=en) from None
    raise too_many_uploads()


async def _uploaded(request: Request) -> bytes:
    """The part named `file`. Read here, not by a parameter: whoever may not upload is not read at all."""
    try:
        form = await MultiPartParser(request.headers, _no_more(request), max_files=1, max_fields=4).parse()
    except (MultiPartException, KeyError, ValueError) as broken:  # ValueError: also a charset that is none
        raise ApiError(400, "unreadable", zh="上传内容无法读取。", en="The upload could not be read.") from broken
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise ApiError(422, "invalid", zh="缺少 file 字段。", en="The field file is missing.")
    try:
        return await file.read()
    finally:
        await form.close()


async def _no_more(request: Request) -> AsyncGenerator[bytes]:
    """The body, until it is longer than any picture we take."""
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > MOST_BYTES + _ENVELOPE:
            raise _refusal(Refused.TOO_LARGE)
        yield chunk


def _refusal(why: Refused) -> ApiError:
    status, wording = _REFUSALS[why]
    retry_after = 3_600 if why is Refused.TOO_MANY else None
    return ApiError(status, why.value, zh=wording["zh"], en=wording["en"], retry_after=retry_after)
