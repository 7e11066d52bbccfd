"""Errors stand on the page beside the wrong field, and say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.conftest import MAX_UPLOAD
from tests.web.browsing import Visit
from tests.web.doing import TEXT, choose_seed, convert, drop, ended, focused, paste

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def fault_of(field: Locator) -> str:
    """What a field that is marked as wrong is described by."""
    assert field.get_attribute("aria-invalid") == "true"
    described = (field.get_attribute("aria-describedby") or "").split()
    return " ".join(
        filter(
            None,
            (
                field.page.locator(f"[id='{one}'].field-fault").text_content()
                for one in described
                if one.endswith("-fault")
            ),
        )
    )


def test_empty_form_is_refused(page: Page) -> None:
    convert(page)
    assert page.locator("#files-fault").text_content() == "Choose a file, or drop one here."
    assert focused(page) == "files"
    drop(page, story=TEXT)
    assert page.locator("#files-fault").is_hidden()


def test_form_without_a_format_is_not_sent(page: Page) -> None:
    choose_seed(page)
    for box in page.locator(".format > input").all():
        box.uncheck()
    page.get_by_role("button", name="Convert").click()
    assert page.locator("#formats-fault").text_content() == "Choose a format."
    assert focused(page) == "format-newsml-g2"


def test_all_that_is_missing_is_named_at_once(page: Page) -> None:
    for box in page.locator(".format > input").all():
        box.uncheck()
    page.get_by_role("button", name="Convert").click()
    assert page.locator("#files-fault").is_visible()
    assert page.locator("#formats-fault").is_visible()


def test_language_is_known_by_its_name(page: Page) -> None:
    language = page.locator("#metadata").get_by_label("Language")
    for given, tag in (
        ("Deutsch", "de"),
        ("Englisch", "en"),
        ("allemand", "de"),
        ("german", "de"),
        ("Français", "fr"),
        ("Brazilian Portuguese", "pt-BR"),
        ("DE", "de"),
        ("pt_br", "pt-BR"),
        ("english please", "english please"),
    ):
        language.fill(given)
        language.blur()
        assert language.input_value() == tag
    offered = page.locator(f"#{language.get_attribute('list')} option")
    assert offered.evaluate_all("all => all.some((one) => one.value === 'de' && one.text === 'German – Deutsch')")


def test_unreadable_file_is_named(page: Page) -> None:
    drop(page, bad__pdf="%PDF-1.7\n")
    convert(page)
    page.locator("#compose-faults").wait_for()
    wrong = page.locator("#chosen .wrong")
    assert wrong.locator(".chosen-name").text_content() == "bad.pdf"
    fault = wrong.locator(".field-fault").text_content() or ""
    assert "PDF" in fault
    assert page.locator("#compose-faults h2").text_content() == "1 file cannot be converted"
    assert f"bad.pdf: {fault[0].lower()}{fault[1:]}" in (page.locator("#compose-faults").text_content() or "")
    page.get_by_role("button", name="Remove bad.pdf").click()
    drop(page, good=TEXT)
    convert(page)
    ended(page)


def scheme(page: Page) -> Locator:
    """The options of NewsML-G2 with a scheme begun."""
    newsml = page.locator("[data-format='newsml-g2']")
    newsml.locator("summary").click()
    newsml.get_by_role("button", name="Add an entry").click()
    newsml.get_by_label("Name").fill("ex")
    newsml.get_by_label("Value").fill("no scheme")
    newsml.locator("summary").click()
    return newsml.get_by_label("Value")


def refused(page: Page) -> Locator:
    """The faults above the form, once the request is refused."""
    convert(page)
    box = page.locator("#compose-faults")
    box.wait_for()
    assert focused(page) == "compose-faults"
    return box


def test_faults_of_a_request_are_linked_to_their_fields(page: Page) -> None:
    choose_seed(page)
    language, value = page.locator("#metadata").get_by_label("Language"), scheme(page)
    language.fill("english please")
    box = refused(page)
    assert "language" in fault_of(language)
    assert "no scheme" in fault_of(value)
    assert box.locator("li").count() == 2
    assert [one.split(":")[0] for one in box.locator("li").all_text_contents()] == [
        "NewsML-G2 2.35, Code schemes, Value",
        "Language",
    ]
    assert box.locator("h2").text_content() == "Correct 2 values"
    for button in box.locator("button").all():
        button.click()
        assert page.evaluate("document.activeElement.value") in ("english please", "no scheme")
    language.fill("en")
    value.fill("https://example.com/")
    convert(page)
    ended(page)


def test_fault_is_at_its_item_and_part(page: Page) -> None:
    choose_seed(page)
    page.get_by_label("Another field").select_option("urgency")
    page.get_by_role("button", name="Add", exact=True).click()
    urgency = page.get_by_label("Urgency", exact=True)
    urgency.fill("high")
    page.get_by_role("button", name="Add author").click()
    second = page.get_by_role("group", name="Author 2")
    second.get_by_text("More").click()
    second.get_by_label("Web page (URI)").fill("https://example.com/jane")
    refused(page)
    assert "whole number" in fault_of(urgency)
    # The first author has nothing in it, and was not sent.
    assert "required" in fault_of(second.get_by_label("Name"))


def test_correction_needs_its_id_and_version(page: Page) -> None:
    paste(page, "Rates fell.")
    page.get_by_label("Another field").select_option("signal")
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("[data-slot=signal] select").select_option("correction")
    page.get_by_label("Id", exact=True).fill("urn:x:1")
    convert(page)
    version = page.get_by_label("Version", exact=True)
    assert "one higher than the last" in fault_of(version)
    assert page.locator("#job").is_hidden()
    version.fill("2")
    # Enter ends what is typed, and sends nothing.
    version.press("Enter")
    assert page.locator("#job").is_hidden()
    version.press("Control+Enter")
    ended(page)


def test_fault_outside_of_the_form_is_shown(page: Page) -> None:
    choose_seed(page)
    split = page.get_by_label("Articles in a file at most")
    split.fill("0")
    refused(page)
    assert "1" in fault_of(split)


def test_text_with_forbidden_characters_is_refused(page: Page) -> None:
    paste(page, "A bell\0 rings.")
    convert(page)
    page.locator("#compose-faults").wait_for()
    assert "Byte 6" in fault_of(page.get_by_label("Text of the article"))


def test_too_large_upload_is_not_sent(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {urlsplit(request.url).path}"))
    drop(page, large="x" * (MAX_UPLOAD + 1))
    sent.clear()
    convert(page)
    said = "The files have 1.0 MB. The limit is 1.0 MB at once: send them in parts."
    page.locator("#files-fault", has_text=said).wait_for()
    assert "POST /v1/jobs" not in sent


def test_unreachable_service_is_explained(here: Visit) -> None:
    page = here.page
    drop(page, story=TEXT)
    page.wait_for_selector(".format")
    page.context.set_offline(True)
    convert(page)
    page.get_by_role("heading", name="The service cannot be reached").wait_for()
    assert "Your files are still chosen." in (page.locator("#compose-faults").text_content() or "")
    page.context.set_offline(False)
    convert(page)
    ended(page)
    here.complaints.clear()
