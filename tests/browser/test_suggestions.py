"""Suggestions while agents type, and the groups that first words lead to."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from running_desk import SERVICE_MANAGER, RunningDesk
from workbench_page import Call, composer, row_of

LogIn = Callable[..., Page]


@pytest.fixture
def typing(agent: Page, call: Call) -> Page:
    buyer = call().says("退款什么时候到账")
    row_of(agent, buyer).click()
    composer(agent).click()
    return agent


def test_a_suggestion_is_taken_by_its_keys_and_never_sent(typing: Page) -> None:
    row = typing.get_by_role("region", name="推荐回复")
    expect(row.get_by_role("button").first).to_contain_text("24 小时内退款")
    assert row.get_by_role("button").count() <= 3
    typing.keyboard.press("Shift+Tab")
    expect(composer(typing)).not_to_be_focused()
    composer(typing).click()
    typing.keyboard.press("Tab")
    expect(composer(typing)).not_to_be_focused()
    composer(typing).click()
    typing.keyboard.type("亲，退款")
    expect(row.get_by_role("button").first).to_contain_text("Tab")
    typing.keyboard.press("Tab")
    expect(composer(typing)).to_have_value("亲，仓库签收后 24 小时内退款，原路返回，银行卡可能晚一到三个工作日。")
    expect(composer(typing)).to_be_focused()
    found = Axe().run(typing)
    assert found.violations_count == 0, found.generate_report()
    composer(typing).fill("退货")
    expect(row.get_by_role("button").first).to_contain_text("退货")
    typing.keyboard.press("Alt+Digit1")
    expect(composer(typing)).not_to_have_value("退货")
    expect(typing.get_by_role("log")).not_to_contain_text("原路返回")


def test_what_was_said_of_a_consult_is_put_right_in_the_table(
    desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext], call: Call
) -> None:
    page = log_in(desk, SERVICE_MANAGER, "/robot/groups", context_of())
    page.get_by_text("开", exact=True).click()
    expect(page.get_by_text("按开头的话归入对应的组")).to_be_visible()
    call().says("我要退款，衣服破了")
    page.reload()
    page.get_by_role("button", name="1 条：判断为售后，实际在售后").click()
    consults = page.get_by_role("region", name="判断为售后，实际在售后")
    expect(consults).to_contain_text("我要退款，衣服破了")
    consults.get_by_role("combobox").select_option(label="疑难")
    expect(page.get_by_role("button", name="1 条：判断为售后，实际在疑难")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
