"""Actions of people on the page, and what they look at."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.exports import SEED

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

TEXT = SEED.read_text()

_DROPPED = """(files) => {
    const transfer = new DataTransfer();
    for (const [name, content] of files) transfer.items.add(new File([content], name));
    return transfer;
}"""


def drop(page: Page, **files: str) -> None:
    """Drop files: their names without the extension .txt, unless they have one after two underscores."""
    named = [[f"{name.replace('__', '.')}" if "__" in name else f"{name}.txt", text] for name, text in files.items()]
    transfer = page.evaluate_handle(_DROPPED, named)
    for kind in ("dragover", "drop"):
        page.dispatch_event("#drop", kind, {"dataTransfer": transfer})


def paste(page: Page, text: str) -> None:
    page.get_by_role("tab", name="Text").click()
    page.get_by_label("Text of the article").fill(text)


def choose_seed(page: Page) -> None:
    page.get_by_role("tab", name="Seed articles").click()
    page.get_by_label(SEED.name).check()


def only(page: Page, title: str) -> None:
    """Choose one format of all, with the keyboard: a file that the page looks at may move the boxes under the mouse."""
    for box in page.locator(".format > input").all():
        if box.is_checked():
            box.press("Space")
    page.get_by_role("checkbox", name=title).press("Space")


def convert(page: Page) -> None:
    page.get_by_role("button", name="Convert to").click()


def ended(page: Page, status: str = "Done") -> None:
    """Wait until the job has ended as it should."""
    page.locator(".badge", has_text=status).wait_for()
    assert page.locator(".badge").text_content() == status


def job_id(page: Page) -> str:
    return page.url.partition("#job=")[2]


def job(page: Page) -> dict[str, Any]:
    """The job that is shown, as the API has it."""
    return dict(page.request.get(f"/v1/jobs/{job_id(page)}").json())


def download(page: Page, link: Locator) -> tuple[str, bytes]:
    """The name and the bytes that the browser saves when a link is clicked."""
    with page.expect_download() as waiting:
        link.click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def downloaded(page: Page, name: str) -> bytes:
    """A file of the job that is shown, saved by its link: it is the very file that the service made."""
    saved_as, content = download(page, page.get_by_role("link", name=f"Download {name}"))
    [file] = [one for one in job(page)["files"] if one["name"] == name]
    assert saved_as == name
    assert hashlib.sha256(content).hexdigest() == file["sha256"]
    return content


def focused(page: Page) -> str:
    """What has the focus: its id, or its words."""
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def lines(*articles: dict[str, Any]) -> str:
    """Articles as NDJSON."""
    return "".join(json.dumps(article) + "\n" for article in articles)
