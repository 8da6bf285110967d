"""Logging in, and what a page says when somebody is not, or not any more, or not for this page."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from running_desk import ADMINISTRATOR, AGENTS, OPERATIONS, PASSWORD, SERVICE_MANAGER, RunningDesk

LogIn = Callable[..., Page]


@pytest.fixture
def login_page(desk: RunningDesk, context_of: Callable[..., BrowserContext]) -> Page:
    page = context_of().new_page()
    page.goto(f"{desk.url}/login")
    return page


def enter(page: Page, identifier: str, password: str = PASSWORD) -> None:
    page.get_by_label("手机号或邮箱").fill(identifier)
    page.get_by_label("密码", exact=True).last.fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def test_the_caret_stands_in_the_first_field_and_enter_logs_in(login_page: Page) -> None:
    expect(login_page.get_by_label("手机号或邮箱")).to_be_focused()
    login_page.keyboard.type(AGENTS[0])
    login_page.keyboard.press("Tab")
    login_page.keyboard.type(PASSWORD)
    login_page.keyboard.press("Enter")
    expect(login_page).to_have_url(re.compile("/desk$"))


@pytest.mark.parametrize(
    ("identifier", "home"),
    [(ADMINISTRATOR, "/start"), (SERVICE_MANAGER, "/live"), (OPERATIONS, "/live"), (AGENTS[1], "/desk")],
)
def test_one_click_fills_a_demo_account_in_and_each_role_comes_home(
    login_page: Page, identifier: str, home: str
) -> None:
    people = [ADMINISTRATOR, SERVICE_MANAGER, OPERATIONS, *AGENTS]
    login_page.locator(".demo button").nth(people.index(identifier)).click()
    expect(login_page.get_by_label("手机号或邮箱")).to_have_value(identifier)
    login_page.keyboard.press("Enter")
    expect(login_page).to_have_url(re.compile(f"{home}$"))


def test_a_wrong_password_says_so_and_keeps_what_was_typed(login_page: Page) -> None:
    enter(login_page, OPERATIONS, "not-the-password")
    expect(login_page.get_by_role("alert")).to_have_text("账号与密码或验证码不符，或验证码已失效。")
    expect(login_page.get_by_label("手机号或邮箱")).to_have_value(OPERATIONS)
    login_page.get_by_text("English").click()
    login_page.get_by_role("button", name="Log in", exact=True).click()
    expect(login_page.get_by_role("alert")).to_contain_text("do not match")


def test_after_too_many_attempts_the_seconds_are_told_and_count_down(login_page: Page) -> None:
    wait = login_page.get_by_role("alert").filter(has_text=re.compile(r"试得太多了，\d+ 秒后可以再试。"))
    button = login_page.get_by_role("button", name="登录", exact=True)
    for _ in range(8):
        enter(login_page, "13900000000", "not-the-password")
        expect(login_page.get_by_role("alert")).not_to_be_empty()
        if button.is_disabled():
            break
    expect(wait).to_be_visible()
    expect(button).to_be_disabled()
    expect(button).to_be_enabled()
    expect(login_page.locator(".problem")).to_be_empty()


def test_a_one_time_code_is_asked_for_and_a_wrong_one_is_refused(login_page: Page) -> None:
    login_page.get_by_text("验证码", exact=True).click()
    login_page.get_by_label("手机号或邮箱").fill(AGENTS[2])
    login_page.get_by_role("button", name="发验证码").click()
    code = login_page.get_by_role("textbox", name="验证码")
    expect(code).to_be_focused()
    expect(login_page.get_by_role("button", name=re.compile("秒后可以再发"))).to_be_disabled()
    code.fill("0")
    login_page.keyboard.press("Enter")
    expect(login_page.get_by_role("alert")).to_have_text("账号与密码或验证码不符，或验证码已失效。")


def test_a_link_survives_logging_in_but_never_leads_to_another_site(
    desk: RunningDesk, context_of: Callable[..., BrowserContext]
) -> None:
    page = context_of().new_page()
    page.goto(f"{desk.url}/live?shop=1")
    expect(page).to_have_url(re.compile(r"/login\?next="))
    enter(page, SERVICE_MANAGER)
    expect(page).to_have_url(f"{desk.url}/live?shop=1")
    page.context.clear_cookies()
    page.goto(f"{desk.url}/login?next=//elsewhere.example/")
    enter(page, SERVICE_MANAGER)
    expect(page).to_have_url(f"{desk.url}/live")


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/import", "能打开它的是：服务主管、管理员"),
        ("/live", "能打开它的是：服务主管、运营、管理员"),
        ("/start", "管理员"),
    ],
)
def test_a_page_that_the_role_lacks_says_who_can_open_it(desk: RunningDesk, log_in: LogIn, path: str, who: str) -> None:
    page = log_in(desk, AGENTS[0], path)
    expect(page.get_by_role("main")).to_contain_text(who)
    expect(page.get_by_role("navigation").get_by_role("link", name="导入")).to_have_count(0)
    page.get_by_role("main").get_by_role("link", name="去工作台").click()
    expect(page).to_have_url(re.compile("/desk"))


def test_an_address_without_a_page_says_so(desk: RunningDesk, log_in: LogIn) -> None:
    page = log_in(desk, AGENTS[0], "/login?next=/no-such-page")
    page.get_by_label("手机号或邮箱").fill(AGENTS[0])
    page.get_by_label("密码", exact=True).last.fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有这一页")


def test_a_desk_out_of_reach_is_said_and_the_page_opens_by_itself_later(
    desk: RunningDesk, context_of: Callable[..., BrowserContext], log_in: LogIn
) -> None:
    page = log_in(desk, SERVICE_MANAGER, "/kit")
    page.route("**/api/me", lambda route: route.abort())
    page.goto(f"{desk.url}/live?shop=1")
    expect(page.get_by_role("alert")).to_contain_text("这一页打不开")
    expect(page.get_by_role("alert")).to_contain_text("连不上服务器")
    page.unroute("**/api/me")
    expect(page.get_by_role("heading", level=1)).to_have_text("现场", timeout=10_000)
    expect(page).to_have_url(f"{desk.url}/live?shop=1")


def test_an_ended_log_in_asks_again_over_the_page_and_the_page_goes_on(desk: RunningDesk, log_in: LogIn) -> None:
    page = log_in(desk, ADMINISTRATOR, "/settings/accounts")
    page.get_by_role("button", name="加账号").click()
    page.get_by_label("姓名").fill("新来的")
    page.context.clear_cookies()
    page.get_by_label("手机号", exact=True).fill("13911112222")
    page.get_by_role("dialog").get_by_role("button", name="加账号").click()
    again = page.get_by_role("dialog", name="登录已过期")
    expect(again).to_be_visible()
    page.keyboard.press("Escape")
    expect(again).to_be_visible()
    again.get_by_label("手机号或邮箱").fill(ADMINISTRATOR)
    again.get_by_label("密码", exact=True).last.fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(again).to_have_count(0)
    expect(page.get_by_label("姓名")).to_have_value("新来的")


def test_theme_and_language_outlive_a_reload(desk: RunningDesk, log_in: LogIn) -> None:
    page = log_in(desk, AGENTS[3], "/desk")
    page.get_by_role("button", name=re.compile("的账号菜单")).click()
    page.get_by_text("深色", exact=True).click()
    page.get_by_text("English", exact=True).click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("navigation").get_by_role("link", name="Workbench")).to_be_visible()


def test_one_sees_where_one_is_logged_in_and_ends_another_log_in(
    desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext]
) -> None:
    other = log_in(desk, OPERATIONS, "/live", context_of())
    expect(other.get_by_role("heading", level=1)).to_have_text("现场")
    page = log_in(desk, OPERATIONS, "/live", context_of())
    page.get_by_role("button", name=re.compile("的账号菜单")).click()
    page.get_by_role("button", name="我的登录").click()
    rows = page.get_by_role("dialog").get_by_role("listitem")
    expect(rows.filter(has_text="就是这台")).to_have_count(1)
    before = rows.count()
    page.get_by_role("button", name="让它退出").first.click()
    expect(rows).to_have_count(before - 1)
    expect(other.get_by_role("dialog", name="登录已过期")).to_be_visible()


def test_signing_out_leaves_nothing_behind(desk: RunningDesk, log_in: LogIn) -> None:
    page = log_in(desk, AGENTS[1], "/desk")
    page.get_by_role("button", name=re.compile("的账号菜单")).click()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/login"))
    page.goto(f"{desk.url}/desk")
    expect(page).to_have_url(re.compile(r"/login\?next="))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/login", "/kit", "/settings/accounts"])
def test_axe_finds_nothing(
    desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext], path: str, scheme: str
) -> None:
    page = log_in(desk, ADMINISTRATOR, path, context_of(color_scheme=scheme))
    expect(page.get_by_role("heading", level=1)).to_be_attached()
    page.wait_for_load_state("networkidle")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("path", ["/login", "/settings/accounts", "/start", "/live", "/kit"])
def test_no_page_is_wider_than_a_phone(desk: RunningDesk, log_in: LogIn, path: str) -> None:
    page = log_in(desk, ADMINISTRATOR, path)
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.get_by_role("heading", level=1)).to_be_attached()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
