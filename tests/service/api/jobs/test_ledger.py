"""GET /v1/jobs/{id}/ledger: what became of each leaf of the sources."""

from __future__ import annotations

import gzip
from typing import Any

import httpx
import orjson

from tests.service.asking import post
from workers.formats import FORMATS

TEXT = {"source": {"text": "date 2024-11-08 Text."}, "formats": ["csv"]}


def ledger(client: httpx.Client, job: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of a job's ledger."""
    answer = client.get(f"/v1/jobs/{job['id']}/ledger")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    return [orjson.loads(line) for line in answer.iter_lines()]


def test_each_leaf_of_the_source_has_a_line(client: httpx.Client) -> None:
    found = ledger(client, post(client, TEXT))
    assert [(leaf["path"], leaf["outcome"], leaf["value"], leaf["field"]) for leaf in found] == [
        ("date", "kept", "2024-11-08", "published"),
        ("paragraph[1]", "kept", "Text.", "paragraphs"),
    ]
    assert found[0]["places"]["csv"] == list(FORMATS.get("csv").places.of["published"])


def test_packed_upload_is_unpacked(client: httpx.Client) -> None:
    form = {"file": ("a.txt.gz", gzip.compress(b"Packed text.")), "request": (None, b'{"formats": ["csv"]}')}
    job = client.post("/v1/jobs", files=form, headers={"Prefer": "wait=60"}).json()
    assert [(leaf["document"], leaf["value"]) for leaf in ledger(client, job)] == [("a.txt", "Packed text.")]


def test_ledger_of_an_unknown_job_is_not_found(client: httpx.Client) -> None:
    assert client.get(f"/v1/jobs/{'0' * 32}/ledger").status_code == 404


def test_preview_has_the_ledger_of_its_article(client: httpx.Client) -> None:
    job = post(client, TEXT)
    [date, text] = client.get(f"/v1/jobs/{job['id']}/preview").json()["ledger"]
    assert (date["path"], text["path"]) == ("date", "paragraph[1]")
