"""Fixtures of the page's tests: one browser, and a visit for each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.running import Service
from tests.web.browsing import MISSING, Visit, chromium, person, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if MISSING:
        pytest.skip(MISSING)
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def someone(browser: Browser, service: Service) -> Iterator[BrowserContext]:
    """One person for all tests: what the browser has loaded once, it has. A tab stays open, and with it its process."""
    context = person(browser, service.base)
    context.new_page().goto("/healthz")
    yield context
    context.close()


@pytest.fixture
def here(someone: BrowserContext) -> Iterator[Visit]:
    """A visit to the page, at whose end the browser has had nothing to complain of: no error, no violated policy."""
    with visit(someone) as visiting:
        yield visiting
        assert visiting.violations() == []
        assert visiting.complaints == []


@pytest.fixture
def page(here: Visit) -> Page:
    return here.page
