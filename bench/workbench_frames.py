"""The workbench with 200 open conversations while buyers write: does the browser keep its frames?

    ./run bench workbench_frames [--chats 200] [--rate 20] [--seconds 20]

A frame is kept when the page's own thread never works for 16 ms on end; showing another conversation may take 50 ms.
Measured in Chromium on the real desk: the tasks of that thread are read off a trace, and tasks less than a
millisecond apart count as one stretch of work.
"""

import argparse
import json
import secrets
import shutil
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from buyer_line import BuyerLine
from running_desk import ADMINISTRATOR, AGENTS, PASSWORD, RunningDesk

FRAME_MS: Final = 16.0
SWITCH_MS: Final = 50.0
FLAGS: Final = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"]
TRACED: Final = ["disabled-by-default-devtools.timeline"]
APART_US: Final = 1_000
EDGE_US: Final = 500_000


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--chats", type=int, default=200)
    ask.add_argument("--rate", type=float, default=20, help="buyers' messages a second")
    ask.add_argument("--seconds", type=float, default=20)
    wish = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_:
        desk = RunningDesk(Path(folder) / "data").start()
        open_.callback(desk.stop)
        page = open_.enter_context(_Browser(desk)).page
        buyers = [BuyerLine(desk).says(f"第 {at} 位") for at in range(wish.chats)]
        page.get_by_text(f"等我回复 · {wish.chats}").wait_for()
        page.keyboard.press("Alt+ArrowDown")
        _report(page, buyers, wish)


class _Browser:
    """An agent's page who may have as many conversations as come."""

    def __init__(self, desk: RunningDesk) -> None:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=FLAGS
        )
        self._lift_limit(desk)
        self.page = self._enter(desk, AGENTS[0]).new_page()
        self.page.goto(f"{desk.url}/desk")
        self.page.locator("button.state").wait_for()
        self.page.keyboard.press("Alt+KeyR")

    def __enter__(self) -> "_Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.close()
        self._playwright.stop()

    def _enter(self, desk: RunningDesk, who: str) -> Any:
        context = self._browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        login = {"identifier": who, "password": PASSWORD}
        context.request.post(f"{desk.url}/api/login", data=login, headers={"X-Golden-Six": "1"})
        return context

    def _lift_limit(self, desk: RunningDesk) -> None:
        administrator = self._enter(desk, ADMINISTRATOR)
        accounts = administrator.request.get(f"{desk.url}/api/accounts").json()
        mine = next(each["id"] for each in accounts if str(each["phone"]).endswith(AGENTS[0]))
        path = f"{desk.url}/api/accounts/{mine}"
        administrator.request.patch(path, data={"limit": 200}, headers={"X-Golden-Six": "1"})


def _report(page: Page, buyers: list[BuyerLine], wish: argparse.Namespace) -> None:
    table = Table(title=f"{wish.chats} open conversations, {wish.rate:g} messages/s")
    for head in ("what", "stretches", "p50 ms", "p99 ms", "worst ms", "limit ms", "kept"):
        table.add_column(head, justify="left" if head == "what" else "right")
    for what, (doing, limit) in _SCENES.items():
        work = _traced(page, buyers, wish, doing)
        kept = sum(each < limit for each in work) / len(work)
        cells = [f"{_quantile(work, q):.1f}" for q in (0.5, 0.99, 1)]
        table.add_row(what, str(len(work)), *cells, f"{limit:g}", f"{kept:.2%}")
    Console().print(table)


def _watch(page: Page, seconds: float) -> None:
    page.wait_for_timeout(seconds * 1000)


def _type(page: Page, seconds: float) -> None:
    until = time.monotonic() + seconds
    page.locator("textarea").focus()
    while time.monotonic() < until:
        page.keyboard.type("稍等我看一下", delay=60)
        page.keyboard.press("Control+KeyA")
        page.keyboard.press("Backspace")


def _walk(page: Page, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        page.keyboard.press("Alt+ArrowDown")
        page.wait_for_timeout(250)


def _scroll(page: Page, seconds: float) -> None:
    until = time.monotonic() + seconds
    page.mouse.move(200, 400)
    way = 240
    while time.monotonic() < until:
        page.mouse.wheel(0, way)
        page.wait_for_timeout(50)
        way = -way if secrets.randbelow(40) == 0 else way


_SCENES: Final = {
    "looking on": (_watch, FRAME_MS),
    "typing": (_type, FRAME_MS),
    "scrolling the list": (_scroll, FRAME_MS),
    "walking with Alt+Down": (_walk, SWITCH_MS),
}


def _traced(page: Page, buyers: list[BuyerLine], wish: argparse.Namespace, doing: Any) -> list[float]:
    """The page thread's stretches of work, in milliseconds, while buyers write."""
    over = threading.Event()
    crowd = threading.Thread(target=_write, args=(buyers, wish.rate, over))
    browser = page.context.browser
    assert browser is not None
    crowd.start()
    browser.start_tracing(page=page, categories=TRACED)
    doing(page, wish.seconds)
    trace = json.loads(browser.stop_tracing())
    over.set()
    crowd.join()
    return _stretches(trace["traceEvents"])


def _write(buyers: list[BuyerLine], rate: float, over: threading.Event) -> None:
    """Anybody, at this rate, without waiting for the desk."""
    while not over.wait(1 / rate):
        buyer = buyers[secrets.randbelow(len(buyers))]
        buyer.throws("这件还有货吗？我身高 165，体重 115 斤，平时穿 M")


def _stretches(events: list[dict[str, Any]]) -> list[float]:
    """The processor time of each stretch in which the page's thread was busy on end.

    Processor time, not the clock: on a machine that also runs the desk, its database and its buyers, the thread is
    often only waiting for its turn. The trace's own beginning and end are left out.
    """
    pages = {
        (e["pid"], e["tid"]) for e in events if e["name"] == "thread_name" and e["args"]["name"] == "CrRendererMain"
    }
    tasks = [e for e in events if e["name"] == "RunTask" and (e["pid"], e["tid"]) in pages]
    begins, ends = min(e["ts"] for e in tasks) + EDGE_US, max(e["ts"] for e in tasks) - EDGE_US
    stretches: list[float] = []
    free_since = 0.0
    for task in sorted((e for e in tasks if begins < e["ts"] < ends), key=lambda e: e["ts"]):
        if task["ts"] - free_since < APART_US:
            stretches[-1] += task.get("tdur", task["dur"]) / 1000
        else:
            stretches.append(task.get("tdur", task["dur"]) / 1000)
        free_since = task["ts"] + task["dur"]
    return stretches


def _quantile(values: list[float], share: float) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


if __name__ == "__main__":
    main()
