"""A socket that never makes its writer wait: frames gather and leave together; a stuck one is dropped."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator, MutableMapping
from typing import Any, Final

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_MOST_WAITING: Final = 2_000
"""Frames a socket may be behind before it is dropped; its client reconnects and catches up from the log."""
_tasks: set[asyncio.Task[None]] = set()


class Socket:
    __slots__ = ("_busy", "_held", "_out", "_send", "closed")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._out: list[bytes] = []
        self._busy = False
        self._held = False
        self.closed = False

    def push(self, frame: bytes) -> None:
        """Add an encoded frame to what `flush` sends."""
        if self.closed:
            return
        self._out.append(frame)
        if len(self._out) > _MOST_WAITING:
            self.close(1013)

    def hold(self) -> None:
        """Send nothing until `begin`."""
        self._held = True

    def begin(self, first: bytes) -> None:
        """From now on `flush` sends: this frame, then what was pushed before it."""
        self._held = False
        if not self.closed:
            self._out.insert(0, first)

    def flush(self) -> None:
        """Send what has gathered as one array, now if the transport takes it, else as soon as it does."""
        if self._busy or self._held or self.closed or not self._out:
            return
        text = f"[{b','.join(self._out).decode()}]"
        self._out.clear()
        self._start({"type": "websocket.send", "text": text})

    def close(self, code: int) -> None:
        if not self.closed:
            self.closed = True
            self._out.clear()
            self._start({"type": "websocket.close", "code": code})

    def _start(self, message: Message) -> None:
        """Run the send's first step here: nearly always it is its last, and no task is needed."""
        coroutine = self._deliver(message)
        try:
            waits_for = coroutine.send(None)
        except StopIteration:
            return
        self._busy = True
        task = asyncio.get_running_loop().create_task(_go_on(coroutine, waits_for))
        _tasks.add(task)
        task.add_done_callback(self._done)

    async def _deliver(self, message: Message) -> None:
        try:
            await self._send(message)
        except (OSError, RuntimeError):  # the other side is gone; its reader will notice
            self.closed = True

    def _done(self, task: asyncio.Task[None]) -> None:
        _tasks.discard(task)
        self._busy = False
        self.flush()


async def _go_on(coroutine: Coroutine[Any, None, None], waits_for: Any) -> None:
    await _Rest(coroutine, waits_for)


class _Rest:
    """The rest of a coroutine whose first step has been taken: what it waits for is handed on to the task."""

    def __init__(self, coroutine: Coroutine[Any, None, None], waits_for: Any) -> None:
        self._coroutine = coroutine
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, None, None]:
        while True:
            yield self._waits_for
            try:
                self._waits_for = self._coroutine.send(None)
            except StopIteration:
                return
