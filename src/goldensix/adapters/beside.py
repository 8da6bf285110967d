"""A file of anybody's is read by a process of its own: whatever it holds, the desk neither ends nor waits.

`bounded` is what such a process begins with.
"""

import asyncio
import contextlib
import resource
from collections.abc import Sequence
from typing import Final

_MEMORY: Final = 2 << 30
"""Bytes: what unpacks to more is no table that anybody keeps."""


async def made_of(content: bytes, command: Sequence[str], within: float) -> bytes:
    """What a process says of a file; nothing, if it ends without a word or takes too long."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    try:
        async with asyncio.timeout(within):
            said, _ = await process.communicate(content)
        return said
    except TimeoutError:
        return b""
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()


def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
