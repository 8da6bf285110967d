"""The workbench in a test's hand: an agent's page, and buyers who hang up when the test is over."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Locator, Page, expect

from buyer_line import BuyerLine
from running_desk import AGENTS, RunningDesk

Call = Callable[[], BuyerLine]


@pytest.fixture
def call(desk: RunningDesk) -> Iterator[Call]:
    """A buyer on the line: `call()`. All of them hang up at the end."""
    with ExitStack() as lines:
        yield lambda: lines.enter_context(BuyerLine(desk))


@pytest.fixture
def agent(desk: RunningDesk, log_in: Callable[..., Page]) -> Page:
    """The workbench of an agent who is ready; nobody else is."""
    return at_work(log_in(desk, AGENTS[0]))


def at_work(page: Page) -> Page:
    state = page.locator("button.state")
    expect(state).to_be_visible()
    if "小休" in state.inner_text():
        page.keyboard.press("Alt+KeyR")
    expect(state).to_contain_text("就绪")
    return page


def row_of(page: Page, buyer: BuyerLine) -> Locator:
    return page.get_by_role("option").filter(has_text=buyer.name)


def composer(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile("^回复"))


def log(page: Page) -> Locator:
    return page.get_by_role("log")


def shown(page: Page) -> str:
    return page.locator("section.thread h2").inner_text()
