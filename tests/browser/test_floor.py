"""The service manager's floor: an alert with what ends it, a task handed on, and a workbench to install."""

import re
import time
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from agent_line import AgentLine
from buyer_line import BuyerLine
from running_desk import AGENTS, SERVICE_MANAGER, RunningDesk
from shop_server import tell
from workbench_page import Call, row_of

LogIn = Callable[..., Page]


def change_ladder(page: Page, desk: RunningDesk, **waits: int) -> None:
    answer = page.request.patch(f"{desk.url}/api/ladder", data=waits, headers={"X-Golden-Six": "1"})
    assert answer.ok, answer.text()


def test_an_alert_is_ended_by_its_own_button_and_the_deed_can_be_undone(
    desk: RunningDesk, log_in: LogIn, call: Call
) -> None:
    board = log_in(desk, SERVICE_MANAGER, "/live")
    change_ladder(board, desk, red_after=0, manager_after=1_000)
    with AgentLine(desk, AGENTS[0]) as agent:
        buyer = call().says("能便宜点吗")
        agent.serves("能便宜点吗")
        alert = board.get_by_role("alert").get_by_role("listitem").filter(has_text=buyer.name)
        expect(alert).to_contain_text("在 周小满 手上")
        expect(alert).to_contain_text("已通知：陈望舒（页面）")
        assert Axe().run(board).violations_count == 0
        board.get_by_role("button", name=re.compile("^周小满")).click()
        chats = board.get_by_role("dialog", name="周小满 的会话")
        expect(chats.get_by_role("listitem")).to_contain_text(buyer.name)
        board.keyboard.press("Escape")
        alert.get_by_role("button", name="我来接").click()
        agent.until(lambda frame: frame["t"] == "gone" and frame["c"] == agent.conversation)
        board.get_by_role("button", name=re.compile("^撤销")).click()
        agent.hears(lambda event: event["type"] == "agent_assigned" and event["facts"]["how"] == "handed")
        alert.get_by_role("button", name="我来处理").click()
        expect(alert).to_contain_text("陈望舒 从")
        agent.says("可以的")
        expect(alert).to_have_count(0)
        expect(board.get_by_text(re.compile("^已结束"))).to_be_visible()


def test_an_order_to_change_stands_above_the_chat_of_whoever_gets_it(
    desk: RunningDesk, log_in: LogIn, agent: Page, context_of: Callable[..., BrowserContext]
) -> None:
    with BuyerLine.customer(desk) as buyer:
        buyer.says("地址写错了")
        expect(row_of(agent, buyer)).to_be_visible()
        row_of(agent, buyer).click()
        agent.get_by_role("textbox", name=re.compile("^回复")).fill("好的，帮您改")
        agent.keyboard.press("Enter")
        expect(row_of(agent, buyer)).to_contain_text("我: 好的，帮您改")
        agent.keyboard.press("Alt+KeyC")
        dialog = agent.get_by_role("dialog", name=re.compile("^转接"))
        expect(dialog.get_by_label("转给")).to_have_value(re.compile("^group"))
        expect(dialog.get_by_label("订单")).not_to_have_value("0")
        colleague = log_in(desk, AGENTS[1], "/desk", context_of())
        colleague.locator("button.state").wait_for()
        colleague.keyboard.press("Alt+KeyR")
        expect(colleague.locator("button.state")).to_contain_text("就绪")
        dialog.get_by_label("买家想要").fill("改到哈尔滨南岗区学府路 7 号")
        agent.keyboard.press("Enter")
        mine = colleague.get_by_role("group", name="等我回复")
        expect(mine.get_by_role("option")).to_contain_text(re.compile("转来.*周小满: 好的，帮您改"))
        expect(colleague).to_have_title(re.compile(r"^\(1\)"))
        row_of(colleague, buyer).click()
        expect(row_of(colleague, buyer)).not_to_contain_text("转来")
        task = colleague.get_by_role("complementary", name="转来的任务：改单")
        expect(task).to_contain_text("改到哈尔滨南岗区学府路 7 号")
        expect(task).to_contain_text("地址")
        expect(task.get_by_role("button", name=re.compile("^订单"))).to_be_visible()
        colleague.keyboard.press("Alt+KeyR")
        colleague.get_by_role("button", name="用餐").click()


