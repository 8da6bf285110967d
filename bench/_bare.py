"""The anchor: socket -> group commit -> two sockets, and nothing else. No log-in, no routing, no folds.

Run as a process of its own: `python bench/_bare.py DSN PORT`.
"""

import asyncio
import sys
from typing import Any

import asyncpg
import msgspec
import uvicorn
import uvloop

_TABLE = """
drop table if exists bare_messages;
create table bare_messages (position bigint generated always as identity primary key, room int, id text, text text)
"""
_INSERT = "insert into bare_messages (room, id, text) select * from unnest($1::int[], $2::text[], $3::text[])"


class Say(msgspec.Struct):
    id: str
    text: str


class Bare:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._rooms: dict[int, list[Any]] = {}
        self._waiting: list[tuple[int, Say]] = []
        self._work = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "websocket":
            return
        room = int(scope["path"].rpartition("/")[2])
        await receive()
        await send({"type": "websocket.accept"})
        sockets = self._rooms.setdefault(room, [])
        sockets.append(send)
        decoder = msgspec.json.Decoder(Say)
        while (message := await receive())["type"] != "websocket.disconnect":
            self._waiting.append((room, decoder.decode(message["text"])))
            self._work.set()
        sockets.remove(send)

    async def commit(self) -> None:
        encoder = msgspec.json.Encoder()
        while True:
            await self._work.wait()
            self._work.clear()
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._connection.execute(
                    _INSERT, [room for room, _ in batch], [say.id for _, say in batch], [say.text for _, say in batch]
                )
                for room, say in batch:
                    text = encoder.encode(say).decode()
                    for send in list(self._rooms[room]):
                        await send({"type": "websocket.send", "text": text})


async def main(dsn: str, port: int) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(_TABLE)
    bare = Bare(connection)
    committing = asyncio.create_task(bare.commit())
    config = uvicorn.Config(
        bare,
        port=port,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="off",
        log_level="warning",
        access_log=False,
        backlog=4096,
    )
    await uvicorn.Server(config).serve()
    committing.cancel()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2])))
