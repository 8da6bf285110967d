"""The buyer's window: pictures, a desk or a network that goes away, and everybody's eyes."""

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from agent_line import AgentLine
from running_desk import AGENTS, RunningDesk
from shop_site import ShopSite
from widget_page import Contexts, answering, attach, axe_finds_nothing, box, launcher, line, log, opened, picture, say


@pytest.fixture
def agent(desk: RunningDesk) -> Iterator[AgentLine]:
    with answering(desk) as line:
        yield line


def test_a_picture_is_shrunk_sent_and_keeps_its_place(buyer: Page, agent: AgentLine) -> None:
    attach(buyer, 3200, 2400)
    expect(buyer.locator(".own img")).to_have_attribute("width", "220")
    expect(buyer.locator(".own img")).to_have_attribute("height", "165")
    seen = agent.until(
        lambda frame: frame["t"] == "reception" and any((e["body"] or {}).get("picture") for e in frame["events"])
    )
    sent = next(e["body"]["picture"] for e in seen["events"] if (e["body"] or {}).get("picture"))
    assert (sent["width"], sent["height"]) == (1600, 1200)


def test_a_pasted_picture_waits_for_its_retry_and_keeps_what_follows_flowing(buyer: Page) -> None:
    buyer.route("**/api/visitor/pictures", lambda route: route.abort())
    data = base64.b64encode(picture(30, 30)).decode()
    box(buyer).evaluate(
        """(box, data) => {
          const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File([bytes], "a.png", { type: "image/png" }));
          box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        data,
    )
    failed = buyer.locator(".failed")
    expect(failed).to_contain_text("没发出去")
    say(buyer, "图发不出去")
    expect(line(buyer, "图发不出去")).to_contain_text("已送达")
    buyer.unroute("**/api/visitor/pictures")
    failed.get_by_role("button", name="重试").click()
    expect(buyer.locator(".failed")).to_have_count(0)
    expect(buyer.locator(".own").filter(has=buyer.locator("img"))).to_contain_text("已送达")


def test_what_cannot_be_read_as_a_picture_is_said_so(buyer: Page) -> None:
    broken: Any = {"name": "a.png", "mimeType": "image/png", "buffer": b"nothing"}
    buyer.locator("input[type=file]").set_input_files(broken)
    expect(buyer.get_by_text("图片打不开")).to_be_visible()


def test_a_picture_that_did_not_load_is_asked_for_again(buyer: Page, desk: RunningDesk) -> None:
    attach(buyer)
    expect(buyer.locator(".own")).to_contain_text("已送达")
    buyer.route("**/pictures/*", lambda route: route.abort())
    buyer.reload()
    launcher(buyer).click()
    again = buyer.get_by_role("button", name="图片 · 重试")
    expect(again).to_be_visible()
    buyer.unroute("**/pictures/*")
    again.click()
    expect(buyer.locator(".own img")).to_have_js_property("naturalWidth", 60)


# ------------------------------------------------------------------ the connection


def test_what_was_written_while_the_desk_was_down_survives_the_page_and_comes_once(
    own_desk: RunningDesk, context_of: Contexts
) -> None:
    site = ShopSite(own_desk)
    context = context_of()
    page = opened(context.new_page(), site.page())
    say(page, "一")
    expect(line(page, "一")).to_contain_text("已送达")
    own_desk.kill()
    say(page, "二")
    say(page, "三")
    expect(line(page, "三")).to_contain_text("发送中")
    expect(page.get_by_text("正在连接 · 您可以接着写")).to_be_visible(timeout=8_000)
    page.close()
    own_desk.start()
    page = opened(context.new_page(), site.page())
    expect(line(page, "三")).to_contain_text("已送达", timeout=15_000)
    with AgentLine(own_desk, AGENTS[0]) as agent:
        agent.serves("一")
        assert agent.said() == ["一", "二", "三"]
    site.close()


def test_a_window_left_open_comes_back_and_misses_nothing(own_desk: RunningDesk, context_of: Contexts) -> None:
    site = ShopSite(own_desk)
    page = opened(context_of().new_page(), site.page())
    say(page, "一")
    expect(line(page, "一")).to_contain_text("已送达")
    own_desk.kill()
    say(page, "二")
    own_desk.start()
    with AgentLine(own_desk, AGENTS[0]) as agent:
        agent.serves("一")
        agent.hears(lambda event: (event.get("body") or {}).get("text") == "二")
        agent.says("都收到了")
        expect(line(page, "都收到了")).to_have_count(1)
        expect(line(page, "二")).to_have_count(1)
        expect(line(page, "二")).to_contain_text("已读")
        expect(page.get_by_text("正在连接")).to_be_hidden()
    site.close()


def test_two_tabs_of_a_buyer_stay_in_step(shop: ShopSite, context_of: Contexts, agent: AgentLine) -> None:
    context = context_of()
    first = opened(context.new_page(), shop.page())
    say(first, "从第一页写")
    agent.serves("从第一页写")
    second = context.new_page()
    second.goto(shop.url)
    first.get_by_role("button", name="收起咨询窗").first.click()
    agent.says("答")
    expect(launcher(first).locator(".badge")).to_have_text("1")
    launcher(second).click()
    expect(line(second, "从第一页写")).to_have_count(1)
    expect(line(second, "答")).to_be_visible()
    expect(launcher(first).locator(".badge")).to_be_hidden()
    say(second, "从第二页写")
    launcher(first).click()
    expect(line(first, "从第二页写")).to_have_count(1)


def test_a_browser_that_refuses_storage_can_chat_all_the_same(shop: ShopSite, context_of: Contexts) -> None:
    context = context_of()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
    )
    page = opened(context.new_page(), shop.page())
    say(page, "无痕也能问")
    expect(line(page, "无痕也能问")).to_contain_text("已送达")


def test_frames_of_a_later_desk_are_ignored_and_counted(shop: ShopSite, context_of: Contexts) -> None:
    page = context_of().new_page()

    def from_the_future(socket: WebSocketRoute) -> None:
        desk = socket.connect_to_server()

        def both(message: str | bytes) -> None:
            socket.send(message)
            socket.send('[{"t":"hologram"}]')

        desk.on_message(both)

    page.route_web_socket("**/ws/buyer", from_the_future)
    opened(page, shop.page())
    say(page, "还好吗")
    expect(line(page, "还好吗")).to_contain_text("已送达")
    expect(page.locator("[data-ignored]")).to_have_attribute("data-ignored", re.compile("[1-9]"))


def test_a_visitor_the_desk_forgot_becomes_a_new_one(shop: ShopSite, context_of: Contexts) -> None:
    page = context_of().new_page()
    page.goto(shop.page())
    page.evaluate('localStorage.setItem(\'g6.1..visitor\', \'{"token":"1.forged","buyer":"nobody"}\')')
    opened(page, shop.url)
    say(page, "我是谁")
    expect(line(page, "我是谁")).to_contain_text("已送达")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844), (720, 450), (360, 225)], ids=str)
def test_axe_finds_nothing_and_nothing_spills(
    shop: ShopSite,
    context_of: Contexts,
    agent: AgentLine,
    scheme: str,
    language: str,
    size: tuple[int, int],
) -> None:
    context = context_of(color_scheme=scheme)
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, shop.page(f'data-product="1" data-lang="{language}"'))
    expect(page.locator(".start .chip")).to_have_count(5)
    axe_finds_nothing(page)
    say(page, "https://shop.example/")
    agent.until(lambda frame: frame["t"] == "reception" and frame["mine"])
    attach(page)
    expect(page.locator(".own img")).to_be_visible()
    box(page).fill("字" * 4_001)
    axe_finds_nothing(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert log(page).evaluate("log => log.scrollWidth <= log.clientWidth")


@pytest.mark.parametrize("path", ["/shop/1", "/s/1"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_axe_finds_nothing_on_the_desks_own_buyer_pages(
    desk: RunningDesk, context_of: Contexts, path: str, locale: str
) -> None:
    page = context_of().new_page()
    page.goto(f"{desk.url}{path}")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    axe_finds_nothing(page)
