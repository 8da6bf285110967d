"""Somebody of the demo shop at work, for the pictures: over the desk's own socket, as a page would."""

import json
import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from running_desk import RunningDesk

CUSTOMER: Final = "林小满"
"""Who is signed in on the demo shop's page."""
ANSWERS: Final = (
    "在的，我帮您看一下",
    "有现货，今天能发",
    "可以的，已经给您备注好了",
    "这款不起球，放心穿",
    "好的，稍等我核对一下",
)
ASKED: Final = (
    ("退换货怎么办理？", "签收七天内、吊牌完好都可以退。在订单里点退货，运费险会赔付。"),
    ("想改收货地址", "可以改，请发：收件人、电话和详细地址，我复述一遍再改。"),
    ("质量有疑问", "您好，麻烦拍一张细节图，我马上请质检看。"),
    ("退款多久到账", "仓库签收后当天退回原支付账户。"),
    ("两单能一起退吗", "可以，放在一个包裹里寄回就好。"),
    ("袖口有一根线头", "给您添麻烦了，剪掉不会脱线；不放心可以换一件。"),
    ("退货的运费谁出", "运费险会赔付，一般签收后三天内到账。"),
    ("换成大一码要补差价吗", "同款换码不用补差价。"),
    ("吊牌剪了还能退吗", "剪了吊牌不能无理由退，有质量问题可以。"),
    ("赠品漏发了", "抱歉，我马上给您补寄，今天发出。"),
    ("发票抬头写错了", "可以重开，请把正确的抬头和税号发我。"),
)
"""Questions by hand, and what whoever gets them answers."""


@dataclass
class Colleague:
    """Somebody of the demo at work over the desk's own socket: waits a little, types, answers."""

    desk: RunningDesk
    identifier: str
    cookie: str
    chance: Random
    left_alone: set[str] = field(default_factory=set)
    """Conversations that a page answers."""
    _due: dict[str, tuple[float, str]] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def is_ready(self, *, ready: bool) -> None:
        send(self._socket, **({"t": "ready"} if ready else {"t": "break", "reason": "用餐"}))

    def go(self) -> None:
        """Leave the desk without a word: a page that is open keeps the presence."""
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        headers = {"Cookie": self.cookie, "Origin": self.desk.url}
        with connect(f"ws://127.0.0.1:{self.desk.port}/ws/desk", additional_headers=headers, max_size=None) as socket:
            self._socket = socket
            send(socket, t="hello", opened={})
            send(socket, t="ready")
            while not self._over.is_set():
                for frame in _received(socket):
                    self._take(socket, frame)
                self._answer(socket)

    def _take(self, socket: ClientConnection, frame: dict[str, Any]) -> None:
        if frame.get("buyer_name") == CUSTOMER:
            self.left_alone.add(frame["c"])
        for each in (frame, *frame.get("receptions", []), *(frame.get("events") or [])):
            if each.get("type") == "message_sent":
                self._hear(socket, each)
        if frame["t"] == "gone":
            self._due.pop(frame["c"], None)

    def _hear(self, socket: ClientConnection, event: dict[str, Any]) -> None:
        by, c = event["facts"]["by"], event["c"]
        if c in self.left_alone:
            return
        if by == "agent":
            self._due.pop(c, None)
        elif by == "buyer":
            known = dict(ASKED).get((event["body"] or {}).get("text", ""))
            self._due.setdefault(
                c, (time.time() + self.chance.lognormvariate(1.0, 0.5), known or self.chance.choice(ANSWERS))
            )
            send(socket, t="read", c=c, up_to=event["n"])

    def _answer(self, socket: ClientConnection) -> None:
        """One pair of hands: whoever has waited longest first."""
        if not self._due:
            return
        c, (due, text) = min(self._due.items(), key=lambda each: each[1])
        if time.time() > due - 1.5:
            send(socket, t="typing", c=c)
        if time.time() > due:
            del self._due[c]
            send(socket, t="say", c=c, id=secrets.token_hex(8), text=text)


def _received(socket: ClientConnection) -> list[dict[str, Any]]:
    try:
        frames: list[dict[str, Any]] = json.loads(socket.recv(timeout=0.3))
    except TimeoutError:
        return []
    return frames


def send(socket: ClientConnection, **command: Any) -> None:
    with suppress(ConnectionClosed):
        socket.send(json.dumps(command))
