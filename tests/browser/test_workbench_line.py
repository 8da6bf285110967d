"""The workbench when the line is bad: what it says, what it keeps, what it sends again."""

import re
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from buyer_line import BuyerLine
from running_desk import AGENTS, RunningDesk
from workbench_page import at_work, composer, log, row_of


class Line:
    """The page's line to the desk. What is open while it is held is dead for good, and nobody hangs up.

    It runs on the test's own thread: wait for the page before waiting for the buyer.
    """

    def __init__(self) -> None:
        self._held = False
        self._dead: set[WebSocketRoute] = set()
        self._open: list[WebSocketRoute] = []

    def hold(self) -> None:
        self._held = True
        self._dead.update(self._open)

    def let_go(self) -> None:
        self._held = False

    def route(self, here: WebSocketRoute) -> None:
        there = here.connect_to_server()
        self._open.append(here)
        if self._held:
            self._dead.add(here)
        here.on_message(lambda message: None if here in self._dead else there.send(message))
        there.on_message(lambda message: None if here in self._dead else here.send(message))


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def agent(
    own_desk: RunningDesk, log_in: Callable[..., Page], context_of: Callable[..., BrowserContext], line: Line
) -> Page:
    context = context_of()
    context.route_web_socket(re.compile("/ws/desk"), line.route)
    return at_work(log_in(own_desk, AGENTS[0], context=context))


def test_silence_is_said_after_two_beats_and_forgotten_with_what_came_meanwhile(
    agent: Page, own_desk: RunningDesk, line: Line
) -> None:
    buyer = BuyerLine(own_desk).says("在吗")
    expect(log(agent)).to_contain_text("在吗")
    line.hold()
    buyer.says("人呢", "喂")
    bar = agent.get_by_role("alert")
    expect(bar).to_contain_text("重连中", timeout=8_000)
    expect(bar).to_contain_text("显示的是")
    expect(composer(agent)).to_be_editable()
    agent.keyboard.type("来了")
    agent.keyboard.press("Enter")
    expect(log(agent)).to_contain_text("发送中")
    expect(bar).to_contain_text("已断开", timeout=16_000)
    line.let_go()
    bar.get_by_role("button", name="立即重试").click()
    expect(agent.get_by_text("断开期间来了 2 条，都补上了")).to_be_visible()
    expect(bar).to_have_count(0)
    expect(log(agent)).not_to_contain_text("发送中")
    buyer.hears("来了")
    expect(log(agent)).to_contain_text("喂")
    assert buyer.heard("来了") == 1


def test_what_was_written_while_the_desk_was_down_survives_a_crash_and_arrives_once_in_order(
    agent: Page, own_desk: RunningDesk
) -> None:
    buyer = BuyerLine(own_desk).says("在吗")
    expect(log(agent)).to_contain_text("在吗")
    address = agent.url
    own_desk.stop(signal.SIGTERM)
    for words in ("第一句", "第二句", "第三句"):
        agent.keyboard.type(words)
        agent.keyboard.press("Enter")
    agent.keyboard.type("还没写完")
    expect(log(agent)).to_contain_text("发送中，前面还有 2 条")
    context = agent.context
    agent.close()
    own_desk.start()
    page = context.new_page()
    page.goto(address)
    expect(row_of(page, buyer)).to_contain_text("我: 第三句")
    again = buyer.again()
    for words in ("第一句", "第二句", "第三句"):
        again.hears(words)
    assert again.answers() == ["第一句", "第二句", "第三句"]
    expect(composer(page)).to_have_value("还没写完")
    expect(log(page)).not_to_contain_text("发送中")


def test_a_message_to_a_closed_conversation_stays_with_its_reason(
    agent: Page, own_desk: RunningDesk, line: Line
) -> None:
    buyer = BuyerLine(own_desk).says("在吗")
    expect(log(agent)).to_contain_text("在吗")
    line.hold()
    agent.keyboard.type("在的")
    agent.keyboard.press("Enter")
    buyer.hangs_up()
    buyer.until(lambda frame: frame.get("type") == "conversation_closed")
    expect(agent.get_by_text("重连中")).to_be_visible(timeout=8_000)
    line.let_go()
    expect(log(agent)).to_contain_text("没发出去：会话已经结束", timeout=15_000)
    expect(log(agent).get_by_role("button", name="复制")).to_be_visible()
    log(agent).get_by_role("button", name="放弃").click()
    expect(log(agent)).not_to_contain_text("没发出去")


def test_an_ended_log_in_asks_over_the_page_and_goes_on(agent: Page, own_desk: RunningDesk) -> None:
    buyer = BuyerLine(own_desk).says("在吗")
    expect(log(agent)).to_contain_text("在吗")
    agent.keyboard.type("写到一半")
    agent.context.request.post(f"{own_desk.url}/api/logout", headers={"X-Golden-Six": "1"})
    dialog = agent.get_by_role("dialog", name="登录已过期")
    expect(dialog).to_be_visible(timeout=15_000)
    dialog.get_by_label("手机号或邮箱").fill(AGENTS[0])
    dialog.get_by_label("密码").last.fill("liu-miao-6")
    dialog.get_by_role("button", name="登录").click()
    expect(dialog).to_have_count(0)
    expect(composer(agent)).to_have_value("写到一半")
    composer(agent).press("Enter")
    expect(log(agent)).to_contain_text("首次人工回复")
    buyer.hears("写到一半")
