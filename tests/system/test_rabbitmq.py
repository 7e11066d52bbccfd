"""RabbitMQ as the broker, beside the Redis of the jobs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import kombu
import pytest

from schemas.settings import Settings, load_settings
from tests.brokers import (
    PASSWORD,
    USER,
    Rabbit,
    certificate_in,
    needs_rabbitmq,
    rabbit_at,
    tls_before,
    worker_says,
)
from tests.running import Service, needs_proc, service_at, until, valkey_at
from tests.system.test_faults import ARTICLES, counted, upload
from workers.celery.app import CONVERT, make_celery, messages_in, send_task
from workers.celery.queues import CHUNKS_QUEUE, JOBS_QUEUE

pytestmark = [needs_proc, needs_rabbitmq]

SMALL: dict[str, Any] = {"source": {"seeds": "*"}, "formats": ["csv"]}


@pytest.fixture(scope="module")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rabbit]:
    with rabbit_at(tmp_path_factory.mktemp("rabbit") / "data") as running:
        yield running


def is_on_disk(rabbit: Rabbit, queue: str) -> bool:
    """Whether the file of the durable queues, or the log of changes to it, names a queue."""
    files = [
        path for path in rabbit.data.rglob("nodes/*/*") if re.match(r"LATEST\.LOG|rabbit_durable_queue\.", path.name)
    ]
    return any(queue.encode() in path.read_bytes() for path in files)


@pytest.fixture(scope="module")
def service(rabbit: Rabbit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service_at(tmp_path_factory.mktemp("service"), NEWSMILL_BROKER_URL=rabbit.url) as running:
        # RabbitMQ writes its list of queues to the disk some seconds after a queue is declared. A kill before loses it.
        assert until(lambda: is_on_disk(rabbit, JOBS_QUEUE) and is_on_disk(rabbit, CHUNKS_QUEUE), 60)
        yield running


def test_jobs_run_through_quorum_queues(service: Service, rabbit: Rabbit, client: httpx.Client) -> None:
    ready = client.get("/readyz").json()
    assert ready["checks"] == {"redis": "ok", "store": "ok", "workers": "ok", "broker": "ok"}
    job = client.post("/v1/jobs", json=SMALL, headers={"Prefer": "wait=20"}).json()
    assert job["status"] == "succeeded"
    large = upload(client)
    assert until(lambda: service.jobs().get(large).ended, 60)
    assert set(counted(client, service.jobs().get(large)).values()) == {ARTICLES}
    with kombu.Connection(rabbit.url) as connection:
        for queue in (JOBS_QUEUE, CHUNKS_QUEUE):
            # RabbitMQ refuses a declaration that differs from the queue.
            channel: Any = connection.channel()
            channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})


def test_messages_that_wait_are_counted(rabbit: Rabbit) -> None:
    app = make_celery(settings_for(rabbit.url))
    assert messages_in(app, "newsmill.none") == 0
    app.conf.task_routes = {CONVERT: {"queue": "newsmill.waiting"}}
    for number in range(3):
        send_task(app, CONVERT, str(number))
    assert until(lambda: messages_in(app, "newsmill.waiting") == 3)


def test_a_password_is_in_no_log(rabbit: Rabbit, tmp_path: Path) -> None:
    with valkey_at(tmp_path / "valkey") as valkey:
        for password, says in ((PASSWORD, "worker started"), ("an0ther-0ne", "ACCESS_REFUSED")):
            url = rabbit.url.replace(PASSWORD, password)
            said = worker_says(says, tmp_path, NEWSMILL_REDIS_URL=valkey.url, NEWSMILL_BROKER_URL=url)
            assert password not in said


def test_by_tls(rabbit: Rabbit, tmp_path: Path) -> None:
    certificate = certificate_in(tmp_path)
    with tls_before(rabbit.port, certificate) as port, valkey_at(tmp_path / "valkey") as valkey:
        url = by_tls(rabbit, "localhost", port, f"?ssl_ca_certs={certificate.certificate}")
        app = make_celery(settings_for(url))
        app.conf.task_routes = {CONVERT: {"queue": "newsmill.by-tls"}}
        send_task(app, CONVERT, "1")
        assert until(lambda: messages_in(app, "newsmill.by-tls") == 1)
        said = worker_says("worker started", tmp_path, NEWSMILL_REDIS_URL=valkey.url, NEWSMILL_BROKER_URL=url)
        assert PASSWORD not in said


@pytest.mark.parametrize(
    ("host", "parameters"),
    [("localhost", ""), ("127.0.0.1", "?ssl_ca_certs={ca}"), ("localhost", "?ssl_cert_reqs=optional")],
    ids=["a self-signed certificate", "a certificate for another name", "optional is not none"],
)
def test_untrusted_certificate_is_refused(rabbit: Rabbit, tmp_path: Path, host: str, parameters: str) -> None:
    certificate = certificate_in(tmp_path)
    with tls_before(rabbit.port, certificate) as port, valkey_at(tmp_path / "valkey") as valkey:
        url = by_tls(rabbit, host, port, parameters.format(ca=certificate.certificate))
        said = worker_says("Trying again", tmp_path, NEWSMILL_REDIS_URL=valkey.url, NEWSMILL_BROKER_URL=url)
    assert "CERTIFICATE_VERIFY_FAILED" in said
    assert "Connected to" not in said


def by_tls(rabbit: Rabbit, host: str, port: int, parameters: str) -> str:
    return f"amqps://{USER}:{rabbit.password}@{host}:{port}{parameters}"


def settings_for(url: str) -> Settings:
    return load_settings({"NEWSMILL_REDIS_URL": "redis://127.0.0.1:1", "NEWSMILL_BROKER_URL": url})


def test_killed_rabbitmq_loses_no_job(service: Service, rabbit: Rabbit, client: httpx.Client) -> None:
    jobs = service.jobs()
    large = upload(client)
    small = [client.post("/v1/jobs", json=SMALL).json()["id"] for _ in range(30)]
    assert until(lambda: jobs.get(large).done > 0, 30)

    rabbit.kill()
    before = set(Path(service.data / "store" / "jobs").iterdir())
    refused = client.post("/v1/jobs", json=SMALL)
    ready = client.get("/readyz")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert refused.json()["type"] == "/problems/broker-unreachable"
    assert set(Path(service.data / "store" / "jobs").iterdir()) == before
    assert (ready.status_code, ready.json()["checks"]["redis"]) == (503, "ok")
    assert ready.json()["checks"]["broker"] != "ok"

    rabbit.start()
    accepted = client.post("/v1/jobs", json=SMALL)
    assert accepted.status_code == 202
    every = [large, *small, accepted.json()["id"]]
    assert until(lambda: all(jobs.get(job_id).ended for job_id in every), 90)
    assert {jobs.get(job_id).status for job_id in every} == {"succeeded"}
    assert set(counted(client, jobs.get(large)).values()) == {ARTICLES}
