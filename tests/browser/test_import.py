"""The import page: from a file on this computer to lines in the archive, and back."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from goldensix.adapters.archive.shops import FIRST_ANALYSTS
from goldensix.adapters.archive.sources import Archive
from goldensix.events.ids import MerchantId
from import_builders import TALK, csv_text
from running_desk import AGENTS, SERVICE_MANAGER, RunningDesk

LogIn = Callable[..., Page]
BAD = ("上周二", *TALK[0][1:])


@pytest.fixture
def page(desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext]) -> Page:
    """Nothing is left to be seen of an earlier import's outcome."""
    page = log_in(desk, SERVICE_MANAGER, "/live", context_of())
    page.request.delete(f"{desk.url}/api/imports/current", headers={"X-Golden-Six": "1"})
    page.get_by_role("navigation").get_by_role("link", name="导入").click()
    expect(page.get_by_role("region", name="把聊天记录拖到这里")).to_be_visible()
    return page


def give(page: Page, content: bytes, name: str = "旺旺.csv") -> None:
    payload: FilePayload = {"name": name, "mimeType": "text/csv", "buffer": content}
    page.locator("input[type=file]").set_input_files(payload)


def found(desk: RunningDesk) -> pl.DataFrame:
    files = Archive(Path(desk.data), MerchantId(1)).files()
    return pl.read_parquet(files) if files else pl.DataFrame()


def test_a_chat_export_is_looked_at_imported_and_taken_away_again(page: Page, desk: RunningDesk) -> None:
    expect(page.get_by_role("complementary", name="导入过的")).to_contain_text("还没有导入过")
    give(page, csv_text().encode("gb18030"))
    expect(page.get_by_role("listitem").filter(has_text="旺旺.csv")).to_contain_text("逗号分隔 · GB18030")
    expect(page.get_by_role("combobox", name="发送时间")).to_have_value("time")
    expect(page.get_by_role("region", name="读出来的样子")).to_contain_text("2026-11-10 20:03:01")
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()

    page.get_by_label("店铺名").fill("南栖旺旺")
    page.get_by_label("把这份对应存为").fill("千牛导出")
    page.get_by_role("button", name="导入", exact=True).click()
    outcome = page.get_by_role("status").filter(has_text="导入好了")
    expect(outcome).to_contain_text("5条记录")
    assert found(desk)["shop"].unique().to_list() == [FIRST_ANALYSTS]
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()

    earlier = page.get_by_role("complementary", name="导入过的")
    expect(earlier).to_contain_text("南栖旺旺")
    expect(earlier).to_contain_text("陈望舒 导入")
    page.get_by_role("button", name="再导一份").click()
    give(page, csv_text().encode(), "再来.csv")
    expect(page.get_by_label("用存过的对应")).to_contain_text("千牛导出")
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="没有新内容")).to_contain_text("5 条重复")

    earlier.get_by_role("button", name="撤销导入 旺旺.csv").click()
    expect(earlier.get_by_role("status")).to_contain_text("5 条记录拿走了")
    assert found(desk).is_empty()


def test_a_changed_column_shows_in_the_preview_at_once(page: Page) -> None:
    give(page, csv_text([(row[0], row[1], "甲" if row[2] == "买家" else "乙", *row[3:]) for row in TALK]).encode())
    preview = page.get_by_role("region", name="读出来的样子")
    expect(preview).to_contain_text("小鱼")
    page.get_by_role("combobox", name="发送方").select_option("谁发的（方向）")
    expect(preview).to_contain_text("不知道是谁发的")
    page.get_by_role("combobox", name="甲").select_option("买家")
    page.get_by_role("combobox", name="乙").select_option("客服")
    expect(preview).not_to_contain_text("不知道是谁发的")
    page.get_by_role("combobox", name="买家昵称").select_option("不用")
    expect(page.get_by_role("alert")).to_contain_text("没有哪一列说明是哪位买家")
    expect(page.get_by_role("button", name="导入", exact=True)).to_be_disabled()


def test_too_many_bad_rows_stop_it_and_can_be_left_out(page: Page, desk: RunningDesk) -> None:
    give(page, csv_text([*TALK, BAD]).encode(), "坏行.csv")
    expect(page.get_by_role("region", name="读出来的样子")).to_contain_text("时间读不出")
    page.get_by_role("button", name="导入", exact=True).click()
    outcome = page.get_by_role("status").filter(has_text="停下了，一条没写")
    expect(outcome).to_contain_text("第 7 行 · 坏行.csv")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载读不了的行").click()
    kept = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "坏行.csv,7,发送时间,the time cannot be read · 时间读不出,上周二" in kept
    page.get_by_role("button", name="略过这些行，照样导入").click()
    expect(page.get_by_role("status").filter(has_text="导入好了")).to_contain_text("1 行读不了")
    assert found(desk).height == len(TALK)


def test_an_agent_has_no_import_page(
    desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext]
) -> None:
    page = log_in(desk, AGENTS[0], "/import", context_of())
    expect(page.get_by_role("main")).to_contain_text("服务主管、管理员")
    expect(page.get_by_role("navigation").get_by_role("link", name="导入")).to_have_count(0)
