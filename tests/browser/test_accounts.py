"""The settings of accounts and groups: who works here and gets which buyers, changed by an administrator."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from running_desk import ADMINISTRATOR, AGENTS, RunningDesk

LogIn = Callable[..., Page]
NEW_PASSWORD = "a-walk-by-the-lake"


@pytest.fixture
def accounts(desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext]) -> Page:
    page = log_in(desk, ADMINISTRATOR, "/settings/accounts", context_of())
    expect(row(page, "周小满")).to_be_visible()
    return page


@pytest.fixture
def rules_page(desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext]) -> Page:
    page = log_in(desk, ADMINISTRATOR, "/settings/groups", context_of())
    expect(page.get_by_role("region", name="分流规则").get_by_label("规则")).to_be_visible()
    return page


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def test_a_colleague_is_added_with_a_role_and_duties_and_can_log_in(
    accounts: Page, desk: RunningDesk, context_of: Callable[..., BrowserContext]
) -> None:
    accounts.get_by_role("button", name="加账号").click()
    dialog = accounts.get_by_role("dialog", name="加账号")
    expect(dialog.get_by_label("姓名")).to_be_focused()
    dialog.get_by_label("姓名").fill("林晚")
    dialog.get_by_label("角色").select_option("服务主管")
    expect(dialog).to_contain_text("另外看现场")
    dialog.get_by_label("手机号").fill("139 1234 5678")
    dialog.get_by_role("checkbox", name="售后").check()
    dialog.get_by_label("接待上限").fill("3")
    dialog.get_by_label("密码").fill(NEW_PASSWORD)
    accounts.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(row(accounts, "林晚")).to_contain_text(re.compile("服务主管.*13912345678.*售后.*3"))

    page = context_of().new_page()
    page.goto(f"{desk.url}/login")
    page.get_by_label("手机号或邮箱").fill("13912345678")
    page.get_by_label("密码", exact=True).last.fill(NEW_PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{desk.url}/live")


def test_what_the_desk_refuses_is_said_where_it_was_typed_and_nothing_is_lost(accounts: Page) -> None:
    accounts.get_by_role("button", name="加账号").click()
    dialog = accounts.get_by_role("dialog")
    dialog.get_by_label("姓名").fill("重号")
    dialog.get_by_label("手机号").fill(AGENTS[0])
    accounts.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("这个手机号已属于另一个账号。")
    dialog.get_by_label("手机号").fill("13912340000")
    dialog.get_by_label("密码").fill("123456")
    accounts.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("密码至少需要 10 个字符。")
    expect(dialog.get_by_label("姓名")).to_have_value("重号")


def test_a_change_of_groups_and_limit_shows_at_once(accounts: Page) -> None:
    row(accounts, "郭丹").get_by_role("button", name="改 郭丹").click()
    dialog = accounts.get_by_role("dialog", name="改 郭丹")
    dialog.get_by_role("checkbox", name="改单").check()
    dialog.get_by_label("接待上限").fill("9")
    dialog.get_by_role("button", name="保存").click()
    expect(row(accounts, "郭丹")).to_contain_text(re.compile("售前、改单.*9"))


def test_a_stopped_account_is_logged_out_and_can_be_allowed_again(
    accounts: Page, desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext]
) -> None:
    theirs = log_in(desk, AGENTS[3], "/desk", context_of())
    expect(theirs.locator("button.state")).to_be_visible()
    accounts.get_by_role("button", name="停用 苏念").click()
    expect(row(accounts, "苏念")).to_contain_text("已停用")
    expect(theirs.get_by_role("dialog", name="登录已过期")).to_be_visible()
    accounts.get_by_role("button", name="启用 苏念").click()
    expect(row(accounts, "苏念")).not_to_contain_text("已停用")


def test_the_last_administrator_cannot_be_made_something_else(accounts: Page) -> None:
    accounts.get_by_role("button", name="改 南知微").click()
    dialog = accounts.get_by_role("dialog")
    dialog.get_by_label("角色").select_option("客服")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.get_by_role("alert")).to_contain_text("最后一个可登录的管理员")
    expect(accounts.get_by_role("button", name="停用 南知微")).to_have_count(0)


def test_a_list_that_cannot_be_read_says_so_and_why(desk: RunningDesk, log_in: LogIn) -> None:
    page = log_in(desk, ADMINISTRATOR, "/live")
    expect(page.get_by_role("heading", level=1)).to_have_text("现场")
    page.route("**/api/accounts", lambda route: route.abort())
    page.get_by_role("navigation").get_by_role("link", name="设置").click()
    expect(page.get_by_role("alert")).to_contain_text("账号列表读不到")
    expect(page.get_by_role("alert")).to_contain_text("连不上服务器")


def test_axe_finds_nothing_in_the_dialog(accounts: Page) -> None:
    accounts.get_by_role("button", name="改 周小满").click()
    expect(accounts.get_by_role("dialog")).to_be_visible()
    found = Axe().run(accounts)
    assert found.violations_count == 0, found.generate_report()


def test_a_group_is_helped_out_in_the_order_in_which_it_is_checked(rules_page: Page) -> None:
    groups = rules_page.get_by_role("region", name="组", exact=True)
    groups.get_by_role("button", name="改组 改单").click()
    dialog = rules_page.get_by_role("dialog", name="改组 改单")
    dialog.get_by_role("checkbox", name="疑难").check()
    dialog.get_by_role("checkbox", name="售前").check()
    expect(dialog).to_contain_text("疑难 → 售前")
    dialog.get_by_label("优先级").fill("2")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_have_count(0)
    expect(groups.get_by_role("row").filter(has_text="改单").first).to_contain_text(re.compile("疑难、售前.*2"))


def test_a_group_is_made_for_a_new_shop_and_routes_once_somebody_has_it(rules_page: Page, desk: RunningDesk) -> None:
    groups = rules_page.get_by_role("region", name="组", exact=True)
    groups.get_by_role("button", name="加组").click()
    dialog = rules_page.get_by_role("dialog", name="加组")
    dialog.get_by_label("组名").fill("售前")
    dialog.get_by_label("职责").select_option("售后")
    expect(dialog.get_by_label("考核")).to_have_value("refund")
    dialog.get_by_role("button", name="加组").click()
    expect(dialog.get_by_role("alert")).to_have_text("名称已是另一个组的名字。")
    dialog.get_by_label("组名").fill("茶礼")
    dialog.get_by_role("button", name="加组").click()
    made = groups.get_by_role("row").filter(has_text="茶礼")
    expect(made).to_contain_text("没有人能接")

    shops = rules_page.get_by_role("region", name="店铺")
    shops.get_by_role("button", name="加店铺").click()
    dialog = rules_page.get_by_role("dialog", name="加店铺")
    dialog.get_by_label("店铺").fill("南栖茶舍")
    dialog.get_by_label("默认组").select_option("茶礼")
    dialog.get_by_role("button", name="加店铺").click()
    opened = shops.get_by_role("row").filter(has_text="南栖茶舍")
    expect(opened).to_contain_text(re.compile("Asia/Shanghai.*茶礼"))

    made.get_by_role("link", name="去账号里勾选").click()
    row(rules_page, "苏念").get_by_role("button", name="改 苏念").click()
    dialog = rules_page.get_by_role("dialog", name="改 苏念")
    dialog.get_by_role("checkbox", name="茶礼").check()
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_have_count(0)
    rules_page.goto(f"{desk.url}/settings/groups")
    expect(made).to_contain_text(re.compile("响应|退款"))
    expect(made).not_to_contain_text("没有人能接")
    with rules_page.expect_popup() as popup:
        opened.get_by_role("link").click()
    expect(popup.value).to_have_title(re.compile("南栖茶舍"))


def test_the_rules_of_assignment_are_changed_and_kept(rules_page: Page) -> None:
    rules = rules_page.get_by_role("region", name="分流规则")
    rules.get_by_label("规则").select_option("按能力")
    expect(rules).to_contain_text("按上限的比例")
    rules.get_by_label("不回复（秒）").fill("240")
    rules.get_by_role("button", name="保存").click()
    expect(rules.get_by_role("status")).to_have_text("已保存")
    rules_page.reload()
    expect(rules.get_by_label("不回复（秒）")).to_have_value("240")
    expect(rules.get_by_label("规则")).to_have_value("weighted")


def test_a_rule_that_nobody_meets_is_seen_and_mended_and_both_stand_in_the_audit_in_words(
    rules_page: Page, desk: RunningDesk
) -> None:
    rules_page.get_by_role("button", name="加规则").click()
    dialog = rules_page.get_by_role("dialog")
    dialog.get_by_label("名称").fill("懂酒的接")
    dialog.get_by_label("哪些词").fill("红酒")
    dialog.get_by_label("技能").fill("红酒")
    dialog.get_by_label("多严").select_option("不会的人不接")
    dialog.get_by_role("button", name="保存").click()
    check = rules_page.get_by_role("region", name="会没人接的时间和规则")
    expect(check.get_by_role("heading", name="规则「懂酒的接」要求会「红酒」，没有人会")).to_be_visible()
    check.get_by_role("link", name="改规则").click()
    expect(dialog).to_contain_text("改规则 懂酒的接")
    dialog.get_by_label("多严").select_option("会的人先接")
    dialog.get_by_role("button", name="保存").click()
    expect(check).to_have_count(0)
    rules_page.goto(f"{desk.url}/settings/audit")
    newest = rules_page.get_by_role("row").filter(has_text="修改分流规则")
    expect(newest.nth(0)).to_contain_text("规则「懂酒的接」，怎么办：必须会「红酒」 → 优先会「红酒」")
    expect(newest.nth(1)).to_contain_text("加规则「懂酒的接」：第一句话里有：红酒，全部店铺，必须会「红酒」")


def test_an_account_is_given_a_limit_for_a_group_a_language_and_a_turn(accounts: Page) -> None:
    row(accounts, "许青禾").get_by_role("button", name="改 许青禾").click()
    dialog = accounts.get_by_role("dialog", name="改 许青禾")
    dialog.get_by_label("「改单」最多").fill("2")
    dialog.get_by_label("语言").select_option("只接中文")
    dialog.get_by_label("先后").select_option("后备")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_have_count(0)
    row(accounts, "许青禾").get_by_role("button", name="改 许青禾").click()
    expect(dialog.get_by_label("「改单」最多")).to_have_value("2")
    expect(dialog.get_by_label("语言")).to_have_value("zh")
    expect(dialog.get_by_label("先后")).to_have_value("2")


@pytest.mark.parametrize("dialog", [False, True], ids=["the page", "the dialog of a group"])
def test_axe_finds_nothing_in_groups_and_rules(rules_page: Page, dialog: bool) -> None:
    if dialog:
        rules_page.get_by_role("button", name="改组 售前").click()
        expect(rules_page.get_by_role("dialog")).to_be_visible()
    found = Axe().run(rules_page)
    assert found.violations_count == 0, found.generate_report()


def test_on_a_phone_the_open_tab_of_the_settings_is_in_sight(rules_page: Page, desk: RunningDesk) -> None:
    rules_page.set_viewport_size({"width": 390, "height": 844})
    rules_page.goto(f"{desk.url}/settings/retention")
    expect(rules_page.get_by_role("link", name="保留期")).to_be_in_viewport(ratio=0.9)
