"""Each night, what is too old is forgotten by a process of its own: no message waits for files to be written anew."""

import asyncio
import os
import sys
from collections.abc import Mapping

import structlog

from goldensix.events.ids import MerchantId

_logger = structlog.get_logger()


async def retain_aside(settings: Mapping[str, str], merchant: MerchantId) -> None:
    """`goldensix retain` of one merchant; its summary goes to the log. One that fails is made good the next night."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "goldensix", "retain", "--merchant", str(merchant)),
        env={**os.environ, **settings, "NO_COLOR": "1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        told, _ = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        raise
    if process.returncode:
        _logger.warning("what is too old was not forgotten", merchant=merchant, code=process.returncode)
    else:
        _logger.info("what is too old was forgotten", merchant=merchant, told=told.decode(errors="replace").strip())
