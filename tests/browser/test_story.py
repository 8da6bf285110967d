"""The main job, end to end: a buyer asks in the demo shop, an agent answers, the lead sees it, the power fails."""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import asyncpg
from playwright.sync_api import BrowserContext, Locator, Page, expect

from goldensix.rehearsal.place import running_database
from running_desk import AGENTS, SERVICE_MANAGER, RunningDesk

SAID = ("这件衬衫有 L 码吗", "L 码有的，今晚发", "那帮我留一件", "好的，给您留着", "谢谢，什么时候到")


def open_widget(page: Page) -> Locator:
    """The composer of the shop's chat window."""
    launcher = page.get_by_role("button", name=re.compile("咨询|客服|聊"))
    launcher.first.click()
    return page.get_by_role("textbox").last


def say(page: Page, composer: Locator, text: str) -> None:
    composer.fill(text)
    composer.press("Enter")


def at_work(page: Page) -> Page:
    expect(page.locator("button.state")).to_be_visible()
    page.keyboard.press("Alt+KeyR")
    expect(page.locator("button.state")).to_contain_text("就绪")
    return page


async def stored(dsn: str) -> list[str]:
    """What people said, as the log holds it, in the order of the log."""
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch(
        """select b.body ->> 'text' as text from events e
           join bodies b on b.merchant_id = e.merchant_id and b.id = e.body_id and b.stream = e.stream
           where e.type = 'message_sent' and e.facts ->> 'by' in ('buyer', 'agent') order by e.position"""
    )
    await connection.close()
    return [row["text"] for row in rows]


def test_a_buyer_is_answered_seen_by_the_lead_and_nothing_is_lost_when_the_server_is_killed(
    own_desk: RunningDesk, context_of: Callable[..., BrowserContext], log_in: Callable[..., Page]
) -> None:
    live = log_in(own_desk, SERVICE_MANAGER, "/live")
    agent = at_work(log_in(own_desk, AGENTS[0]))
    shop = context_of().new_page()
    shop.goto(f"{own_desk.url}/shop/1")

    buyers_words = open_widget(shop)
    say(shop, buyers_words, SAID[0])
    thread = agent.get_by_role("log")
    expect(thread).to_contain_text(SAID[0])
    expect(live.get_by_text("现在等人工 1 位")).to_be_visible(timeout=2_500)

    answer = agent.get_by_role("textbox", name=re.compile("^回复"))
    say(agent, answer, SAID[1])
    expect(shop.get_by_text(SAID[1], exact=True)).to_be_visible()
    expect(live.get_by_text("现在等人工 0 位")).to_be_visible(timeout=2_500)
    expect(live.get_by_text(re.compile(r"1\s*/\s*1")).first).to_be_visible()

    say(shop, buyers_words, SAID[2])
    expect(thread).to_contain_text(SAID[2])
    own_desk.kill()
    say(agent, answer, SAID[3])  # both sides go on writing to a server that is not there
    say(shop, buyers_words, SAID[4])
    own_desk.start()

    expect(shop.get_by_text(SAID[3], exact=True)).to_be_visible(timeout=20_000)
    expect(thread).to_contain_text(SAID[4], timeout=20_000)
    dsn = running_database(own_desk.data)
    assert dsn is not None
    with ThreadPoolExecutor(1) as aside:  # Playwright has a loop of its own in this thread
        held = aside.submit(asyncio.run, stored(dsn)).result()
    assert sorted(held) == sorted(SAID)

    for page in (shop, agent):
        page.reload()
    if not shop.get_by_text(SAID[4], exact=True).is_visible():
        open_widget(shop)
    for text in SAID:
        expect(shop.get_by_text(text, exact=True)).to_have_count(1)
    expect(thread).to_contain_text(SAID[4])
    for text in SAID:
        expect(thread.get_by_text(text, exact=True)).to_have_count(1)
