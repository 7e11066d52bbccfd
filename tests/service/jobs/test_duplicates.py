"""Articles that come again: the service and the command keep each once, and tell the same of it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from tests.cases import CASES
from tests.running import Service
from tests.service.command import Ran, newsmill
from tests.service.jobs.test_retry import retried
from tests.service.jobs.test_uploads import upload

REQUEST = json.dumps({"formats": ["csv"], "metadata": {"headline": "H", "language": "en"}})
CASES_OF_REPEATS = {
    "csv/same-text-other-date.csv": (2, 0),
    "csv/same-row-twice.csv": (2, 1),
    "json/same-text-other-fields.ndjson": (2, 1),
    "newsml-g2/message-same-item-twice.xml": (1, 1),
}
LINES = [
    {"id": "urn:x:1", "paragraphs": "One."},
    {"paragraphs": "Two."},
    {"id": "urn:x:1", "paragraphs": "One."},
    {"id": "urn:x:1", "paragraphs": "Another."},
    {"paragraphs": "Two."},
]

COUNTS = ("done", "duplicates")


def to_csv(command: str, *arguments: str | Path) -> Ran:
    return newsmill(command, *arguments, "--to", "csv", "--set", "headline=H", "--set", "language=en")


def told(job: dict[str, Any]) -> dict[str, Any]:
    """What a job tells of its articles, and of the bytes of its files."""
    files = {file["name"]: file["sha256"] for file in job["files"]}
    return {"files": files, "warnings": job["warnings"], **{name: job["progress"][name] for name in COUNTS}}


def told_by_command(ran: Ran) -> dict[str, Any]:
    made = json.loads(ran.stdout)
    files = {file["name"]: file["sha256"] for file in made["files"]}
    warnings = [{name: value for name, value in one.items() if value is not None} for one in made["warnings"]]
    return {"files": files, "warnings": warnings, **{name: made[name] for name in COUNTS}}


@pytest.mark.parametrize(("name", "counts"), CASES_OF_REPEATS.items(), ids=CASES_OF_REPEATS)
@pytest.mark.parametrize("packed", [False, True])
def test_service_and_command_agree(
    client: httpx.Client, tmp_path: Path, name: str, counts: tuple[int, int], packed: bool
) -> None:
    path = CASES / name
    content = path.read_bytes()
    # A packed document is converted as chunks are.
    sent = (f"{path.name}.gz", gzip.compress(content, mtime=0)) if packed else (path.name, content)
    job = upload(client, sent, request=REQUEST)
    done, duplicates = counts
    assert job["status"] == "succeeded"
    assert job["progress"] == {"done": done, "failed": 0, "duplicates": duplicates, "total": done + duplicates}
    for processes in ("1", "2"):
        ran = to_csv("export", path, "--out", tmp_path / processes, "--json", "--jobs", processes)
        assert ran.returncode == 0
        assert told_by_command(ran) == told(job)


@pytest.mark.parametrize("split", [None, 1, 2])
@pytest.mark.parametrize("packed", [False, True])
def test_conflict_fails_and_duplicates_do_not(client: httpx.Client, split: int | None, packed: bool) -> None:
    lines = b"".join(orjson.dumps(one) + b"\n" for one in LINES)
    sent = ("a.ndjson.gz", gzip.compress(lines, mtime=0)) if packed else ("a.ndjson", lines)
    request = json.loads(REQUEST) | ({"split": split} if split else {})
    job = upload(client, sent, request=json.dumps(request))
    assert (job["status"], job["progress"]["done"], job["progress"]["failed"]) == ("partial", 2, 1)
    assert job["progress"]["duplicates"] == 2
    [warning] = [one for one in job["warnings"] if one["type"] == "duplicate"]
    assert (warning["articles"], warning["values"]) == (2, ["a.ndjson, line 3", "a.ndjson, line 5"])
    [error] = [orjson.loads(line) for line in client.get(f"/v1/jobs/{job['id']}/errors").text.splitlines()]
    assert (error["place"], error["id"], error["kind"]) == ("line 4", "urn:x:1", "conflict")
    assert told(retried(client, job["id"])) == told(job)


def test_an_upload_again_is_another_job(client: httpx.Client) -> None:
    line = ("a.ndjson", b'{"id": "urn:x:1", "paragraphs": "One."}\n')
    first, second = (upload(client, line, request=REQUEST) for _ in range(2))
    assert first["id"] != second["id"]
    assert told(first) == told(second)
    assert second["progress"]["duplicates"] == 0


def test_command_says_how_many_are_duplicates(service: Service, tmp_path: Path) -> None:
    path = CASES / "csv" / "same-row-twice.csv"
    for ran in (
        to_csv("export", path, "--out", tmp_path),
        to_csv("submit", path, "--out", tmp_path, "--server", service.base),
    ):
        assert ran.returncode == 0
        assert "2 converted, 1 duplicate\n" in ran.stderr
        assert "same-row-twice.csv, line 4" in ran.stderr