def test_a_refund_that_the_shop_tells_of_is_seen_beside_the_chat_and_among_the_groups(
    desk: RunningDesk, log_in: LogIn, agent: Page, context_of: Callable[..., BrowserContext]
) -> None:
    with BuyerLine.customer(desk) as buyer:
        buyer.says("我想退款")
        row_of(agent, buyer).click()
        expect(agent.get_by_role("article", name="订单 NQF-1006")).to_be_visible()
        board = log_in(desk, SERVICE_MANAGER, "/live", context_of())
        after_sale = board.get_by_role("row", name=re.compile("^售后"))
        expect(after_sale).to_contain_text("待退 1")
        now = round(time.time() * 1_000)
        order = {"number": "NQF-7001", "customer": "demo-buyer", "status": "refund_asked", "price_cents": 25_900}
        tell(desk, order | {"placed_at": now - 9_000_000, "refund_asked_at": now - 7_200_000})
        told = agent.get_by_role("article", name="订单 NQF-7001")
        expect(told).to_contain_text("退款已等 2 小时")
        expect(told.get_by_role("list", name="订单进度")).to_contain_text("申请退款")
        expect(after_sale).to_contain_text("待退 2")
        assert Axe().run(board).violations_count == 0


def test_the_workbench_can_be_installed_and_keeps_no_page(
    own_desk: RunningDesk, log_in: LogIn, context_of: Callable[..., BrowserContext]
) -> None:
    page = log_in(own_desk, SERVICE_MANAGER, "/settings/notices", context_of(service_workers="allow"))
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    manifest = page.request.get(page.evaluate("document.querySelector('link[rel=manifest]').href"))
    assert manifest.headers["content-type"].startswith("application/manifest+json")
    for icon in manifest.json()["icons"]:
        assert page.request.get(f"{own_desk.url}{icon['src']}").headers["content-type"] == "image/png"
    assert page.request.get(f"{own_desk.url}/sw.js").headers["cache-control"] == "no-cache"
    page.reload()
    expect(page.get_by_role("button", name="叫这台设备")).to_be_visible()
    kept = "caches.keys().then(names => Promise.all(names.map(n => caches.open(n).then(c => c.keys()))))"
    addresses = page.evaluate(f"{kept}.then(all => all.flat().map(r => new URL(r.url).pathname))")
    assert addresses == ["/app/offline.html"]
    own_desk.kill()
    page.goto(f"{own_desk.url}/live")
    expect(page.get_by_role("heading", name="连接不上工作台")).to_be_visible()
    own_desk.start()
    page.get_by_role("button", name=re.compile("再试一次")).click()
    expect(page.get_by_role("region", name="组")).to_be_visible()


def test_a_sender_is_renamed_without_its_address_and_taken_away(desk: RunningDesk, log_in: LogIn) -> None:
    page = log_in(desk, SERVICE_MANAGER, "/settings/ladder")
    sender = {"name": "值班裙", "address": f"dingtalk://{'a' * 64}", "step": "administrator"}
    added = page.request.post(f"{desk.url}/api/ladder/senders", data=sender, headers={"X-Golden-Six": "1"})
    assert added.ok, added.text()
    page.reload()
    page.get_by_role("button", name="改渠道 值班裙").press("Enter")
    dialog = page.get_by_role("dialog", name="改渠道 值班裙")
    expect(dialog.get_by_label("新地址")).to_have_value("")
    assert Axe().run(page).violations_count == 0
    dialog.get_by_label("名称").fill("值班群")
    dialog.get_by_label("名称").press("Enter")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="值班群"))
    expect(row).to_contain_text("dingtalk管理员这一级")
    row.get_by_role("button", name="改渠道 值班群").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(page.get_by_role("region", name="通知渠道")).to_contain_text("还没有通知渠道")
