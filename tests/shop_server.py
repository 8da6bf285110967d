"""A shop's own server, which tells its desk of orders."""

import hashlib
import hmac
import json
import time
import urllib.request
from typing import Any

from desk_stage import Stage
from goldensix.adapters.postgres.embedded import run_sql
from goldensix.adapters.postgres.roster import Shop
from goldensix.rehearsal.place import running_database
from running_desk import RunningDesk


def signed(body: bytes, secret: bytes, at: int) -> dict[str, str]:
    """`at`: milliseconds since 1970."""
    stamp = str(at // 1_000)
    made = hmac.new(secret, f"{stamp}\n".encode() + body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/json",
        "golden-six-timestamp": stamp,
        "golden-six-signature": f"v1={made}",
        "accept-language": "en",
    }


async def told(stage: Stage, *orders: dict[str, Any], shop: Shop | None = None) -> dict[str, Any]:
    shop = shop or stage.shop
    body = json.dumps({"orders": orders}).encode()
    async with await stage.browser() as server:
        answer = await server.post(
            f"/api/shops/{shop.id}/orders", content=body, headers=signed(body, shop.secret, stage.clock())
        )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def tell(desk: RunningDesk, *orders: dict[str, Any]) -> None:
    """The server of shop 1 of a desk in a process of its own."""
    dsn = running_database(desk.data)
    assert dsn is not None
    secret = bytes.fromhex(run_sql(dsn, "select encode(secret, 'hex') from shops where id = 1"))
    body = json.dumps({"orders": orders}).encode()
    headers = signed(body, secret, round(time.time() * 1_000))
    ask = urllib.request.Request(f"{desk.url}/api/shops/1/orders", body, headers)  # noqa: S310 - our own address
    urllib.request.urlopen(ask, timeout=10).read()  # noqa: S310 - the same
