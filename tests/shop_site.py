"""A shop's own site for browser tests: another origin than the desk's, with pages that a test writes."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from running_desk import RunningDesk

_PAGE: Final = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>店铺</title>
<meta name="viewport" content="width=device-width"><style>{style}</style>
<body><main><h1>店铺</h1><button>购买</button>{body}</main>
<script src="{desk}/w.js" data-shop="1" {attributes} async></script></body></html>"""


class ShopSite:
    """Serves one page, the latest that was put there."""

    def __init__(self, desk: RunningDesk) -> None:
        self._desk = desk
        self._html = ""
        self._policy = ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if site._policy:
                    self.send_header("Content-Security-Policy", site._policy)
                self.end_headers()
                self.wfile.write(site._html.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def page(self, attributes: str = "", *, style: str = "", body: str = "", policy: str = "") -> str:
        """Puts the page there; answers its address."""
        self._html = _PAGE.format(style=style, body=body, desk=self._desk.url, attributes=attributes)
        self._policy = policy
        return self.url

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
