"""The workbench against a real desk: an agent at the keyboard, buyers on the line."""

import re

from playwright.sync_api import Page, expect

from buyer_line import BuyerLine
from running_desk import RunningDesk
from workbench_page import Call, composer, log, row_of, shown

# ------------------------------------------------------------------ answering


def test_a_buyer_appears_rings_in_the_title_and_opens_by_itself_for_an_idle_agent(agent: Page, call: Call) -> None:
    buyer = call().says("有货吗")
    expect(log(agent)).to_contain_text("有货吗")
    expect(row_of(agent, buyer)).to_have_attribute("aria-selected", "true")
    expect(composer(agent)).to_be_focused()
    expect(agent).to_have_title(re.compile(r"^\(1\) \d+ 秒 · 黄金六秒$"))
    agent.keyboard.type("有的，今天发")
    agent.keyboard.press("Enter")
    buyer.hears("有的，今天发")
    expect(log(agent)).to_contain_text("首次人工回复")
    expect(agent).to_have_title("工作台 · 黄金六秒")


def test_a_quick_reply_goes_out_with_four_keys(agent: Page, call: Call) -> None:
    first, second = call().says("什么时候发货"), call().says("能改地址吗")
    expect(row_of(agent, second)).to_be_visible()
    agent.keyboard.press("Alt+Shift+Digit1")
    expect(composer(agent)).to_be_focused()
    agent.keyboard.type("/fh")
    chosen = agent.locator(".palette [aria-selected=true]")
    expect(chosen).to_contain_text("发货时间")
    said = agent.locator(".preview p").inner_text()
    agent.keyboard.press("Control+Enter")
    first.hears(said)
    expect(agent.locator("section.thread h2")).to_have_text(second.name)
    expect(agent.locator(".palette")).to_have_count(0)


def test_the_palette_finds_by_pinyin_and_words_and_inserts_at_the_caret(agent: Page, call: Call) -> None:
    call().says("在吗")
    expect(composer(agent)).to_be_focused()
    agent.keyboard.type("您好。 请看 /fahuo")
    expect(agent.locator(".palette [role=option]").first).to_contain_text("发货时间")
    agent.keyboard.press("Escape")
    expect(composer(agent)).to_have_value("您好。 请看 /fahuo")
    agent.keyboard.press("Control+KeyA")
    agent.keyboard.type("您好。 /fahuo")
    agent.keyboard.press("Digit1")
    expect(composer(agent)).to_have_value(re.compile("^您好。 现货"))
    agent.keyboard.press("Control+KeyA")
    agent.keyboard.type("见 http://a.example/fh 11/11")
    expect(agent.locator(".palette")).to_have_count(0)


def test_a_missing_variable_is_marked_and_stops_the_message(agent: Page, call: Call) -> None:
    buyer = call().says("我的订单呢")
    expect(composer(agent)).to_be_focused()
    agent.keyboard.type("/yfh")
    expect(agent.locator(".preview .missing")).to_have_text("{order}")
    agent.keyboard.press("Control+Enter")
    expect(composer(agent)).to_have_value(re.compile(r"\{order\}"))
    agent.keyboard.press("Enter")
    expect(agent.get_by_text("缺“订单号”，补上才能发")).to_be_visible()
    text = composer(agent).input_value()
    assert buyer.heard(text) == 0
    composer(agent).fill(text.replace("{order}", "NQ-1"))
    agent.keyboard.press("Enter")
    buyer.hears(text.replace("{order}", "NQ-1"))


def test_a_key_struck_while_an_input_method_composes_sends_nothing(agent: Page, call: Call) -> None:
    buyer = call().says("在吗")
    expect(composer(agent)).to_be_focused()
    agent.keyboard.type("好")
    typist = agent.context.new_cdp_session(agent)
    typist.send("Input.imeSetComposition", {"text": "de", "selectionStart": 2, "selectionEnd": 2})
    key = {"windowsVirtualKeyCode": 229, "code": "Enter", "key": "Process"}
    typist.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
    typist.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    typist.send("Input.insertText", {"text": "的"})
    expect(composer(agent)).to_have_value("好的")
    assert buyer.heard("好") == 0
    agent.keyboard.press("Enter")
    buyer.hears("好的")


