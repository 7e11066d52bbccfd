"""GET /v1/jobs/{id}/preview: an article of a job, and the places of its fields."""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
import tomllib
from typing import Any
from zipfile import ZipFile

import httpx
import pytest

from schemas.article.json_form import dump_article
from schemas.jobs.record import JobEnd
from tests.described_run import CONFIG
from tests.exports import FULL
from tests.running import Service
from tests.service.asking import REQUEST, post, problem, waiting_job

FORMATS = REQUEST["formats"]


def preview(client: httpx.Client, job: dict[str, Any], number: int = 1) -> dict[str, Any]:
    answer = client.get(f"/v1/jobs/{job['id']}/preview", params={"article": number})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return dict(answer.json())


def uploaded(client: httpx.Client, name: str, content: bytes, **request: Any) -> dict[str, Any]:
    """A job of one uploaded file, once it has ended."""
    form = {"file": (name, content), "request": (None, json.dumps({"formats": FORMATS, **request}).encode())}
    answer = client.post("/v1/jobs", files=form, headers={"Prefer": "wait=60"})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def articles(number: int) -> bytes:
    return b"".join(b'{"id": "urn:x:%d", "paragraphs": "Article %d."}\n' % (n, n) for n in range(1, number + 1))


def test_an_article_is_shown_with_its_fields(client: httpx.Client) -> None:
    job = post(client, {"source": {"articles": [dump_article(FULL)]}, "formats": FORMATS})
    shown = preview(client, job)
    assert shown["article"] == dump_article(FULL)
    assert "files" not in shown
    assert (shown["number"], shown["total"], shown["place"]) == (1, 1, "line 1")
    fields = {field["field"]: field for field in shown["fields"]}
    assert list(fields)[:4] == ["paragraphs", "id", "version", "signal"]
    assert fields["headline"]["value"] == [FULL.headline]
    assert {"place": "contentMeta/headline", "values": [FULL.headline]} in fields["headline"]["places"]["newsml-g2"]
    assert fields["headline"]["places"]["csv"] == [{"place": "headline", "values": [FULL.headline]}]
    assert fields["bylines.name"]["value"] == ["Jane Doe", "John Roe"]
    assert fields["version"]["value"] == [2]
    assert fields["slugline"]["no_place_in"] == ["news-article"]
    assert fields["slugline"]["places"]["news-article"] == []


def test_a_field_that_is_not_stated_is_absent(client: httpx.Client) -> None:
    body = {"source": {"articles": [{"paragraphs": "Rates fell.", "headline": ""}]}, "formats": ["csv"]}
    shown = preview(client, post(client, body))
    assert [field["field"] for field in shown["fields"]] == ["paragraphs", "id", "version"]
    assert all(list(field["places"]) == ["csv"] for field in shown["fields"])


def test_the_options_of_the_job_apply(client: httpx.Client) -> None:
    options = {"newsml-g2": {"body": "nitf"}}
    body = {"source": {"text": "Rates fell."}, "formats": ["newsml-g2"], "options": options}
    fields = preview(client, post(client, body))["fields"]
    [paragraphs] = [field for field in fields if field["field"] == "paragraphs"]
    assert "contentSet/inlineXML/nitf/body/body.content/block/p" in [
        one["place"] for one in paragraphs["places"]["newsml-g2"]
    ]


def test_the_metadata_and_columns_of_the_job_apply(client: httpx.Client) -> None:
    table = b"Kopf,Text\nRates,They fell.\n"
    metadata = {"headline": "@Kopf", "paragraphs": "@Text", "language": "en"}
    shown = preview(client, uploaded(client, "table.csv", table, metadata=metadata))
    assert shown["article"]["headline"] == "Rates"
    assert shown["article"]["language"] == "en"
    assert (shown["document"], shown["number"]) == ("table.csv", 1)


def test_the_number_counts_the_articles_of_the_export(client: httpx.Client) -> None:
    lines = [{"paragraphs": "One."}, {"headline": "No text"}, {"paragraphs": "One."}, {"paragraphs": "Two."}]
    job = uploaded(client, "some.ndjson", b"".join(json.dumps(one).encode() + b"\n" for one in lines))
    assert job["progress"] | {"total": 4} == {"total": 4, "done": 2, "failed": 1, "duplicates": 1}
    assert [preview(client, job, number)["place"] for number in (1, 2)] == ["line 1", "line 4"]
    assert preview(client, job, 2)["total"] == 2


