"""Hours, shifts and the check, as a service manager sets them: what nobody could answer is seen and mended before."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from running_desk import AGENTS, SERVICE_MANAGER, RunningDesk

LogIn = Callable[..., Page]
EVERY_DAY = list(range(7))


def send(page: Page, method: str, path: str, body: object) -> None:
    answer = page.request.fetch(path, method=method, data=body, headers={"X-Golden-Six": "1"})
    assert answer.ok, answer.text()


def test_an_hour_without_anybody_is_seen_and_mended_and_a_shop_is_closed_on_a_holiday(
    desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext]
) -> None:
    page = log_in(desk, SERVICE_MANAGER, "/settings/hours", context_of())
    expect(page.get_by_role("region", name="一周谁能接")).to_contain_text("一直有人")
    roster = page.request.get(f"{desk.url}/api/shifts").json()
    until = f"{int(roster['first'][:4]) + 1}-01-01"
    for person in roster["people"]:
        shift = {"account": person["id"], "day": roster["first"], "begins": 0, "ends": 1320, "weekdays": EVERY_DAY}
        send(page, "POST", f"{desk.url}/api/shifts", shift | {"until": until if until > roster["first"] else None})
    page.reload()
    holes = page.get_by_role("region", name="会没人接的时间")
    expect(holes.get_by_role("heading").first).to_contain_text("22:00–24:00")
    first = holes.get_by_role("heading").first.inner_text()
    holes.get_by_role("button", name=re.compile("顶到 24:00")).first.click()
    expect(holes.get_by_role("heading", name=first, exact=True)).to_have_count(0)

    page.get_by_role("button", name="改 南栖服饰旗舰店 的时间").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("每周").select_option("按每周的时间")
    dialog.get_by_label("周一").fill("早上到晚上")
    expect(dialog).to_contain_text("写成 9:00-12:00")
    dialog.get_by_label("周一").fill("9:00-22:00")
    dialog.get_by_role("button", name="每天同周一").click()
    dialog.get_by_role("button", name="加特别的日子").click()
    dialog.get_by_label("叫什么").fill("春节")
    dialog.get_by_label("从").fill("2027-02-16")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_have_count(0)
    shop = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="南栖服饰旗舰店"))
    expect(shop).to_contain_text("周一到周日 9:00-22:00")
    expect(shop).to_contain_text("春节 2027-02-16 不营业")
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


def test_who_is_not_in_shift_is_told_so_and_is_seen_on_the_live_page(
    desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext]
) -> None:
    agent = log_in(desk, AGENTS[2], "/desk", context_of())
    agent.get_by_role("button", name="开始接待").last.click()
    expect(agent.locator("button.state")).to_contain_text("就绪")
    page = log_in(desk, SERVICE_MANAGER, "/settings/shifts", context_of())
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="郭丹"))
    send(page, "POST", f"{desk.url}/api/shifts", {"account": 6, "day": "2026-01-01", "begins": 0, "ends": 60})
    page.reload()
    row.get_by_role("button", name="清掉 郭丹 的排班").click()
    page.get_by_role("dialog").get_by_role("button", name="清掉排班").click()
    expect(row).to_contain_text("没排班，就绪就分")
    row.get_by_role("button", name=re.compile("给 郭丹 排")).last.click()
    dialog = page.get_by_role("dialog", name="给 郭丹 排班")
    dialog.get_by_role("button", name="排上").click()
    expect(row.get_by_role("button", name=re.compile("09:00–18:00"))).to_be_visible()
    expect(agent.locator("button.state")).to_contain_text("不在班")
    live = log_in(desk, SERVICE_MANAGER, "/live", context_of())
    expect(live.get_by_role("listitem").filter(has_text="郭丹")).to_contain_text("不在班")

    row.get_by_role("button", name=re.compile("09:00–18:00")).press("Enter")
    dialog = page.get_by_role("dialog", name=re.compile("郭丹 .* 09:00–18:00"))
    expect(dialog.get_by_label("上班")).to_have_value("09:00")
    dialog.get_by_label("日期").fill(page.request.get(f"{desk.url}/api/shifts").json()["first"])
    dialog.get_by_label("上班").fill("00:00")
    dialog.get_by_label("下班").fill("00:00")
    dialog.get_by_label("下班").press("Enter")
    expect(row.get_by_role("button", name=re.compile("00:00–24:00"))).to_be_visible()
    expect(agent.locator("button.state")).to_contain_text("就绪")
