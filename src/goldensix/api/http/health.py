"""For those who run the desk: is it alive, can it serve, and figures for Prometheus."""

import hmac
from ipaddress import ip_address
from typing import Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from goldensix.api.errors import ApiError
from goldensix.api.http.guard import public, uncounted
from goldensix.api.http.house import House, TheHouse

router = APIRouter(include_in_schema=False)

_PROXIES_SAY: Final = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_FORM: Final = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/healthz", dependencies=[Depends(uncounted)])
async def healthz() -> Response:
    """The process answers. It says nothing of the database: starting it again would mend nothing there."""
    return JSONResponse({"alive": True})


@router.get("/readyz", dependencies=[Depends(public)])
async def readyz(house: TheHouse) -> Response:
    """Whether a proxy should send people here."""
    faults = [] if house.vitals is None else await house.vitals.faults()
    return JSONResponse({"ready": not faults, "faults": faults}, 503 if faults else 200)


@router.get("/metrics", dependencies=[Depends(public)])
async def metrics(request: Request, house: TheHouse) -> Response:
    if house.vitals is None or not _may_measure(request, house):
        raise ApiError(
            403,
            "not_allowed",
            zh="只有本机可以读取运行数据，或带上 GOLDENSIX_METRICS_TOKEN 设的令牌。",
            en="Figures of the process are for this machine, or for whoever brings GOLDENSIX_METRICS_TOKEN.",
        )
    from goldensix.api.http.prometheus import written  # most desks are never measured

    return Response(written(await house.vitals.figures_of_all()), media_type=_FORM)


def _may_measure(request: Request, house: House) -> bool:
    """With a token whoever brings it; without one this machine, and no proxy on it."""
    if house.metrics_token:
        given = request.headers.get("authorization", "").encode(errors="replace")
        return hmac.compare_digest(given, f"Bearer {house.metrics_token}".encode())
    if house.public_url is not None or any(name in request.headers for name in _PROXIES_SAY):
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
