"""The jobs of a soak: their known outcomes, and the expected contents of their files."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
import orjson

from tests.exports import NEWS_FORMATS

FORMATS = NEWS_FORMATS
_BAD = (b"{", b'{"paragraphs": 7}', b'{"headline": "no text"}')


@dataclass(slots=True)
class Work:
    """A job that was posted.

    Args:
        ids: the ids of its good articles.
        bad: how many of its articles are none.
        over: whether it was canceled or deleted, or perhaps so, where the answer was lost.
        retried: how often its client has had it tried again.
        given_up: how often it had failed for want of a process that lives.
    """

    kind: str
    request: dict[str, Any]
    ids: frozenset[str]
    bad: int
    body: bytes | None = None
    name: str = ""
    over: str = ""
    retried: int = 0
    given_up: int = 0
    job_id: str = field(default="", compare=False)

    def post(self, client: httpx.Client) -> httpx.Response:
        if self.body is None:
            return client.post("/v1/jobs", json=self.request)
        parts: Any = {"file": (self.name, self.body), "request": (None, orjson.dumps(self.request))}
        return client.post("/v1/jobs", files=parts)

    @property
    def status(self) -> str:
        """The status that the job ends with if no client changes it."""
        if not self.ids or (self.bad and self.request.get("on_error") == "fail"):
            return "failed"
        return "partial" if self.bad else "succeeded"


def make(random: Random, number: int) -> Work:
    """Make a random job."""
    formats = random.sample(FORMATS, random.randint(1, 3))
    request: dict[str, Any] = {"formats": formats}
    size = random.choice((1, 1, 1, 3, 40, 400, 3_000, 8_000))
    if random.random() < 0.25:
        request["split"] = random.choice((1, max(7, size // 10)))
    if random.random() < 0.1:
        request["on_error"] = "fail"
    ids = [f"urn:soak:{number}:{one}" for one in range(size)]
    articles = [{"id": one, "paragraphs": f"{one}. " + "Word " * random.randint(1, 60)} for one in ids]
    if size <= 3 and random.random() < 0.6:
        source = {"source": {"articles": articles}}
        return Work(kind="small", request=request | source, ids=frozenset(ids), bad=0)
    lines = [orjson.dumps(one) for one in articles]
    bad = random.choice((0, 0, 1, 5)) if size > 3 else 0
    for _ in range(bad):
        lines.insert(random.randint(1, len(lines)), random.choice(_BAD))
    body, name = b"\n".join(lines) + b"\n", "articles.ndjson"
    if packed := random.random() < 0.3:
        body, name = gzip.compress(body, 1), "articles.ndjson.gz"
    large = "large" if packed or len(body) > 256 * 1024 else "upload"
    return Work(kind=large, request=request, ids=frozenset(ids), bad=bad, body=body, name=name)


def faults(work: Work, job: dict[str, Any], client: httpx.Client) -> Iterator[str]:
    """The faults of an ended job and its files."""
    where = f"job {job['id']} ({work.kind}, {len(work.ids)} articles, {work.bad} bad, {work.request.get('split')})"
    if job["status"] == "canceled" and work.over:
        return
    if work.over == "canceled":
        yield f"{where}: it was canceled, and is {job['status']}"
        return
    if job["status"] != work.status:
        yield f"{where}: it is {job['status']}, not {work.status}: {job.get('error')}"
        return
    if work.status == "failed":
        return
    if (job["progress"]["done"], job["progress"]["failed"]) != (len(work.ids), work.bad):
        yield f"{where}: it counts {job['progress']}"
    found: dict[str, Counter[str]] = {format_id: Counter() for format_id in work.request["formats"]}
    for file in job["files"]:
        content = client.get(file["href"]).raise_for_status().content
        if (len(content), hashlib.sha256(content).hexdigest()) != (file["size"], file["sha256"]):
            yield f"{where}: {file['name']} is not what its record says"
        found[file["format"]].update(_ids(file["name"], content))
    for format_id, ids in found.items():
        if set(ids) != work.ids or any(times != 1 for times in ids.values()):
            yield f"{where}: {format_id} has {ids.total()} articles, of {len(work.ids)}"
    errors = len(client.get(f"/v1/jobs/{job['id']}/errors").raise_for_status().content.splitlines())
    if errors != work.bad:
        yield f"{where}: {errors} errors are named"


def _ids(name: str, content: bytes) -> Iterator[str]:
    """The ids of the articles in a file."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.namelist():
                yield from _ids(entry, archive.read(entry))
    elif name.endswith(".xml"):
        yield from re.findall(r'<newsItem [^>]*guid="([^"]*)"', content.decode())
    elif name.endswith(".jsonld"):
        yield from re.findall(r'"@id": ?"(urn:soak:[^"]*)"', content.decode())
    elif name.startswith("articles") and name.endswith(".csv"):
        rows = csv.reader(io.StringIO(content.decode(), newline=""))
        next(rows)
        yield from (row[0] for row in rows)
