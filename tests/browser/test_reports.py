"""The report pages against a real desk with an imported log: figures, what is behind them, and their export."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from goldensix.adapters.archive.shops import ArchivedShop
from import_builders import imported, written
from report_log import log
from running_desk import ADMINISTRATOR, AGENTS, SERVICE_MANAGER, RunningDesk

LogIn = Callable[..., Page]
SHOP: Final = ArchivedShop(0, "南栀京东旗舰店", "jd", "Asia/Shanghai")
DAYS: Final = "from=2026-11-08&to=2026-11-11"
WARM_MS: Final = 180_000
"""The first figures of a desk compile what counts them."""


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """A desk whose archive holds eight days of a JD shop."""
    folder = tmp_path_factory.mktemp("reports")
    running = RunningDesk(folder / "data").start()
    imported(running.data, written(folder, log(8, 60, datetime(2026, 11, 11))), shop=SHOP)  # noqa: DTZ001 - on the shop's clock
    yield running
    running.stop()


@pytest.fixture
def manager(stocked: RunningDesk, log_in: LogIn) -> Callable[[str], Page]:
    """`manager("/reports/calibers")`: a page of the service manager, with its figures there."""

    def enter(path: str) -> Page:
        page = log_in(stocked, SERVICE_MANAGER, path)
        expect(page.get_by_role("status").filter(has_text=re.compile("算到|computed"))).to_be_visible(timeout=WARM_MS)
        return page

    return enter


def row_of(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile(f"^{re.escape(name)}")))


def query_names(page: Page) -> list[str]:
    return re.findall(r"[?&](\w+)=", page.url)


def test_golden_six_stands_twice_and_opens_what_is_behind_it(manager: Callable[[str], Page]) -> None:
    page = manager(f"/reports/overview?{DAYS}")
    heroes = page.get_by_role("region", name="黄金六秒", exact=True).get_by_role("link")
    expect(heroes).to_have_count(2)
    expect(heroes.nth(0)).to_contain_text(re.compile(r"黄金六秒率（人工）.*\d\d\.\d\d%.*\d+ / 240"))
    expect(heroes.nth(1)).to_contain_text(re.compile(r"黄金六秒率（任意）.*\d+ / 240"))
    heroes.nth(0).click()
    expect(page).to_have_url(re.compile(r"/reports/calibers/golden_six_human\?from=2026-11-08&to=2026-11-11$"))
    expect(page.get_by_role("complementary", name="黄金六秒率（人工）")).to_be_visible()


def test_a_figure_opens_down_to_the_clock_of_one_conversation(manager: Callable[[str], Page]) -> None:
    page = manager(f"/reports/calibers?{DAYS}")
    link = row_of(page, "首次 30 秒应答率").get_by_role("link")
    shown = row_of(page, "首次 30 秒应答率").locator(".fraction").inner_text()
    link.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="首次 30 秒应答率")
    both = re.sub(r"\s", "", panel.locator(".sides").inner_text())
    assert all(side in both for side in shown.split(" / "))

    bars = panel.get_by_role("region", name="按开始时刻")
    expect(bars).to_contain_text("没做到的")
    misses = int(re.search(r"没做到的 (\d+) 个", bars.inner_text()).group(1))  # type: ignore[union-attr]  # it stands there
    assert misses == int(shown.split(" / ")[1]) - int(shown.split(" / ")[0])
    worst = re.search(r"(\d+) 点占", bars.inner_text()).group(1)  # type: ignore[union-attr]  # it stands there
    bars.get_by_role("button", name=re.compile(f"^{worst} 点")).click()
    expect(page).to_have_url(re.compile(rf"[?&]at={worst}\b"))
    cases = panel.locator("ul[data-stops] .case")
    expect(cases.first).to_contain_text(re.compile(rf"11-\d\d {int(worst):02}:"))
    cases.first.click()
    clock = panel.get_by_role("region", name=re.compile("的钟$"))
    expect(clock.get_by_text("开始计时")).to_be_visible()
    expect(clock.get_by_text("不算人工").first).to_be_visible()

    page.reload()
    expect(panel.locator(".case.on")).to_have_count(1, timeout=WARM_MS)
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(link).to_be_focused()
    page.keyboard.press("j")
    expect(link).not_to_be_focused()


def test_filters_stand_in_the_address_in_one_order_and_go_along_to_every_page(manager: Callable[[str], Page]) -> None:
    page = manager(f"/reports/overview?{DAYS}")
    page.get_by_label("客服", exact=True).select_option("万里")
    expect(page).to_have_url(re.compile("agent="))
    page.get_by_role("button", name=re.compile("^对比")).click()
    page.get_by_role("button", name="不对比").click()
    expect(page).to_have_url(re.compile("vs=none"))
    for name in ("趋势", "人", "口径对照"):
        page.get_by_role("navigation", name="报表的几页").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_label("客服", exact=True)).to_have_value("万里")
        assert query_names(page) == ["agent", "from", "to", "vs"]
    page.get_by_role("button", name=re.compile("2026-11-08 至")).click()
    page.get_by_role("textbox", name="到").fill("2026-11-09")
    page.get_by_role("button", name="用这几天").click()
    expect(page).to_have_url(re.compile("to=2026-11-09"))
    page.go_back()
    expect(page).not_to_have_url(re.compile("/reports/calibers"))


@pytest.mark.parametrize("path", ["/reports/calibers", "/reports/people", "/reports/trend"])
def test_the_export_holds_exactly_the_rows_on_screen(manager: Callable[[str], Page], path: str) -> None:
    page = manager(f"{path}?{DAYS}&vs=none")
    page.get_by_role("button", name="导出（与屏幕一致）").first.click()
    href = page.get_by_role("link", name="CSV").get_attribute("href")
    exported = page.context.request.get(href if href.startswith("http") else page.url.split("/reports")[0] + href)
    rows = list(csv.DictReader(io.StringIO(exported.text().removeprefix("\ufeff"))))
    figures = [_number(text) for text in page.locator("td").all_inner_texts()]
    assert rows
    for each in rows:
        if each["数值"] not in ("", "暂无数据"):
            assert float(each["数值"]) in figures, each
    if path == "/reports/calibers":
        assert [each["编号"] for each in rows] == [
            link.get_attribute("data-caliber") for link in page.locator("[data-caliber]").all()
        ]


def _number(text: str) -> float | None:
    found = re.match(r"\s*([\d,]+(?:\.\d+)?)", text)
    return float(found.group(1).replace(",", "")) if found else None


def test_people_stand_with_the_worst_first_until_somebody_sorts(manager: Callable[[str], Page]) -> None:
    page = manager(f"/reports/people?{DAYS}&caliber=golden_six_human,average_response")

    def column(place: int) -> list[float]:
        people = page.locator("tbody tr").filter(has=page.locator("th a"))
        cells = people.locator(f"td:nth-of-type({place}) b").all_inner_texts()
        return [value for value in map(_number, cells) if value is not None]

    expect(page.locator("tbody tr").nth(1)).to_be_visible()
    assert column(2) == sorted(column(2))
    expect(page.locator("tbody tr").last).to_contain_text("（没有客服）")
    page.get_by_role("button", name=re.compile("^平均响应")).click()
    expect(page.get_by_role("columnheader", name=re.compile("^平均响应"))).to_have_attribute("aria-sort", "descending")
    assert column(3) == sorted(column(3), reverse=True)
    # Until the figures of the groups are here, those of the agents stay under their own head.
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    held: list[Route] = []
    page.route("**/api/reports/figures?*by=group*", lambda route: held.append(route))
    page.get_by_role("radio", name="按组").check(force=True)
    expect(page.locator("section[aria-busy=true]")).to_be_visible()
    expect(page.get_by_role("columnheader", name="客服", exact=True)).to_be_visible()
    assert len(column(3)) > 1
    held[0].continue_()
    expect(page.get_by_role("columnheader", name="组", exact=True)).to_be_visible()
    assert faults == []


def test_a_caliber_of_ones_own_is_used_once_its_example_agrees(stocked: RunningDesk, log_in: LogIn) -> None:
    page = log_in(stocked, SERVICE_MANAGER, "/reports/calibers/own")
    page.get_by_role("button", name="插入样例").click()
    editor = page.get_by_role("textbox", name="口径定义（TOML）")
    text = editor.input_value()
    editor.fill(text.replace("threshold = 15", 'threshold = "x"'))
    page.get_by_role("button", name="检查例子").click()
    expect(page.get_by_role("alert")).to_contain_text("threshold", timeout=WARM_MS)
    page.get_by_role("button", name=re.compile("第 7 行")).click()
    expect(editor).to_be_focused()
    editor.fill(text.replace("value = 50, num = 1", "value = 100, num = 2"))
    page.get_by_role("button", name="检查例子").click()
    expect(page.get_by_text("1 个例子里 1 个不对")).to_be_visible(timeout=WARM_MS)
    editor.fill(text)
    editor.press("Control+s")
    expect(page.get_by_text(re.compile("^已启用"))).to_be_visible(timeout=WARM_MS)
    page.goto(f"{stocked.url}/reports/calibers?{DAYS}")
    expect(row_of(page, "15 秒首答率")).to_be_visible(timeout=WARM_MS)


def test_without_any_conversation_the_page_leads_on(desk: RunningDesk, log_in: LogIn) -> None:
    page = log_in(desk, ADMINISTRATOR, "/reports")
    expect(page.get_by_role("heading", name="还没有会话可以算")).to_be_visible(timeout=WARM_MS)
    expect(page.get_by_role("link", name="导入聊天记录")).to_have_attribute("href", "/import")
    expect(page.get_by_role("link", name="去演练")).to_have_attribute("href", "/start")


def test_who_may_not_is_told_who_may(desk: RunningDesk, log_in: LogIn) -> None:
    page = log_in(desk, AGENTS[0], "/reports/overview")
    expect(page.get_by_text("能打开它的是：服务主管、运营、管理员")).to_be_visible()
    expect(page.get_by_role("navigation", name="主导航").get_by_role("link", name="报表")).to_have_count(0)


def test_figures_that_do_not_come_are_asked_for_again(manager: Callable[[str], Page]) -> None:
    page = manager(f"/reports/overview?{DAYS}")
    page.route("**/api/reports/figures?*", lambda route: route.abort())
    page.get_by_role("link", name="人", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("报表读不到")
    page.unroute("**/api/reports/figures?*")
    page.get_by_role("button", name="再试一次").first.click()
    expect(page.get_by_role("row").nth(1)).to_be_visible()


@pytest.mark.parametrize("look", ["zh-light", "zh-dark", "en-light", "en-dark"])
def test_axe_finds_nothing(stocked: RunningDesk, log_in: LogIn, look: str) -> None:
    language, theme = look.split("-")
    page = log_in(stocked, SERVICE_MANAGER, "/kit")
    page.evaluate("([l, t]) => { localStorage['gs.language'] = l; localStorage['gs.theme'] = t }", [language, theme])
    for path in ("overview", "calibers/jd_first_30s", "trend", "people", "calibers/own"):
        page.goto(f"{stocked.url}/reports/{path}?{DAYS}")
        page.wait_for_load_state("networkidle", timeout=WARM_MS)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path} {look}: {found.generate_report()}"
