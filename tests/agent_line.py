"""An agent on the line for browser tests: the desk's socket, without a workbench."""

import json
import secrets
import time
import urllib.request
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final

from websockets.sync.client import connect

from running_desk import PASSWORD, RunningDesk

_PATIENCE: Final = 15.0
Frame = dict[str, Any]


class AgentLine:
    """Somebody who is ready, and answers in the conversation that they serve."""

    def __init__(self, desk: RunningDesk, identifier: str) -> None:
        self.frames: list[Frame] = []
        self._socket = connect(
            f"ws://127.0.0.1:{desk.port}/ws/desk",
            additional_headers={"Cookie": _log_in(desk, identifier), "Origin": desk.url},
            max_size=None,
            legacy=True,
        )
        self._send(t="hello", opened={})
        self._send(t="ready")
        self.until(lambda frame: frame["t"] == "me" and frame["ready"])

    def __enter__(self) -> "AgentLine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ends_all()
        self._send(t="break", reason="")
        self.until(lambda frame: frame["t"] == "me" and not frame["ready"])
        self._socket.close()

    def ends_all(self) -> None:
        """What earlier tests left behind would fill this agent's slots; what this one leaves, the next one's."""
        while mine := self._mine():
            for conversation in mine:
                self._send(t="close", c=conversation)
                self.until(lambda frame, c=conversation: frame["t"] == "gone" and frame["c"] == c)  # type: ignore[misc]  # of this turn of the loop

    def _mine(self) -> set[str]:
        told = [
            row
            for frame in self.frames
            for row in ([frame] if frame["t"] == "reception" else frame.get("receptions", []))
        ]
        return {row["c"] for row in told if row["mine"]} - {frame["c"] for frame in self.frames if frame["t"] == "gone"}

    def serves(self, text: str) -> Frame:
        """The conversation in which a buyer says this, once it is this agent's."""
        found = self.until(lambda frame: frame["t"] == "reception" and frame["mine"] and _says(frame, text))
        self.conversation: str = found["c"]
        return found

    def says(self, text: str = "", product: int | None = None) -> None:
        self._send(t="say", c=self.conversation, id=secrets.token_hex(8), text=text, product=product)

    def does(self, command: str, **more: Any) -> None:
        """Any other command about the conversation: read, typing, close."""
        self._send(t=command, c=self.conversation, **more)

    def hears(self, wanted: Callable[[Frame], bool]) -> Frame:
        """The first event of the conversation, come or coming, that is wanted."""
        return self.until(lambda frame: any(wanted(event) for event in _events(frame)))

    def until(self, wanted: Callable[[Frame], bool]) -> Frame:
        """The first frame, of all that came or will, that is wanted."""
        deadline = time.monotonic() + _PATIENCE
        seen = 0
        while True:
            for frame in self.frames[seen:]:
                if wanted(frame):
                    return frame
            seen = len(self.frames)
            assert time.monotonic() < deadline, f"the agent waited in vain; last heard: {self.frames[-3:]}"
            try:
                self.frames += json.loads(self._socket.recv(timeout=0.5))
            except TimeoutError:
                continue

    def said(self) -> list[str]:
        """What the buyer has said in the conversation, in the desk's order, each message as often as it was told."""
        told = {
            event["n"]: event["body"]["text"]
            for frame in self.frames
            for event in _events(frame)
            if event["c"] == self.conversation and event["type"] == "message_sent" and event["facts"]["by"] == "buyer"
        }
        return [told[n] for n in sorted(told)]

    def _send(self, **command: Any) -> None:
        self._socket.send(json.dumps(command))


def _events(frame: Frame) -> list[Frame]:
    return [frame] if frame["t"] == "event" else list(frame.get("events") or [])


def _says(frame: Frame, text: str) -> bool:
    return any((event.get("body") or {}).get("text") == text for event in _events(frame))


def _log_in(desk: RunningDesk, identifier: str) -> str:
    request = urllib.request.Request(  # noqa: S310 (our own address)
        f"{desk.url}/api/login",
        json.dumps({"identifier": identifier, "password": PASSWORD}).encode(),
        {"Content-Type": "application/json", "X-Golden-Six": "1"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
        return str(answer.headers["set-cookie"]).partition(";")[0]
