"""The workbench in every state: empty, full, two hundred, long names, English, dark, narrow, read only, no right."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from buyer_line import BuyerLine
from running_desk import ADMINISTRATOR, AGENTS, OPERATIONS, SERVICE_MANAGER, RunningDesk
from workbench_page import Call, at_work, composer, log, row_of

MANY = 200
LONG = "这件双面羊毛大衣一六五一百一十五斤穿什么码" * 40


def assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def assert_nothing_overflows(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = page.evaluate(
        """() => [...document.querySelectorAll('main button, header button')]
             .filter((each) => each.offsetParent && each.scrollWidth > each.clientWidth + 1)
             .map((each) => each.innerText)"""
    )
    assert cut == []


@pytest.fixture
def busy(agent: Page, call: Call) -> Page:
    """Answered, waiting, robots, a burst, a product, a long message: the usual evening."""
    first = call().says("在吗", LONG, product=None)
    expect(composer(agent)).to_be_focused()
    agent.keyboard.type("在的，您说")
    agent.keyboard.press("Enter")
    expect(log(agent)).to_contain_text("首次人工回复")
    first.reads()
    first.says(product=1)
    last = call().says("一单能不能分两个地址")
    expect(row_of(agent, last)).to_be_visible()
    expect(log(agent)).to_contain_text("库存")
    return agent


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("words", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_overflows(busy: Page, theme: str, words: str) -> None:
    busy.evaluate(
        "([theme, words]) => { localStorage['gs.theme'] = theme; localStorage['gs.language'] = words }", [theme, words]
    )
    busy.reload()
    expect(log(busy)).to_be_visible()
    for width, height in ((1440, 900), (1280, 720), (390, 844)):
        busy.set_viewport_size({"width": width, "height": height})
        assert_nothing_overflows(busy)
        assert_accessible(busy)
    busy.set_viewport_size({"width": 1280, "height": 720})
    busy.locator("textarea").focus()
    busy.keyboard.type("/")
    expect(busy.locator(".palette [role=option]").first).to_be_visible()
    assert_accessible(busy)
    busy.keyboard.press("Escape")
    busy.keyboard.press("Alt+KeyO")
    expect(busy.get_by_role("tabpanel")).to_be_visible()
    assert_nothing_overflows(busy)
    assert_accessible(busy)
    busy.keyboard.press("Control+Slash")
    expect(busy.get_by_role("dialog")).to_be_visible()
    assert_accessible(busy)


def test_an_idle_desk_says_what_comes_next_and_passes_axe(agent: Page) -> None:
    expect(agent.get_by_text("买家写来时会自动分给您，并响铃。")).to_be_visible()
    assert_accessible(agent)
    agent.keyboard.press("Alt+KeyR")
    agent.get_by_role("button", name="休息").click()
    expect(agent.get_by_text("就绪后才会分到买家")).to_be_visible()
    agent.get_by_role("button", name=re.compile("开始接待")).click()
    expect(agent.locator("button.state")).to_contain_text("就绪")


def test_on_a_phone_too_a_break_shows_how_to_begin_and_a_chat_whose_it_is(agent: Page, call: Call) -> None:
    agent.set_viewport_size({"width": 390, "height": 844})
    agent.keyboard.press("Alt+KeyR")
    agent.get_by_role("button", name="休息").click()
    agent.get_by_role("button", name=re.compile("开始接待")).click()
    expect(agent.locator("button.state")).to_contain_text("就绪")
    buyer = call().says("在吗")
    row_of(agent, buyer).click()
    name = agent.locator("section.thread h2")
    expect(name).to_have_text(buyer.name)
    assert name.evaluate("name => name.scrollWidth <= name.clientWidth")


def test_a_long_message_is_cut_until_all_of_it_is_asked_for(busy: Page) -> None:
    button = log(busy).get_by_role("button", name="全文")
    button.click()
    expect(log(busy).get_by_role("button", name="收起")).to_be_visible()


def test_operations_read_and_do_not_write(busy: Page, desk: RunningDesk, log_in: Callable[..., Page]) -> None:
    page = log_in(desk, OPERATIONS, "/desk")
    expect(page.get_by_text("您可以看任何会话，不能回复")).to_be_visible()
    expect(page.locator("button.state")).to_have_count(0)
    page.goto(busy.url)
    expect(log(page)).to_contain_text("在的，您说")
    expect(page.get_by_text("只读：由 周小满 接待")).to_be_visible()
    expect(page.get_by_role("button", name="结束")).to_have_count(0)
    expect(composer(page)).to_have_count(0)
    composer(busy).press("End")
    busy.keyboard.type("还有货")
    busy.keyboard.press("Enter")
    expect(log(page)).to_contain_text("还有货")
    assert_accessible(page)


def test_an_agent_may_not_open_a_colleague_s_conversation(
    busy: Page, desk: RunningDesk, log_in: Callable[..., Page]
) -> None:
    page = log_in(desk, AGENTS[1], busy.url.removeprefix(desk.url))
    expect(page.get_by_text("打不开这个会话")).to_be_visible()
    expect(page.get_by_text("您的账号不能这样做")).to_be_visible()


@pytest.fixture
def crowd(own_desk: RunningDesk, log_in: Callable[..., Page]) -> Iterator[Page]:
    """An agent with two hundred open conversations."""
    administrator = log_in(own_desk, ADMINISTRATOR, "/settings/accounts")
    accounts = administrator.request.get(f"{own_desk.url}/api/accounts").json()
    number = next(each["id"] for each in accounts if each["name"] == "周小满")
    headers = {"X-Golden-Six": "1"}
    changed = administrator.request.patch(
        f"{own_desk.url}/api/accounts/{number}", data={"limit": MANY}, headers=headers
    )
    assert changed.ok, changed.text()
    page = at_work(log_in(own_desk, AGENTS[0]))
    with ExitStack() as lines:
        for at in range(MANY):
            lines.enter_context(BuyerLine(own_desk)).says(f"第 {at} 位")
        expect(page.get_by_text(re.compile(f"等我回复 · {MANY}"))).to_be_visible()
        yield page


def test_two_hundred_conversations_are_a_virtual_list_that_keys_and_wheel_reach(crowd: Page) -> None:
    listbox = crowd.get_by_role("listbox", name="我的接待")
    options = listbox.get_by_role("option")
    assert options.count() < 60
    expect(options.first).to_have_attribute("aria-setsize", str(MANY))
    listbox.evaluate("each => { each.scrollTop = each.scrollHeight }")
    expect(listbox.get_by_text("第 199 位")).to_be_visible()
    expect(crowd.get_by_text(re.compile("上面有 .* 位更急"))).to_be_visible()
    crowd.keyboard.press("Alt+ArrowDown")
    crowd.keyboard.press("Alt+ArrowUp")
    expect(listbox.locator("[aria-selected=true]")).to_be_in_viewport()


def test_the_service_manager_has_a_workbench_too(desk: RunningDesk, log_in: Callable[..., Page]) -> None:
    page = log_in(desk, SERVICE_MANAGER, "/desk")
    expect(page.locator("button.state")).to_contain_text("小休")
    assert_accessible(page)
