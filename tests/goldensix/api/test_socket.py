"""A socket whose other side is slow: what waits for it is bounded, and then it is dropped."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from goldensix.api.live.socket import Message, Socket

LONG = b'"' + b"x" * 1_000_000 + b'"'


class Line:
    """Takes one message, and the next only when it is let go."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.open = asyncio.Event()

    async def send(self, message: Message) -> None:
        self.taken.append(message)
        await self.open.wait()


@pytest_asyncio.fixture
async def line() -> AsyncIterator[Line]:
    line = Line()
    yield line
    line.open.set()


@pytest.mark.parametrize(("frame", "most"), [(b"{}", 2_000), (LONG, 8)])
async def test_what_waits_is_bounded_in_frames_and_in_bytes(line: Line, frame: bytes, most: int) -> None:
    socket = Socket(line.send)
    socket.push(b'"first"')
    socket.flush()
    for _ in range(most):
        socket.push(frame)
        socket.flush()
    assert not socket.closed
    socket.push(frame)
    assert socket.closed
    assert socket.stuck
    assert len(line.taken) == 1


async def test_what_was_sent_counts_no_more(line: Line) -> None:
    line.open.set()
    socket = Socket(line.send)
    for _ in range(20):
        socket.push(LONG)
        socket.flush()
    assert not socket.closed
    assert len(line.taken) == 20


async def test_one_frame_may_be_larger_than_what_may_wait(line: Line) -> None:
    line.open.set()
    socket = Socket(line.send)
    socket.push(b'"' + b"x" * 20_000_000 + b'"')
    socket.flush()
    assert not socket.closed
    assert len(line.taken) == 1
