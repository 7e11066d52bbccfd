"""An article that kills or blocks its process is left out by name; no other is lost."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest

from tests import killing_worker
from tests.parts import Parts, parts_at
from tests.running import FAST_TIMINGS, needs_proc, until
from tests.system.test_faults import in_work
from workers.isolation.quarantine import KILLED, overdue
from workers.pipeline.pipe import NOT_READ

pytestmark = needs_proc

KILLED_READING = f"{KILLED}. {NOT_READ}"


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    with parts_at(tmp_path_factory.mktemp("deadly")) as parts:
        parts.start("api", "api")
        for role in ("jobs", "chunks"):
            parts.start(
                role,
                sys.executable,
                "-m",
                "tests.killing_worker",
                "worker",
                "--only",
                role,
                NEWSMILL_WORKERS="2",
                NEWSMILL_ARTICLE_TIME="2s",
                **FAST_TIMINGS,
            )
        # It sweeps: it queues the steps of dead processes again.
        parts.start("callbacks", "worker", "--only", "callbacks", **FAST_TIMINGS)
        assert parts.ready()
        yield parts


def article(number: int, text: str = "Harmless.") -> dict[str, str]:
    return {"id": f"urn:x:{number}", "paragraphs": f"{text} {number}"}


def post_large(client: httpx.Client, articles: list[dict[str, str]]) -> str:
    lines = b"".join(orjson.dumps(one) + b"\n" for one in articles)
    body = {"file": ("many.ndjson", lines), "request": (None, b'{"formats": ["newsml-g2", "csv"]}')}
    answer = client.post("/v1/jobs", files=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def ended(client: httpx.Client, job_id: str, seconds: float = 150) -> dict[str, Any]:
    def job() -> Any:
        return client.get(f"/v1/jobs/{job_id}").json()

    assert until(lambda: "finished" in job(), seconds, every=0.2), job()
    return dict(job())


def in_files(client: httpx.Client, job: dict[str, Any]) -> list[set[str]]:
    """The ids of the articles in both files."""
    contents = {file["name"]: client.get(file["href"]).text for file in job["files"]}
    items = contents["articles.newsml.xml"].split('guid="')[1:]
    rows = contents["articles.csv"].split("\r\n")[1:-1]
    found = [[item.partition('"')[0] for item in items], [row.split(",")[0].strip('"') for row in rows]]
    assert all(len(ids) == len(set(ids)) for ids in found), "an article is there twice"
    return [set(ids) for ids in found]


def errors(client: httpx.Client, job: dict[str, Any]) -> list[tuple[str, str, str | None, str]]:
    lines = client.get(f"/v1/jobs/{job['id']}/errors").iter_lines()
    return [(one["document"], one["place"], one["id"], one["reason"]) for one in map(orjson.loads, lines)]


def test_deadly_and_stuck_articles_alone_are_left_out(parts: Parts) -> None:
    stated = [article(number) for number in range(3_000)]
    stated[1_300] = article(1_300, killing_worker.TO_WRITE)
    stated[1_800] = article(1_800, killing_worker.STUCK)
    stated[2_700] = article(2_700, killing_worker.TO_READ)
    few = [article(1), article(2, killing_worker.TO_READ), article(3), article(4, killing_worker.STUCK)]
    with parts.client() as client:
        large = post_large(client, stated)
        small = client.post("/v1/jobs", json={"source": {"articles": few}, "formats": ["newsml-g2", "csv"]}).json()[
            "id"
        ]

        job = ended(client, small)
        assert (job["status"], job["progress"]) == ("partial", {"total": 4, "done": 2, "failed": 2, "duplicates": 0})
        assert in_files(client, job) == [{"urn:x:1", "urn:x:3"}] * 2
        assert errors(client, job) == [
            ("articles-json", "article 2", None, KILLED_READING),
            ("articles-json", "article 4", "urn:x:4", overdue(2)),
        ]

        job = ended(client, large)
        assert (job["status"], job["progress"]["done"], job["progress"]["failed"]) == ("partial", 2_997, 3)
        assert (
            in_files(client, job)
            == [{f"urn:x:{number}" for number in range(3_000) if number not in (1_300, 1_800, 2_700)}] * 2
        )
        assert errors(client, job) == [
            ("many.ndjson", "article 1301", "urn:x:1300", KILLED),
            ("many.ndjson", "article 1801", "urn:x:1800", overdue(2)),
            ("many.ndjson", "article 2701", None, KILLED_READING),
        ]
    assert not in_work(parts.redis())
