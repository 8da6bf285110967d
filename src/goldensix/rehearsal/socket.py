"""The client's side of a websocket, without a task or a queue of its own: load is made by thousands of them."""

import asyncio
from collections.abc import Callable, Mapping
from typing import cast

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import WebSocketURI


class Socket(asyncio.Protocol):
    """Gives each text to `on_text` as it arrives, and tells `on_lost` the close code: 1006 if nobody said one."""

    def __init__(
        self,
        uri: WebSocketURI,
        headers: Mapping[str, str],
        *,
        on_open: Callable[[], None],
        on_text: Callable[[bytes], None],
        on_lost: Callable[[int], None],
    ) -> None:
        self._protocol = ClientProtocol(uri, max_size=None)
        self._headers = headers
        self._on_open, self._on_text, self._on_lost = on_open, on_text, on_lost
        self._transport: asyncio.Transport | None = None
        self._parts: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        request = self._protocol.connect()
        request.headers.update(self._headers)
        self._protocol.send_request(request)
        self._write()

    def data_received(self, received: bytes) -> None:
        self._protocol.receive_data(received)
        self._take()

    def eof_received(self) -> None:
        self._protocol.receive_eof()
        self._take()

    def connection_lost(self, _: Exception | None) -> None:
        said = self._protocol.close_rcvd
        self._on_lost(1006 if said is None else said.code)

    def send(self, text: bytes) -> None:
        if self.is_open:
            self._protocol.send_text(text)
            self._write()

    @property
    def is_open(self) -> bool:
        return self._protocol.state is self._protocol.state.OPEN

    def close(self) -> None:
        """Say good-bye and go; what was sent before still arrives."""
        if self.is_open:
            self._protocol.send_close(1000)
            self._write()
        if self._transport is not None:
            self._transport.close()

    def _take(self) -> None:
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._take_frame(event)
            elif self._protocol.handshake_exc is None:
                self._on_open()
        self._write()
        if self._protocol.close_expected() and self._transport is not None:
            self._transport.close()

    def _take_frame(self, frame: Frame) -> None:
        if frame.opcode not in (Opcode.TEXT, Opcode.CONT):
            return
        self._parts.append(bytes(frame.data))
        if frame.fin:
            whole, self._parts = b"".join(self._parts), []
            self._on_text(whole)

    def _write(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            for written in self._protocol.data_to_send():
                if written:
                    self._transport.write(written)
