"""The limits of a caller, over HTTP and in Redis."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import httpx
import orjson
import pytest

from schemas.errors import LimitError
from schemas.jobs.record import JobEnd
from schemas.settings import load_settings
from service.app import create_app
from service.auth.limits import RequestLimits
from service.core.problems import ProblemError
from service.runtime.serve import _free_port
from tests.running import NO_TLS, ROOT, Service, Valkey, clean_environ, until
from tests.service.asking import post, problem, waiting_job
from tests.service.keyed import ALICE, BOB, asking, keyed_service
from workers.jobs.quotas import Quotas
from workers.jobs.store import JobStore
from workers.redis.connect import connect

LIMITS = {"NEWSMILL_LIMIT_REQUESTS": "600", "NEWSMILL_LIMIT_JOBS": "2", "NEWSMILL_LIMIT_BYTES": "200KB"}
TEXT: dict[str, Any] = {"source": {"text": "A short text."}, "formats": ["csv"]}
UPLOAD = {"request": '{"formats": ["csv"]}'}


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with keyed_service(tmp_path_factory.mktemp("limited"), **LIMITS) as running:
        yield running


@pytest.fixture
def alice(limited: Service) -> Iterator[httpx.Client]:
    """A client of Alice, with no jobs yet."""
    client = connect(limited.redis_url())
    for key in client.scan_iter("newsmill:account:*"):
        client.delete(key)
    client.delete("newsmill:requests:alice", "newsmill:requests:bob", "newsmill:arriving")
    with asking(limited, ALICE) as asked:
        yield asked


def limits(valkey: Valkey, requests: int) -> RequestLimits:
    return RequestLimits(valkey.client(), load_settings({"NEWSMILL_LIMIT_REQUESTS": str(requests)}))


def stored(service: Service, owner: str = "alice") -> int:
    return int(connect(service.redis_url()).hget(f"newsmill:account:{owner}", "sum") or 0)


def in_store(service: Service) -> set[Path]:
    return {path for path in (service.data / "store").rglob("*") if path.is_file()}


class TestRequests:
    def test_the_rate_limit_holds_across_processes(self, valkey: Valkey, jobs: JobStore) -> None:
        both = [limits(valkey, 50), limits(valkey, 50)]
        began = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            said = list(pool.map(lambda number: both[number % 2].admit("alice"), range(150)))
        more = int((time.monotonic() - began) * 50 / 60) + 1  # requests admitted meanwhile by the rate
        assert 50 <= sum(standing.admitted for standing in said if standing) <= 50 + more

    def test_each_caller_has_its_own_limit(self, valkey: Valkey, jobs: JobStore) -> None:
        of_all = limits(valkey, 2)
        said = [of_all.admit(owner) for owner in ("alice", "alice", "alice", "bob")]
        assert [standing.admitted for standing in said if standing] == [True, True, False, True]

    def test_the_standing_has_what_is_left_and_the_wait(self, valkey: Valkey, jobs: JobStore) -> None:
        of_all = limits(valkey, 3)
        said = [of_all.admit("alice") for _ in range(4)]
        assert [standing.requests_left for standing in said if standing] == [2, 1, 0, 0]
        assert said[-1]
        assert 15 < said[-1].seconds_to_next <= 20
        assert 55 < said[-1].seconds_to_full <= 60
        assert of_all.headers(said[-1]) == {
            "RateLimit-Policy": '"requests";q=3;w=60',
            "RateLimit": '"requests";r=0;t=60',
        }

    def test_each_share_of_the_minute_admits_one_request(self, valkey: Valkey, jobs: JobStore) -> None:
        of_all = limits(valkey, 600)

        def admitted() -> bool:
            standing = of_all.admit("alice")
            return bool(standing and standing.admitted)

        assert until(lambda: not admitted(), every=0)
        assert until(admitted)

    def test_the_count_expires_after_a_minute(self, valkey: Valkey, jobs: JobStore) -> None:
        limits(valkey, 60).admit("alice")
        assert 0 < int(valkey.client().pttl("newsmill:requests:alice")) <= 1_001

    def test_without_limits_redis_is_not_called(self) -> None:
        nowhere = connect("redis://localhost:1")
        assert RequestLimits(nowhere, load_settings({})).admit("alice") is None
        assert Quotas(nowhere, load_settings({})).grow("alice", "job", 10**12) == float("inf")

    def test_a_request_over_the_limit_has_retry_after(self, limited: Service, alice: httpx.Client) -> None:
        redis = connect(limited.redis_url())
        redis.set("newsmill:requests:alice", f"{time.time() + 90:.6f}")
        answer = alice.get("/v1/formats")
        problem(answer, 429, "too-many-requests")
        assert 29 <= int(answer.headers["Retry-After"]) <= 31
        assert answer.headers["RateLimit"].startswith('"requests";r=0;t=')
        for path in ("/healthz", "/openapi.json"):
            assert alice.get(path).status_code == 200
        with asking(limited, BOB) as bob:
            assert bob.get("/v1/formats").status_code == 200

    def test_every_response_has_what_is_left(self, alice: httpx.Client) -> None:
        answers = [alice.get("/v1/formats"), alice.get("/v1/jobs/none"), alice.post("/v1/jobs", content="x")]
        assert [answer.status_code for answer in answers] == [200, 404, 415]
        policy = '"requests";q=600;w=60, "jobs";q=2;qu="concurrent-requests", "bytes";q=200000;qu="content-bytes"'
        for left, answer in zip((599, 598, 597), answers, strict=True):
            assert answer.headers["RateLimit-Policy"] == policy
            said = re.fullmatch(r'"requests";r=(\d+);t=\d, "jobs";r=2, "bytes";r=200000', answer.headers["RateLimit"])
            assert said
            assert left <= int(said[1]) <= 599

    def test_unknown_callers_are_not_counted(self, limited: Service, alice: httpx.Client) -> None:
        with asking(limited, None) as anonymous:
            assert "RateLimit" not in anonymous.get("/v1/formats").headers
        assert set(connect(limited.redis_url()).keys("newsmill:requests:*")) == set()


class TestJobs:
    def test_the_job_limit_counts_queued_and_running_jobs(self, limited: Service, alice: httpx.Client) -> None:
        jobs = limited.jobs()
        waiting = [waiting_job(jobs, owner="alice").id for _ in range(2)]
        before = in_store(limited)
        for answer in (alice.post("/v1/jobs", json=TEXT), alice.post("/v1/jobs", files={"file": b"A."}, data=UPLOAD)):
            problem(answer, 429, "too-many-jobs")
            assert "2 jobs at a time" in answer.json()["detail"]
            assert answer.headers["Retry-After"] == "5"
        assert in_store(limited) == before
        assert alice.get("/v1/formats").headers["RateLimit"].endswith('"jobs";r=0, "bytes";r=200000')
        with asking(limited, BOB) as bob:
            assert post(bob, TEXT)["status"] == "succeeded"
        jobs.finish(waiting[0], JobEnd(status="failed"))
        assert post(alice, TEXT)["status"] == "succeeded"
        for job_id in waiting:
            assert alice.delete(f"/v1/jobs/{job_id}").status_code == 204
        assert connect(limited.redis_url()).scard("newsmill:account:alice:active") == 0

    def test_the_job_limit_holds_for_concurrent_posts(self, valkey: Valkey, jobs: JobStore) -> None:
        both = [valkey.jobs(limit_jobs="5"), valkey.jobs(limit_jobs="5")]

        def taken(number: int) -> bool:
            try:
                return bool(waiting_job(both[number % 2], owner="alice"))
            except LimitError:
                return False

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(taken, range(40))) == 5


class TestWaiting:
    @staticmethod
    def limits(valkey: Valkey, most: int) -> RequestLimits:
        return RequestLimits(valkey.client(), load_settings({"NEWSMILL_LIMIT_WAITING": str(most)}))

    def test_the_waiting_limit_holds_across_processes(self, valkey: Valkey, jobs: JobStore) -> None:
        one, other = self.limits(valkey, 2), self.limits(valkey, 2)
        with one.wait("alice"), other.wait("alice"):
            with pytest.raises(ProblemError) as refused:
                one.wait("alice")
            assert refused.value.problem.slug == "too-many-waiting"
            with one.wait("bob"):
                standing = one.admit("alice")
            assert standing
            assert one.headers(standing) == {
                "RateLimit-Policy": '"waiting";q=2;qu="concurrent-requests"',
                "RateLimit": '"waiting";r=0',
            }
        assert valkey.client().zcard("newsmill:waiting-for:alice") == 0

    def test_the_place_of_a_dead_process_expires(self, valkey: Valkey, jobs: JobStore) -> None:
        of_all = self.limits(valkey, 1)
        redis = valkey.client()
        place = of_all.wait("alice").name
        until_then = cast("float", redis.zscore("newsmill:waiting-for:alice", place))
        assert time.time() + 60 < until_then < time.time() + 100
        redis.zadd("newsmill:waiting-for:alice", {place: time.time() - 1})
        with of_all.wait("alice"):
            pass

    def test_a_long_event_stream_renews_its_place(
        self, valkey: Valkey, jobs: JobStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("service.auth.limits._RENEW_AFTER", -1)
        redis = valkey.client()
        with self.limits(valkey, 1).wait("alice") as place:
            redis.zadd("newsmill:waiting-for:alice", {place.name: time.time() + 1})
            place.renew()
            assert cast("float", redis.zscore("newsmill:waiting-for:alice", place.name)) > time.time() + 60

    def test_a_waiting_request_over_the_limit_is_refused(self, service: Service) -> None:
        settings = load_settings({"NEWSMILL_REDIS_URL": service.redis_url(), "NEWSMILL_LIMIT_WAITING": "1"})
        app = create_app(settings)
        asked, limits = app.test_client(), app.extensions["newsmill.RequestLimits"]
        job = waiting_job(service.jobs())
        with limits.wait(""):
            for path in (f"/v1/jobs/{job.id}?wait=30", f"/v1/jobs/{job.id}/events"):
                answer = asked.get(path)
                assert answer.status_code == 429
                assert orjson.loads(answer.data)["type"] == "/problems/too-many-waiting"
                assert answer.headers["Retry-After"] == "5"
                assert answer.headers["RateLimit"] == '"waiting";r=0'
            assert asked.get(f"/v1/jobs/{job.id}").status_code == 200
            assert asked.post("/v1/jobs", json=TEXT, headers={"Prefer": "wait=60"}).status_code == 202
        assert asked.get(f"/v1/jobs/{job.id}?wait=1").status_code == 200
        following = asked.get(f"/v1/jobs/{job.id}/events")
        assert next(following.iter_encoded())
        assert asked.get(f"/v1/jobs/{job.id}?wait=1").status_code == 429
        following.close()
        assert asked.get(f"/v1/jobs/{job.id}?wait=1").status_code == 200
        service.jobs().finish(job.id, JobEnd(status="canceled"))


class TestBytes:
    def test_inputs_and_files_count_until_deleted(self, limited: Service, alice: httpx.Client) -> None:
        job = post(alice, TEXT)
        size = len("A short text.") + sum(file["size"] for file in job["files"])
        assert stored(limited) == size
        assert alice.get("/v1/formats").headers["RateLimit"].endswith(f'"bytes";r={200_000 - size}')
        other = post(alice, TEXT)
        assert stored(limited) == 2 * size
        alice.delete(f"/v1/jobs/{job['id']}")
        assert stored(limited) == size
        connect(limited.redis_url()).zadd("newsmill:expiring", {other["id"]: 1})
        assert until(lambda: stored(limited) == 0), "what has expired counts no more"
        assert until(lambda: connect(limited.redis_url()).exists("newsmill:turn:accounts")), "accounts are settled too"

    def test_a_job_over_the_byte_limit_is_refused(self, limited: Service, alice: httpx.Client) -> None:
        large = {"source": {"text": "A long text. " * 2_500}, "formats": ["csv"]}
        assert post(alice, large)["status"] == "succeeded"
        assert post(alice, {"source": {"text": "A text. " * 3_000}, "formats": ["csv"]})["status"] == "succeeded"
        before, counted = in_store(limited), stored(limited)
        assert counted > 200_000  # the exported files count too
        for body in (large, TEXT):
            answer = alice.post("/v1/jobs", json=body)
            problem(answer, 429, "too-much-stored")
            assert answer.headers["Retry-After"] == "60"
            assert "200,000 bytes" in answer.json()["detail"]
        assert (in_store(limited), stored(limited)) == (before, counted)

    def test_an_upload_over_the_limit_is_refused_early(self, limited: Service, alice: httpx.Client) -> None:
        sent = 0

        def body() -> Iterator[bytes]:
            nonlocal sent
            yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
            for _ in range(200):
                sent += 100_000
                yield b"x" * 100_000

        before = in_store(limited)
        try:
            answer = alice.post("/v1/jobs", content=body(), headers={"Content-Type": "multipart/form-data; boundary=x"})
        except httpx.WriteError:
            pass  # the server closed the connection during the upload
        else:
            problem(answer, 429, "too-much-stored")
        assert until(lambda: in_store(limited) == before)
        assert until(lambda: stored(limited) == 0)

    def test_a_canceled_job_no_longer_counts(self, limited: Service, alice: httpx.Client) -> None:
        job = waiting_job(limited.jobs(), owner="alice")
        connect(limited.redis_url()).hset("newsmill:account:alice", mapping={job.id: 500, "sum": 700})
        assert alice.post(f"/v1/jobs/{job.id}/cancel").status_code == 202
        assert stored(limited) == 200

    def test_a_broken_upload_leaves_nothing_counted(self, limited: Service, alice: httpx.Client) -> None:
        for data in ({"request": "{"}, {"request": '{"formats": ["none"]}'}, {}):
            assert alice.post("/v1/jobs", files={"file": b"A text."}, data=data).status_code in (400, 422)
        assert stored(limited) == 0
        assert connect(limited.redis_url()).zcard("newsmill:arriving") == 0

    def test_two_api_processes_share_the_byte_limit(self, limited: Service, alice: httpx.Client) -> None:
        with (
            another_api(limited) as address,
            httpx.Client(base_url=address, headers=alice.headers, verify=NO_TLS) as other,
        ):
            assert other.post("/v1/jobs", json=TEXT, headers={"Prefer": "wait=60"}).json()["status"] == "succeeded"
            counted = stored(limited)
            assert counted
            said = [client.get("/v1/formats").headers["RateLimit"] for client in (alice, other)]
            assert all(one.endswith(f'"bytes";r={200_000 - counted}') for one in said)
            used = [int(re.findall(r"r=(\d+)", one)[0]) for one in said]
            assert used[1] <= used[0] < 600


@contextmanager
def another_api(service: Service) -> Iterator[str]:
    """A second process of the API, on the same Redis and the same store."""
    port = _free_port(load_settings({"NEWSMILL_PORT": "0"}))
    environ = LIMITS | {
        "NEWSMILL_REDIS_URL": service.redis_url(),
        "NEWSMILL_DATA": str(service.data),
        "NEWSMILL_API_KEYS": str(service.data / "keys"),
        "NEWSMILL_PORT": str(port),
    }
    command = [sys.executable, "-m", "service.cli", "api"]
    process = subprocess.Popen(command, cwd=ROOT, env=clean_environ() | environ, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        assert until(lambda: answers(address))
        yield address
    finally:
        process.terminate()
        process.wait(90)


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", verify=NO_TLS).status_code == 200
    except httpx.TransportError:
        return False


class TestQuotas:
    def accounts(self, valkey: Valkey, most: str = "100MB") -> Quotas:
        return Quotas(valkey.client(), load_settings({"NEWSMILL_LIMIT_BYTES": most}))

    def test_concurrent_uploads_share_the_byte_limit(self, valkey: Valkey, jobs: JobStore) -> None:
        room, lock = 0, threading.Lock()

        def send(number: int) -> None:
            nonlocal room
            with self.accounts(valkey).upload("alice", str(number)) as arrived:
                size = 0
                with suppress(LimitError):
                    for _ in range(400):
                        arrived(100_000)
                        size += 100_000
                with lock:
                    room += size
                done.wait(30)

        done = threading.Barrier(8)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(send, range(8)))
        # Each upload reserves some megabytes ahead, which the others cannot use.
        assert 40_000_000 < room <= 100_000_000
        assert valkey.client().keys("newsmill:account:*") == []

    def test_the_byte_limit_is_usable_to_the_last_byte(self, valkey: Valkey, jobs: JobStore) -> None:
        accounts = self.accounts(valkey, "10MB")
        with accounts.upload("alice", "one") as arrived:
            arrived(9_999_999)
            arrived(1)
            with pytest.raises(LimitError, match="10,000,000 bytes"):
                arrived(1)

    def test_the_bytes_of_a_killed_process_count_for_an_hour(self, valkey: Valkey, jobs: JobStore) -> None:
        accounts, client = self.accounts(valkey), valkey.client()
        for job_id in ("dead", "alive"):
            accounts.grow("alice", job_id, 1_000_000)
        job = waiting_job(jobs, owner="alice")
        client.hset("newsmill:account:alice", mapping={job.id: 5})
        client.sadd("newsmill:account:alice:active", "gone", job.id)
        accounts.sweep()
        assert set(client.hkeys("newsmill:account:alice")) == {b"dead", b"alive", job.id.encode(), b"sum"}
        client.zadd("newsmill:arriving", {"dead": time.time() - 3_700})
        accounts.sweep()
        account = client.hgetall("newsmill:account:alice")
        assert set(account) == {b"alive", job.id.encode(), b"sum"}
        assert int(account[b"sum"]) == int(account[b"alive"]) + 5
        assert client.smembers("newsmill:account:alice:active") == {job.id.encode()}