def test_shift_enter_makes_a_line_and_a_held_enter_sends_once(agent: Page, call: Call) -> None:
    buyer = call().says("在吗")
    expect(composer(agent)).to_be_focused()
    agent.keyboard.type("一")
    agent.keyboard.press("Shift+Enter")
    agent.keyboard.type("二")
    agent.keyboard.down("Enter")
    agent.keyboard.down("Enter")
    agent.keyboard.up("Enter")
    buyer.hears("一\n二")
    assert buyer.heard("一\n二") == 1


def test_ctrl_z_in_an_empty_composer_takes_the_last_message_back(agent: Page, call: Call) -> None:
    buyer = call().says("多少钱")
    expect(composer(agent)).to_be_focused()
    agent.keyboard.type("一千")
    agent.keyboard.press("Enter")
    expect(log(agent)).to_contain_text("首次人工回复")
    agent.keyboard.press("Control+KeyZ")
    buyer.until(lambda frame: frame.get("type") == "message_recalled")
    expect(log(agent)).to_contain_text("撤回了一条消息")
    expect(log(agent)).not_to_contain_text("一千")
    expect(row_of(agent, buyer).locator(".chip, .hex")).to_be_visible()


# ------------------------------------------------------------------ the list


def test_alt_down_walks_the_waiting_by_urgency_and_wraps(agent: Page, call: Call) -> None:
    buyers = [call().says(f"问题 {number}") for number in range(3)]
    expect(row_of(agent, buyers[2])).to_be_visible()
    walked = []
    for _ in range(4):
        agent.keyboard.press("Alt+ArrowDown")
        walked.append(shown(agent))
    names = [buyer.name for buyer in buyers]
    start = names.index(walked[0])
    assert walked == [names[(start + step) % 3] for step in range(4)]
    agent.keyboard.press("Alt+ArrowUp")
    assert shown(agent) == walked[2]


def test_nothing_moves_under_the_pointer_and_a_click_belongs_to_its_row(agent: Page, call: Call) -> None:
    first, second = call().says("一"), call().says("二")
    expect(row_of(agent, second)).to_be_visible()
    agent.keyboard.press("Alt+Shift+Digit1")
    agent.keyboard.type("答")
    agent.keyboard.press("Enter")
    first.hears("答")
    agent.keyboard.press("Alt+ArrowDown")
    resting = agent.get_by_role("group", name="等买家")
    expect(resting.get_by_role("option")).to_have_count(1)
    row_of(agent, first).hover()
    before = row_of(agent, first).bounding_box()
    third = call().says("三")
    first.says("再问")
    expect(agent.get_by_text(re.compile("还有 2 位在等"))).to_be_visible()
    expect(row_of(agent, third)).to_have_count(0)
    assert row_of(agent, first).bounding_box() == before
    agent.mouse.down()
    agent.mouse.up()
    expect(agent.locator("section.thread h2")).to_have_text(first.name)
    agent.mouse.move(900, 300)
    expect(row_of(agent, third)).to_be_visible()


def test_the_list_says_who_spoke_last_and_whether_it_was_read(agent: Page, call: Call) -> None:
    buyer = call().says("在吗")
    expect(composer(agent)).to_be_focused()
    agent.keyboard.type("在的")
    agent.keyboard.press("Enter")
    buyer.hears("在的")
    expect(row_of(agent, buyer)).to_contain_text("未读 · 我: 在的")
    buyer.reads()
    expect(row_of(agent, buyer)).to_contain_text("已读 · 我: 在的")
    buyer.types()
    expect(row_of(agent, buyer)).to_contain_text("正在输入…")
    expect(row_of(agent, buyer)).to_contain_text("我: 在的", timeout=8_000)


def test_a_buyer_who_leaves_is_a_grey_line_for_a_moment(agent: Page, call: Call, desk: RunningDesk) -> None:
    stays = call().says("我在")
    with BuyerLine(desk) as leaves:
        leaves.says("我走了")
        expect(row_of(agent, leaves)).to_be_visible()
    expect(agent.get_by_text(f"{leaves.name} 已结束")).to_be_visible()
    expect(agent.get_by_text(f"{leaves.name} 已结束")).to_have_count(0)
    expect(row_of(agent, stays)).to_be_visible()


