"""The buyer's window on a shop's page, against a real desk and a real agent on the line."""

import gzip
import re
import urllib.request
from collections.abc import Callable, Iterator
from typing import Final

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from agent_line import AgentLine
from buyer_line import BuyerLine
from running_desk import AGENTS, SERVICE_MANAGER, RunningDesk
from shop_site import ShopSite
from widget_page import Contexts, answering, attach, axe_finds_nothing, box, launcher, line, log, opened, say

PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
HOSTILE: Final = (
    "* { all: revert !important; color: red !important; display: block !important; font-size: 40px !important }"
)


@pytest.fixture
def agent(desk: RunningDesk) -> Iterator[AgentLine]:
    with answering(desk) as line:
        yield line


# ------------------------------------------------------------------ talking


def test_a_buyer_asks_and_sees_who_answers(buyer: Page, agent: AgentLine) -> None:
    say(buyer, "有 L 码吗")
    agent.serves("有 L 码吗")
    agent.says("有的，今晚发")
    expect(line(buyer, "有的，今晚发")).to_contain_text("周小满")
    expect(buyer.get_by_role("heading", level=1).last).to_contain_text("周小满 · ")
    expect(log(buyer)).to_contain_text("周小满 已接入，为您服务")


def test_a_question_leads_to_its_group(buyer: Page, desk: RunningDesk) -> None:
    with AgentLine(desk, AGENTS[3]) as after_sale:  # without the pre-sale group, where all else goes
        buyer.get_by_role("button", name="退换货怎么办理？").click()
        after_sale.serves("退换货怎么办理？")


def test_the_product_of_the_page_is_asked_about_with_one_click(
    shop: ShopSite, context_of: Contexts, agent: AgentLine
) -> None:
    buyer = opened(context_of().new_page(), shop.page('data-product="2"'))
    buyer.get_by_role("button", name="问这件").click()
    expect(buyer.locator(".own .card")).to_contain_text("¥1299")
    agent.until(
        lambda frame: frame["t"] == "reception" and any((e["body"] or {}).get("product") == 2 for e in frame["events"])
    )


def test_the_robots_lines_are_marked_and_timed(buyer: Page) -> None:
    expect(buyer.locator(".robot .bubble").first).to_have_css("border-style", "dashed")
    say(buyer, "在吗")
    expect(buyer.locator(".robot .meta").nth(1)).to_have_text(re.compile(r"^机器人 · \d\.\d 秒$"))


def test_the_place_in_the_queue_is_shown_and_moves_on(desk: RunningDesk, buyer: Page) -> None:
    with AgentLine(desk, AGENTS[0]) as earlier:
        earlier.ends_all()
    first, second = BuyerLine(desk).says("一"), BuyerLine(desk).says("二")
    with first, second:
        say(buyer, "还要等多久")
        expect(buyer.locator(".place")).to_contain_text("排第 3 位")
        expect(buyer.locator(".place text")).to_have_text("3")
    expect(buyer.locator(".place")).to_contain_text("下一位就是您", timeout=12_000)


def test_the_agents_typing_is_shown_and_passes(buyer: Page, agent: AgentLine) -> None:
    say(buyer, "在吗")
    agent.serves("在吗")
    agent.does("typing")
    expect(buyer.get_by_text("周小满 正在输入…")).to_be_visible()
    expect(buyer.get_by_text("周小满 正在输入…")).to_be_hidden(timeout=8_000)


def test_the_agent_sees_the_buyers_typing(buyer: Page, agent: AgentLine) -> None:
    say(buyer, "在吗")
    agent.serves("在吗")
    box(buyer).press_sequentially("我想")
    agent.until(lambda frame: frame["t"] == "typing")


def test_a_message_is_taken_back_within_two_minutes(buyer: Page, agent: AgentLine) -> None:
    say(buyer, "写错了")
    agent.serves("写错了")
    line(buyer, "写错了").get_by_role("button", name="撤回").click()
    expect(log(buyer)).to_contain_text("消息已撤回")
    expect(line(buyer, "写错了")).to_have_count(0)
    agent.hears(lambda event: event["type"] == "message_recalled")


def test_read_marks_go_both_ways(buyer: Page, agent: AgentLine) -> None:
    say(buyer, "看到了吗")
    agent.serves("看到了吗")
    agent.does("read", up_to=99)
    expect(line(buyer, "看到了吗")).to_contain_text("已读")
    agent.says("看到了")
    agent.hears(lambda event: event["type"] == "messages_read" and event["facts"]["by"] == "buyer")


def test_an_ended_conversation_goes_on_by_writing_again(buyer: Page, agent: AgentLine) -> None:
    say(buyer, "第一问")
    agent.serves("第一问")
    buyer.get_by_role("button", name="结束咨询").click()
    buyer.get_by_role("button", name="撤销").click()
    expect(buyer.get_by_text("咨询即将结束")).to_be_hidden()
    agent.does("close")
    expect(log(buyer)).to_contain_text("本次咨询已结束")
    expect(box(buyer)).to_have_attribute("placeholder", "还有别的想问？")
    say(buyer, "第二问")
    agent.serves("第二问")
    agent.says("第二答")
    expect(line(buyer, "第二答")).to_be_visible()
    expect(line(buyer, "第一问")).to_be_visible()


