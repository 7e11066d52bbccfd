"""Accepted jobs end, despite killed processes and lost messages."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from schemas.jobs.record import JobRecord
from schemas.settings import load_settings
from tests.parts import Parts, parts_at
from tests.running import FAST_TIMINGS, Service, descendants, fast_service_at, needs_proc, service_at, until
from workers.celery.app import make_celery
from workers.celery.tasks import WORK
from workers.jobs.step import Step
from workers.redis.connect import connect
from workers.redis.keys import CHANGES, CHUNKS_QUEUE, DUE, HELD, JOBS_QUEUE, MESSAGES

pytestmark = needs_proc

ARTICLES = 8_000


def upload(client: httpx.Client, articles: int = ARTICLES) -> str:
    lines = b"".join(b'{"paragraphs": ["Article %d of many."]}\n' % number for number in range(articles))
    parts: Any = [("file", ("many.ndjson", lines)), ("request", (None, b'{"formats": ["newsml-g2", "csv"]}'))]
    return str(client.post("/v1/jobs", files=parts).json()["id"])


def ended(at: Service | Parts, job_id: str, seconds: float) -> JobRecord:
    jobs = at.jobs()
    assert until(lambda: jobs.get(job_id).ended, seconds, every=0.1), jobs.get(job_id)
    return jobs.get(job_id)


def counted(client: httpx.Client, job: JobRecord) -> dict[str, int]:
    """The number of articles in each file."""
    names = [file["name"] for file in client.get(f"/v1/jobs/{job.id}").json()["files"]]
    files = {name: client.get(f"/v1/jobs/{job.id}/files/{name}").content for name in names}
    return {
        "articles.newsml.xml": files["articles.newsml.xml"].count(b"<newsItem "),
        "articles.csv": files["articles.csv"].count(b"\r\n") - 1,
        "paragraphs.csv": files["paragraphs.csv"].count(b"\r\n") - 1,
    }


def whole(
    at: Service | Parts, client: httpx.Client, job_id: str, seconds: float = 150, articles: int = ARTICLES
) -> None:
    """The job succeeds, every article is in every file once, and nothing of it is left in Redis."""
    job = ended(at, job_id, seconds)
    assert (job.status, job.done, job.failed) == ("succeeded", articles, 0)
    assert set(counted(client, job).values()) == {articles}
    redis: Any = at.jobs()._client
    # A job may end just before its step is removed. The sweep removes the step when its lease ends.
    assert until(lambda: not in_work(redis)), in_work(redis)
    assert redis.keys(f"newsmill:job:{job_id}:*") == []


def in_work(redis: Any) -> dict[bytes, bytes]:
    """The steps that are due or leased, and how often each leased one has been taken."""
    lanes = redis.keys(f"{DUE}*")
    found = {name: b"" for key in lanes for name in redis.zrange(key, 0, -1)}
    return found | held(redis)


def held(redis: Any) -> dict[bytes, bytes]:
    """How often each step that is leased has been taken."""
    return {name.rpartition(b"\n")[2]: tries for name, tries in redis.hgetall(HELD).items()}


@contextmanager
def told(redis: Any) -> Iterator[Counter[str]]:
    """Count the notifications meanwhile, by job and state."""
    changes: Counter[str] = Counter()
    begun, over = threading.Event(), threading.Event()

    def listen() -> None:
        with redis.pubsub() as subscription:
            subscription.subscribe(CHANGES)
            while not over.is_set():
                message = subscription.get_message(timeout=0.2)
                if message and message["type"] == "subscribe":
                    begun.set()
                elif message:
                    changes[message["data"].decode()] += 1

    thread = threading.Thread(target=listen)
    thread.start()
    assert begun.wait(90)
    try:
        yield changes
    finally:
        over.set()
        thread.join()


def test_killed_chunk_processes_lose_and_repeat_nothing(tmp_path: Path) -> None:
    with fast_service_at(tmp_path) as service, service.client() as client:
        job_id = upload(client)
        assert until(lambda: service.jobs().get(job_id).done > 0)
        chunks = service.part("worker --only chunks")
        nursery, *children = descendants(chunks.pid)
        assert children
        for one in (*children, nursery):
            os.kill(one.pid, signal.SIGKILL)
        whole(service, client, job_id)


def test_another_worker_takes_the_steps_of_a_killed_one(tmp_path: Path) -> None:
    with parts_at(tmp_path) as parts:
        parts.start("api", "api")
        parts.start("one", "worker")
        assert parts.ready()
        with parts.client() as client:
            job_id = upload(client)
            redis = parts.redis()
            chunks = until(lambda: [name for name in held(redis) if b" chunk " in name])
            parts.kill("one")
            assert chunks
            parts.start("another", "worker")
            step = Step.parse(chunks[0].decode())
            # This test uses the real intervals: a lease of 12 s and a sweep every 5 s.
            made = f"newsmill:job:{job_id}:made"
            assert until(lambda: redis.hexists(made, step.number) or parts.jobs().get(job_id).ended, every=0.1)
            whole(parts, client, job_id)


def test_lost_message_costs_no_job(tmp_path: Path) -> None:
    with service_at(tmp_path) as service, service.client() as client:
        request = {"source": {"seeds": "*"}, "formats": ["csv"]}
        client.post("/v1/jobs", json=request, headers={"Prefer": "wait=60"})
        # No message follows until a worker has stored it again.
        connect(service.redis_url()).delete(MESSAGES)
        job_id = client.post("/v1/jobs", json=request).json()["id"]
        assert ended(service, job_id, 40).status == "succeeded"


def test_repeated_message_is_handled_once(tmp_path: Path) -> None:
    with parts_at(tmp_path) as parts:
        parts.start("api", "api")
        parts.start("one", "worker", **FAST_TIMINGS)
        parts.start("another", "worker", **FAST_TIMINGS)
        assert parts.ready()
        celery = make_celery(load_settings({"NEWSMILL_REDIS_URL": parts.valkey.url}))
        with parts.client() as client, told(parts.redis()) as changes:
            small = client.post("/v1/jobs", json={"source": {"text": "One."}, "formats": ["csv"]}).json()["id"]
            large = upload(client)
            for _ in range(5):
                for queue in (JOBS_QUEUE, CHUNKS_QUEUE) * (ARTICLES // 1_000):
                    celery.send_task(WORK, args=[queue], queue=queue)
            whole(parts, client, large)
            assert ended(parts, small, 60).done == 1
            assert until(lambda: changes[f"{large} succeeded"] and changes[f"{small} succeeded"])
        assert {changes[f"{small} {state}"] for state in ("running", "succeeded")} == {1}
        assert changes[f"{large} succeeded"] == 1


def test_stopping_worker_finishes_its_chunk(tmp_path: Path) -> None:
    with parts_at(tmp_path) as parts:
        parts.start("api", "api")
        parts.start("one", "worker")
        assert parts.ready()
        with parts.client() as client:
            job_id = upload(client)
            redis = parts.redis()
            assert until(lambda: held(redis) and parts.jobs().get(job_id).done > 0)
            assert parts.stop("one") == 0
            # The worker finished the steps it had begun, so no lease is left.
            assert not held(redis)
            assert 0 < parts.jobs().get(job_id).done < ARTICLES
            parts.start("another", "worker")
            tries = [1]

            def has_ended() -> bool:
                tries.extend(map(int, held(redis).values()))
                return parts.jobs().get(job_id).ended

            assert until(has_ended, 150)
            assert max(tries) == 1
            whole(parts, client, job_id)


def test_second_stop_signal_breaks_no_chunk(tmp_path: Path) -> None:
    with parts_at(tmp_path) as parts:
        parts.start("api", "api")
        chunks = parts.start("chunks", "worker", "--only", "chunks", **FAST_TIMINGS)
        parts.start("jobs", "worker", "--only", "jobs", **FAST_TIMINGS)
        assert parts.ready()
        with parts.client() as client:
            job_id = upload(client)
            assert until(lambda: held(parts.redis()) and parts.jobs().get(job_id).done > 0)
            chunks.send_signal(signal.SIGTERM)
            assert until(lambda: "stopping" in parts.log("chunks").lower())
            chunks.send_signal(signal.SIGTERM)
            chunks.wait(90)
            parts.start("chunks", "worker", "--only", "chunks", **FAST_TIMINGS)
            whole(parts, client, job_id)
            store = parts.data / "store" / "jobs" / job_id
            assert {path.name for path in store.iterdir()} == {
                "input-0",
                "result",
                *counted(client, parts.jobs().get(job_id)),
                "media.csv",
                "csv-metadata.json",
            }
