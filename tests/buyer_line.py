"""A buyer on the line for browser tests: the buyer's socket, without a page."""

import json
import re
import secrets
import time
import urllib.request
from types import TracebackType
from typing import Any, Final

from websockets.sync.client import connect

from running_desk import RunningDesk

_PATIENCE: Final = 15.0


class BuyerLine:
    """Somebody who writes to shop 1 and sees what its page would see."""

    def __init__(self, desk: RunningDesk, shop: int = 1, **claim: str) -> None:
        visitor = _post(f"{desk.url}/api/visitor", {"shop": shop, **claim})
        self.name: str = visitor["name"]
        self.frames: list[dict[str, Any]] = []
        self._desk, self._token = desk, visitor["token"]
        self._socket = connect(
            f"ws://127.0.0.1:{desk.port}/ws/buyer", max_size=None, max_queue=None, ping_interval=None, legacy=True
        )
        self._send(t="hello", token=visitor["token"], language="zh")
        self.until(lambda frame: frame["t"] == "welcome")

    @classmethod
    def customer(cls, desk: RunningDesk) -> "BuyerLine":
        """Who is signed in on the demo shop's page, and has orders there."""
        page = urllib.request.urlopen(f"{desk.url}/shop/1", timeout=10).read().decode()  # noqa: S310 - our own address
        return cls(desk, **dict(re.findall(r'data-(customer|signature|name)="([^"]+)"', page)))

    def __enter__(self) -> "BuyerLine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hangs_up()
        self._socket.close()

    def again(self) -> "BuyerLine":
        """The same buyer on a new line, who hears the whole conversation once more."""
        return BuyerLine(self._desk, token=self._token)

    def hangs_up(self) -> None:
        self._send(t="close")

    def says(self, *texts: str, product: int | None = None) -> "BuyerLine":
        """Write these, one message each; answers once all are stored."""
        for text in texts or ("",):
            id = secrets.token_hex(8)
            self._send(t="say", id=id, text=text, product=product)
            self.until(lambda frame, id=id: _message(frame).endswith(f".{id}"))  # type: ignore[misc]  # of this turn of the loop
        return self

    def throws(self, text: str) -> None:
        """Write and do not look whether it arrived; what came meanwhile is dropped."""
        self._send(t="say", id=secrets.token_hex(8), text=text)
        self._take(0)
        self.frames.clear()

    def reads(self) -> None:
        self._send(t="read", up_to=max((frame["n"] for frame in self.frames if frame["t"] == "event"), default=0))

    def types(self) -> None:
        self._send(t="typing")

    def recalls(self, text: str) -> None:
        message = next(frame["facts"]["message"] for frame in self.frames if _text(frame) == text)
        self._send(t="recall", message=message)

    def hears(self, text: str) -> None:
        """Wait until a message says exactly this."""
        self.until(lambda frame: _text(frame) == text)

    def answers(self) -> list[str]:
        """What agents said, in order, of all that has come by now."""
        said = [frame for frame in self.frames if frame.get("type") == "message_sent"]
        return [str(_text(frame)) for frame in said if frame["facts"]["by"] == "agent"]

    def heard(self, text: str) -> int:
        """How often a message said exactly this, among what has come by now."""
        self._send(t="typing")
        self._take(0.3)
        return sum(_text(frame) == text for frame in self.frames)

    def until(self, wanted: Any) -> dict[str, Any]:
        """The first frame, of all that came or will, that is wanted."""
        deadline = time.monotonic() + _PATIENCE
        seen = 0
        while True:
            for frame in self.frames[seen:]:
                if wanted(frame):
                    return frame
            seen = len(self.frames)
            heard = [_text(frame) or frame["t"] for frame in self.frames[-8:]]
            assert time.monotonic() < deadline, f"the buyer waited in vain; last heard: {heard}"
            self._take(0.5)

    def _take(self, patience: float) -> None:
        try:
            frames = json.loads(self._socket.recv(timeout=patience))
        except TimeoutError:
            return
        for frame in frames:
            self.frames += [frame, *frame.get("events", [])]

    def _send(self, **command: Any) -> None:
        self._socket.send(json.dumps(command))


def _message(frame: dict[str, Any]) -> str:
    return str(frame.get("facts", {}).get("message", "")) if frame.get("type") == "message_sent" else ""


def _text(frame: dict[str, Any]) -> str | None:
    return (frame.get("body") or {}).get("text") if frame.get("type") == "message_sent" else None


def _post(url: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(  # noqa: S310 (our own address)
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
        return json.load(answer)
