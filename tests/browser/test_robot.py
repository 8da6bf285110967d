"""The robot's pages: a file becomes questions, chats become proposals, a trial is marked."""

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIResponse, BrowserContext, Page, expect

from running_desk import SERVICE_MANAGER, RunningDesk

LogIn = Callable[..., Page]
OWN = {"X-Golden-Six": "1"}
CHATS = "time,buyer,side,agent,text\n" + "".join(
    f"2026-11-10 09:{number:02}:00,买家{number},buyer,,{asked}\n"
    f"2026-11-10 09:{number:02}:05,买家{number},agent,小满,每个礼盒都配一个手提袋\n"
    for number, asked in enumerate(["配手提袋吗", "配手提袋么", "有配手提袋吗", "几号寄出"])
)


def is_clean(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_file_of_questions_is_taken_whole_and_a_question_is_written_removed_and_brought_back(
    desk: RunningDesk, log_in: LogIn
) -> None:
    page = log_in(desk, SERVICE_MANAGER, "/robot")
    expect(page.get_by_role("rowheader").first).to_be_visible()
    page.get_by_role("button", name="导入").click()
    dialog = page.get_by_role("dialog", name="导入")
    for group, said in (("没有的组", "第 2 行，组：没有“没有的组”。"), ("售前", "礼盒多大")):
        content = f"问题,中文回答,组\n礼盒多大,长三十厘米,{group}\n".encode()
        dialog.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": content})
        expect(dialog).to_contain_text(said)
    is_clean(page)
    dialog.get_by_role("button", name="导入 1 个").click()
    row = page.get_by_role("row").filter(has_text="礼盒多大")
    expect(row).to_contain_text("已批准")
    row.get_by_role("button", name="修改").click()
    editor = page.get_by_role("dialog", name="修改“礼盒多大”")
    editor.get_by_label("第 1 条的文字").fill("{buyer}，长三十厘米。")
    expect(editor.get_by_role("region", name="买家看到的样子")).to_contain_text("陈女士，长三十厘米。")
    is_clean(page)
    editor.get_by_role("button", name="存为草稿").click()
    expect(row).to_contain_text("有改动")
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="删除").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="撤销").click()
    expect(row).to_be_visible()
    is_clean(page)


def test_chats_propose_a_question_and_a_trial_is_marked_and_switched_on(desk: RunningDesk, log_in: LogIn) -> None:
    page = log_in(desk, SERVICE_MANAGER, "/robot/unanswered")
    import_chats(page.context, desk)
    page.get_by_label("多久以内").select_option(label="全部记录")
    page.get_by_role("button", name="找新问题").click()
    proposal = page.get_by_role("article").filter(has_text="配手提袋吗")
    expect(proposal).to_contain_text("每个礼盒都配一个手提袋")
    is_clean(page)
    proposal.get_by_role("button", name="加进问题库").click()
    page.get_by_role("dialog").get_by_role("button", name="保存并批准").click()
    page.get_by_role("link", name="先试后信").click()
    expect(page.get_by_role("region", name="本店模型")).to_contain_text("还没学过")
    page.get_by_label("多久以内").select_option(label="全部记录")
    page.get_by_role("button", name="试一遍").click()
    figures = page.get_by_role("region", name="结果")
    expect(figures).to_contain_text("4 次咨询的第一句")
    expect(figures).to_contain_text("4 / 4")
    is_clean(page)
    switch = page.get_by_role("region", name="打开机器人")
    switch.get_by_text("总是先接待").click()
    switch.get_by_role("button", name="打开").click()
    expect(switch).to_contain_text("现在：总是先接待")


def import_chats(context: BrowserContext, desk: RunningDesk) -> None:
    def ask(path: str, **sent: Any) -> APIResponse:
        answer = context.request.post(f"{desk.url}/api/imports{path}", headers=OWN, **sent)
        assert answer.ok, answer.text()
        return answer

    kept = ask("/files?name=chats.csv", data=CHATS.encode()).json()
    ask("", data={"uploads": [kept["upload"]], "shop_name": "礼盒店", "zone": "Asia/Shanghai"})
    while context.request.get(f"{desk.url}/api/imports/current").json()["state"] == "running":
        pass
