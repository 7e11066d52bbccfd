"""The page by keyboard, with a screen reader, in light and dark, and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import httpx
import pytest

from schemas.jobs.job import Problem
from schemas.jobs.record import JobEnd
from tests.exports import NEWS_FORMATS
from tests.running import Service, start_job
from tests.service.asking import post, waiting_job
from tests.web.axe import faults, needs_axe
from tests.web.browsing import Visit, person, visit
from tests.web.doing import choose_seed, convert, download, drop, ended, focused, lines, paste

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_axe


def test_form_meets_wcag(page: Page) -> None:
    assert faults(page) == []
    drop(page, two__pdf="%PDF-1.7\n")
    for summary in page.locator(".options summary:visible").all():
        summary.click()
    page.locator("[data-format='newsml-g2']").get_by_role("button", name="Add an entry").click()
    for field in ("subjects", "status", "description"):
        page.get_by_label("Another field").select_option(field)
        page.get_by_role("button", name="Add", exact=True).click()
    assert faults(page) == []
    convert(page)
    page.locator("#compose-faults").wait_for()
    assert faults(page, ".lead, #compose-faults") == []
    assert faults(page, "[aria-labelledby='source-heading']") == []
    paste(page, "")
    convert(page)
    assert faults(page, "#panel-text") == []
    choose_seed(page)
    assert faults(page, "#panel-seeds") == []


def test_job_in_each_state_meets_wcag(page: Page, service: Service) -> None:
    jobs = service.jobs()
    job = waiting_job(jobs).id
    page.goto(f"/#job={job}")
    page.locator(".badge", has_text="Waiting").wait_for()
    assert faults(page) == []
    start_job(jobs, job)
    page.locator(".badge", has_text="Running").wait_for()
    assert faults(page, "#job") == []
    error = Problem(type="/problems/store-failed", title="The artifact store failed", status=500, detail="It is full.")
    jobs.finish(job, JobEnd(status="failed", error=error))
    ended(page, "Failed")
    assert faults(page, "#job") == []
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").wait_for()
    assert faults(page, "dialog") == []
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.locator("#compose").wait_for()
    page.goto(f"/#job={job}")
    page.get_by_role("heading", name="There is no such job").wait_for()
    assert faults(page, "#job") == []


def test_files_and_previews_meet_wcag(page: Page) -> None:
    article = {"paragraphs": ["Rates fell."], "headline": "Rates", "bylines": ["Jane Doe"], "section": "Business"}
    drop(page, two__ndjson=lines(article, {"paragraphs": ["Another."]}, {"headline": "No text"}))
    convert(page)
    ended(page, "Done in part")
    page.locator(".failures tbody tr").wait_for()
    page.locator(".story").wait_for()
    assert faults(page) == []
    page.get_by_role("tab", name="Where each field went").click()
    page.locator(".where").wait_for()
    assert faults(page, "#preview-fields") == []
    for name in ("articles.newsml.xml", "articles.jsonld", "articles.csv"):
        page.get_by_role("button", name=f"Preview {name}").click()
        page.locator(f"#preview-file [aria-label$='{name}']").wait_for()
        assert faults(page, "#preview-file") == []


def tab_to(page: Page, words: str) -> None:
    """Go on by the tab key until what has these words, or this id, has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if focused(page).startswith(words) or page.evaluate("document.activeElement.ariaLabel") == words:
            return
    raise AssertionError(f"the tab key does not come to {words!r}")


def test_keyboard_alone_exports_an_article(page: Page) -> None:
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    tab_to(page, "tab-files")
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "tab-seeds"
    page.locator("#seeds input").first.wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    # All formats are one stop: the arrow keys move between them.
    tab_to(page, "format-newsml-g2")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    assert focused(page) == "format-csv"
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip the details, to Convert"
    # The list is entered at its beginning.
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "format-newsml-g2"
    tab_to(page, "headline")
    page.keyboard.type("By the keyboard alone")
    tab_to(page, "convert")
    page.keyboard.press("Enter")
    ended(page)
    assert focused(page) == "job-heading"
    tab_to(page, "preview-tab-article")
    page.keyboard.press("ArrowRight")
    page.locator(".where", has_text="By the keyboard alone").wait_for()
    page.keyboard.press("End")
    page.locator(".code").wait_for()
    tab_to(page, "preview-choice")
    tab_to(page, "articles.newsml.xml")
    assert page.evaluate("document.activeElement.matches('.code')")
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.ariaLabel") == "Download articles.newsml.xml":
            break
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename == "articles.newsml.xml"


