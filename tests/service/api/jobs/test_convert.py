"""POST /v1/convert, over HTTP, against the whole service."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.running import Service
from tests.service.asking import problem

STORY = "date 2024-11-08 The bank kept its rate.\n\nIt was expected, said an analyst.\n"
LINES = b'{"id": "urn:x:1", "paragraphs": "One."}\n{"id": "urn:x:2", "paragraphs": 2}\n'
JSON_LD = "application/ld+json"


def convert(client: httpx.Client, content: bytes | str = STORY, **given: Any) -> httpx.Response:
    return client.post("/v1/convert", content=content, **given)


def job_of(client: httpx.Client, answer: httpx.Response) -> dict[str, Any]:
    return dict(client.get(answer.links["describedby"]["url"]).raise_for_status().json())


def test_the_answer_is_the_file_of_a_job(client: httpx.Client) -> None:
    answer = convert(client, params={"to": "newsml-g2", "filename": "story.txt"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/vnd.iptc.g2.newsitem+xml"
    assert answer.headers["Content-Disposition"] == "attachment; filename=story.newsml.xml"
    assert "The bank kept its rate." in answer.text
    job = job_of(client, answer)
    assert (job["status"], job["name"]) == ("succeeded", "story.txt")
    same = client.get(answer.headers["Content-Location"])
    assert (same.content, same.headers["ETag"]) == (answer.content, answer.headers["ETag"])
    assert same.headers["Content-Digest"] == answer.headers["Content-Digest"]
    kinds = [item.partition(";")[0] for item in answer.headers["Newsmill-Warnings"].split(", ")]
    assert kinds == [warning["type"] for warning in job["warnings"]]
    assert client.get(f"/v1/jobs/{job['id']}/ledger").text != ""


def test_curl_converts_a_file_without_any_header(service: Service, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY)
    address = f"{service.base}/v1/convert?to=news-article"
    run = subprocess.run(
        ["curl", "-s", "--data-binary", "@story.txt", address], cwd=tmp_path, capture_output=True, check=True
    )
    assert json.loads(run.stdout)["articleBody"].startswith("The bank kept its rate.")


def test_options_metadata_and_reading_are_parameters_or_a_part(client: httpx.Client) -> None:
    table = "Titel;Inhalt;Datum\nZinsen;Die Bank wartet.;2024-11-08T09:00:00\n".encode("cp1252")
    params = {
        "to": "news-article",
        "set.headline": "@Titel",
        "set.paragraphs": "@Inhalt",
        "set.published": "@Datum",
        "set.language": "de",
        "read.zone": "Europe/Berlin",
        "read.delimiter": ";",
        "from": "csv",
        "option.news-article.lines": "true",
    }
    line = convert(client, table, params=params)
    assert line.headers["Content-Type"].startswith("application/x-ndjson")
    node = json.loads(line.text)
    assert (node["headline"], node["inLanguage"]) == ("Zinsen", "de")
    assert node["datePublished"] == "2024-11-08T09:00:00+01:00"
    part = json.dumps({"formats": ["news-article"], "metadata": {"language": "fr"}})
    parts: dict[str, Any] = {"file": ("une.txt", STORY.encode()), "request": (None, part)}
    answer = client.post("/v1/convert", files=parts, params={"set.headline": "Titre"})
    assert (answer.json()["inLanguage"], answer.json()["headline"]) == ("fr", "Titre")
    assert "une.jsonld" in answer.headers["Content-Disposition"]


def test_several_files_are_a_zip_unless_one_is_chosen(client: httpx.Client) -> None:
    def names(answer: httpx.Response) -> set[str]:
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            return set(archive.namelist())

    tables = convert(client, params={"to": "csv", "filename": "story.txt"})
    assert tables.headers["Content-Type"] == "application/zip"
    assert tables.headers["Content-Disposition"] == "attachment; filename=story.zip"
    assert {"story.csv", "story.paragraphs.csv", "story.csv-metadata.json"} < names(tables)
    both = convert(client, params=[("to", "newsml-g2"), ("to", "news-article")])
    assert names(both) == {"articles.newsml.xml", "articles.jsonld"}
    one = convert(client, params={"to": "csv"}, headers={"Accept": "text/csv"})
    assert one.headers["Content-Type"].startswith("text/csv")
    assert one.text.startswith("id,version")
    asked = convert(client, params={"to": "newsml-g2"}, headers={"Accept": "application/zip"})
    assert names(asked) == {"articles.newsml.xml"}
    by_type = convert(client, headers={"Accept": f"{JSON_LD}, */*;q=0.1"})
    assert by_type.headers["Content-Type"] == JSON_LD


def test_a_document_without_an_article_is_a_problem_that_names_it(client: httpx.Client) -> None:
    answer = convert(client, '{"headline": "x"}', params={"to": "csv", "filename": "a.json"})
    faults = problem(answer, 422, "no-article")
    assert faults[""].startswith("a.json, line 1: ")
    assert job_of(client, answer)["status"] == "failed"
    partly = convert(client, LINES, params={"to": "articles-json"})
    assert partly.status_code == 200
    assert partly.headers["Newsmill-Warnings"].startswith("failed;articles=1")
    strict = convert(client, LINES, params={"to": "articles-json", "on_error": "fail"})
    problem(strict, 422, "article-failed")


def test_a_wrong_request_names_the_parameter_or_the_document(client: httpx.Client) -> None:
    assert "newsml-g2, " in problem(convert(client), 422, "invalid-request")["to"]
    assert set(problem(convert(client, params={"to": "cvs"}), 422, "invalid-request")) == {"to"}
    assert set(problem(convert(client, "%PDF-1.7\n", params={"to": "csv"}), 422, "invalid-request")) == {"/file/0"}
    problem(convert(client, "", params={"to": "csv"}), 400, "malformed-request")
    problem(convert(client, params={"to": "csv", "form": "x"}), 400, "malformed-request")


@pytest.mark.parametrize("prefer", ["respond-async", "wait=0"])
def test_what_takes_longer_is_answered_with_its_job(client: httpx.Client, prefer: str) -> None:
    answer = convert(client, params={"to": "csv"}, headers={"Prefer": prefer})
    assert answer.status_code == 202
    job = client.get(answer.headers["Location"], params={"wait": 30}).json()
    assert job["id"] == answer.json()["id"]


def test_a_repeated_request_gives_the_file_of_the_same_job(client: httpx.Client) -> None:
    given: dict[str, Any] = {"params": {"to": "csv"}, "headers": {"Idempotency-Key": "convert-1"}}
    first, again = convert(client, **given), convert(client, **given)
    assert first.headers["Content-Location"] == again.headers["Content-Location"]
