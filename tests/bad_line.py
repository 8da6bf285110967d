"""A network that a test spoils: whoever connects here reaches the address behind it, as well as the line allows."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Final, Self

_PIECE: Final = 1 << 16
Open = Callable[[], Coroutine[Any, Any, tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class Line:
    """In a thread of its own: it goes on while a test waits for something else."""

    def __init__(self, reach: Open) -> None:
        self._reach = reach
        self._loop = asyncio.new_event_loop()
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._dead: set[asyncio.StreamWriter] = set()
        self._cutting: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line", daemon=True)
        self._server: asyncio.Server | None = None
        self.delay = 0.0
        """Seconds that each piece takes, either way."""
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._carry, "127.0.0.1", 0, backlog=4096))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.break_all()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def break_all(self) -> None:
        """Every connection ends at once; new ones are carried."""
        self._do(self._end(list(self._pairs)))

    def lose_all(self) -> None:
        """Nothing that is written on any of today's connections arrives any more, and nobody is told."""
        self._dead.update(writer for pair in self._pairs for writer in pair)

    def cut_all(self) -> int:
        """Of the next piece on every connection a part arrives, and with that it ends. Answers how many."""
        cut = [writer for pair in self._pairs for writer in pair]
        self._cutting.update(cut)
        return len(self._pairs)

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await self._reach()
        except OSError:
            writer.transport.abort()
            return
        pair = (writer, far_writer)
        self._pairs.add(pair)
        try:
            await asyncio.gather(self._pass_on(reader, far_writer, pair), self._pass_on(far_reader, writer, pair))
        finally:
            await self._end([pair])

    async def _pass_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        pair: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
    ) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(_PIECE):
                if self.delay:
                    await asyncio.sleep(self.delay)
                if writer in self._dead:
                    continue
                if writer in self._cutting:
                    writer.write(piece[: max(1, len(piece) // 2)])
                    await writer.drain()
                    break
                writer.write(piece)
                await writer.drain()
        if writer not in self._dead:
            await self._end([pair])

    async def _end(self, pairs: list[tuple[asyncio.StreamWriter, asyncio.StreamWriter]]) -> None:
        for pair in pairs:
            self._pairs.discard(pair)
            for writer in pair:
                self._dead.discard(writer)
                self._cutting.discard(writer)
                writer.close()


def to_port(port: int) -> Open:
    return lambda: asyncio.open_connection("127.0.0.1", port)


def to_socket(path: str) -> Open:
    return lambda: asyncio.open_unix_connection(path)