def test_the_buyer_ends_the_conversation(buyer: Page, agent: AgentLine) -> None:
    say(buyer, "没事了")
    agent.serves("没事了")
    buyer.get_by_role("button", name="结束咨询").click()
    expect(log(buyer)).to_contain_text("本次咨询已结束", timeout=10_000)
    agent.until(lambda frame: frame["t"] == "gone" and frame["closed"])


def test_a_rating_is_asked_for_at_the_end_and_seen_on_the_live_page(
    buyer: Page, agent: AgentLine, desk: RunningDesk, log_in: Callable[..., Page]
) -> None:
    live = log_in(desk, SERVICE_MANAGER, "/live")
    changes = live.get_by_role("region", name="组").get_by_role("row").filter(has_text="改单")
    expect(changes).to_contain_text("还没有评价")
    buyer.get_by_role("button", name="想改收货地址").click()
    agent.serves("想改收货地址")
    agent.says("改好了")
    agent.does("close")
    asked = buyer.get_by_role("group", name="这次帮到您了吗？")
    asked.get_by_role("button", name="5 · 很满意").click()
    asked.get_by_role("button", name="解决了").click()
    star = asked.get_by_role("button", name="1 · 很不满意").bounding_box()
    assert star is not None
    assert (star["width"], star["height"]) == (44, 44)
    axe_finds_nothing(buyer)
    asked.get_by_role("button", name="提交").press("Enter")
    expect(log(buyer)).to_contain_text("谢谢您的评价")
    expect(log(buyer)).to_be_focused()
    expect(asked).to_have_count(0)
    expect(changes).to_contain_text("✓ 好评 100.0%（1 条）")
    agent.hears(lambda event: event["type"] == "conversation_rated" and event["facts"]["reasons"] == ["solved"])


# ------------------------------------------------------------------ what is typed


def test_markup_stays_text_and_only_addresses_of_the_web_become_links(buyer: Page, agent: AgentLine) -> None:
    said = '<img src=x onerror="document.title=1"> javascript:alert(1) 看 https://shop.example/a?b=1。'
    say(buyer, said)
    agent.serves(said)
    bubble = buyer.locator(".own .bubble")
    expect(bubble).to_contain_text('<img src=x onerror="document.title=1"> javascript:alert(1) 看 shop.example。')
    link = bubble.get_by_role("link")
    expect(link).to_have_count(1)
    expect(link).to_have_attribute("href", "https://shop.example/a?b=1")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(link).to_have_attribute("target", "_blank")


def test_too_long_a_text_is_counted_and_held_back(buyer: Page) -> None:
    box(buyer).fill("字" * 3_499)
    expect(buyer.locator(".status")).not_to_contain_text("/")
    box(buyer).fill("字" * 3_500)
    expect(buyer.locator(".status")).to_contain_text("3500 / 4000")
    say(buyer, "😀" * 4_001)
    expect(buyer.locator(".status .over")).to_have_text("4001 / 4000")
    expect(buyer.locator(".own")).to_have_count(0)
    say(buyer, "😀" * 4_000)
    expect(buyer.locator(".own")).to_contain_text("已送达")


def test_an_enter_that_ends_a_half_written_word_sends_nothing(buyer: Page) -> None:
    box(buyer).fill("ni hao")
    box(buyer).dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    box(buyer).dispatch_event("keydown", {"key": "Enter", "keyCode": 229})
    box(buyer).press("Shift+Enter")
    expect(box(buyer)).to_have_value("ni hao\n")
    expect(buyer.locator(".own")).to_have_count(0)


# ------------------------------------------------------------------ attention


def test_an_answer_to_a_closed_window_is_counted_and_sounded_unless_muted(
    shop: ShopSite, context_of: Contexts, agent: AgentLine
) -> None:
    context = context_of()
    context.add_init_script(
        """window.notes = 0; const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...at) { window.notes++; return start.apply(this, at) }"""
    )
    page = opened(context.new_page(), shop.page())
    assert page.evaluate("notes") == 0
    say(page, "在吗")
    agent.serves("在吗")
    page.keyboard.press("Escape")
    agent.says("在")
    expect(launcher(page)).to_have_accessible_name("打开咨询窗 · 1 条新消息")
    page.wait_for_function("notes === 1")
    launcher(page).click()
    page.get_by_role("button", name="关闭提示音", exact=True).click()
    page.keyboard.press("Escape")
    agent.says("还在吗")
    expect(launcher(page).locator(".badge")).to_have_text("1")
    assert page.evaluate("notes") == 1


