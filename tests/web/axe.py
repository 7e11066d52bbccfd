"""The faults of accessibility that axe-core finds in a page."""

from __future__ import annotations

from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

needs_axe = pytest.mark.skipif(
    find_spec("axe_playwright_python") is None, reason="needs axe-core: pip install axe-playwright-python"
)

_REPORT = """async ([within, rules]) => {
    const found = await axe.run(within, rules ? { runOnly: rules } : {});
    return found.violations.map(({ id, nodes }) =>
        `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join(" | ")}`);
}"""


def faults(page: Page, within: str = "html") -> list[str]:
    """What axe-core finds in the page as it is, or in a part of it, in light; and of its colours, in dark."""
    # Through the debugger's protocol, which no policy of the page's concerns.
    if not page.evaluate("'axe' in window"):
        page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text())
    found: list[str] = page.evaluate(_REPORT, [within, None])
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {fault}" for fault in page.evaluate(_REPORT, [within, ["color-contrast"]])]
    page.emulate_media(color_scheme="light")
    return found
