"""The Redis that holds jobs and messages, as operators have it: with a password, by TLS, behind Sentinels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.settings import load_settings
from tests.brokers import (
    PASSWORD,
    RedisServer,
    certificate_in,
    redis_with_password,
    tls_before,
    watched_redis,
    worker_says,
)
from tests.running import Service, needs_proc, service_at, until
from tests.system.test_faults import ARTICLES, counted, upload
from workers.jobs import JobStore, connect

pytestmark = needs_proc

SMALL: dict[str, Any] = {"source": {"seeds": "*"}, "formats": ["csv"]}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_with_password(tmp_path_factory.mktemp("redis")) as running:
        yield running


def make_a_job(service: Service) -> None:
    with service.client() as client:
        job = client.post("/v1/jobs", json=SMALL, headers={"Prefer": "wait=20"}).json()
        assert job["status"] == "succeeded"
        assert client.get(f"/v1/jobs/{job['id']}", params={"wait": 5}).json()["status"] == "succeeded"


def test_with_a_password(server: RedisServer, tmp_path: Path) -> None:
    with service_at(tmp_path, NEWSMILL_REDIS_URL=f"redis://:{PASSWORD}@localhost:{server.port}/3") as service:
        make_a_job(service)
    keyspace = server.command("INFO", "keyspace")
    assert "db3" in keyspace
    assert "db0" not in keyspace


def test_by_tls_with_one_url_for_jobs_and_messages(server: RedisServer, tmp_path: Path) -> None:
    certificate = certificate_in(tmp_path)
    with tls_before(server.port, certificate) as port:
        url = f"rediss://:{PASSWORD}@localhost:{port}/4?ssl_ca_certs={certificate.certificate}"
        with service_at(tmp_path / "data", NEWSMILL_REDIS_URL=url) as service:
            make_a_job(service)


@pytest.mark.parametrize(
    ("host", "parameters"),
    [("localhost", ""), ("127.0.0.1", "?ssl_ca_certs={ca}"), ("localhost", "?ssl_cert_reqs=optional")],
    ids=["a certificate that nobody vouches for", "a certificate for another name", "optional is not none"],
)
def test_tls_trusts_nobody_else(server: RedisServer, tmp_path: Path, host: str, parameters: str) -> None:
    certificate = certificate_in(tmp_path)
    with tls_before(server.port, certificate) as port:
        url = f"rediss://:{PASSWORD}@{host}:{port}/5{parameters.format(ca=certificate.certificate)}"
        said = worker_says("Trying again", tmp_path, NEWSMILL_REDIS_URL=url)
    assert "CERTIFICATE_VERIFY_FAILED" in said
    assert "Connected to" not in said


def test_a_master_that_fails_in_the_middle_of_a_job_is_replaced_and_the_job_is_whole(tmp_path: Path) -> None:
    with watched_redis(tmp_path) as watched:
        with service_at(tmp_path / "data", NEWSMILL_REDIS_URL=watched.url) as service, service.client() as client:
            make_a_job(service)
            large = upload(client)
            assert until(lambda: client.get(f"/v1/jobs/{large}").json()["progress"]["done"] > 0, 30)
            first = watched.master()

            first.kill()

            assert until(lambda: client.get(f"/v1/jobs/{large}").status_code == 200, 30)
            assert watched.master() is not first

            def ended() -> bool:
                answer = client.get(f"/v1/jobs/{large}", params={"wait": 5})
                return answer.status_code == 200 and answer.json()["status"] not in ("queued", "running")

            assert until(ended, 90)
            job = client.get(f"/v1/jobs/{large}").json()
            assert (job["status"], job["progress"]["done"]) == ("succeeded", ARTICLES)
            make_a_job(service)
            jobs = JobStore(connect(watched.url), load_settings({}))
            assert set(counted(client, jobs.get(large)).values()) == {ARTICLES}


def test_by_tls_behind_sentinels(tmp_path: Path) -> None:
    # A Sentinel names the master by its address.
    with watched_redis(tmp_path, certificate_in(tmp_path, "IP:127.0.0.1")) as watched:
        with service_at(tmp_path / "data", NEWSMILL_REDIS_URL=watched.url) as service:
            make_a_job(service)
        assert "db0" in watched.master().command("INFO", "keyspace")


SECRET = "s3cr3t-0f-n0body-else"

URLS = {
    "a wrong password": "redis://anna:{secret}@localhost:{port}/0",
    "tls with nobody": "rediss://:{secret}@localhost:{port}/0",
    "sentinels that are none": "sentinel://:{secret}@localhost:{port},localhost:1/0?sentinel_password={secret}",
}


@pytest.mark.parametrize("url", URLS.values(), ids=URLS)
def test_a_password_is_in_no_log_whatever_is_wrong(server: RedisServer, tmp_path: Path, url: str) -> None:
    url = url.format(secret=SECRET, port=server.port)
    assert SECRET not in worker_says("Trying again", tmp_path, NEWSMILL_REDIS_URL=url)


def test_a_password_that_is_right_is_in_no_log_either(server: RedisServer, tmp_path: Path) -> None:
    url = f"redis://:{PASSWORD}@localhost:{server.port}/6"
    assert PASSWORD not in worker_says("takes tasks", tmp_path, NEWSMILL_REDIS_URL=url)
