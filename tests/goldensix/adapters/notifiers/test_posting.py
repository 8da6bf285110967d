"""Posting to addresses that people typed: by the address that was looked at, and deaf to what comes back."""

import asyncio
import socket
import threading
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

    def moving(*_: Any, **__: Any) -> list[Any]:
        nonlocal looks
        looks += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if looks == 1 else "127.0.0.2", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", moving)
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


async def test_of_several_addresses_the_next_one_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with catching() as catcher:
        where = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 0)) for each in ("127.0.0.9", "127.0.0.1")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: where)
        assert await posted(f"http://two.example:{catcher.port}/x", b"{}", {}, 2.0, private_too=True) == 201


async def test_a_name_server_that_says_nothing_takes_nobody_elses_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: silent.wait())
    calls = [asyncio.create_task(posted("http://x.example", b"", {}, 0.2, private_too=True)) for _ in range(60)]
    begun = time.monotonic()
    await asyncio.to_thread(time.monotonic)
    assert time.monotonic() - begun < 0.15
    failed = await asyncio.gather(*calls, return_exceptions=True)
    silent.set()
    assert {str(each) for each in failed} == {"too_slow"}


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "::ffff:10.0.0.1", "2002:0a00:0001::", "64:ff9b::a00:1", "169.254.169.254", "0"]
)
async def test_no_way_of_writing_an_address_leads_into_the_own_network(address: str) -> None:
    with pytest.raises(NotDelivered, match="private"):
        await require_public(address, private_too=False)