@pytest.mark.parametrize("number", [1, 150, 200])
def test_an_article_of_a_packed_document(client: httpx.Client, number: int) -> None:
    job = uploaded(client, "many.ndjson.gz", gzip.compress(articles(3_000)))
    shown = preview(client, job, number)
    assert shown["article"]["paragraphs"] == [f"Article {number}."]
    assert (shown["document"], shown["place"], shown["total"]) == ("many.ndjson", f"line {number}", 3_000)


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_an_article_of_an_archive(client: httpx.Client, kind: str) -> None:
    inner = {"a.txt": b"First.", "b.bin": b"\xff\xfe\x00", "c.ndjson": articles(2), "d.txt": b"Last."}
    packed = io.BytesIO()
    if kind == "zip":
        with ZipFile(packed, "w") as archive:
            for name, content in inner.items():
                archive.writestr(name, content)
    else:
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for name, content in inner.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
    job = uploaded(client, f"all.{kind}", packed.getvalue())
    found = [preview(client, job, number + 1) for number in range(job["progress"]["done"])]
    assert [one["document"] for one in found if one["document"] != "b.bin"] == [
        "a.txt",
        "c.ndjson",
        "c.ndjson",
        "d.txt",
    ]


def test_a_split_job_has_a_preview(client: httpx.Client) -> None:
    job = uploaded(client, "few.ndjson", articles(3), split=1)
    assert preview(client, job, 3)["article"]["paragraphs"] == ["Article 3."]


def test_a_number_beyond_the_articles_is_refused(client: httpx.Client) -> None:
    few = uploaded(client, "few.ndjson", articles(2))
    answer = client.get(f"/v1/jobs/{few['id']}/preview?article=3")
    problem(answer, 422, "no-preview")
    assert "The job has no article 3" in answer.json()["detail"]
    many = uploaded(client, "many.ndjson", articles(300))
    answer = client.get(f"/v1/jobs/{many['id']}/preview?article=201")
    problem(answer, 422, "no-preview")
    assert "Download the files to see the rest." in answer.json()["detail"]
    for wrong in ("0", "-1", "one", ""):
        faults = problem(client.get(f"/v1/jobs/{few['id']}/preview?article={wrong}"), 400, "malformed-request")
        assert list(faults) == ["article"]


def test_a_job_without_files_has_no_preview(client: httpx.Client, service: Service) -> None:
    jobs = service.jobs()
    job = waiting_job(jobs)
    problem(client.get(f"/v1/jobs/{job.id}/preview"), 409, "not-finished")
    jobs.finish(job.id, JobEnd(status="canceled"))
    problem(client.get(f"/v1/jobs/{job.id}/preview"), 409, "nothing-to-preview")
    failed = uploaded(client, "bad.ndjson", b'{"headline": "No text"}\n')
    problem(client.get(f"/v1/jobs/{failed['id']}/preview"), 409, "nothing-to-preview")
    problem(client.get(f"/v1/jobs/{'0' * 32}/preview"), 404, "not-found")


def test_a_preview_needs_the_key_of_the_job(alice: httpx.Client, bob: httpx.Client, anonymous: httpx.Client) -> None:
    job = post(alice)
    assert preview(alice, job)["total"] == 1
    problem(bob.get(f"/v1/jobs/{job['id']}/preview"), 404, "not-found")
    problem(anonymous.get(f"/v1/jobs/{job['id']}/preview"), 401, "unauthorized")


def test_the_preview_is_described_and_tried(client: httpx.Client) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/v1/jobs/{job_id}/preview"]["get"]
    assert operation["operationId"] == "previewArticle"
    assert {"200", "400", "404", "409", "410", "422"} <= set(operation["responses"])
    assert operation["responses"]["200"]["content"]["application/json"]["examples"]
    # Schemathesis tries each operation that its configuration does not switch off.
    settings = tomllib.loads(CONFIG.read_text())["operations"]
    off = [one["include-path-regex"] for one in settings if not one.get("enabled", True)]
    assert [pattern for pattern in off if re.search(pattern, "/v1/jobs/{job_id}/preview")] == []


def test_files_of_the_article_alone_are_shown(client: httpx.Client) -> None:
    job = uploaded(client, "two.ndjson", articles(2), split=1)
    answer = client.get(f"/v1/jobs/{job['id']}/preview?article=2&files=true").json()
    files = {(file["format"], file["name"]): file["text"] for file in answer["files"]}
    assert ("csv", "articles.csv") in files
    for file in job["files"]:
        packed = ZipFile(io.BytesIO(client.get(file["href"]).content))
        members = [packed.read(name).decode() for name in packed.namelist()]
        assert any(text in members for (format_id, _), text in files.items() if format_id == file["format"])
