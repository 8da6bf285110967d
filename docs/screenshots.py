"""The pictures of the documentation: a real desk, recorded buyers, people who answer them, and a browser.

./run screenshots [--seconds 320] [--only live]
"""

import argparse
import os
import re
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Locator,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)
from websockets.sync.client import connect

ROOT: Final = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from colleague import ASKED, CUSTOMER, Colleague, send  # noqa: E402 - after the path

from goldensix.adapters.archive.shops import FIRST_ANALYSTS  # noqa: E402 - after the path
from report_log import log  # noqa: E402 - after the path
from running_desk import ADMINISTRATOR, AGENTS, PASSWORD, SERVICE_MANAGER, RunningDesk  # noqa: E402 - after the path

FOLDER: Final = ROOT / "docs" / "screenshots"
DESKTOP: Final = ViewportSize(width=1440, height=900)
PHONE: Final = ViewportSize(width=390, height=844)
OWN: Final = {"X-Golden-Six": "1"}
FLAGS: Final = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
ANALYSTS: Final = ("import", "report", "report-en", "report-figure", "report-figure-en", "report-file", "robot")
"""Pictures that nobody needs to be played for."""
HOUSE: Final = (
    "golden_six_human,golden_six_anyone,first_response,average_response,median_response,p90_response,within_30s,"
    "within_3min,answer_ratio,reply_rate,unanswered_people"
)


# ------------------------------------------------------------------ the stage


@dataclass
class Stage:
    desk: RunningDesk
    browser: Browser
    ends: ExitStack
    only: str
    colleagues: dict[str, Colleague] = field(default_factory=dict)

    def context(self, *, english: bool = False, dark: bool = False, phone: bool = False) -> BrowserContext:
        context = self.browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            device_scale_factor=2 if phone else 1,
            is_mobile=phone,
            has_touch=phone,
            locale="en-US" if english else "zh-CN",
            color_scheme="dark" if dark else "light",
            timezone_id="Asia/Shanghai",
            permissions=["notifications"],
        )
        self.ends.callback(context.close)
        return context

    def logged_in(self, identifier: str, path: str, **how: bool) -> Page:
        context = self.context(**how)
        answer = context.request.post(
            f"{self.desk.url}/api/login", data={"identifier": identifier, "password": PASSWORD}, headers=OWN
        )
        assert answer.ok, answer.text()
        page = context.new_page()
        page.goto(f"{self.desk.url}{path}")
        return page

    def hire(self, identifier: str) -> None:
        page = self.logged_in(identifier, "/login")
        (cookie,) = (each for each in page.context.cookies() if each.get("name") == "gs_session")
        at_work = Colleague(self.desk, identifier, f"gs_session={cookie.get('value')}", Random(identifier))  # noqa: S311 - a play, not a secret
        self.colleagues[identifier] = at_work
        at_work.begin()

    def shoot(self, page: Page, name: str) -> None:
        if self.only not in name:
            return
        page.mouse.move(0, 0)
        page.wait_for_timeout(400)
        path = FOLDER / f"{name}.png"
        page.screenshot(path=path, animations="disabled")
        with Image.open(path) as picture:
            few = picture.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
            few.save(path, optimize=True)
        _tell(f"{name}.png  {path.stat().st_size // 1000} kB")


@contextmanager
def stage(only: str) -> Iterator[Stage]:
    program = os.environ.get("GOLDENSIX_CHROMIUM") or shutil.which("chromium")
    with ExitStack() as ends, tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        desk = RunningDesk(Path(folder) / "data").start()
        ends.callback(desk.stop)
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        ends.callback(browser.close)
        made = Stage(desk, browser, ends, only)
        try:
            yield made
        finally:
            for colleague in made.colleagues.values():
                colleague.go()
            ends.close()


# ------------------------------------------------------------------ what is played


def rehearse(administrator: Page, desk: RunningDesk, sessions: int) -> None:
    plan = {"rate": 20, "agents": 1, "seed": 6, "speed": 1, "sessions": sessions}
    answer = administrator.context.request.post(f"{desk.url}/api/rehearsals", data=plan, headers=OWN)
    assert answer.ok, answer.text()


