"""Posts to an address that somebody typed: it goes where it was found to be public, and what it says is not read."""

import asyncio
from collections.abc import Mapping

import httpx

from goldensix.adapters.notifiers.guard import public_address
from goldensix.adapters.notifiers.port import NotDelivered


async def posted(url: str, content: bytes, headers: Mapping[str, str], within: float, *, private_too: bool) -> int:
    """The status of its answer. Raises NotDelivered.

    The host is looked up once: a second look could find another address than the one that was let through.
    """
    try:
        address = httpx.URL(url)
        async with asyncio.timeout(within), _client(within) as client:
            at = await public_address(address.host, private_too=private_too)
            named = {**headers, "host": address.netloc.decode()}
            sni = {"sni_hostname": address.raw_host.decode()}
            to = address.copy_with(host=at)
            async with client.stream("POST", to, content=content, headers=named, extensions=sni) as answer:
                return answer.status_code
    except (TimeoutError, httpx.TimeoutException):
        raise NotDelivered("too_slow", passing=True) from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise NotDelivered("no_connection", passing=True) from None


def _client(within: float) -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=within, follow_redirects=False, trust_env=False)
