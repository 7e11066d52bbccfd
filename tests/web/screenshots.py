"""Pictures of the page, for the README and for work on the page.

    python -m tests.web.screenshots [FOLDER [NAME ...]]

starts the service, visits the page in Chromium, and writes pictures: without a folder those that the documentation
shows, into docs/screenshots; with a folder the named ones, or all, into that folder.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from schemas.errors import NewsmillError
from schemas.jobs.record import JobSpec, moment
from tests.exports import NEWS_FORMATS
from tests.running import ROOT, Service, service_at, start_job
from tests.web.browsing import MISSING, chromium, person, visit
from tests.web.doing import choose_seed, convert, drop, ended, lines
from workers.jobs.store import JobStore, new_job_id
from workers.redis.connect import connect
from workers.redis.keys import job_key

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER: Final = ROOT / "docs" / "screenshots"
DOCUMENTED: Final = ["article", "article-dark"]
"""The pictures that the README and the documentation show."""

LARGEST: Final = 200_000
"""Bytes that a picture may have."""

STORY: Final[dict[str, Any]] = {
    "headline": "Central bank keeps its rate, and says why",
    "description": "Four of nine members voted for a cut; the governor points to wages.",
    "bylines": [{"name": "Jane Doe", "job_title": "Economics editor"}],
    "provider": {"name": "Example News", "uri": "https://www.example.com/about"},
    "dateline": "VIENNA, 8 November",
    "published": "2024-11-08T16:30:00+01:00",
    "language": "en",
    "section": "Business",
    "genre": "Analysis",
    "keywords": ["interest rates", "inflation", "central banks"],
    "urgency": 4,
    "paragraphs": [
        "The central bank left its main rate at 3.25 per cent on Friday, as most economists had expected.",
        "“We have seen prices calm down, and we have not seen wages do so,” the governor told reporters after the "
        "meeting. “Both have to hold before we move.”",
        "Four of the nine members voted for a cut of a quarter of a point, one more than in September. It was the "
        "closest vote in two years.",
        "The bank’s own forecast has inflation at 2.1 per cent by the end of next year. It publishes the minutes of "
        "the meeting on 22 November.",
    ],
}
OTHERS: Final[list[dict[str, Any]]] = [
    {**STORY, "headline": f"Business brief no. {number}", "paragraphs": [f"A brief on rates, the {number}th."]}
    for number in range(4, 28)
]


def form(page: Page, _: Service) -> None:
    """Nothing chosen yet."""


def filled(page: Page, _: Service) -> None:
    """Files chosen, options open."""
    drop(page, rates=STORY["paragraphs"][0], archive__ndjson=lines(STORY, *OTHERS))
    page.locator(".options summary").first.click()
    page.mouse.move(0, 0)


def running(page: Page, service: Service) -> None:
    """A large job in the middle of its way."""
    jobs = service.jobs()
    job = long_job(jobs)
    page.goto(f"/#job={job}")
    start_job(jobs, job)
    connect(service.redis_url()).hset(job_key(job), "started", moment(time.time() - 9))
    jobs.progress(job, done=26_400, failed=3)
    page.locator(".standing", has_text="26,403").wait_for()


def article(page: Page, _: Service) -> None:
    """A job that has ended, and its article."""
    drop(page, rates__json=lines(STORY))
    convert(page)
    ended(page)
    page.locator(".story").wait_for()
    page.mouse.move(0, 0)


def where(page: Page, service: Service) -> None:
    """Where each field went."""
    article(page, service)
    page.get_by_role("tab", name="Where each field went").click()
    page.locator(".where").wait_for()
    page.locator(".preview").evaluate("(one) => one.scrollIntoView()")


def file(page: Page, service: Service) -> None:
    """A file as text."""
    article(page, service)
    page.get_by_role("button", name="Preview articles.newsml.xml").click()
    page.locator(".code").wait_for()
    page.mouse.move(0, 0)


def partial(page: Page, _: Service) -> None:
    """A job of which something failed."""
    drop(page, briefs__ndjson=lines(STORY, {"headline": "No text"}, *OTHERS, {"paragraphs": ["x"], "titel": "Zinsen"}))
    convert(page)
    ended(page, "Done in part")
    page.locator(".failures tbody tr").first.wait_for()


def refused(page: Page, _: Service) -> None:
    """A request that is refused, with its faults at their fields."""
    choose_seed(page)
    page.get_by_role("combobox", name="Language").fill("english please")
    convert(page)
    page.locator("#compose-faults").wait_for()


def canceled(page: Page, service: Service) -> None:
    """A job that was canceled."""
    job = long_job(service.jobs())
    page.goto(f"/#job={job}")
    page.get_by_role("button", name="Cancel").click()
    ended(page, "Canceled")


DESK: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 860}}
TALL: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 1290}}
PHONE: Final[dict[str, Any]] = {"viewport": {"width": 375, "height": 780}, "device_scale_factor": 2}
DARK: Final[dict[str, Any]] = {"color_scheme": "dark"}

PICTURES: Final[dict[str, tuple[dict[str, Any], Callable[[Page, Service], None]]]] = {
    "form": (DESK, form),
    "form-filled-dark": (DESK | DARK, filled),
    "running": (DESK, running),
    "article": (TALL, article),
    "article-dark": (TALL | DARK, article),
    "where-each-field-went": (DESK, where),
    "file-dark": (DESK | DARK, file),
    "partial": (DESK, partial),
    "refused": (DESK, refused),
    "canceled-dark": (DESK | DARK, canceled),
    "phone": (PHONE, form),
    "phone-article-dark": (PHONE | DARK, article),
}


def long_job(jobs: JobStore) -> str:
    """A job of many articles that no worker takes."""
    spec = JobSpec(
        documents=(),
        formats=NEWS_FORMATS,
        options={},
        metadata={},
        at="2024-11-08T16:30:00Z",
        name="archive-2024.ndjson.gz",
    )
    return jobs.create(new_job_id(), spec, total=48_000).id


@contextmanager
def pictured(browser: Browser, service: Service, how: dict[str, Any]) -> Iterator[Page]:
    """The page of a visitor."""
    context = person(browser, service.base, **how)
    with visit(context) as here:
        yield here.page
    context.close()


def take(folder: Path, names: list[str]) -> None:
    """Take the pictures.

    Raises:
        NewsmillError: a picture is too large to be kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, service_at(Path(data)) as service, chromium() as browser:
        for name in names:
            how, show = PICTURES[name]
            with pictured(browser, service, how) as page:
                show(page, service)
                page.evaluate("document.fonts.ready")
                content = page.screenshot(path=folder / f"{name}.png")
            if len(content) > LARGEST:
                raise NewsmillError(f"{name}.png has {len(content):,} bytes, and may have {LARGEST:,}")
            print(f"{name}.png  {len(content):,} bytes")


if __name__ == "__main__":
    if MISSING:
        sys.exit(f"The pictures need a browser: {MISSING}")
    if len(sys.argv) > 1:
        take(Path(sys.argv[1]), sys.argv[2:] or list(PICTURES))
    else:
        take(FOLDER, DOCUMENTED)