def test_keyboard_passes_the_columns_and_the_details(page: Page) -> None:
    drop(page, table__csv="Titel;Text;Autor;Ressort\nZins sinkt;Die Bank senkt den Zins.;Jane Doe;Wirtschaft\n")
    page.get_by_label("Field of Titel").wait_for()
    page.locator("#files").focus()
    tab_to(page, "Skip the columns, to Formats")
    page.keyboard.press("Enter")
    assert focused(page) == "format-newsml-g2"
    tab_to(page, "Skip the details, to Convert")
    page.keyboard.press("Enter")
    assert focused(page) == "convert"
    page.keyboard.press("Enter")
    ended(page)
    # The address of a skip link is no view: Back leads to the form.
    page.go_back()
    page.locator("#compose").wait_for()


def test_focus_is_visible(page: Page) -> None:
    choose_seed(page)
    page.locator("body").focus()
    unseen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        shown = page.evaluate("""() => {
            const element = document.activeElement;
            const ringed = (one) => one && getComputedStyle(one).outlineStyle !== "none";
            const around = [element, element.nextElementSibling, element.closest(".drop")];
            return element === document.body || around.some(ringed);
        }""")
        if not shown:
            unseen.append(focused(page))
    assert unseen == []


def test_page_fits_a_phone(browser: Browser, service: Service, client: httpx.Client) -> None:
    long = {"paragraphs": ["W" * 400], "headline": "H" * 200, "url": f"https://example.com/{'u' * 300}"}
    job = post(client, {"source": {"articles": [long]}, "formats": [*NEWS_FORMATS]})
    phone: dict[str, Any] = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "device_scale_factor": 2}
    context = person(browser, service.base, **phone)
    with visit(context) as here:
        page = here.page
        page.locator(".options summary").first.click()
        drop(page, **{f"{'long' * 30}": "One."})
        assert beyond(page) == []
        page.goto(f"/#job={job['id']}")
        ended(page)
        for name in ("Article", "Where each field went", "File by file"):
            page.get_by_role("tab", name=name).click()
            page.locator(":is(.story, .where, .code):visible").wait_for()
            assert beyond(page) == []
        for name in ("articles.jsonld", "articles.csv"):
            page.get_by_role("button", name=f"Preview {name}").click()
            page.locator(f"#preview-file [aria-label$='{name}']").wait_for()
            assert beyond(page) == []
        assert faults(page, "#job") == []
        name, _ = download(page, page.get_by_role("link", name="Download articles.csv"))
        assert name == "articles.csv"
    context.close()


def beyond(page: Page) -> list[str]:
    """What makes the page wider than the screen."""
    if page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        return []
    wide = """[...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
        .map((one) => one.outerHTML.slice(0, 90))"""
    return list(page.evaluate(wide))


def test_theme_choice_is_kept(here: Visit) -> None:
    page = here.page
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Use the dark theme").click()
    assert page.evaluate(paper) != light
    page.reload()
    assert page.evaluate(paper) != light
    page.get_by_role("button", name="Use the light theme").click()
    assert page.evaluate(paper) == light
    assert page.evaluate("localStorage.getItem('newsmill.theme')") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_empty_box_does_not_look_disabled(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    box = page.locator(".format > input").last
    box.uncheck()
    page.mouse.move(0, 0)
    empty = box.screenshot()
    box.evaluate("(box) => { box.disabled = true; }")
    disabled = box.screenshot()
    box.evaluate("(box) => { box.disabled = false; box.checked = true; }")
    assert len({empty, disabled, box.screenshot()}) == 3
    # The edge of an empty box is as plain as the text of a hint.
    colour = "(one) => getComputedStyle(one)"
    edge = box.evaluate(f"(box) => {{ box.checked = false; return ({colour})(box).borderTopColor; }}")
    assert edge == page.locator(".hint").first.evaluate(f"(hint) => ({colour})(hint).color")
    page.emulate_media(color_scheme=None)
