"""Keeps what people type from reaching into the network that the desk itself stands in."""

import asyncio
import ipaddress
import socket
from typing import Final

from goldensix.adapters.notifiers.port import NotDelivered

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


async def require_public(host: str, *, private_too: bool) -> None:
    """Raises NotDelivered unless every address of the host lies in the public network."""
    await public_address(host, private_too=private_too)


async def public_address(host: str, *, private_too: bool) -> str:
    """Where the host is; with `private_too` it is not looked up. Raises NotDelivered if any of it is not public."""
    if private_too:
        return host
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotDelivered("no_connection", passing=True) from None
    addresses = [str(address[0]) for *_, address in found]
    if not addresses or not all(map(_is_public, addresses)):
        raise NotDelivered("private")
    return addresses[0]


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        within = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF) if parsed in _NAT64 else None
        parsed = parsed.ipv4_mapped or parsed.sixtofour or within or parsed
    return parsed.is_global and not parsed.is_multicast
