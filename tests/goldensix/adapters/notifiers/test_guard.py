"""Which addresses lie in the public network: none by which an address of the own network can be written otherwise."""

import pytest

from goldensix.adapters.notifiers.guard import require_public
from goldensix.adapters.notifiers.port import NotDelivered


@pytest.mark.parametrize(
    "address",
    [
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b:1::7f00:1",
        "64:ff9b:1:ffff::10.0.0.1",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
        "192.0.0.1",
        "192.0.0.9",
        "fec0::1",
        "ff0e::1",
        "224.0.0.1",
    ],
)
async def test_the_own_network_is_known_in_every_clothes(address: str) -> None:
    with pytest.raises(NotDelivered, match="private"):
        await require_public(address, private_too=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8", "2002:808:808::1"])
async def test_public_addresses_are_called(address: str) -> None:
    await require_public(address, private_too=False)
