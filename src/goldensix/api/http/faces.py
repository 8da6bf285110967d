"""The built web faces: the staff's pages, the buyers' page, the demo shop, and the script of the chat window."""

import html
from typing import Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from goldensix.adapters.faces import Face, face
from goldensix.adapters.visitors import customer_signature
from goldensix.api.errors import ApiError, not_found, refused
from goldensix.api.http.guard import public
from goldensix.api.http.headers import CONTENT_SECURITY
from goldensix.api.http.house import TheHouse
from goldensix.demo.goods import BUYER
from goldensix.events.ids import ShopId

router = APIRouter(include_in_schema=False, dependencies=[Depends(public)])

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_FOR_FIVE_MINUTES: Final = "public, max-age=300"
_ASK_EACH_TIME: Final = "no-cache"
_FRAMED_BY_US: Final = CONTENT_SECURITY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
_NOT_BUILT: Final = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>黄金六秒 · Golden Six</title>
<body style="font:15px/1.6 sans-serif;max-width:34em;margin:12vh auto;padding:0 1em">
<h1 style="font-size:18px">页面还没有构建 · The pages are not built</h1>
<p>服务器在运行，但网页文件不在。请用 <code>./run</code> 启动，或重新执行 <code>pip install .</code>。</p>
<p lang="en">The server runs, but its web pages are missing. Start it with <code>./run</code>, or run
<code>pip install .</code> again.</p>
</body></html>"""


@router.get("/")
@router.get("/login")
@router.get("/desk")
@router.get("/desk/{conversation}")
@router.get("/live")
@router.get("/reports")
@router.get("/reports/{tab}")
@router.get("/reports/{tab}/{caliber}")
@router.get("/settings")
@router.get("/settings/{tab}")
@router.get("/replies")
@router.get("/robot")
@router.get("/robot/{tab}")
@router.get("/import")
@router.get("/start")
@router.get("/kit")
async def staff_page(request: Request, house: TheHouse) -> Response:
    return _page(request, house.faces.find("app/index.html"))


async def lost(request: Request, error: Exception) -> Response:
    """A browser led to where nothing is shows the staff's own page for that; a program is told as of any error."""
    wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if isinstance(error, ApiError) or not wants_page or request.url.path.startswith(("/api/", "/app/", "/buyer/")):
        return await refused(request, error)
    page = await staff_page(request, request.app.state.house)
    page.status_code = 404 if page.status_code == 200 else page.status_code
    return page


@router.get("/app/{name:path}")
async def staff_file(name: str, request: Request, house: TheHouse) -> Response:
    found = house.faces.find(f"app/{name}")
    if found is None:
        raise not_found("文件", "file")
    return _reply(request, found, _FOR_EVER if name.startswith("assets/") else _ASK_EACH_TIME)


@router.get("/sw.js")
async def worker(request: Request, house: TheHouse) -> Response:
    """The worker of the staff's pages: from the top, because it may only serve what lies below it."""
    return await staff_file("sw.js", request, house)


@router.get("/s/{shop}")
async def buyer_page(shop: int, request: Request, house: TheHouse) -> Response:  # noqa: ARG001 - the page reads it
    """The start page shows it in a frame, as on a phone."""
    return _page(request, house.faces.find("buyer/page.html"), policy=_FRAMED_BY_US)


@router.get("/shop/{shop}")
async def demo_shop(shop: int, request: Request, house: TheHouse) -> Response:
    """What a shop's own server would do: its page, with its signed-in customer vouched for."""
    found = await house.people.shop(ShopId(shop)) if house.demo_people is not None else None
    if found is None:
        raise not_found("店铺", "shop")
    page = house.faces.find("buyer/shop.html")
    if page is not None:
        words = {
            "shop": str(found.id),
            "shop_name": found.name,
            "customer": BUYER.id,
            "name": BUYER.name,
            "signature": customer_signature(BUYER.id, found.secret, BUYER.name),
        }
        page = face(_filled(page.body, words), "shop.html")
    return _page(request, page, policy=_FRAMED_BY_US)


@router.get("/buyer/{name:path}")
async def buyer_file(name: str, request: Request, house: TheHouse) -> Response:
    """What the buyers' pages are made of, except the pages themselves."""
    found = None if name.endswith(".html") else house.faces.find(f"buyer/{name}")
    if found is None:
        raise not_found("文件", "file")
    return _reply(request, found, _FOR_FIVE_MINUTES)


@router.get("/w.js")
@router.get("/w2.js")
async def widget(request: Request, house: TheHouse) -> Response:
    """The script of the chat window, for any site's pages; and its second part, which the first one asks for."""
    found = house.faces.find(request.url.path.lstrip("/"))
    if found is None:
        raise not_found("文件", "file")
    response = _reply(request, found, _FOR_FIVE_MINUTES)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _filled(page: bytes, words: dict[str, str]) -> bytes:
    """Each `{{word}}` of the page replaced."""
    text = page.decode()
    for name, word in words.items():
        text = text.replace(f"{{{{{name}}}}}", html.escape(word))
    return text.encode()


def _page(request: Request, page: Face | None, *, policy: str = CONTENT_SECURITY) -> Response:
    if page is None:
        return HTMLResponse(_NOT_BUILT, 503, {"Cache-Control": "no-store"})
    response = _reply(request, page, _ASK_EACH_TIME)
    response.headers["Content-Security-Policy"] = policy
    return response


def _reply(request: Request, found: Face, cache: str) -> Response:
    headers = {"Cache-Control": cache, "ETag": found.tag, "Vary": "Accept-Encoding"}
    if found.tag in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    if "gzip" in request.headers.get("accept-encoding", "") and len(found.packed) < len(found.body):
        return Response(found.packed, 200, headers | {"Content-Encoding": "gzip"}, found.type)
    return Response(found.body, 200, headers, found.type)
