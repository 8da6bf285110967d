"""A real desk and a real browser. `desk` is shared by a module; `own_desk` is a test's own, to kill and restart."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from running_desk import PASSWORD, RunningDesk
from shop_site import ShopSite
from widget_page import Contexts, opened
from workbench_page import agent, call  # noqa: F401 (fixtures for every browser test)

expect.set_options(timeout=30_000)  # a loaded machine is slow, not wrong

LogIn = Callable[..., Page]
FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """`./run test` finds or installs Chromium and names it; otherwise the one on PATH is taken."""
    program = os.environ.get("GOLDENSIX_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    return {"executable_path": program, "args": list(FLAGS), "headless": True}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    running = RunningDesk(tmp_path_factory.mktemp("desk") / "data").start()
    yield running
    running.stop()


@pytest.fixture
def own_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    running = RunningDesk(tmp_path_factory.mktemp("desk") / "data").start()
    yield running
    running.stop()


@pytest.fixture
def context_of(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A browser of somebody's own: cookies and storage shared with nobody."""
    opened: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        # What goes through a service worker is hidden from tests that cut a line.
        usual = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "service_workers": "block"}
        context = browser.new_context(viewport={"width": 1440, "height": 900}, **{**usual, **options})  # type: ignore[arg-type]  # options by name
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def log_in(context_of: Callable[..., BrowserContext]) -> LogIn:
    """A page of somebody who is logged in: `log_in(desk, "13800000004", "/desk")`."""

    def enter(desk: RunningDesk, identifier: str, path: str = "/desk", context: BrowserContext | None = None) -> Page:
        context = context or context_of()
        answer = context.request.post(
            f"{desk.url}/api/login",
            data={"identifier": identifier, "password": PASSWORD},
            headers={"X-Golden-Six": "1"},
        )
        assert answer.ok, answer.text()
        page = context.new_page()
        page.goto(f"{desk.url}{path}")
        return page

    return enter


@pytest.fixture
def shop(desk: RunningDesk) -> Iterator[ShopSite]:
    site = ShopSite(desk)
    yield site
    site.close()


@pytest.fixture
def buyer(shop: ShopSite, context_of: Contexts) -> Page:
    """Somebody new on the shop's page, with the window open."""
    return opened(context_of().new_page(), shop.page())
