"""The bell of the workbench: what is scheduled in the audio clock, and which tab rings."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from running_desk import AGENTS, RunningDesk
from workbench_page import Call, at_work, composer, log

NOTES = """
window.notes = [];
const start = OscillatorNode.prototype.start;
const stop = OscillatorNode.prototype.stop;
OscillatorNode.prototype.start = function (at) {
  window.notes.push({ voice: this, at, hertz: this.frequency.value, context: this.context });
  return start.call(this, at);
};
OscillatorNode.prototype.stop = function (at) {
  if (at === undefined) window.notes = window.notes.filter((note) => note.voice !== this);
  return stop.call(this, at);
};
window.ahead = () => window.notes
  .filter((note) => note.hertz === 660 || note.hertz === 780)
  .map((note) => ({ in: note.at - note.context.currentTime, late: note.hertz === 780 }))
  .filter((note) => note.in > 0)
  .sort((a, b) => a.in - b.in);
"""


@pytest.fixture
def ringing(context_of: Callable[..., BrowserContext]) -> BrowserContext:
    context = context_of()
    context.add_init_script(NOTES)
    return context


@pytest.fixture
def agent(desk: RunningDesk, log_in: Callable[..., Page], ringing: BrowserContext) -> Page:
    page = at_work(log_in(desk, AGENTS[0], context=ringing))
    page.mouse.click(700, 20)
    return page


def rings(page: Page) -> int:
    return int(page.evaluate("ahead().length"))


def test_a_minute_of_rings_lies_ahead_and_becomes_late(agent: Page, call: Call) -> None:
    call().says("在吗")
    expect(composer(agent)).to_be_focused()
    agent.wait_for_function("() => ahead().length > 20")
    ahead = agent.evaluate("ahead()")
    assert ahead[-1]["in"] > 60
    gaps = [later["in"] - sooner["in"] for sooner, later in pairwise(ahead)]
    assert all(abs(gap - 3) < 0.05 for gap in gaps)
    assert not ahead[0]["late"]
    assert ahead[-1]["late"]


def test_an_answer_ends_the_ringing(agent: Page, call: Call) -> None:
    call().says("在吗")
    expect(composer(agent)).to_be_focused()
    agent.wait_for_function("() => ahead().length > 20")
    agent.keyboard.type("在")
    agent.keyboard.press("Enter")
    agent.wait_for_function("() => ahead().length === 0")


def test_typing_silences_eight_seconds_and_mute_a_minute(agent: Page, call: Call) -> None:
    call().says("在吗")
    expect(composer(agent)).to_be_focused()
    agent.wait_for_function("() => ahead().length > 20")
    agent.keyboard.type("在")
    agent.wait_for_function("() => ahead()[0].in > 5")
    agent.keyboard.press("Alt+KeyM")
    agent.wait_for_function("() => ahead()[0].in > 55")
    expect(agent.get_by_role("button", name="恢复铃声")).to_contain_text("静音，剩")
    agent.keyboard.press("Alt+KeyM")
    agent.wait_for_function("() => ahead()[0].in < 12")


def test_a_buyer_who_leaves_is_not_rung_for(agent: Page, call: Call) -> None:
    buyer = call().says("在吗")
    expect(log(agent)).to_contain_text("在吗")
    agent.wait_for_function("() => ahead().length > 20")
    buyer.hangs_up()
    agent.wait_for_function("() => ahead().length === 0")


def test_of_two_tabs_one_rings_and_the_other_takes_over(agent: Page, ringing: BrowserContext, call: Call) -> None:
    other = ringing.new_page()
    other.goto(agent.url)
    expect(other.locator("button.state")).to_contain_text("就绪")
    other.mouse.click(700, 20)
    call().says("在吗")
    agent.wait_for_function("() => ahead().length > 20")
    assert rings(other) == 0
    agent.close()
    other.wait_for_function("() => ahead().length > 20")


@pytest.fixture
def strict(playwright: Playwright, browser_type_launch_args: dict[str, Any]) -> Iterator[BrowserContext]:
    """A browser that lets no page make a sound before it was clicked, as people's browsers do."""
    flags = [*browser_type_launch_args["args"], "--autoplay-policy=document-user-activation-required"]
    browser = playwright.chromium.launch(**{**browser_type_launch_args, "args": flags})
    yield browser.new_context(locale="zh-CN")
    browser.close()


SAID = """new Promise((done) => {
  const look = () => {
    const bar = [...document.querySelectorAll("[role=alert]")].some((each) => each.innerText.includes("发不出声音"));
    bar ? done(true) : requestAnimationFrame(look);
  };
  look();
})"""


def test_a_page_that_may_not_make_a_sound_says_so(
    desk: RunningDesk, log_in: Callable[..., Page], strict: BrowserContext
) -> None:
    page = log_in(desk, AGENTS[0], context=strict)
    # Looking through Playwright counts as the user's own doing, and would unlock the sound.
    looker = strict.new_cdp_session(page)
    looker.send("Runtime.evaluate", {"expression": SAID, "awaitPromise": True})
    page.get_by_role("button", name="打开并试听").click()
    expect(page.get_by_text("发不出声音")).to_have_count(0)


NOTED = """
window.noted = [];
window.Notification = class {
  static permission = "granted";
  constructor(title, options) {
    this.title = title;
    this.tag = options.tag;
    this.body = options.body;
    this.shown = true;
    window.noted.push(this);
  }
  close() {
    this.shown = false;
  }
};
"""
NO_FOCUS = "document.hasFocus = () => false"
SHOWN = "noted.filter((note) => note.shown).map((note) => note.body)"


@pytest.mark.parametrize(("focus", "notes"), [("", []), (NO_FOCUS, ["在吗"])])
def test_a_desktop_note_is_shown_only_to_whoever_looks_elsewhere(
    desk: RunningDesk, log_in: Callable[..., Page], ringing: BrowserContext, call: Call, focus: str, notes: list[str]
) -> None:
    ringing.add_init_script(NOTED + focus)
    page = at_work(log_in(desk, AGENTS[0], context=ringing))
    page.mouse.click(700, 20)
    buyer = call().says("在吗")
    expect(composer(page)).to_be_visible()
    page.wait_for_function("() => ahead().length > 20")
    assert page.evaluate(SHOWN) == notes
    page.keyboard.type("在")
    page.keyboard.press("Enter")
    buyer.hears("在")
    page.wait_for_function("() => ahead().length === 0")
    assert page.evaluate(SHOWN) == []
