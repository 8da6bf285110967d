"""Posting to addresses that people typed: by the address that was looked at, and deaf to what comes back."""

import asyncio
import socket
import time
from typing import Any

import pytest

from catcher import catching
from goldensix.adapters.notifiers import guard
from goldensix.adapters.notifiers.guard import require_public
from goldensix.adapters.notifiers.port import NotDelivered
from goldensix.adapters.notifiers.posting import posted


async def test_a_host_is_called_where_it_was_found_at_the_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server may answer otherwise a moment later: with an address of the own network."""
    looks = 0

    async def moving(*_: Any, **__: Any) -> list[Any]:
        nonlocal looks
        looks += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if looks == 1 else "127.0.0.2", 0))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", moving, raising=False)
    monkeypatch.setattr(guard, "_is_public", lambda address: address == "127.0.0.1")
    with catching() as catcher:
        assert await posted(f"http://moves.example:{catcher.port}/x", b"{}", {}, 2.0, private_too=False) == 201
        [caught] = catcher.caught
        assert (caught.path, caught.headers["host"], looks) == ("/x", f"moves.example:{catcher.port}", 1)
        with pytest.raises(NotDelivered, match="private"):
            await posted(f"http://moves.example:{catcher.port}/", b"{}", {}, 2.0, private_too=False)
        assert len(catcher.caught) == 1


async def test_what_is_said_is_not_read_however_long_it_is() -> None:
    with catching() as catcher:
        catcher.reply = lambda _: b"x" * (64 << 20)
        assert await posted(catcher.url, b"{}", {}, 2.0, private_too=True) == 201
        catcher.waits = 0.5
        begun = time.monotonic()
        with pytest.raises(NotDelivered, match="too_slow"):
            await posted(catcher.url, b"{}", {}, 0.2, private_too=True)
        assert time.monotonic() - begun < 0.4


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "::ffff:10.0.0.1", "2002:0a00:0001::", "64:ff9b::a00:1", "169.254.169.254", "0"]
)
async def test_no_way_of_writing_an_address_leads_into_the_own_network(address: str) -> None:
    with pytest.raises(NotDelivered, match="private"):
        await require_public(address, private_too=False)