def ask_on_phone(shown: Stage) -> Page:
    page = shown.context(phone=True).new_page()
    page.goto(f"{shown.desk.url}/s/1")
    page.get_by_role("button", name=ASKED[0][0]).click()
    expect(page.get_by_role("log")).to_contain_text(ASKED[0][1], timeout=60_000)
    return page


def strangers(shown: Stage) -> None:
    """Buyers who chose a question of another group than pre-sale; more of them than that group has room for."""
    request = shown.context().request
    window = request.get(f"{shown.desk.url}/api/widget/1").json()
    group_of = {each["zh"]: each["group"] for each in window["questions"]}
    after_sale = group_of[ASKED[0][0]]
    for text, _ in ASKED[1:]:
        visitor = request.post(f"{shown.desk.url}/api/visitor", data={"shop": 1}).json()
        socket = shown.ends.enter_context(connect(f"ws://127.0.0.1:{shown.desk.port}/ws/buyer"))
        send(socket, t="hello", token=visitor["token"], language="zh")
        send(socket, t="say", id=secrets.token_hex(8), text=text, group=group_of.get(text, after_sale))


def shop_visit(shown: Stage, *, english: bool = False) -> Page:
    """The demo's customer with the window open."""
    page = shown.context(english=english).new_page()
    page.goto(f"{shown.desk.url}/shop/1")
    page.locator(".launcher").click()
    return page


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


def conversation(buyer: Page, agent: Page, thinking: float) -> None:
    """A customer asks about the shirt on the page; the agent answers; the customer asks on and waits."""
    say(buyer, "你好，我 165、52 公斤，这件真丝衬衫选 S 还是 M？")
    say(buyer, "喜欢宽松一点的")
    row = agent.get_by_role("option").filter(has_text=CUSTOMER)
    expect(row).to_be_visible(timeout=60_000)
    row.click()
    composer = agent.get_by_role("textbox", name=re.compile("^(回复|Answer)"))
    buyer.wait_for_timeout(thinking)
    _answer(composer, "您好，这个身材建议 M，肩线正好落在肩头；想再宽松些可以选 L，衣长多两厘米。")
    buyer.wait_for_timeout(5_000)
    say(buyer, "米白有现货吗，今天能发吗")
    buyer.wait_for_timeout(thinking)
    _answer(composer, "有的，米白 M 现货，今天 16:00 前付款当天发出。")
    buyer.wait_for_timeout(4_000)
    say(buyer, "好。我拍过一件 S，还没发，能直接改成 M 吗？")


def _answer(composer: Locator, text: str) -> None:
    composer.fill(text)
    composer.press("Enter")


def play(shown: Stage, seconds: float) -> None:
    shown.shoot(_settled(_opened(shown, "/login")), "login")
    analysis(shown)
    robot(shown)
    if shown.only and any(shown.only in name for name in ANALYSTS):
        return
    for identifier in (*AGENTS, SERVICE_MANAGER):
        shown.hire(identifier)
    administrator = shown.logged_in(ADMINISTRATOR, "/start")
    shown.shoot(ask_on_phone(shown), "widget-phone")
    administrator.reload()
    shown.shoot(_settled(administrator), "start")
    rehearse(administrator, shown.desk, sessions=int(seconds))
    administrator.close()
    busy_minutes(shown, time.monotonic() + seconds)


def busy_minutes(shown: Stage, until: float) -> None:
    board = shown.logged_in(SERVICE_MANAGER, "/live")
    _wait(board, until - 45)
    workbench, buyer = shown.logged_in(AGENTS[0], "/desk"), shop_visit(shown)
    for identifier in AGENTS[1:3]:  # so that the customer comes to the agent whose page is shown
        shown.colleagues[identifier].is_ready(ready=False)
    conversation(buyer, workbench, 3_500)
    for identifier in AGENTS[1:3]:
        shown.colleagues[identifier].is_ready(ready=True)
    shown.colleagues[AGENTS[3]].is_ready(ready=False)
    strangers(shown)
    workbench.wait_for_timeout(4_000)
    shown.colleagues.pop(AGENTS[0]).go()
    workbench.wait_for_timeout(5_000)
    shown.shoot(workbench, "workbench")
    shown.shoot(board, "live")
    shown.shoot(buyer, "widget")
    english = shown.logged_in(AGENTS[0], workbench.url.removeprefix(shown.desk.url), english=True)
    _settled(english).get_by_role("button", name="Turn on and test").click()
    shown.shoot(english, "workbench-en")
    shown.shoot(_settled(shown.logged_in(SERVICE_MANAGER, "/live", english=True)), "live-en")
    shown.shoot(_settled(shown.logged_in(SERVICE_MANAGER, "/live", dark=True)), "live-dark")


