"""Where the service asks for keys: one is asked for once, and goes with every request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.doing import choose_seed, convert, ended

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route
