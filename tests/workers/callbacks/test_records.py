"""Records of callbacks in a real Valkey: made with the end of a job, taken by one sender, settled once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from schemas.jobs.callbacks import parse_secrets
from schemas.jobs.job import CallbackState
from schemas.jobs.record import JobEnd, JobRecord, JobSpec, StoredFile, moment
from schemas.settings import DEFAULT_TIMINGS, load_settings
from tests.running import Valkey, start_job
from workers.callbacks.delivery import secrets_of
from workers.callbacks.records import PER_CALLER, PER_HOST, Callback, CallbackRecords
from workers.jobs.store import JobStore, new_job_id
from workers.jobs.view import job_json
from workers.redis.keys import CALLBACK, CALLBACKS_QUEUE, DUE, LANES, MESSAGES

URL = "https://www.example.com/hook"
SPEC = JobSpec(
    documents=(), formats=("csv",), options={}, metadata={}, at="2024-11-08T16:30:00Z", owner="desk", callback=URL
)


@pytest.fixture
def records(valkey: Valkey, jobs: JobStore) -> CallbackRecords:
    return CallbackRecords(valkey.client())


FILE = StoredFile(name="articles.csv", format="csv", media_type="text/csv", size=2, sha256="00", articles=1)


def ended_job(jobs: JobStore, status: Any = "succeeded", **given: Any) -> JobRecord:
    job = jobs.create(new_job_id(), SPEC, total=1)
    start_job(jobs, job.id)
    assert jobs.finish(job.id, JobEnd(status=status, **given))
    return jobs.get(job.id)


def take(records: CallbackRecords) -> Callback | None:
    """The next due callback, taken by a sender that dies."""
    with records.take() as callback:
        return callback


def later(valkey: Valkey, seconds: float) -> None:
    """As if so much time had passed."""
    client: Any = valkey.client()
    for key in (*client.keys(f"{DUE}{CALLBACKS_QUEUE}:*"), LANES + CALLBACKS_QUEUE):
        for entry, due in client.zrange(key, 0, -1, withscores=True):
            client.zadd(key, {entry: due - seconds})
            if entry.startswith(b"msg_"):
                client.hincrby(CALLBACK + entry.decode(), "since", -int(seconds))


def keys(valkey: Valkey) -> set[str]:
    return {key.decode() for key in valkey.client().keys("newsmill:callback*")}  # type: ignore[union-attr]


@pytest.mark.parametrize("status", ["succeeded", "partial", "failed", "canceled"])
def test_every_end_of_a_job_is_written_down_as_it_is(jobs: JobStore, records: CallbackRecords, status: str) -> None:
    job = ended_job(jobs, status, done=1, files=(FILE,))
    assert records.due.load(CALLBACKS_QUEUE).due == 1
    callback = take(records)
    assert callback is not None
    assert (callback.job_id, callback.owner, callback.url, callback.attempts) == (job.id, "desk", URL, 1)
    assert callback.id.startswith("msg_")
    body = orjson.loads(callback.body)
    assert set(body) == {"type", "timestamp", "data"}
    assert (body["type"], body["timestamp"]) == (f"job.{status}", job.finished)
    assert body["data"] == orjson.loads(orjson.dumps(job_json(job)))
    assert body["data"]["status"] == status


def test_a_job_that_waits_and_ends_has_its_callback_too(jobs: JobStore, records: CallbackRecords) -> None:
    job = jobs.create(new_job_id(), SPEC, total=1)
    assert job_json(job)["callback"] == {"url": URL, "status": "pending", "attempts": 0}
    assert take(records) is None
    jobs.finish(job.id, JobEnd(status="canceled"))
    assert take(records) is not None


def test_a_job_without_a_callback_has_none(valkey: Valkey, jobs: JobStore, records: CallbackRecords) -> None:
    job = jobs.create(new_job_id(), replace(SPEC, callback=None), total=1)
    jobs.finish(job.id, JobEnd(status="succeeded"))
    assert take(records) is None
    assert keys(valkey) == set()
    assert "callback" not in job_json(jobs.get(job.id))


def test_worker_that_does_not_end_the_job_records_nothing(jobs: JobStore, records: CallbackRecords) -> None:
    job = ended_job(jobs)
    assert not jobs.finish(job.id, JobEnd(status="canceled"))
    assert records.due.load(CALLBACKS_QUEUE).due == 1


def test_end_of_a_job_sends_its_callback(valkey: Valkey, jobs: JobStore) -> None:
    valkey.client().hset(MESSAGES, CALLBACKS_QUEUE, "a message")
    plain = jobs.create(new_job_id(), replace(SPEC, callback=None), total=1)
    jobs.finish(plain.id, JobEnd(status="succeeded"))
    assert not valkey.client().exists(CALLBACKS_QUEUE)
    job = ended_job(jobs)
    assert valkey.client().lpop(CALLBACKS_QUEUE, 2) == [b"a message"]
    jobs.finish(job.id, JobEnd(status="canceled"))
    assert not valkey.client().exists(CALLBACKS_QUEUE)


def test_callback_is_taken_by_one_of_many(valkey: Valkey, jobs: JobStore) -> None:
    for number in range(5):
        waiting(jobs, "desk", f"{number}.example")
    barrier = threading.Barrier(8)
    taken: list[str] = []

    def send() -> None:
        records = CallbackRecords(valkey.client())
        barrier.wait()
        while callback := take(records):
            taken.append(callback.id)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 5


def test_callback_of_a_dead_sender_is_due_again(valkey: Valkey, jobs: JobStore, records: CallbackRecords) -> None:
    ended_job(jobs)
    first = take(records)
    assert first is not None
    assert (take(records), records.due.load(CALLBACKS_QUEUE).due) == (None, 0)
    later(valkey, DEFAULT_TIMINGS.lease + 1)
    assert records.due.load(CALLBACKS_QUEUE).due == 1
    again = take(records)
    assert again is not None
    assert again == replace(first, lease=replace(first.lease, tries=2), attempts=2, age=again.age)
    assert again.age >= DEFAULT_TIMINGS.lease


def test_retry_of_a_callback_waits_for_its_time(valkey: Valkey, jobs: JobStore, records: CallbackRecords) -> None:
    job = ended_job(jobs)
    first = take(records)
    assert first is not None
    state = CallbackState(status="pending", attempts=1, last_error="it answered 503", next_attempt=moment())
    records.settle(first, state, again=30.7)
    assert job_json(jobs.get(job.id))["callback"] == {
        "url": URL,
        "status": "pending",
        "attempts": 1,
        "last_error": "it answered 503",
        "next_attempt": state.next_attempt,
    }
    later(valkey, 29)
    assert take(records) is None
    later(valkey, 2)
    again = take(records)
    assert again is not None
    assert (again.id, again.body, again.attempts) == (first.id, first.body, 2)


def test_finished_callback_leaves_only_the_job_s_view(valkey: Valkey, jobs: JobStore, records: CallbackRecords) -> None:
    job = ended_job(jobs)
    callback = take(records)
    assert callback is not None
    records.settle(callback, CallbackState(status="delivered", attempts=1))
    assert keys(valkey) == set()
    assert job_json(jobs.get(job.id))["callback"] == {"url": URL, "status": "delivered", "attempts": 1}


def test_late_sender_changes_nothing(valkey: Valkey, jobs: JobStore, records: CallbackRecords) -> None:
    job = ended_job(jobs)
    late = take(records)
    later(valkey, DEFAULT_TIMINGS.lease + 1)
    quick = take(records)
    assert late is not None
    assert quick is not None
    records.settle(quick, CallbackState(status="delivered", attempts=2))
    records.settle(late, CallbackState(status="pending", attempts=1, last_error="it did not answer"), again=10)
    assert records.due.load(CALLBACKS_QUEUE).due == 0
    assert keys(valkey) == set()
    assert job_json(jobs.get(job.id))["callback"]["status"] == "delivered"


def test_body_of_a_callback_outlives_its_job(valkey: Valkey, jobs: JobStore) -> None:
    records = CallbackRecords(valkey.client())
    job = ended_job(jobs, files=(FILE,))
    assert job.finished is not None
    for key in (f"newsmill:job:{job.id}", f"newsmill:callback:{only(valkey)}:job"):
        valkey.client().hset(key, "expires", datetime.fromisoformat(job.finished or "").timestamp())
    assert jobs.get(job.id).status == "expired"
    first = take(records)
    assert first is not None
    body = orjson.loads(first.body)
    assert (body["type"], body["data"]["status"], len(body["data"]["files"])) == ("job.succeeded", "succeeded", 1)
    records.settle(first, CallbackState(status="pending", attempts=1, last_error="x"), again=0)
    jobs.forget(job.id)
    again = take(records)
    assert again is not None
    assert (again.body, again.url, again.owner) == (first.body, first.url, first.owner)
    records.settle(again, CallbackState(status="delivered", attempts=2))
    assert keys(valkey) == set()
    assert valkey.client().exists(f"newsmill:job:{job.id}") == 0


def only(valkey: Valkey) -> str:
    client: Any = valkey.client()
    [callback_id] = client.zrange(f"{DUE}{CALLBACKS_QUEUE}:desk|www.example.com", 0, -1)
    return str(callback_id.decode())


def test_second_end_of_a_job_makes_a_second_callback(valkey: Valkey, jobs: JobStore, records: CallbackRecords) -> None:
    job = ended_job(jobs, "partial")
    first = take(records)
    assert first is not None
    records.settle(first, CallbackState(status="pending", attempts=1, last_error="it answered 503"), again=3600)
    valkey.client().hset(f"newsmill:job:{job.id}", "status", "running")  # as a retry does
    assert job_json(jobs.get(job.id))["callback"] == {"url": URL, "status": "pending", "attempts": 0}
    jobs.finish(job.id, JobEnd(status="succeeded"))
    second = take(records)
    assert second is not None
    assert second.id != first.id
    records.settle(second, CallbackState(status="delivered", attempts=1))
    records.settle(first, CallbackState(status="failed", attempts=2, last_error="it answered 410"))
    assert job_json(jobs.get(job.id))["callback"] == {"url": URL, "status": "delivered", "attempts": 1}


def test_a_callback_of_which_there_is_no_record_is_let_go(valkey: Valkey, records: CallbackRecords) -> None:
    valkey.client().zadd(f"{DUE}{CALLBACKS_QUEUE}:|x.example", {"msg_none": 1})
    valkey.client().zadd(LANES + CALLBACKS_QUEUE, {"|x.example": 1})
    assert take(records) is None
    assert records.due.load(CALLBACKS_QUEUE).due == 0


def test_concurrent_requests_make_one_secret(valkey: Valkey, records: CallbackRecords) -> None:
    made = {CallbackRecords(valkey.client()).secret() for _ in range(5)}
    assert made == {records.secret()}
    assert len(parse_secrets(records.secret())) == 1


def test_secret_of_the_setting_replaces_the_generated_one(records: CallbackRecords) -> None:
    stated = "whsec_" + "A" * 40
    settings = load_settings({"NEWSMILL_CALLBACK_SECRET": stated})
    assert secrets_of("", settings, records) == (stated,)
    assert secrets_of("", load_settings({}), records) == (records.secret(),)


def test_callers_have_separate_secrets(records: CallbackRecords) -> None:
    settings = load_settings({"NEWSMILL_CALLBACK_SECRET": f"whsec_{'A' * 40} whsec_{'B' * 40}"})
    made = {secrets_of(owner, settings, records) for owner in ("", "desk", "sport", "desk")}
    assert len(made) == 3
    assert all(len(secrets) == len(parse_secrets(" ".join(secrets))) == 2 for secrets in made)


def waiting(jobs: JobStore, owner: str, host: str) -> str:
    """A job of a caller that has ended, and whose callback goes to a host."""
    spec = replace(SPEC, owner=owner, callback=f"https://{host}/hook")
    job = jobs.create(new_job_id(), spec, total=1)
    start_job(jobs, job.id)
    jobs.finish(job.id, JobEnd(status="succeeded"))
    return job.id


def sent_at_once(records: CallbackRecords) -> list[tuple[str, str]]:
    """The callers and URLs of all callbacks that senders take before any of them has an answer."""
    found = []
    while callback := take(records):
        found.append((callback.owner, callback.url))
    return found


def test_callers_and_hosts_take_turns(jobs: JobStore, records: CallbackRecords) -> None:
    for owner, host in [*[("a", "one.example")] * 3, ("a", "two.example"), ("b", "one.example")]:
        waiting(jobs, owner, host)
    first = sent_at_once(records)[:3]
    assert {(owner, urlsplit(url).hostname) for owner, url in first} == {
        ("a", "one.example"),
        ("a", "two.example"),
        ("b", "one.example"),
    }


def test_silent_host_holds_a_few_senders_only(valkey: Valkey, jobs: JobStore, records: CallbackRecords) -> None:
    for number in range(PER_HOST + 2):
        waiting(jobs, f"caller-{number % 3}", "silent.example")
    assert len(sent_at_once(records)) == PER_HOST
    waiting(jobs, "caller-0", "other.example")
    assert sent_at_once(records) == [("caller-0", "https://other.example/hook")]
    later(valkey, DEFAULT_TIMINGS.lease + 1)
    with records.take() as callback:
        assert callback
        records.settle(callback, CallbackState(status="delivered", attempts=1))


def test_caller_with_many_silent_hosts_leaves_senders_to_others(jobs: JobStore, records: CallbackRecords) -> None:
    for number in range(PER_CALLER + 3):
        waiting(jobs, "crowd", f"silent-{number}.example")
    assert len(sent_at_once(records)) == PER_CALLER
    waiting(jobs, "another", "one.example")
    assert sent_at_once(records) == [("another", "https://one.example/hook")]
