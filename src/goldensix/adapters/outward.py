"""Threads for what waits for machines that are not ours: however long those take, nobody else's work waits for one.

Python's own threads, in which passwords and pictures are worked out, and the loop's, which look up names, are few.
"""

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, TypeVar, TypeVarTuple

T = TypeVar("T")
Given = TypeVarTuple("Given")
_LOOKING_UP: Final = ThreadPoolExecutor(16, "look-up")
_SENDING: Final = ThreadPoolExecutor(16, "sending")
_FOUND_WITHIN: Final = 5.0


async def addresses(host: str) -> list[str]:
    """What its name leads to. Raises OSError, UnicodeError or TimeoutError."""
    ask: Callable[[], list[Any]] = partial(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
    async with asyncio.timeout(_FOUND_WITHIN):
        found = await asyncio.get_running_loop().run_in_executor(_LOOKING_UP, ask)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def sending(work: Callable[[*Given], T], *given: *Given) -> T:
    """What it comes to, whenever the other side has answered."""
    return await asyncio.get_running_loop().run_in_executor(_SENDING, work, *given)
