"""What an agent can do at the workbench besides answering: pictures, products, orders, taking, ending, keys."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from buyer_line import BuyerLine
from running_desk import RunningDesk
from workbench_page import Call, composer, log, row_of

# ------------------------------------------------------------------ drafts, pictures, orders


def test_each_conversation_keeps_its_draft_across_a_reload(agent: Page, call: Call) -> None:
    first, second = call().says("一"), call().says("二")
    expect(row_of(agent, second)).to_be_visible()
    row_of(agent, first).click()
    agent.keyboard.type("给一的草稿")
    row_of(agent, second).click()
    expect(composer(agent)).to_have_value("")
    agent.keyboard.type("给二的")
    agent.reload()
    expect(composer(agent)).to_have_value("给二的")
    expect(row_of(agent, first)).to_contain_text("草稿已存")
    row_of(agent, first).click()
    expect(composer(agent)).to_have_value("给一的草稿")


PAINTED = """async (width) => {
  const canvas = new OffscreenCanvas(width, 900);
  const brush = canvas.getContext("2d");
  for (let at = 0; at < width; at += 7) {
    brush.fillStyle = `hsl(${at % 360} 80% 50%)`;
    brush.fillRect(at, at % 300, 5, 600);
  }
  const file = new File([await canvas.convertToBlob()], "big.png", { type: "image/png" });
  const parcel = new DataTransfer();
  parcel.items.add(file);
  const event = new ClipboardEvent("paste", { clipboardData: parcel, bubbles: true, cancelable: true });
  document.querySelector("textarea").dispatchEvent(event);
}"""


def test_a_pasted_picture_is_made_smaller_and_goes_before_the_words(agent: Page, call: Call) -> None:
    buyer = call().says("有实物图吗")
    expect(composer(agent)).to_be_focused()
    agent.evaluate(PAINTED, 2400)
    expect(agent.get_by_role("list", name="待发的图片").locator("img")).to_have_count(1)
    agent.keyboard.type("请看")
    agent.keyboard.press("Enter")
    sent = buyer.until(lambda frame: (frame.get("body") or {}).get("picture"))
    assert (sent["body"]["picture"]["width"], sent["body"]["picture"]["height"]) == (1600, 600)
    buyer.hears("请看")
    words = next(f for f in buyer.frames if (f.get("body") or {}).get("text") == "请看")
    assert words["n"] > sent["n"]
    picture = log(agent).get_by_role("button", name="我发的图片")
    expect(picture).to_be_visible()
    picture.click()
    expect(agent.get_by_role("dialog").get_by_role("img", name="图片")).to_be_visible()


def test_a_product_card_is_sent_from_beside_the_chat(agent: Page, call: Call) -> None:
    buyer = call().says("有大衣吗")
    expect(composer(agent)).to_be_focused()
    agent.keyboard.press("Alt+KeyP")
    expect(agent.get_by_role("searchbox", name="搜商品")).to_be_focused()
    agent.keyboard.type("大衣")
    agent.get_by_role("button", name="发给买家").click()
    buyer.until(lambda frame: (frame.get("body") or {}).get("product"))
    expect(log(agent)).to_contain_text("双面羊毛大衣")
    agent.keyboard.press("Escape")
    expect(composer(agent)).to_be_focused()


def test_orders_are_masked_until_asked_for_and_follow_a_change(agent: Page, desk: RunningDesk) -> None:
    with BuyerLine.customer(desk) as buyer:
        buyer.says("改个地址")
        expect(row_of(agent, buyer)).to_be_visible()
        row_of(agent, buyer).click()
        unpaid = agent.get_by_role("article", name="订单 NQF-1006")
        expect(unpaid).to_contain_text("林**")
        expect(unpaid).not_to_contain_text("梧桐里")
        unpaid.get_by_role("button", name="改地址").click()
        expect(unpaid.get_by_label("地址")).to_have_value(re.compile("梧桐里"))
        unpaid.get_by_label("地址").fill("上海市静安区万航渡路 1 号")
        unpaid.get_by_role("button", name="保存").click()
        expect(unpaid).to_contain_text("万航渡路")
        unpaid.get_by_role("button", name="改价").click()
        unpaid.get_by_label("新的总价").fill("一千")
        unpaid.get_by_role("button", name="保存").click()
        expect(unpaid).to_contain_text("请写成 629 或 629.50")
        unpaid.get_by_label("新的总价").fill("1000.5")
        unpaid.get_by_role("button", name="保存").click()
        expect(unpaid).to_contain_text("¥1,000.50")
        shipped = agent.get_by_role("article", name="订单 NQF-1003")
        expect(shipped).to_contain_text("运输中")
        expect(shipped.get_by_role("button", name=re.compile("改价|改地址"))).to_have_count(0)
        agent.get_by_role("textbox", name=re.compile("^回复")).focus()
        agent.keyboard.type("/yfh")
        expect(agent.locator(".preview .slot").first).to_have_text("NQF-1006")


# ------------------------------------------------------------------ taking, ending, presence


def test_taking_from_the_pool_opens_what_was_taken(agent: Page, call: Call) -> None:
    agent.keyboard.press("Alt+KeyR")
    agent.get_by_role("button", name="用餐").click()
    expect(agent.locator("button.state")).to_contain_text("小休 · 用餐")
    buyer = call().says("有人吗")
    pool = agent.get_by_role("region", name="待接入")
    expect(pool).to_contain_text("没有人就绪")
    expect(pool).to_contain_text(buyer.name)
    agent.keyboard.press("Alt+KeyG")
    expect(agent.locator("section.thread h2")).to_have_text(buyer.name)
    expect(log(agent)).to_contain_text("领取")
    expect(pool).to_contain_text("没有人在排队")
    agent.keyboard.press("Alt+KeyR")
    expect(agent.locator("button.state")).to_contain_text("就绪")


def test_what_could_not_be_done_is_one_grey_line(agent: Page) -> None:
    agent.keyboard.press("Alt+KeyG")
    expect(agent.get_by_text("您的组里没有人在等")).to_be_visible()


def test_ending_asks_only_while_the_buyer_waits(agent: Page, call: Call) -> None:
    waiting, answered = call().says("在吗"), call().says("在吗")
    expect(row_of(agent, answered)).to_be_visible()
    row_of(agent, answered).click()
    agent.keyboard.type("在的")
    agent.keyboard.press("Enter")
    answered.hears("在的")
    expect(log(agent)).to_contain_text("首次人工回复")
    agent.keyboard.press("Alt+KeyW")
    answered.until(lambda frame: frame.get("type") == "conversation_closed")
    expect(agent.locator("section.thread h2")).to_have_text(waiting.name)
    agent.keyboard.press("Alt+KeyW")
    question = agent.get_by_role("dialog", name=re.compile("还在等回复"))
    expect(question).to_be_visible()
    agent.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(row_of(agent, waiting)).to_be_visible()
    agent.keyboard.press("Alt+KeyW")
    question.get_by_role("button", name="仍然结束").click()
    waiting.until(lambda frame: frame.get("type") == "conversation_closed")
    expect(agent.get_by_text("没有人在等您")).to_be_visible()


KEYS = [
    *("Alt+ArrowDown", "Alt+ArrowUp", "Alt+Shift+Digit1", "Alt+KeyG", "Alt+KeyW", "Alt+KeyR", "Alt+KeyM"),
    *("Alt+KeyO", "Alt+KeyP", "Alt+KeyI", "Alt+KeyQ", "Control+Slash", "F6", "Shift+F6"),
]


@pytest.mark.parametrize("key", KEYS)
def test_the_browser_leaves_every_key_of_the_table_to_the_page(agent: Page, call: Call, key: str) -> None:
    call().says("在吗")
    expect(composer(agent)).to_be_focused()
    agent.evaluate("() => addEventListener('keydown', (each) => { window.kept = each.defaultPrevented })")
    agent.keyboard.press(key)
    assert agent.evaluate("window.kept") is True


def test_the_key_table_opens_with_its_key_and_names_them_all(agent: Page) -> None:
    agent.keyboard.press("Control+Slash")
    table = agent.get_by_role("dialog", name="按键表")
    expect(table.locator("tr")).to_have_count(26)
    agent.keyboard.press("Escape")
    expect(table).to_have_count(0)


def test_f6_walks_the_regions_and_escape_comes_home(agent: Page, call: Call) -> None:
    call().says("在吗")
    expect(composer(agent)).to_be_focused()
    agent.keyboard.press("F6")
    expect(agent.get_by_role("tab", name="订单")).to_be_focused()
    agent.keyboard.press("F6")
    expect(agent.get_by_role("listbox", name="我的接待")).to_be_focused()
    agent.keyboard.press("Escape")
    expect(composer(agent)).to_be_focused()


def test_a_chat_is_passed_on_with_a_note_and_taken_back_with_the_note_in_it(agent: Page, call: Call) -> None:
    buyer = call().says("要退款")
    expect(composer(agent)).to_be_focused()
    agent.get_by_role("button", name=f"转接 {buyer.name}").click()
    dialog = agent.get_by_role("dialog", name=f"转接 {buyer.name}")
    to = dialog.get_by_label("转给")
    to.select_option(label=to.locator("option", has_text="「售后」组").inner_text())
    dialog.get_by_label("备注").fill("老客户，先道歉")
    found = Axe().run(agent)
    assert found.violations_count == 0, found.generate_report()
    dialog.get_by_role("button", name="转接").click()
    expect(dialog).to_have_count(0)
    expect(agent.get_by_text(f"{buyer.name} 不在我这里了")).to_be_visible()
    agent.get_by_role("button", name=re.compile(f"领取.*{buyer.name}|领取 {buyer.name}")).first.click()
    expect(log(agent)).to_contain_text("备注：老客户，先道歉")
    expect(log(agent)).to_contain_text("把会话转到「售后」")
    assert "老客户" not in str(buyer.frames)
