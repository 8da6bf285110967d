"""The start page: from a desk nobody has used to the first answered buyer, and a rehearsal to fill it."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from running_desk import ADMINISTRATOR, RunningDesk

LogIn = Callable[..., Page]


def step(page: Page, heading: str) -> Locator:
    return page.get_by_role("main").get_by_role("listitem").filter(has=page.get_by_role("heading", name=heading))


def test_four_steps_lead_to_the_first_answer_and_its_time(own_desk: RunningDesk, log_in: LogIn) -> None:
    page = log_in(own_desk, ADMINISTRATOR, "/start")
    expect(page.get_by_role("banner")).to_contain_text("还剩 4 步")

    page.get_by_role("button", name="让我也接待").click()
    expect(step(page, "建店，您也是一位客服")).to_contain_text("接待上限 5")

    page.get_by_role("button", name="响一声").click()
    page.get_by_role("button", name="听见了").click()
    expect(step(page, "声音和桌面提醒")).to_contain_text("听得见")
    expect(page.get_by_role("banner")).to_contain_text("还剩 2 步")

    expect(step(page, "在工作台回复")).to_contain_text("现在没有人就绪")
    page.get_by_role("button", name="打开工作台").click()
    expect(page.locator("button.state")).to_contain_text("小休")
    page.keyboard.press("Alt+KeyR")
    expect(page.locator("button.state")).to_contain_text("就绪")
    page.get_by_role("navigation").get_by_role("link", name="开始").click()
    expect(step(page, "在工作台回复")).not_to_contain_text("现在没有人就绪")

    phone = page.frame_locator("iframe")
    phone.get_by_role("textbox").fill("羽绒服有 L 码吗")
    phone.get_by_role("textbox").press("Enter")
    answer = page.get_by_role("button", name="去回复")
    expect(answer).to_be_visible()
    expect(page.get_by_text("等第一句话")).to_have_count(0)
    expect(step(page, "在工作台回复")).to_contain_text("第一位买家在等您回复")

    answer.click()
    expect(page.get_by_role("log")).to_contain_text("羽绒服有 L 码吗")
    page.keyboard.type("有的，今天就能发")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("首次人工回复")
    page.get_by_role("navigation").get_by_role("link", name="开始").click()
    expect(step(page, "在工作台回复")).to_contain_text(re.compile(r"第一位买家等了 \d+(\.\d)? 秒"))
    expect(page.get_by_role("banner")).to_contain_text("四步都做完了")
    expect(page.frame_locator("iframe").get_by_text("有的，今天就能发")).to_be_visible()


def test_the_sound_test_really_sounds(
    desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext]
) -> None:
    context = context_of()
    context.add_init_script(
        """window.heard = [];
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (at) {
          window.heard.push([this.context.state, this.frequency.value]);
          return start.call(this, at);
        };"""
    )
    page = log_in(desk, ADMINISTRATOR, "/start", context)
    page.get_by_role("button", name="响一声").click()
    expect(page.get_by_role("button", name="听见了")).to_be_visible()
    heard = page.evaluate("heard")
    assert [state for state, _ in heard] == ["running", "running"]
    assert heard[0][1] < heard[1][1], "two rising notes"


def test_the_code_is_a_picture_and_the_line_for_the_shop_is_copied(
    desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext]
) -> None:
    page = log_in(desk, ADMINISTRATOR, "/start", context_of(permissions=["clipboard-read", "clipboard-write"]))
    code = page.get_by_role("img", name=re.compile("^二维码"))
    expect(code).to_be_visible()
    assert code.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page.get_by_role("button", name="复制", exact=True).click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == (
        f'<script src="{desk.url}/w.js" data-shop="1" async></script>'
    )


def test_a_rehearsal_fills_the_desk_is_said_on_every_page_and_stops(desk: RunningDesk, log_in: LogIn) -> None:
    page = log_in(desk, ADMINISTRATOR, "/start")
    card = page.get_by_role("region", name="让演示店热闹起来")
    card.get_by_role("radio", name="30 个/分").check(force=True)
    card.get_by_role("button", name="开始演练").click()
    expect(card.get_by_role("progressbar")).to_be_visible(timeout=20_000)
    expect(card).to_contain_text(re.compile(r"演完 \d+ / 150 个会话"))
    bar = page.get_by_role("status").filter(has_text="演练中")
    expect(bar).to_be_visible(timeout=30_000)
    card.get_by_role("button", name="看现场").click()
    expect(bar).to_be_visible()
    people = page.get_by_role("region", name="人", exact=True).get_by_role("listitem")
    expect(people.filter(has_text=re.compile("演练"))).not_to_have_count(0, timeout=30_000)
    page.get_by_role("navigation").get_by_role("link", name="开始").click()
    card.get_by_role("button", name="停止").click()
    expect(card.get_by_role("button", name="开始演练")).to_be_enabled(timeout=20_000)
    expect(bar).to_have_count(0, timeout=10_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext], scheme: str
) -> None:
    page = log_in(desk, ADMINISTRATOR, "/start", context_of(color_scheme=scheme))
    expect(page.frame_locator("iframe").get_by_role("textbox")).to_be_visible()
    found = Axe().run(page, context="body", options={"iframes": False})
    assert found.violations_count == 0, found.generate_report()
