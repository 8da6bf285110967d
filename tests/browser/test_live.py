"""The live page against a real desk: buyers on the line, agents at work, a service manager who looks."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from buyer_line import BuyerLine
from running_desk import ADMINISTRATOR, AGENTS, OPERATIONS, SERVICE_MANAGER, RunningDesk
from workbench_page import row_of

LogIn = Callable[..., Page]
Call = Callable[[], BuyerLine]
AtWork = Callable[[str], Page]
FIRST_PAINT_KILOBYTES = 180
LIMIT = 8
"""Of the demo agent who is in every group."""


@pytest.fixture
def call(desk: RunningDesk) -> Iterator[Call]:
    """A buyer on the line: `call()`. All of them hang up at the end."""
    with ExitStack() as lines:
        yield lambda: lines.enter_context(BuyerLine(desk))


@pytest.fixture
def board(desk: RunningDesk, log_in: LogIn) -> Page:
    page = log_in(desk, SERVICE_MANAGER, "/live")
    expect(page.get_by_role("region", name="组")).to_be_visible()
    return page


@pytest.fixture
def at_work(desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext]) -> Iterator[AtWork]:
    """The workbench of somebody who is ready; on a break again afterwards."""
    pages: list[Page] = []

    def begin(identifier: str) -> Page:
        pages.append(log_in(desk, identifier, "/desk", context_of()))
        switch_presence(pages[-1], "就绪")
        return pages[-1]

    yield begin
    for page in pages:
        switch_presence(page, "小休")


@pytest.fixture
def agent(at_work: AtWork) -> Page:
    """周小满, who is in every group."""
    return at_work(AGENTS[0])


def switch_presence(page: Page, wanted: str) -> None:
    state = page.locator("button.state")
    expect(state).to_be_visible()
    if wanted in state.inner_text():
        return
    page.keyboard.press("Alt+KeyR")
    if wanted == "小休":
        page.get_by_role("button", name="用餐").click()
    expect(state).to_contain_text(wanted)


def queue_row(page: Page, buyer: BuyerLine) -> Locator:
    return page.get_by_role("region", name=re.compile("^排队名单")).get_by_role("row").filter(has_text=buyer.name)


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name="人", exact=True).get_by_role("listitem").filter(has_text=name)


def test_a_buyer_nobody_can_serve_stands_in_the_queue_with_the_reason(board: Page, call: Call) -> None:
    buyer = call().says("有货吗")
    row = queue_row(board, buyer)
    expect(row).to_contain_text("这个组没有人就绪")
    expect(board.get_by_role("heading", name=re.compile("^排队名单 1"))).to_be_visible()


def test_the_buckets_count_each_waiting_buyer_once_and_filter_the_lists(board: Page, call: Call) -> None:
    buyer = call().says("多少钱")
    buckets = board.locator(".buckets button")
    due = buckets.nth(1)
    expect(due.locator("b")).to_have_text("1", timeout=10_000)
    assert [buckets.nth(index).locator("b").inner_text() for index in (0, 2, 3, 4, 5)] == ["0"] * 5
    expect(due).to_contain_text(buyer.name)
    buckets.nth(5).click()
    expect(board.get_by_text("这一档没有人在等")).to_be_visible()
    buckets.nth(5).click()
    expect(queue_row(board, buyer)).to_be_visible()


def test_the_service_manager_hands_a_waiting_buyer_to_somebody_of_another_group(
    board: Page, at_work: AtWork, call: Call
) -> None:
    after_sale = at_work(AGENTS[3])
    buyer = call().says("售前的问题")
    row = queue_row(board, buyer)
    expect(row).to_contain_text("这个组没有人就绪")
    row.get_by_role("button").click()
    dialog = board.get_by_role("dialog", name=f"把 {buyer.name} 派给")
    expect(dialog.get_by_role("radio", name="苏念")).to_be_focused()
    board.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(row).to_have_count(0)
    expect(card(board, "苏念").get_by_role("img", name="1/5")).to_be_visible()
    expect(after_sale.get_by_role("option").filter(has_text=buyer.name)).to_be_visible()


def test_who_is_full_is_shown_and_cannot_be_chosen(board: Page, agent: Page, call: Call) -> None:
    for number in range(LIMIT):
        call().says(f"第 {number} 位")
    buyer = call().says("还有人吗")
    row = queue_row(board, buyer)
    expect(row).to_contain_text("就绪的人都满了")
    row.get_by_role("button").click()
    dialog = board.get_by_role("dialog", name=f"把 {buyer.name} 派给")
    expect(dialog.get_by_role("radio", name="周小满")).to_be_disabled()
    expect(dialog.get_by_role("button", name="改派")).to_have_count(0)


def test_a_bucket_lists_who_is_with_an_agent_too(board: Page, agent: Page, call: Call) -> None:
    buyer = call().says("多少钱")
    expect(row_of(agent, buyer)).to_be_visible()
    buckets = board.locator(".buckets button")
    expect(buckets.nth(1).locator("b")).to_have_text("1", timeout=10_000)
    buckets.nth(1).click()
    listed = (
        board.get_by_role("region", name=re.compile("^这一档在等的")).get_by_role("row").filter(has_text=buyer.name)
    )
    expect(listed).to_contain_text("在 周小满 手上")


def test_of_several_reassigned_those_that_found_no_room_are_counted_in_the_reader_s_language(
    board: Page, agent: Page, at_work: AtWork, call: Call
) -> None:
    buyers = [call().says("在吗") for _ in range(LIMIT)]
    for buyer in buyers:
        expect(row_of(agent, buyer)).to_be_visible()
    at_work(AGENTS[2])  # 郭丹 takes six
    card(board, "周小满").get_by_role("button", name=re.compile("^周小满")).click()
    dialog = board.get_by_role("dialog")
    dialog.get_by_role("button", name="全选").click()
    dialog.get_by_role("button", name=f"改派 {LIMIT} 个给…").click()
    chosen = board.get_by_role("dialog").locator("label").filter(has_text="郭丹")
    expect(chosen).to_contain_text("还能接 6 个")
    board.get_by_role("dialog").get_by_role("button", name="改派").click()
    expect(board.get_by_role("status").filter(has_text="撤销")).to_contain_text("6 个会话改派给 郭丹")
    expect(board.get_by_role("alert").filter(has_text="没有派成")).to_contain_text("2 个没有派成，还在原处：对方已满员")


def test_an_answer_within_six_seconds_shows_in_every_figure_of_today(board: Page, agent: Page, call: Call) -> None:
    hero = board.get_by_role("region", name="黄金六秒 · 人工")
    buyer = call().says("现在下单今天发吗")
    expect(agent.get_by_role("log")).to_contain_text("现在下单今天发吗")
    agent.keyboard.type("今天发")
    agent.keyboard.press("Enter")
    buyer.hears("今天发")
    expect(hero).to_contain_text(re.compile(r"今日 \d+\.\d%（\d+/\d+）"))
    expect(hero.locator(".figure")).to_contain_text("%")
    expect(board.get_by_role("region", name="今日响应")).to_contain_text(re.compile(r"\d\.\d 秒"))
    expect(card(board, "周小满")).to_contain_text(re.compile(r"\d+%"))
    sentence = board.get_by_role("img", name=re.compile("最近五分钟首次人工回复 [1-9]"))
    expect(sentence).to_be_attached()
    expect(board.get_by_role("table", name=re.compile("最近五分钟")).get_by_role("row")).to_have_count(31)


def test_what_can_still_be_won_today_is_said_and_leads_to_it(board: Page, agent: Page, call: Call) -> None:
    call().says("还有多少件")
    sentence = re.compile(r"^\d+ 秒内回复这 1 个，今日(黄金六秒|30 秒应答率) \d+\.\d%$")
    own = agent.get_by_role("banner").get_by_role("button", name=sentence)
    expect(own).to_be_visible()
    everybodys = board.get_by_role("button", name=sentence)
    expect(everybodys).to_be_visible()
    everybodys.click()
    expect(board).to_have_url(re.compile(r"/desk/\w+"))
    expect(board.get_by_role("log")).to_contain_text("还有多少件")
    own.click()
    expect(agent).to_have_url(re.compile(r"/desk/\w+"))
    agent.keyboard.type("还有三件")
    agent.keyboard.press("Enter")
    expect(own).to_have_count(0)


def test_the_keys_walk_the_waiting_reassign_and_open(board: Page, call: Call) -> None:
    first, second = call().says("第一位"), call().says("第二位")
    expect(queue_row(board, second)).to_be_visible()
    board.keyboard.press("j")
    expect(queue_row(board, first).get_by_role("link")).to_be_focused()
    board.keyboard.press("j")
    expect(queue_row(board, second).get_by_role("link")).to_be_focused()
    board.keyboard.press("k")
    board.keyboard.press("r")
    dialog = board.get_by_role("dialog", name=f"把 {first.name} 派给")
    expect(dialog).to_contain_text("现在没有人能接")
    board.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(queue_row(board, first).get_by_role("link")).to_be_focused()
    board.keyboard.press("Enter")
    expect(board).to_have_url(re.compile(r"/desk/\w+"))
    expect(board.get_by_role("log")).to_contain_text("第一位")


def test_on_a_wall_the_same_page_is_dark_and_has_no_controls(board: Page, call: Call) -> None:
    call().says("在吗")
    expect(board.locator(".card.figures")).to_be_visible()
    before = board.locator(".card.figures .head").evaluate("e => e.getBoundingClientRect().height")
    board.keyboard.press("f")
    expect(board).to_have_url(re.compile("wall=1"))
    expect(board.locator("html")).to_have_attribute("data-theme", "dark")
    expect(board.get_by_role("navigation")).to_have_count(0)
    expect(board.get_by_role("button", name=re.compile("^把"))).to_have_count(0)
    after = board.locator(".card.figures .head").evaluate("e => e.getBoundingClientRect().height")
    assert 1.4 < after / before < 1.6
    board.keyboard.press("Escape")
    expect(board.locator("html")).to_have_attribute("data-theme", "light")
    expect(board.get_by_role("navigation")).to_be_visible()


def test_shop_and_group_filter_through_the_address(board: Page, desk: RunningDesk, call: Call) -> None:
    buyer = call().says("哪家店")
    expect(queue_row(board, buyer)).to_be_visible()
    board.get_by_role("radio", name="南栖小家电").check(force=True)
    expect(board).to_have_url(re.compile(r"/live\?shop=2$"))
    expect(queue_row(board, buyer)).to_have_count(0)
    board.goto(f"{desk.url}/live?shop=1&group=1")
    groups = board.get_by_role("region", name="组").get_by_role("rowheader")
    expect(groups).to_have_count(1)
    groups.get_by_role("link").click()
    expect(board).to_have_url(re.compile(r"/live\?shop=1$"))
    expect(groups).to_have_count(4)


def test_operations_looks_and_hands_nothing_over(desk: RunningDesk, log_in: LogIn, call: Call) -> None:
    buyer = call().says("看得到吗")
    page = log_in(desk, OPERATIONS, "/live")
    expect(queue_row(page, buyer)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("派给"))).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_who_leaves_the_queue_is_said_for_a_moment_and_the_pointer_keeps_its_row(
    board: Page, agent: Page, call: Call
) -> None:
    switch_presence(agent, "小休")
    first, second = call().says("排第一"), call().says("排第二")
    expect(queue_row(board, second)).to_be_visible()
    queue_row(board, second).hover()
    agent.keyboard.press("Alt+KeyG")
    line = board.get_by_text(f"{first.name} 已由 周小满 接待")
    expect(line).to_be_visible()
    expect(queue_row(board, second)).to_be_visible()
    expect(line).to_have_count(0)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    desk: RunningDesk,
    log_in: LogIn,
    context_of: Callable[..., BrowserContext],
    call: Call,
    scheme: str,
    language: str,
) -> None:
    buyer = call().says("在吗")
    context = context_of(color_scheme=scheme)
    context.add_init_script(f"localStorage.setItem('gs.language', '{language[:2]}')")
    page = log_in(desk, SERVICE_MANAGER, "/live", context)
    expect(page.get_by_text(buyer.name).first).to_be_visible()
    expect(page.locator("canvas")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.get_by_role("dialog")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_what_a_first_paint_needs_is_light_and_holds_no_chart(desk: RunningDesk, log_in: LogIn) -> None:
    page = log_in(desk, ADMINISTRATOR, "/live")
    expect(page.locator("canvas")).to_be_visible()
    scripts = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.name.endsWith('.js'))"
        ".map(e => [e.name.split('/').at(-1), e.encodedBodySize])"
    )
    charts = [name for name, _ in scripts if name.startswith("chart-")]
    assert charts
    first = sum(size for name, size in scripts if name not in charts)
    assert 0 < first <= FIRST_PAINT_KILOBYTES * 1024, scripts


def test_a_desk_that_goes_away_is_said_with_the_time_and_its_return_is_seen(
    own_desk: RunningDesk, log_in: LogIn
) -> None:
    page = log_in(own_desk, SERVICE_MANAGER, "/live")
    expect(page.get_by_text(re.compile("^实时"))).to_be_visible()
    own_desk.kill()
    bar = page.get_by_role("alert")
    expect(bar).to_contain_text(re.compile(r"重连中显示的是 \d\d:\d\d:\d\d 的样子"), timeout=15_000)
    expect(bar).to_contain_text("已断开", timeout=20_000)
    own_desk.start()
    expect(bar).to_have_count(0, timeout=20_000)
    expect(page.get_by_text(re.compile("^实时"))).to_be_visible()
