"""GET /metrics: metrics of the API and the workers together, in a bounded number of series."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from schemas import __version__
from schemas.settings import load_settings
from service.app import create_app
from tests.receivers import answer, receiving
from tests.running import Service, Valkey, service_at, until, valkey_at
from tests.service.asking import REQUEST, post, waiting_job
from workers.jobs.step import Step
from workers.jobs.store import JobStore
from workers.redis.due import DueWork, Load
from workers.redis.keys import CALLBACKS_QUEUE, CHUNKS_QUEUE, DUE, LANES
from workers.steps.leases import Steps
from workers.telemetry import events, metrics
from workers.telemetry.tally import Counts, read_counts, samples_of


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that has only the jobs of this module, so that counts are exact."""
    with service_at(tmp_path_factory.mktemp("measured"), NEWSMILL_CALLBACK_ALLOW="127.0.0.1") as running:
        yield running


def told(text: str) -> dict[tuple[str, ...], float]:
    """Return every sample, by its name and the values of its labels in the order of their names."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in read_text(text)
        for sample in family.samples
    }


def asked(client: httpx.Client) -> dict[tuple[str, ...], float]:
    return told(client.get("/metrics").text)


def more(client: httpx.Client, before: dict[tuple[str, ...], float], *sample: str) -> float:
    """Return the growth of a sample."""
    return asked(client).get(sample, 0.0) - before.get(sample, 0.0)


def test_prometheus_and_openmetrics_can_read_the_metrics(client: httpx.Client) -> None:
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert told(answer.text)["newsmill_build_info", __version__] == 1
    wanted = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = client.get("/metrics", headers=wanted)
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    families = read_openmetrics(answer.text)  # type: ignore[no-untyped-call]
    assert {family.name for family in families} >= {"newsmill_jobs", "newsmill_job_run_seconds"}


def test_a_job_is_counted_by_the_api_and_the_worker(client: httpx.Client) -> None:
    before = asked(client)
    job = post(client)
    assert until(lambda: more(client, before, "newsmill_jobs_total", "succeeded") == 1)
    grown = {
        ("newsmill_jobs_accepted_total",): 1,
        ("newsmill_job_wait_seconds_count", "small"): 1,
        ("newsmill_job_run_seconds_count", "small"): 1,
        ("newsmill_step_seconds_count", "convert"): 1,
        ("newsmill_articles_total", "newsml-g2"): 1,
        ("newsmill_articles_total", "csv"): 1,
        ("newsmill_http_requests_total", "POST", "/v1/jobs", "202"): 1,
        ("newsmill_http_request_seconds_count", "POST", "/v1/jobs"): 1,
        ("newsmill_exported_bytes_total", "csv"): sum(f["size"] for f in job["files"] if f["format"] == "csv"),
    }
    assert until(lambda: {sample: more(client, before, *sample) for sample in grown} == grown)
    assert until(lambda: asked(client)["newsmill_workers",] == 2)


def test_failures_are_counted_by_kind(client: httpx.Client) -> None:
    before = asked(client)
    fine = b'{"id": "urn:x:1", "paragraphs": ["Fine."]}\n'
    bad = b'{not json\n{"id": "urn:x:2", "paragraphs": []}\n{"id": "urn:x:1", "paragraphs": ["Another."]}\n'
    lines = fine + bad + fine
    for formats in ({"formats": ["csv"]}, {"formats": ["csv"], "on_error": "fail"}):
        client.post(
            "/v1/jobs",
            files={"file": ("some.ndjson", lines)},
            data={"request": json.dumps(formats)},
            headers={"Prefer": "wait=60"},
        )
    assert until(lambda: more(client, before, "newsmill_jobs_failed_total", "article-failed") == 1)
    assert more(client, before, "newsmill_jobs_total", "partial") == 1
    assert more(client, before, "newsmill_jobs_total", "failed") == 1
    assert until(lambda: more(client, before, "newsmill_articles_failed_total", "unreadable") == 2)
    assert more(client, before, "newsmill_articles_failed_total", "invalid") == 1
    assert more(client, before, "newsmill_articles_failed_total", "conflict") == 1
    assert more(client, before, "newsmill_articles_duplicate_total") == 1


def test_waiting_for_a_job_is_not_in_the_duration(service: Service, client: httpx.Client) -> None:
    job = waiting_job(service.jobs())
    before = asked(client)
    assert client.get(f"/v1/jobs/{job.id}?wait=1").json()["status"] == "queued"
    client.delete(f"/v1/jobs/{job.id}")
    assert until(lambda: more(client, before, "newsmill_http_request_seconds_count", "GET", "/v1/jobs/<job_id>") == 1)
    assert more(client, before, "newsmill_http_request_seconds_sum", "GET", "/v1/jobs/<job_id>") < 1


def test_gauges_show_waiting_work(valkey: Valkey, jobs: JobStore, tmp_path: Path) -> None:
    app = create_app(
        load_settings({"NEWSMILL_REDIS_URL": valkey.url, "NEWSMILL_STORE": str(tmp_path), "NEWSMILL_MAX_QUEUED": "7"})
    )
    client = app.test_client()
    request = {"source": {"text": "A text."}, "formats": ["csv"]}
    assert [client.post("/v1/jobs", json=request).status_code for _ in range(2)] == [202, 202]
    steps = Steps(valkey.client())
    steps.add(Step(waiting_job(jobs).id, "cut"))
    with steps.take(CHUNKS_QUEUE):
        found = told(client.get("/metrics").text)
    assert found["newsmill_jobs_active",] == 3
    assert found["newsmill_jobs_active_max",] == 7
    assert found["newsmill_queue_due", "newsmill"] == 2
    assert found["newsmill_steps_waiting",] == 2
    assert found["newsmill_steps_leased",] == 1
    assert 0 <= found["newsmill_steps_oldest_waiting_seconds",] < 60
    assert found["newsmill_workers",] == 0
    assert found["newsmill_redis_memory_bytes",] > 0
    assert 0 < found["newsmill_store_free_bytes",] < found["newsmill_store_size_bytes",]


def test_callbacks_are_counted_by_outcome(client: httpx.Client) -> None:
    before = asked(client)

    def grown(outcome: str) -> bool:
        return more(client, before, "newsmill_callbacks_total", outcome) == 1

    with receiving(answer(204), answer(410)) as receiver:
        for outcome in ("delivered", "failed"):
            post(client, REQUEST | {"callback": {"url": receiver.url()}})
            assert until(partial(grown, outcome))
    assert asked(client)["newsmill_callbacks_waiting",] == 0


@pytest.mark.parametrize(
    ("status", "outcome"), [("delivered", "delivered"), ("failed", "failed"), ("pending", "again")]
)
def test_an_attempt_is_counted_once(
    valkey: Valkey, jobs: JobStore, monkeypatch: pytest.MonkeyPatch, status: str, outcome: str
) -> None:
    counts = Counts()
    counts.send_to(valkey.client())
    monkeypatch.setattr(events, "COUNTS", counts)
    events.called_back("a-job", "127.0.0.1:1", status, attempts=1, error=None)
    counts.flush()
    samples = samples_of(metrics.CALLBACKS, read_counts(valkey.client()))
    assert {labels[0] for labels, sample in samples.items() if sample.get("", 0)} == {outcome}


def test_a_gauge_shows_how_late_callbacks_are(valkey: Valkey, jobs: JobStore) -> None:
    due = DueWork(valkey.client())
    assert due.load(CALLBACKS_QUEUE) == Load(due=0, later=0, oldest_seconds=0)
    now = int(valkey.client().time()[0])
    valkey.client().zadd(LANES + CALLBACKS_QUEUE, {"|x.example": now - 90})
    lane = f"{DUE}{CALLBACKS_QUEUE}:|x.example"
    valkey.client().zadd(lane, {"late": now - 90, "later": now - 30, "sent": now + 120})
    late = due.load(CALLBACKS_QUEUE)
    assert (late.due, late.later) == (2, 1)
    assert 90 <= late.oldest_seconds < 150


def test_an_unreachable_part_is_down_in_up(tmp_path: Path) -> None:
    with valkey_at(tmp_path / "valkey") as valkey:
        app = create_app(load_settings({"NEWSMILL_REDIS_URL": valkey.url, "NEWSMILL_STORE": str(tmp_path / "s")}))
        client = app.test_client()
        assert told(client.get("/metrics").text)["newsmill_up", "redis"] == 1
        valkey.kill()
        answer = client.get("/metrics")
    assert answer.status_code == 200
    found = told(answer.text)
    assert [found["newsmill_up", part] for part in ("redis", "store")] == [0, 1]
    assert ("newsmill_workers",) not in found


def test_unknown_urls_make_no_new_series(valkey: Valkey, jobs: JobStore, tmp_path: Path) -> None:
    app = create_app(load_settings({"NEWSMILL_REDIS_URL": valkey.url, "NEWSMILL_STORE": str(tmp_path)}))
    client = app.test_client()

    def ask(some: str) -> int:
        for path in (f"/{some}", f"/v1/jobs/{some}", f"/v1/jobs/{some}/files/{some}", f"/problems/{some}"):
            client.open(path, method=some.upper(), buffered=True)
            client.get(path, headers={"X-Request-Id": some}, buffered=True)
        return len(told(client.get("/metrics").text))

    ask("first")
    known = ask("second")
    assert [ask(f"one{number}") for number in range(5)] == [known] * 5


@pytest.mark.parametrize("metric", [*metrics.COUNTED, *metrics.GAUGES], ids=lambda metric: metric.name)
def test_metric_names_follow_prometheus_rules(metric: metrics.Metric) -> None:
    assert metric.name.startswith("newsmill_")
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    assert bool(metric.buckets) == (metric.kind == "histogram")
    assert list(metric.buckets) == sorted(set(metric.buckets))
    assert metric.help.endswith(".")


def test_counters_exist_from_the_start(valkey: Valkey, jobs: JobStore, tmp_path: Path) -> None:
    app = create_app(load_settings({"NEWSMILL_REDIS_URL": valkey.url, "NEWSMILL_STORE": str(tmp_path)}))
    found: dict[Any, float] = told(app.test_client().get("/metrics").text)
    assert found["newsmill_jobs_failed_total", "internal-error"] == 0
    assert found["newsmill_job_run_seconds_count", "large"] == 0
