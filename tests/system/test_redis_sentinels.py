"""A Redis behind Sentinels: they replace a failed master."""

from __future__ import annotations

from pathlib import Path

from schemas.settings import load_settings
from tests.brokers import certificate_in, watched_redis
from tests.running import fast_service_at, needs_proc, service_at, until
from tests.system.serving import make_a_job
from tests.system.test_faults import ARTICLES, counted, upload
from workers.jobs.store import JobStore
from workers.redis.connect import connect

pytestmark = needs_proc


def test_job_survives_a_failover_of_the_master(tmp_path: Path) -> None:
    with watched_redis(tmp_path) as watched:
        with (
            fast_service_at(tmp_path / "data", NEWSMILL_REDIS_URL=watched.url) as service,
            service.client() as client,
        ):
            make_a_job(service)
            large = upload(client)
            assert until(lambda: client.get(f"/v1/jobs/{large}").json()["progress"]["done"] > 0)
            first = watched.master()

            first.kill()

            assert until(lambda: client.get(f"/v1/jobs/{large}").status_code == 200)
            assert watched.master() is not first

            def ended() -> bool:
                answer = client.get(f"/v1/jobs/{large}", params={"wait": 5})
                return answer.status_code == 200 and answer.json()["status"] not in ("queued", "running")

            assert until(ended)
            job = client.get(f"/v1/jobs/{large}").json()
            assert (job["status"], job["progress"]["done"]) == ("succeeded", ARTICLES)
            make_a_job(service)
            jobs = JobStore(connect(watched.url), load_settings({}))
            assert set(counted(client, jobs.get(large)).values()) == {ARTICLES}


def test_service_runs_by_tls_behind_sentinels(tmp_path: Path) -> None:
    # A Sentinel names the master by its address.
    with watched_redis(tmp_path, certificate_in(tmp_path, "IP:127.0.0.1")) as watched:
        with service_at(tmp_path / "data", NEWSMILL_REDIS_URL=watched.url) as service:
            make_a_job(service)
        assert "db0" in watched.master().command("INFO", "keyspace")
