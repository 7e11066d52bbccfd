"""Articles whose fields are markup or formulas stay text through the whole service."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, Final

import httpx
import pytest
from lxml import etree

from tests.exports import NEWS_FORMATS
from tests.running import until
from tests.service.asking import post

MARKUP: Final = "<script>alert(1)</script><img src=x onerror=alert(2)>&lt;b&gt;\"'--]]>"
FORMULAS: Final = ("=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＠SUM(A1)")
SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
FORMATS: Final = NEWS_FORMATS
TEXTS: Final = (
    "headline",
    "description",
    "slugline",
    "dateline",
    "section",
    "genre",
    "copyright_notice",
    "usage_terms",
)


def article(text: str) -> dict[str, Any]:
    """An article with this text in every field that takes a text."""
    return {
        **dict.fromkeys([*TEXTS, "ed_note"], text),
        "id": "urn:x:1",
        "bylines": [{"name": text}],
        "keywords": [text],
        "subjects": [{"name": text}],
        "located": {"name": text},
        "provider": {"name": text},
        "copyright_holder": {"name": text},
        "paragraphs": [text],
    }


def files(client: httpx.Client, stated: dict[str, Any], **options: Any) -> dict[str, bytes]:
    """The files of an article by their names."""
    job = post(client, {"source": {"articles": [stated]}, "formats": FORMATS, "options": options})
    assert job["status"] == "succeeded", job
    made = {}
    for file in job["files"]:
        answer = client.get(file["href"])
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert not answer.headers["Content-Type"].startswith("text/html")
        made[file["name"]] = answer.content
    return made


def texts(value: Any) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        return [text for member in value.values() for text in texts(member)]
    if isinstance(value, list):
        return [text for member in value for text in texts(member)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("body", ["xhtml", "nitf"])
def test_markup_is_text_in_every_file(client: httpx.Client, body: str) -> None:
    made = files(client, article(MARKUP), **{"newsml-g2": {"body": body}})
    names = set()
    for name, content in made.items():
        if name.endswith(".xml"):
            root = etree.fromstring(content)
            names = {etree.QName(element).localname for element in root.iter(etree.Element)}
            said = list(root.itertext())
            assert said.count(MARKUP) >= len(TEXTS), said
        elif name.endswith(".jsonld"):
            assert texts(json.loads(content)).count(MARKUP) >= len(TEXTS)
        elif name.endswith(".csv"):
            rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
            assert all(MARKUP in row.values() for row in rows)
            assert len(rows) == (name != "media.csv")
    assert names
    assert not names & {"script", "img", "b"}


def test_markup_where_none_may_be_is_named_in_json(client: httpx.Client) -> None:
    unknown = {"source": {"articles": [article("A text.") | {MARKUP: 1}]}, "formats": FORMATS}
    answer = client.post("/v1/jobs", json=unknown)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    for name in ("url", "language", "published"):
        wrong = {"source": {"articles": [article("A text.") | {name: MARKUP}]}, "formats": FORMATS}
        job = client.post("/v1/jobs", json=wrong, headers={"Prefer": "wait=60"})
        assert job.headers["Content-Type"] == "application/json"
        assert name in {warning.get("path") for warning in job.json()["warnings"]}
    lines = json.dumps({"headline": MARKUP, MARKUP: "A text."}).encode()
    parts: Any = {"file": (MARKUP, lines), "request": (None, json.dumps({"formats": FORMATS}))}
    accepted = client.post("/v1/jobs", files=parts, headers={"Prefer": "wait=60"})
    assert until(lambda: client.get(f"/v1/jobs/{accepted.json()['id']}").json()["status"] == "failed")
    errors = client.get(f"/v1/jobs/{accepted.json()['id']}/errors")
    assert errors.headers["Content-Type"] == "application/x-ndjson"
    assert errors.headers["X-Content-Type-Options"] == "nosniff"
    [line] = errors.text.splitlines()
    assert "<script>" in json.loads(line)["reason"]


def test_markup_in_a_request_is_named_in_problem_details(client: httpx.Client) -> None:
    base: dict[str, Any] = {"source": {"text": "A text."}, "formats": ["csv"]}
    wrongs: tuple[dict[str, Any], ...] = (
        {"formats": [MARKUP]},
        {"metadata": {MARKUP: MARKUP}},
        {"options": {MARKUP: {}}},
        {MARKUP: MARKUP},
        {"source": {"seeds": [MARKUP]}},
    )
    for wrong in wrongs:
        answer = client.post("/v1/jobs", json=base | wrong)
        assert answer.status_code == 422, wrong
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for path in (
        f"/v1/jobs/{MARKUP}",
        f"/v1/seeds/{MARKUP}",
        f"/problems/{MARKUP}",
        f"/{MARKUP}",
        f"/v1/jobs?{MARKUP}=1",
    ):
        answer = client.get(path)
        assert answer.status_code in (400, 404), path
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_no_formula_in_a_table(client: httpx.Client, formula: str) -> None:
    made = files(client, article(f"{formula} and more"))
    tables = [content for name, content in made.items() if name.endswith(".csv")]
    cells = [
        cell
        for content in tables
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        for cell in row
    ]
    assert any("and more" in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(SIGNS)] == []
