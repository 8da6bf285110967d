"""A socket that never makes its writer wait: frames gather and leave together; a stuck one is dropped."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator, MutableMapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_MOST_WAITING: Final = 2_000
"""Frames a socket may be behind before it is dropped; its client reconnects and catches up from the log."""
_MOST_BYTES: Final = 8 << 20
"""The same in bytes: a few thousand long messages are as much as a desk should hold for one who does not listen."""
_STUCK_AFTER: Final = 30.0
"""Seconds in which a socket takes nothing before it is dropped."""
_tasks: set[asyncio.Task[None]] = set()


class Socket:
    __slots__ = ("_busy", "_bytes", "_drop", "_held", "_out", "_send", "_stuck_after", "closed", "stuck")

    def __init__(self, send: Send, stuck_after: float = _STUCK_AFTER) -> None:
        self._send = send
        self._stuck_after = stuck_after
        self._out: list[bytes] = []
        self._bytes = 0
        self._busy = False
        self._held = False
        self._drop: Callable[[], object] | None = None
        self.closed = False
        self.stuck = False

    def push(self, frame: bytes) -> None:
        """Add an encoded frame to what `flush` sends. A socket that takes what it is given may be given much."""
        if self.closed:
            return
        self._out.append(frame)
        self._bytes += len(frame)
        if (self._busy or self._held) and (len(self._out) > _MOST_WAITING or self._bytes > _MOST_BYTES):
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
        self._bytes = 0
        self._start({"type": "websocket.send", "text": text})

    def close(self, code: int) -> None:
        if self.closed:
            return
        self.closed = True
        self._out.clear()
        if self._busy:
            self._give_up()  # what waits to be sent stands before the code, perhaps for ever
        else:
            self._start({"type": "websocket.close", "code": code})

    @contextmanager
    def served(self) -> Iterator[None]:
        """While this lasts somebody serves the socket in this task; should it stick, he is stopped."""
        task = asyncio.current_task()
        assert task is not None
        self._drop = task.cancel
        try:
            yield
        except asyncio.CancelledError:
            if not self.stuck:
                raise
        finally:
            self._drop = None

    def _give_up(self) -> None:
        """The other side takes nothing: whoever waits for its words would wait as long as its system keeps the line."""
        self.closed = self.stuck = True
        self._out.clear()
        if self._drop is not None:
            self._drop()

    def _start(self, message: Message) -> None:
        """Run the send's first step here: nearly always it is its last, and no task is needed."""
        coroutine = self._deliver(message)
        try:
            waits_for = coroutine.send(None)
        except StopIteration:
            return
        self._busy = True
        loop = asyncio.get_running_loop()
        task = loop.create_task(_go_on(coroutine, waits_for))
        _tasks.add(task)
        task.add_done_callback(partial(self._done, loop.call_later(self._stuck_after, self._give_up)))

    async def _deliver(self, message: Message) -> None:
        try:
            await self._send(message)
        except (OSError, RuntimeError):  # the other side is gone; its reader will notice
            self.closed = True

    def _done(self, patience: asyncio.TimerHandle, task: asyncio.Task[None]) -> None:
        _tasks.discard(task)
        patience.cancel()
        self._busy = False
        self.flush()


async def _go_on(coroutine: Coroutine[Any, None, None], waits_for: Any) -> None:
    await _Rest(coroutine, waits_for)


class Pace:
    """So many a second in the long run, and as many more at once as `burst` seconds of silence earn."""

    def __init__(self, per_second: float, burst: float = 10.0) -> None:
        self._each = 1 / per_second if per_second else 0.0
        self._burst = burst
        self._due = 0.0

    def wait(self, now: float) -> float:
        """Counts one; answers the seconds to let pass before it."""
        self._due = max(self._due, now - self._burst) + self._each
        return max(0.0, self._due - now)


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
