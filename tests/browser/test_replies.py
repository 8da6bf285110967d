"""Quick replies: written on their page, found in the workbench."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from running_desk import AGENTS, SERVICE_MANAGER, RunningDesk

LogIn = Callable[..., Page]


@pytest.fixture
def replies(desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext]) -> Page:
    page = log_in(desk, SERVICE_MANAGER, "/replies", context_of())
    expect(page.get_by_role("rowheader").first).to_be_visible()
    return page


def test_a_reply_is_written_found_by_pinyin_removed_and_brought_back(replies: Page) -> None:
    replies.get_by_role("button", name="加话术").click()
    dialog = replies.get_by_role("dialog", name="加话术")
    dialog.get_by_label("编码").fill("lt")
    dialog.get_by_label("标题").fill("礼袋")
    dialog.get_by_label("内容").fill("{buyer}您好，每单都送一个礼袋。")
    expect(dialog).to_contain_text("陈女士您好，每单都送一个礼袋。")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_have_count(0)
    replies.get_by_role("searchbox").fill("lidai")
    row = replies.get_by_role("row").filter(has_text="礼袋")
    expect(row).to_be_visible()
    row.get_by_role("button", name="删除 lt").click()
    expect(row).to_have_count(0)
    replies.get_by_role("button", name="撤销").click()
    expect(row).to_be_visible()
    row.get_by_role("button", name="删除 lt").click()


def test_a_campaign_is_set_and_axe_finds_nothing(replies: Page) -> None:
    replies.get_by_role("button", name="加活动").click()
    dialog = replies.get_by_role("dialog", name="加活动")
    dialog.get_by_label("名称").fill("双十一")
    found = Axe().run(replies)
    assert found.violations_count == 0, found.generate_report()
    dialog.get_by_role("button", name="保存").click()
    expect(replies.get_by_role("region", name="活动")).to_contain_text("双十一")
    expect(replies.get_by_role("region", name="活动")).to_contain_text("进行中")
    found = Axe().run(replies)
    assert found.violations_count == 0, found.generate_report()


def test_an_agent_writes_replies_of_his_own_and_changes_no_shared_one(
    desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext]
) -> None:
    page = log_in(desk, AGENTS[0], "/replies", context_of())
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    expect(page.get_by_role("button", name="修改")).to_have_count(0)
    page.get_by_role("button", name="加话术").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("编码").fill("wo")
    dialog.get_by_label("标题").fill("我来查")
    dialog.get_by_label("内容").fill("我来查一下")
    dialog.get_by_role("button", name="保存").click()
    expect(page.get_by_role("row").filter(has_text="我来查一下")).to_contain_text("我的")
