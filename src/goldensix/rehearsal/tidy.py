"""What a killed rehearsal left on the desk: its agents come back once more and end their conversations."""

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Final

from goldensix.rehearsal.agent import COOKIE, OVER
from goldensix.rehearsal.door import Acknowledgements, Door, Shut, door_of
from goldensix.rehearsal.frame import Frame
from goldensix.wire import commands

_WITHIN: Final = 10.0
"""Seconds; what is open then stays open."""


async def end_conversations(desk: str, tokens: Iterable[str]) -> None:
    """All that the agents of these sessions have."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_WITHIN):
            await asyncio.gather(*(_Leaver(desk, token).leave() for token in tokens))


class _Leaver:
    def __init__(self, desk: str, token: str) -> None:
        self._open: set[str] = set()
        self._alone = asyncio.Event()
        cookie = {"Cookie": f"{COOKIE}={token}"}
        address = door_of(desk, "/ws/desk")
        self._door = Door(address, commands.Hello, self._take, lambda _: self._alone.set(), Acknowledgements(), cookie)

    async def leave(self) -> None:
        staying = asyncio.create_task(self._stay())
        try:
            await self._alone.wait()
        finally:
            staying.cancel()
            self._door.close()

    async def _stay(self) -> None:
        try:
            await self._door.stay_open()
        except Shut:
            self._alone.set()

    def _take(self, frame: Frame) -> None:
        if frame.t == "desk":
            self._door.do(commands.TakeBreak(OVER))  # first, or each end would bring the next from the queue
            self._end(*(reception.c for reception in frame.receptions))
        elif frame.t == "reception" and frame.mine:
            self._end(frame.c)
        elif frame.t == "gone":
            self._open.discard(frame.c)
        if frame.t in ("desk", "gone") and not self._open:
            self._alone.set()

    def _end(self, *conversations: str) -> None:
        self._open.update(conversations)
        for c in conversations:
            self._door.do(commands.Close(c))
