"""A web server on this machine that keeps what it is sent, and answers what a test lets it answer."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Caught:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Catcher:
    port: int = 0
    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    reply: Callable[[bytes], bytes] = lambda _: b""
    """What it answers to a body."""
    waits: float = 0.0
    """Seconds before it answers."""
    caught: list[Caught] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sender(self) -> str:
        return f"json://127.0.0.1:{self.port}/a-secret-path"


@contextmanager
def catching() -> Iterator[Catcher]:
    catcher = Catcher()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            catcher.caught.append(Caught(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            content = catcher.reply(body)
            threading.Event().wait(catcher.waits)
            self.send_response(catcher.status)
            for name, value in catcher.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            with suppress(OSError):  # whoever asked has gone
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    catcher.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield catcher
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
