"""A Redis with a password, which is in no log."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.brokers import PASSWORD, RedisServer, worker_says
from tests.running import needs_proc, service_at
from tests.system.serving import make_a_job

pytestmark = needs_proc


def test_service_runs_on_redis_with_a_password(redis_server: RedisServer, tmp_path: Path) -> None:
    with service_at(tmp_path, NEWSMILL_REDIS_URL=f"redis://:{PASSWORD}@localhost:{redis_server.port}/3") as service:
        make_a_job(service)
    keyspace = redis_server.command("INFO", "keyspace")
    assert "db3" in keyspace
    assert "db0" not in keyspace


SECRET = "s3cr3t-0f-n0body-else"

URLS = {
    "a wrong password": "redis://anna:{secret}@localhost:{port}/0",
    "a server without TLS": "rediss://:{secret}@localhost:{port}/0",
    "servers that are no Sentinels": "sentinel://:{secret}@localhost:{port},localhost:1/0?sentinel_password={secret}",
}


@pytest.mark.parametrize("url", URLS.values(), ids=URLS)
def test_password_of_a_failed_connection_is_in_no_log(redis_server: RedisServer, tmp_path: Path, url: str) -> None:
    url = url.format(secret=SECRET, port=redis_server.port)
    assert SECRET not in worker_says("Trying again", tmp_path, NEWSMILL_REDIS_URL=url)


def test_accepted_password_is_in_no_log(redis_server: RedisServer, tmp_path: Path) -> None:
    url = f"redis://:{PASSWORD}@localhost:{redis_server.port}/6"
    assert PASSWORD not in worker_says("worker started", tmp_path, NEWSMILL_REDIS_URL=url)
