"""A real Chromium, and the page in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

CHROMIUM: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

MISSING: Final = (
    "needs Playwright for Python: pip install playwright"
    if find_spec("playwright") is None
    else None
    if CHROMIUM
    else "needs Chromium: apt-get install chromium"
)
"""Why there is no browser here, if there is none."""

_ARGUMENTS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The tabs of one person share a process, while one of them is open: to start one takes half the time of a visit.
    "--process-per-site",
)

# Every violation of the policy is told to the console, and as an event; the event names what was blocked.
_WATCH: Final = """
    window.violations = [];
    addEventListener("securitypolicyviolation", (event) =>
        violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; closed at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Visit:
    """A visit to the page: the page, and what the browser complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def violations(self) -> list[str]:
        return list(self.page.evaluate("window.violations"))


def person(browser: Browser, base: str, **how: Any) -> BrowserContext:
    """A visitor of a service: an empty browser profile."""
    seen = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", "locale": "en-GB"}
    settings: dict[str, Any] = {"base_url": base, **seen, **how}
    context = browser.new_context(**settings)
    context.set_default_timeout(30_000)
    context.add_init_script(_WATCH)
    return context


@contextmanager
def visit(context: BrowserContext, ready: str = ".format") -> Iterator[Visit]:
    """The loaded page. The errors of the browser are kept."""
    page = context.new_page()
    here = Visit(page)

    def hear(message: ConsoleMessage) -> None:
        # A refused request is told too, and the page shows what came of it.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            here.complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: here.complaints.append(str(error)))
    try:
        page.goto("/")
        page.locator(ready).last.wait_for(state="attached")
        yield here
    finally:
        page.close()
