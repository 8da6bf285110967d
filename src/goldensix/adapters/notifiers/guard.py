"""Keeps what people type from reaching into the network that the desk itself stands in."""

import asyncio
import ipaddress
import socket

from goldensix.adapters.notifiers.port import NotDelivered


async def require_public(host: str, *, private_too: bool) -> None:
    """Raises NotDelivered unless every address of the host lies in the public network."""
    if private_too:
        return
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotDelivered("no_connection", passing=True) from None
    if not found or not all(_is_public(str(address[0])) for *_, address in found):
        raise NotDelivered("private")


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return parsed.is_global and not parsed.is_multicast
