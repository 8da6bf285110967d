"""Posts to an address that somebody typed: it goes where it was found to be public, and what it says is not read."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import httpx

from goldensix.adapters.notifiers.guard import allowed_addresses
from goldensix.adapters.notifiers.port import NotDelivered

_MOST_TRIED: Final = 3
"""Addresses of one host."""


async def posted(url: str, content: bytes, headers: Mapping[str, str], within: float, *, private_too: bool) -> int:
    """The status of its answer. Raises NotDelivered."""
    try:
        async with asyncio.timeout(within), answered(url, content, headers, within, private_too=private_too) as answer:
            return answer.status_code
    except (TimeoutError, httpx.TimeoutException):
        raise NotDelivered("too_slow", passing=True) from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise NotDelivered("no_connection", passing=True) from None


@asynccontextmanager
async def answered(
    url: str, content: bytes, headers: Mapping[str, str], within: float, *, private_too: bool
) -> AsyncIterator[httpx.Response]:
    """Its answer, yet to be read. Raises NotDelivered, and what httpx raises.

    The host is looked up once: a second look could find another address than the one that was let through.
    """
    address = httpx.URL(url)
    found = (await allowed_addresses(address.host, private_too=private_too))[:_MOST_TRIED]
    named = {**headers, "host": address.netloc.decode()}
    sni = {"sni_hostname": address.raw_host.decode()}
    limits = httpx.Timeout(within, connect=within / len(found))
    async with httpx.AsyncClient(timeout=limits, follow_redirects=False, trust_env=False) as client:
        for at in found:
            to = address.copy_with(host=at)
            asked = client.build_request("POST", to, content=content, headers=named, extensions=sni)
            try:
                answer = await client.send(asked, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if at == found[-1]:
                    raise
            else:
                break
        try:
            yield answer
        finally:
            await answer.aclose()
