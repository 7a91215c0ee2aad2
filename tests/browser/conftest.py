"""A real Chromium against the live server: nothing may reach the console, nothing may fail axe."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.contrib.staticfiles.views import serve
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from people.models import User

ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-default-apps",
    "--metrics-recording-only",
    "--disable-gpu",
    "--disable-gpu-rasterization",
    "--disable-software-rasterizer",
    "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
PATIENCE = 20_000  # milliseconds, for whatever is expected of a page
PICTURES = Path(os.environ.get("PICTURES", ""))
WIDTHS = {"desktop": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}

OTHER_THEME = """() => {
  const { dataset } = document.documentElement;
  return dataset.theme = dataset.theme === "dark" ? "light" : "dark";
}"""

SignIn = Callable[[str], None]
Check = Callable[[Page], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium when there is one, else Playwright's own."""
    # Playwright keeps an event loop in this thread; the ORM would refuse to work beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as play:
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        running = play.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def window(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """One for all tests of this process: it keeps the hundred style sheets and scripts that every page reads."""

    def kept(handler: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        answer = serve(request, handler.file_path(request.path), insecure=True)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    width, height = WIDTHS["desktop"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", kept)
        one = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            locale="en-GB",
        )
        one.set_default_timeout(PATIENCE)
        one.set_default_navigation_timeout(30_000)  # the first page of all brings the style sheets and scripts with it
        one.new_page().goto("/healthz")  # while it stays, Chromium starts no process anew for each tab of ours
        yield one
        one.close()


@pytest.fixture
def context(window: BrowserContext) -> Iterator[BrowserContext]:
    """The window without a tab of a test, a cookie or a permission, and so again afterwards."""
    stays = window.pages
    yield window
    window.set_offline(True)  # a tab that closes may have something to say still
    for tab in window.pages:
        if tab not in stays:
            tab.close()
    window.set_offline(False)
    window.unroute_all()
    window.clear_cookies()
    window.clear_permissions()
    let_requests_end()


def let_requests_end() -> None:
    """What the page still asked for ends before the tables are emptied; else the two would wait for each other."""
    busy = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()"
    )
    end = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(busy)
            if cursor.fetchone()[0] == 0:
                return
            time.sleep(0.02)


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab; the test fails when the page throws or writes an error to the console."""
    tab = context.new_page()
    said: list[str] = []

    def keep(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not expected(message):
            said.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    tab.on("console", keep)
    tab.on("pageerror", lambda error: said.append(f"thrown: {error}"))
    yield tab
    assert said == []


def expected(message: ConsoleMessage) -> bool:
    """Chromium reports each refused request; the answers we give on purpose are no fault of the page."""
    return bool(re.search(r"status of (403|404|409|413|422|429)\b", message.text))


@pytest.fixture
def sign_in(context: BrowserContext, live_server: LiveServer) -> SignIn:
    """By the cookie; the form is walked in `test_main_job` and `test_queue`."""

    def by_the_cookie(address: str) -> None:
        client = Client()
        client.force_login(User.objects.get(email=address))
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return by_the_cookie


@pytest.fixture
def theme(context: BrowserContext, live_server: LiveServer) -> Callable[[str], None]:
    """Chooses "light" or "dark" as the theme switch does."""

    def choose(name: str) -> None:
        context.add_cookies([{"name": "theme", "value": name, "url": live_server.url}])

    return choose


# Without preloading: axe would copy the sheets into <style>, which the policy of our pages refuses.
AXE = {"preload": False, "resultTypes": ["violations"]}
COLOURS = ["color-contrast", "link-in-text-block"]


def examined(page: Page, **more: list[str]) -> AxeResults:
    """What axe finds; a page it was in already keeps it, for it is half a megabyte."""
    if page.evaluate("!window.axe"):
        page.evaluate(AXE_SCRIPT)
    ask = "options => axe.run(options).then(({ violations }) => ({ violations }))"
    return AxeResults(page.evaluate(ask, {**AXE, **more}))


@pytest.fixture(scope="session")
def assert_accessible() -> Check:
    def check(page: Page) -> None:
        found = examined(page)
        assert found.violations_count == 0, found.generate_report()

    return check


@pytest.fixture(scope="session")
def assert_readable_in_the_other_theme() -> Check:
    """After `assert_accessible`: the colours are all that a theme changes; the page changes as theme.js changes it."""

    def check(page: Page) -> None:
        chosen = page.evaluate(OTHER_THEME)
        found = examined(page, runOnly=COLOURS)
        assert found.violations_count == 0, f"{chosen}: {found.generate_report()}"
        page.evaluate(OTHER_THEME)

    return check


@pytest.fixture(scope="session")
def assert_no_sideways_scroll() -> Check:
    def check(page: Page) -> None:
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider == 0, f"the page is {wider} px wider than the screen"

    return check


@pytest.fixture
def picture(page: Page) -> Callable[[str], None]:
    """Keeps a screenshot under $PICTURES; without it nothing is kept."""

    def keep(name: str) -> None:
        if PICTURES.name:
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}.png")

    return keep
