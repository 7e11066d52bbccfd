"""The Redis that holds jobs and messages, as operators have it: with a password, by TLS, behind Sentinels."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.brokers import (
    PASSWORD,
    RedisServer,
    certificate_in,
    needs_rabbitmq,
    rabbit_at,
    redis_with_password,
    tls_before,
    watched_redis,
)
from tests.running import ROOT, Service, clean_environ, needs_proc, service_at, until
from tests.system.test_faults import ARTICLES, counted, upload

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


def everything_said_by(part: str, folder: Path, **environ: str) -> str:
    """What a part logs at most, in some seconds of its life."""
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", *part.split()],
        cwd=ROOT,
        env=clean_environ() | {"NEWSMILL_DATA": str(folder), "NEWSMILL_LOG_LEVEL": "debug"} | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=5)[0]
    except subprocess.TimeoutExpired:
        process.terminate()
        return process.communicate(timeout=30)[0]


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
        said = everything_said_by("worker --only jobs", tmp_path, NEWSMILL_REDIS_URL=url)
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
            from schemas.settings import load_settings
            from workers.jobs import JobStore, connect

            jobs = JobStore(connect(watched.url), load_settings({}))
            assert set(counted(client, jobs.get(large)).values()) == {ARTICLES}


SECRET = "s3cr3t-0f-n0body-else"

URLS = {
    "wrong password": "redis://:{secret}@localhost:{port}/0",
    "wrong user": "redis://anna:{secret}@localhost:{port}/0",
    "nobody there": "redis://:{secret}@localhost:1/0",
    "tls with nobody": "rediss://:{secret}@localhost:{port}/0",
    "sentinels that are none": "sentinel://:{secret}@localhost:{port},localhost:1/0?sentinel_password={secret}",
    "sentinels as Celery has them": "sentinel://:{secret}@localhost:1/0;sentinel://:{secret}@localhost:{port}/0",
    "no such host": "redis://:{secret}@no.such.host.invalid:6379/0",
}


@pytest.mark.parametrize("url", URLS.values(), ids=URLS)
def test_a_password_is_in_no_log_whatever_is_wrong(server: RedisServer, tmp_path: Path, url: str) -> None:
    said = everything_said_by(
        "worker --only jobs", tmp_path, NEWSMILL_REDIS_URL=url.format(secret=SECRET, port=server.port)
    )
    assert "beat" in said
    assert SECRET not in said


@pytest.mark.parametrize("part", ["worker --only jobs", "worker --only chunks"])
def test_a_password_that_is_right_is_in_no_log_either(server: RedisServer, tmp_path: Path, part: str) -> None:
    said = everything_said_by(part, tmp_path, NEWSMILL_REDIS_URL=f"redis://:{PASSWORD}@localhost:{server.port}/6")
    assert "Connected to" in said
    assert PASSWORD not in said


@needs_rabbitmq
def test_a_password_of_rabbitmq_is_in_no_log(server: RedisServer, tmp_path: Path) -> None:
    redis_url = f"redis://:{PASSWORD}@localhost:{server.port}/7"
    with rabbit_at(tmp_path / "rabbit") as rabbit:
        for password in (PASSWORD, SECRET):
            url = rabbit.url.replace(PASSWORD, password)
            said = everything_said_by(
                "worker --only jobs", tmp_path, NEWSMILL_REDIS_URL=redis_url, NEWSMILL_BROKER_URL=url
            )
            assert "amqp://newsmill:**@" in said
            assert password not in said


@pytest.mark.parametrize("url", URLS.values(), ids=URLS)
def test_the_settings_are_shown_without_passwords(url: str) -> None:
    environ = clean_environ() | {"NEWSMILL_REDIS_URL": url.format(secret=SECRET, port=6379)}
    shown = subprocess.run(
        [sys.executable, "-m", "service.cli", "settings"],
        cwd=ROOT,
        env=environ | {"HOME": os.environ.get("HOME", "/")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "NEWSMILL_REDIS_URL=" in shown.stdout
    assert SECRET not in shown.stdout + shown.stderr