# ------------------------------------------------------------------ the analyst's pages


def chat_log() -> bytes:
    """Twelve days of a shop's export up to yesterday, in the encoding that Chinese spreadsheets write."""
    yesterday = datetime.now(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None) - timedelta(days=1)
    return log(12, 160, yesterday).encode("gb18030")


def analysis(shown: Stage) -> None:
    """A GBK export is brought in on the page, and reported: on the pages and as one file."""
    page = shown.logged_in(SERVICE_MANAGER, "/import")
    export = FilePayload(name="旺旺聊天记录.csv", mimeType="text/csv", buffer=chat_log())
    page.locator("input[type=file]").set_input_files(export)
    page.get_by_label("店铺名").fill("南栖旗舰店")
    shown.shoot(_settled(page), "import")
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="导入好了")).to_be_visible(timeout=60_000)
    for english, ending in ((False, ""), (True, "-en")):
        for path, name in (("overview", "report"), ("calibers/golden_six_human", "report-figure")):
            opened = shown.logged_in(SERVICE_MANAGER, f"/reports/{path}?shop={FIRST_ANALYSTS}&vs=none", english=english)
            computed = opened.get_by_role("status").filter(has_text=re.compile("算到|computed"))
            expect(computed).to_be_visible(timeout=180_000)
            shown.shoot(_settled(opened), f"{name}{ending}")
    file = page.request.get(
        f"{shown.desk.url}/api/reports/export?format=html&by=day&shop={FIRST_ANALYSTS}&caliber={HOUSE}"
    )
    page.set_content(file.text())
    shown.shoot(page, "report-file")


def robot(shown: Stage) -> None:
    """The question bank, what the robot would have answered of the export, and a buyer whom it answers."""
    trying = shown.logged_in(SERVICE_MANAGER, "/robot/trials")
    trying.get_by_role("button", name="试一遍").click()
    expect(trying.get_by_role("region", name="结果")).to_contain_text("4", timeout=120_000)
    shown.shoot(_settled(trying), "robot-trial")
    switch = trying.get_by_role("region", name="打开机器人")
    switch.get_by_text("总是先接待").click()
    switch.get_by_role("button", name="打开").click()
    expect(switch).to_contain_text("现在：总是先接待")
    for english, ending in ((False, ""), (True, "-en")):
        bank = shown.logged_in(SERVICE_MANAGER, "/robot/questions", english=english)
        shown.shoot(_settled(bank), f"robot{ending}")
        buyer = shop_visit(shown, english=english)
        say(buyer, "When will my order ship?" if english else "什么时候发货")
        expect(buyer.locator(".robot .bubble")).to_have_count(3, timeout=20_000)
        shown.shoot(_settled(buyer), f"robot-answers{ending}")
        buyer.get_by_role("button", name="End chat" if english else "结束咨询").click()
        ended = "Chat has ended" if english else "本次咨询已结束"
        expect(buyer.get_by_role("log")).to_contain_text(ended, timeout=20_000)
        buyer.close()
    stopped = trying.request.patch(f"{shown.desk.url}/api/robot/work", data={"mode": "off"}, headers=OWN)
    assert stopped.ok, stopped.text()


def _opened(shown: Stage, path: str) -> Page:
    page = shown.context().new_page()
    page.goto(f"{shown.desk.url}{path}")
    return page


def _settled(page: Page) -> Page:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(2_500)
    return page


def _wait(page: Page, until: float) -> None:
    page.wait_for_timeout(max(0.0, until - time.monotonic()) * 1000)


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=320, help="how long recorded buyers come before the pictures")
    parser.add_argument("--only", default="", help="only pictures with this in their name")
    arguments = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    with stage(arguments.only) as shown:
        play(shown, arguments.seconds)


if __name__ == "__main__":
    main()
