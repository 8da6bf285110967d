"""Keeps what people type from reaching into the network that the desk itself stands in."""

import ipaddress
from typing import Final

from goldensix.adapters.notifiers.port import NotDelivered
from goldensix.adapters.outward import addresses

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_PUBLIC_6: Final = ipaddress.ip_network("2000::/3")
"""All that is given out. Outside lie IPv4 addresses in other clothes, which lead to the own network."""
_NOBODYS: Final = (ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("2001::/32"))
"""Kept for protocols; Teredo, which hides an IPv4 address, too."""


async def require_public(host: str, *, private_too: bool) -> None:
    """Raises NotDelivered unless every address of the host lies in the public network."""
    if not private_too:
        await allowed_addresses(host, private_too=False)


async def allowed_addresses(host: str, *, private_too: bool) -> list[str]:
    """Where the host is, one at least. Raises NotDelivered; where not all may be private, if any of it is."""
    try:
        found = await addresses(host.strip("[]"))
    except (OSError, UnicodeError):  # a name server that says nothing in time, too
        raise NotDelivered("no_connection", passing=True) from None
    if not found or not (private_too or all(map(_is_public, found))):
        raise NotDelivered("private")
    return found


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        within = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF) if parsed in _NAT64 else None
        parsed = parsed.ipv4_mapped or parsed.sixtofour or within or parsed
    given_out = isinstance(parsed, ipaddress.IPv4Address) or parsed in _PUBLIC_6
    nobodys = parsed.is_multicast or any(parsed in network for network in _NOBODYS)
    return given_out and parsed.is_global and not nobodys