# ------------------------------------------------------------------ the thread


def test_a_burst_is_one_turn_robots_do_not_count_and_the_assignment_has_a_reason(agent: Page, call: Call) -> None:
    buyer = call().says("在吗", "我想问尺码")
    expect(log(agent)).to_contain_text("连发 2 条算一轮")
    robot = agent.locator(".talk.robot").first
    expect(robot).to_contain_text("不计人工")
    assert robot.locator(".bubble").evaluate("each => getComputedStyle(each).borderTopStyle") == "dashed"
    agent.get_by_role("button", name="为什么是我").click()
    expect(agent.locator("dl").first).to_contain_text("空手优先")
    buyer.recalls("在吗")
    expect(log(agent)).to_contain_text(f"{buyer.name} 撤回了一条消息")
    expect(log(agent)).not_to_contain_text("连发")


def test_older_lines_come_in_above_without_moving_what_is_read(agent: Page, call: Call) -> None:
    call().says(*(f"第 {number} 句" for number in range(58)))
    expect(log(agent)).to_contain_text("第 57 句")
    expect(log(agent)).not_to_contain_text("第 5 句")
    line = agent.get_by_text("第 40 句", exact=True)
    top = "line => { line.closest('[role=log]').scrollTop = 40; return line.getBoundingClientRect().top }"
    before = line.evaluate(top)
    expect(agent.get_by_text("第 5 句", exact=True)).to_be_attached()
    after = line.evaluate("line => line.getBoundingClientRect().top")
    assert abs(before - after) < 2


def test_scrolled_up_a_new_message_is_announced_below(agent: Page, call: Call) -> None:
    buyer = call().says(*(f"第 {number} 句" for number in range(40)))
    expect(log(agent)).to_contain_text("第 39 句")
    log(agent).evaluate("each => { each.scrollTop = 300 }")
    buyer.says("新的一句")
    below = agent.get_by_role("button", name="1 条新消息，在下面")
    below.click()
    expect(agent.get_by_text("新的一句").last).to_be_in_viewport()
    expect(below).to_have_count(0)


def test_what_a_lively_page_shows_is_what_a_fresh_one_shows(agent: Page, call: Call) -> None:
    buyers = [call().says(f"问题 {number}") for number in range(4)]
    expect(row_of(agent, buyers[3])).to_be_visible()
    for buyer in buyers[:3]:
        row_of(agent, buyer).click()
        expect(agent.locator("section.thread h2")).to_have_text(buyer.name)
        agent.keyboard.type(f"答 {buyer.name}")
        agent.keyboard.press("Enter")
        buyer.hears(f"答 {buyer.name}")
    buyers[0].says("再问一句", "算了").recalls("算了")
    buyers[1].reads()
    buyers[1].says("看错了").recalls("看错了")
    expect(agent.locator(".bubble.sending")).to_have_count(0)
    agent.keyboard.press("Control+KeyZ")
    buyers[2].until(lambda frame: frame.get("type") == "message_recalled")
    buyers[3].says(product=1)
    row_of(agent, buyers[0]).click()
    expect(log(agent)).to_contain_text("撤回了一条消息")
    agent.mouse.move(900, 300)
    agent.keyboard.press("Alt+ArrowDown")
    lively = picture_of(agent)
    agent.reload()
    expect(row_of(agent, buyers[3])).to_be_visible()
    assert picture_of(agent) == lively


def picture_of(page: Page) -> list[str]:
    """Every row but its clock, and the open thread."""
    expect(log(page)).to_be_visible()
    rows = page.get_by_role("option").evaluate_all(
        """rows => rows.map((row) => {
             const copy = row.cloneNode(true);
             for (const clock of copy.querySelectorAll("svg, .chip, .age, .golden")) clock.remove();
             return copy.textContent + (row.querySelector(".age") ? " rests" : " waits");
           })"""
    )
    return [*rows, log(page).inner_text()]
