"""A job on the page: live, found again, canceled, deleted and failed."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from schemas.jobs.job import Problem
from schemas.jobs.record import JobEnd
from tests.running import Service, start_job
from tests.service.asking import REQUEST, post, waiting_job
from tests.web.browsing import Visit
from tests.web.doing import choose_seed, convert, drop, ended, focused, job_id, lines, paste
from tests.web.doing import job as shown_job
from workers.jobs.store import JobStore

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route


@pytest.fixture
def waiting(page: Page, service: Service) -> Iterator[tuple[JobStore, str]]:
    """A job that the test leads through its states, and the page that shows it."""
    jobs = service.jobs()
    job = waiting_job(jobs)
    page.goto(f"/#job={job.id}")
    page.locator(".badge", has_text="Waiting").wait_for()
    yield jobs, job.id
    jobs.forget(job.id)


def standing(page: Page, text: str) -> None:
    page.locator(".standing", has_text=text).wait_for()


def test_progress_is_shown_live(page: Page, waiting: tuple[JobStore, str]) -> None:
    jobs, job = waiting
    start_job(jobs, job)
    page.locator(".badge", has_text="Running").wait_for()
    jobs.progress(job, done=0, failed=0, duplicates=1)
    standing(page, "1 of 1 article")
    assert page.get_by_role("progressbar").evaluate("(bar) => bar.value") == 1
    assert page.title().startswith("100 % · ")
    jobs.finish(job, JobEnd(status="succeeded", done=1))
    ended(page)
    assert page.get_by_role("progressbar").count() == 0
    announced = page.locator("#announcer").text_content() or ""
    assert re.fullmatch(r"Done\. 1 article in 0 files, made in (under a second|\d+ s)", announced)


def test_reload_continues_with_the_job(page: Page, waiting: tuple[JobStore, str]) -> None:
    jobs, job = waiting
    start_job(jobs, job)
    page.locator(".badge", has_text="Running").wait_for()
    page.reload()
    page.locator(".badge", has_text="Running").wait_for()
    assert job_id(page) == job
    jobs.finish(job, JobEnd(status="canceled"))
    ended(page, "Canceled")


def test_reload_of_a_job_that_has_ended_takes_the_list_from_the_page(page: Page, client: httpx.Client) -> None:
    job = post(client, {"name": "harbour.docx", "source": {"text": "The harbour opened."}, "formats": ["csv"]})
    client.get(f"/v1/jobs/{job['id']}?wait=30")
    page.goto(f"/#job={job['id']}")
    ended(page)
    page.reload()
    ended(page)
    page.locator(".story").wait_for()
    page.locator(".job-list", has_text="harbour.docx").wait_for()
    # After five seconds the list is loaded again if a job of it, such as one of another test, has not ended.
    asked = "performance.getEntriesByType('resource').filter((one) => one.startTime < 5000).map((one) => one.name)"
    assert [url for url in page.evaluate(asked) if "/v1/jobs?" in url] == []


def test_job_reloaded_before_its_start_is_made(page: Page, service: Service) -> None:
    worker = service.part("worker")
    frozen = [worker.pid, *(one.pid for one in service.all() if one.parent == worker.pid)]
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        choose_seed(page)
        convert(page)
        page.locator(".badge", has_text="Waiting").wait_for()
        page.reload()
        page.locator(".badge", has_text="Waiting").wait_for()
        assert page.get_by_role("heading", level=1).text_content() == "000_b852588d87c0f767.txt"
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    ended(page)
    assert page.get_by_role("link", name="Download articles.csv").is_visible()


def test_broken_event_stream_is_resumed(page: Page, waiting: tuple[JobStore, str]) -> None:
    jobs, job = waiting
    shown = page.request.get(f"/v1/jobs/{job}").text()
    asked: list[str | None] = []

    def break_off(route: Route) -> None:
        """What a proxy does that ends a stream after its first event, and then cannot reach the service."""
        asked.append(route.request.headers.get("last-event-id"))
        if len(asked) == 1:
            event = f"id: queued-0-0-0\nevent: progress\ndata: {shown}\n\n"
            route.fulfill(status=200, content_type="text/event-stream", body=event)
        elif len(asked) == 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/events", break_off)
    page.reload()
    page.get_by_text("The connection is lost.").wait_for()
    page.get_by_text("The connection is lost.").wait_for(state="hidden")
    assert asked == [None, "queued-0-0-0", "queued-0-0-0"]
    jobs.finish(job, JobEnd(status="canceled"))
    ended(page, "Canceled")


def test_job_is_canceled(page: Page, waiting: tuple[JobStore, str]) -> None:
    jobs, job = waiting
    page.get_by_role("button", name="Cancel").click()
    ended(page, "Canceled")
    assert page.locator(".standing").text_content() == "The job has no files."
    assert jobs.get(job).status == "canceled"
    # The button is gone, and the focus is not lost with it.
    assert focused(page) == "job-heading"


def test_deletion_asks_first(page: Page, client: httpx.Client) -> None:
    job = post(client)
    page.goto(f"/#job={job['id']}")
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete this job?")
    dialog.get_by_role("button", name="Keep it").click()
    assert client.get(f"/v1/jobs/{job['id']}").status_code == 200
    page.get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete").click()
    page.locator("#compose").wait_for()
    assert client.get(f"/v1/jobs/{job['id']}").status_code == 404


def test_failed_articles_are_named_with_reasons(page: Page) -> None:
    drop(page, three__ndjson=lines({"paragraphs": ["One."]}, {"headline": "No text"}, {"paragraphs": ["Three."]}))
    convert(page)
    ended(page, "Done in part")
    made = len(page.locator(".files li").all())
    page.get_by_role("heading", name="1 article failed").wait_for()
    assert page.locator(".standing").text_content() == f"2 articles in {made} files; 1 article failed"
    row = page.locator(".failures tbody tr")
    row.wait_for()
    assert row.locator("td").first.text_content() == "three.ndjsonline 2"
    assert "paragraphs" in (row.locator("td").last.text_content() or "")


def test_duplicate_is_counted_and_named(page: Page) -> None:
    drop(page, three__ndjson=lines({"paragraphs": ["One."]}, {"paragraphs": ["One."]}, {"paragraphs": ["Three."]}))
    convert(page)
    ended(page, "Done")
    standing(page, "; 1 duplicate left out")
    page.locator(".warnings", has_text="three.ndjson, line 2").wait_for()
    assert page.locator(".failures").count() == 0


def test_retry_is_offered_where_it_can_help(page: Page, service: Service) -> None:
    drop(page, two__ndjson=lines({"paragraphs": ["One."]}, {"headline": "No text"}))
    convert(page)
    ended(page, "Done in part")
    page.locator(".failures tbody tr").wait_for()
    # The article has no text, and will have none.
    assert page.get_by_role("button", name="Try").count() == 0
    jobs = service.jobs()
    failed = waiting_job(jobs).id
    start_job(jobs, failed)
    error = Problem(type="/problems/store-failed", title="The artifact store failed", status=500, detail="It is full.")
    jobs.finish(failed, JobEnd(status="failed", error=error))
    page.goto(f"/#job={failed}")
    ended(page, "Failed")
    with page.expect_request("**/events"), page.expect_response("**/retry") as answered:
        page.get_by_role("button", name="Try again").click()
    assert (answered.value.request.method, answered.value.status) == ("POST", 202)


def test_error_stands_beside_the_button(page: Page, client: httpx.Client) -> None:
    job = post(client)
    page.goto(f"/#job={job['id']}")
    ended(page)
    client.delete(f"/v1/jobs/{job['id']}")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.locator(".buttons [role=alert]", has_text="There is no job with this id.").wait_for()


def test_failed_job_says_why(page: Page) -> None:
    drop(page, none=" \n")
    convert(page)
    ended(page, "Failed")
    page.get_by_role("heading", name="No article could be converted").wait_for()
    assert (page.locator(".notice.fault p").text_content() or "").startswith("none.txt, byte 2: there is no text")
    page.locator(".failures tbody tr").wait_for()
    assert page.get_by_role("link", name="Download").count() == 0


def test_files_that_fail_are_counted_as_files(page: Page) -> None:
    drop(page, one=" ", two="\n")
    convert(page)
    ended(page, "Failed")
    page.get_by_role("heading", name="2 files failed").wait_for()
    standing(page, "2 files failed; there are no files.")


def test_a_file_that_fails_beside_others_is_no_article(page: Page) -> None:
    drop(page, good="Rates fell.", empty=" ", broken__json="{")
    convert(page)
    ended(page, "Done in part")
    page.get_by_role("heading", name="2 files failed").wait_for()
    standing(page, "; 2 files failed")


def test_what_failed_has_no_name_where_files_and_articles_did(page: Page) -> None:
    drop(page, two__ndjson=lines({"paragraphs": ["One."]}, {"headline": "No text"}), empty=" ")
    convert(page)
    ended(page, "Done in part")
    page.get_by_role("heading", name="2 failed", exact=True).wait_for()
    standing(page, "; 2 failed")


def test_job_of_an_earlier_visit_is_changed_and_converted_again(page: Page, client: httpx.Client) -> None:
    old = post(client, {"name": "harbour.docx", "source": {"text": "The harbour opened."}, "formats": ["csv"]})
    page.goto(f"/#job={old['id']}")
    ended(page)
    page.get_by_role("button", name="Change and convert again").click()
    page.locator("#compose").wait_for()
    assert page.locator("#go-summary").text_content() == "Choose the source again: harbour.docx"
    assert page.evaluate("document.activeElement.getAttribute('role')") == "tab"
    drop(page, harbour="The harbour opened again.")
    convert(page)
    ended(page)
    assert job_id(page) != old["id"]


def test_warnings_say_what_to_do_on_the_page(page: Page) -> None:
    choose_seed(page)
    convert(page)
    ended(page)
    said = page.locator(".warnings li").first.text_content() or ""
    assert said.startswith("No headline is stated")
    assert "under Details, Headline" in said
    page.locator(".files li", has_text="media.csv").get_by_text("A table without rows").wait_for()


def test_warning_of_an_old_job_leads_to_the_form(page: Page, client: httpx.Client) -> None:
    drop(page, another="The ferry left.")
    convert(page)
    ended(page)
    old = post(client, {"name": "harbour.docx", "source": {"text": "The harbour opened."}, "formats": ["csv"]})
    page.goto(f"/#job={old['id']}")
    page.get_by_role("link", name="under Details, Provider").click()
    page.locator("#compose").wait_for()
    assert focused(page).startswith("name")
    # The source of another job is not taken for it.
    assert page.locator("#go-summary").text_content() == "Choose the source again: harbour.docx"
    drop(page, harbour="The harbour opened.")
    assert page.locator("#go-summary").text_content() == "harbour.txt, 19 bytes"


def test_lost_response_repeats_the_request_with_its_key(page: Page) -> None:
    keys: list[str | None] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        keys.append(route.request.headers.get("idempotency-key"))
        return route.abort("connectionreset") if len(keys) == 1 else route.continue_()

    page.route("**/v1/jobs", lose)
    choose_seed(page)
    convert(page)
    page.get_by_role("heading", name="The service cannot be reached").wait_for()
    convert(page)
    ended(page)
    page.get_by_role("link", name="New export", exact=True).click()
    choose_seed(page)
    convert(page)
    ended(page)
    assert len(keys) == 3
    assert keys[0] == keys[1] != keys[2]


def test_unknown_job_is_explained(page: Page) -> None:
    page.goto(f"/#job={'0' * 32}")
    page.get_by_role("heading", name="There is no such job").wait_for()
    page.get_by_role("link", name="New export").click()
    page.locator("#compose").wait_for()


def test_history_buttons_change_the_view(here: Visit, client: httpx.Client) -> None:
    page = here.page
    job = post(client)
    choose_seed(page)
    convert(page)
    ended(page)
    made = job_id(page)
    page.go_back()
    page.locator("#compose").wait_for()
    page.go_forward()
    ended(page)
    assert job_id(page) == made
    page.evaluate("(id) => { location.hash = `job=${id}` }", job["id"])
    page.locator(".facts code", has_text=job["id"]).wait_for()


def test_list_shows_all_jobs(page: Page, client: httpx.Client) -> None:
    choose_seed(page)
    convert(page)
    ended(page)
    page.locator(f"#jobs [href='#job={job_id(page)}'][aria-current]", has_text="Done").wait_for()
    older = post(client)["id"]
    formats = ", ".join(shown_job(page)["formats"])
    assert page.locator("#jobs [aria-current] .job-formats").text_content() == formats
    page.get_by_label("Show jobs by status").select_option("succeeded")
    page.locator(f"#jobs [href='#job={older}']").click()
    page.locator(".facts code", has_text=older).wait_for()
    page.get_by_label("Show jobs by status").select_option("expired")
    page.get_by_text("No job is expired.").wait_for()


def test_older_jobs_are_listed_on_request(page: Page, client: httpx.Client) -> None:
    jobs = [client.post("/v1/jobs", json=REQUEST).json()["id"] for _ in range(22)]
    page.reload()
    page.get_by_role("button", name="Show older jobs").click()
    page.locator(f"#jobs [href='#job={jobs[0]}']").wait_for()
    assert page.locator("#jobs li").count() > 20
    for job in jobs:
        client.delete(f"/v1/jobs/{job}")


def test_service_without_a_job_list(page: Page) -> None:
    page.route("**/v1/jobs?*", lambda route: route.fulfill(status=405, json={"title": "Not allowed", "detail": "No."}))
    page.get_by_label("Show jobs by status").select_option("failed")
    page.get_by_text("This service does not list jobs.").wait_for()


def test_name_of_a_job_comes_from_its_source(page: Page, client: httpx.Client) -> None:
    paste(page, "Rates fell on Friday,\nafter a\tlong debate.")
    convert(page)
    ended(page)
    assert shown_job(page)["name"] == "Rates fell on Friday,"
    page.evaluate("localStorage.clear()")
    page.reload()
    page.get_by_role("heading", name="Rates fell on Friday,").wait_for()
    page.goto("/")
    paste(page, "Rates fell on Friday.")
    page.locator("#metadata").get_by_label("Headline").fill("Bank lowers its rate")
    page.locator("#metadata").get_by_label("Language").fill("German")
    convert(page)
    ended(page)
    assert shown_job(page)["name"] == "Bank lowers its rate"
    assert page.locator(".story .tongue").text_content() == "Language: German (de)"
    unnamed = post(client, {"source": {"text": "A text."}, "formats": ["csv"]})
    page.goto(f"/#job={unnamed['id']}")
    ended(page)
    assert "Job " not in (page.locator("#job-heading").text_content() or "")
