"""GET /v1/seeds and /v1/formats."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.service.asking import SEED, post, problem
from workers.formats import FORMATS

SEEDS = Path(__file__).resolve().parents[3] / "seeds"


def test_all_seeds_are_listed(client: httpx.Client) -> None:
    assert client.get("/v1/seeds").json() == {
        "seeds": [{"name": path.name, "size": path.stat().st_size} for path in sorted(SEEDS.glob("*.txt"))]
    }


def test_a_seed_is_its_text_byte_for_byte(client: httpx.Client) -> None:
    for name in (SEED, SEED.removesuffix(".txt")):
        answer = client.get(f"/v1/seeds/{name}")
        assert answer.content == (SEEDS / SEED).read_bytes()
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_an_unknown_seed_is_not_found(client: httpx.Client) -> None:
    for name in ("none", "..", "..%2FREADME.md", "%2Fetc%2Fpasswd"):
        problem(client.get(f"/v1/seeds/{name}"), 404, "not-found")


def test_all_formats_are_listed_with_option_schemas(client: httpx.Client) -> None:
    listed = {one["id"]: one for one in client.get("/v1/formats").json()["formats"]}
    assert list(listed) == [format_.id for format_ in FORMATS.writable]
    assert listed["csv"]["files"] == ["articles.csv", "paragraphs.csv", "media.csv", "csv-metadata.json"]
    profile = listed["csv"]["options"]["properties"]["profile"]
    assert (profile["enum"], profile["default"]) == (["default", "excel", "excel-semicolon", "data"], "default")
    assert listed["news-article"]["options"]["properties"]["lines"]["type"] == "boolean"
    assert all(one["options"]["additionalProperties"] is False for one in listed.values())


def test_a_job_has_the_files_its_formats_list(client: httpx.Client) -> None:
    for listed in client.get("/v1/formats").json()["formats"]:
        job = post(client, {"source": {"seeds": "*"}, "formats": [listed["id"]]})
        assert {file["name"] for file in job["files"]} <= set(listed["files"])
        assert {file["media_type"] for file in job["files"]} <= set(listed["media_types"])
