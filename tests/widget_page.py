"""The buyer's window in a browser: where things stand in it, and what a buyer does there."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page

from agent_line import AgentLine
from running_desk import AGENTS, RunningDesk

Contexts = Callable[..., BrowserContext]


@contextmanager
def answering(desk: RunningDesk) -> Iterator[AgentLine]:
    """An agent who has nobody yet."""
    with AgentLine(desk, AGENTS[0]) as line:
        line.ends_all()
        yield line


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    launcher(page).click()
    return page


def launcher(page: Page) -> Locator:
    return page.locator(".launcher")


def box(page: Page) -> Locator:
    return page.get_by_role("textbox")


def log(page: Page) -> Locator:
    return page.get_by_role("log")


def line(page: Page, text: str) -> Locator:
    return page.locator(".line").filter(has=page.get_by_text(text, exact=True))


def say(page: Page, text: str) -> None:
    box(page).fill(text)
    box(page).press("Enter")


def axe_finds_nothing(page: Page) -> None:
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


def picture(width: int, height: int) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (width, height), "#7a5c4b").save(kept, "PNG")
    return kept.getvalue()


def attach(page: Page, width: int = 60, height: int = 40) -> None:
    file: Any = {"name": "a.png", "mimeType": "image/png", "buffer": picture(width, height)}
    page.locator("input[type=file]").set_input_files(file)