def test_scrolled_up_the_log_stays_and_counts_what_came(buyer: Page, agent: AgentLine) -> None:
    say(buyer, "长" * 2_000)
    agent.serves("长" * 2_000)
    buyer.get_by_role("button", name="全部").click()
    log(buyer).evaluate("log => new Promise((up) => { log.onscroll = up; log.scrollTop = 0 }).then(() => 0)")
    agent.says("在的")
    below = buyer.get_by_role("button", name="1 条新消息")
    expect(below).to_be_visible()
    assert log(buyer).evaluate("log => log.scrollTop") == 0
    below.click()
    expect(line(buyer, "在的")).to_be_in_viewport()
    expect(below).to_be_hidden()


def test_escape_minimises_and_gives_the_focus_back(buyer: Page) -> None:
    expect(box(buyer)).to_be_focused()
    buyer.keyboard.press("Escape")
    expect(buyer.get_by_role("dialog")).to_be_hidden()
    expect(launcher(buyer)).to_be_focused()
    buyer.keyboard.press("Enter")
    expect(box(buyer)).to_be_focused()


# ------------------------------------------------------------------ on a shop's page


@pytest.mark.parametrize(("part", "kilobytes"), [("w.js", 10), ("w2.js", 4)])
def test_the_script_weighs_at_most_ten_kilobytes_and_what_comes_later_four(
    desk: RunningDesk, part: str, kilobytes: int
) -> None:
    with urllib.request.urlopen(f"{desk.url}/{part}") as answer:  # noqa: S310 (our own address)
        assert len(gzip.compress(answer.read())) <= kilobytes * 1024


def test_while_the_second_part_does_not_come_the_chat_goes_on_and_a_picture_waits(
    shop: ShopSite, context_of: Contexts
) -> None:
    page = context_of().new_page()
    page.clock.install()
    page.route("**/w2.js*", lambda route: route.abort())
    opened(page, shop.page())
    say(page, "能聊吗")
    expect(line(page, "能聊吗")).to_contain_text("已送达")
    attach(page)
    page.unroute("**/w2.js*")
    expect(page.locator(".own img")).to_have_count(0)
    page.clock.run_for(20_000)
    expect(page.locator(".own").filter(has=page.locator("img"))).to_contain_text("已送达")


def test_nothing_on_the_shops_page_moves_and_its_styles_stay_outside(shop: ShopSite, context_of: Contexts) -> None:
    page = context_of().new_page()
    page.goto(shop.page(style=HOSTILE))
    moved = """new Promise((tell) => new PerformanceObserver((list) =>
        tell(list.getEntries().reduce((sum, entry) => sum + entry.value, 0)))
        .observe({ type: "layout-shift", buffered: true }) || setTimeout(tell, 500, 0))"""
    launcher(page).click()
    expect(box(page)).to_be_focused()
    assert page.evaluate(moved) == 0
    expect(box(page)).to_have_css("font-size", "16px")
    assert page.locator(".panel").bounding_box() == {
        "x": 1440 - 24 - 376,
        "y": 900 - 92 - 600,
        "width": 376,
        "height": 600,
    }


def test_it_works_under_a_strict_content_policy(shop: ShopSite, desk: RunningDesk, context_of: Contexts) -> None:
    origin, door = desk.url, desk.url.replace("http", "ws")
    policy = f"default-src 'none'; script-src {origin}; connect-src {origin} {door}; require-trusted-types-for 'script'"
    page = opened(context_of().new_page(), shop.page('data-product="1"', policy=policy))
    say(page, "样式还在吗")
    expect(line(page, "样式还在吗")).to_contain_text("已送达")
    expect(page.locator(".panel")).to_have_css("width", "376px")
    attach(page)
    expect(page.locator(".own")).to_have_count(2)  # the second part came, too


def test_a_signed_customer_is_the_same_buyer_in_another_browser(desk: RunningDesk, context_of: Contexts) -> None:
    page = opened(context_of().new_page(), f"{desk.url}/shop/1")
    say(page, "我登录了")
    expect(line(page, "我登录了")).to_contain_text("已送达")
    elsewhere = opened(context_of().new_page(), f"{desk.url}/shop/1")
    expect(line(elsewhere, "我登录了")).to_be_visible()


def test_on_a_phone_it_covers_the_page_and_nothing_else_can_be_reached(shop: ShopSite, context_of: Contexts) -> None:
    page = context_of().new_page()
    page.set_viewport_size(PHONE)
    opened(page, shop.page())
    assert page.locator(".panel").bounding_box() == {"x": 0, "y": 0, **PHONE}
    expect(page.get_by_role("button", name="收起咨询窗")).to_be_focused()
    reach = "(button) => { button.focus(); return document.activeElement === button }"
    assert not page.get_by_role("button", name="购买").evaluate(reach)
    page.get_by_role("button", name="收起咨询窗").click()
    assert page.get_by_role("button", name="购买").evaluate(reach)


def test_the_hosted_page_is_the_window_alone(desk: RunningDesk, context_of: Contexts) -> None:
    page = context_of().new_page()
    page.goto(f"{desk.url}/s/2")
    expect(page.get_by_role("heading", level=1)).to_have_text("南栖小家电")
    expect(launcher(page)).to_have_count(0)
    say(page, "直接问")
    expect(line(page, "直接问")).to_contain_text("已送达")
