"""The lists of jobs, in a real Valkey."""

from __future__ import annotations

from typing import Any

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.errors import BrokerError
from schemas.jobs.record import JobEnd, JobSpec
from tests.running import Valkey, start_job
from workers.jobs.listing import JobLists, Place
from workers.jobs.store import JobStore, new_job_id
from workers.redis.connect import connect
from workers.redis.keys import job_key


def new(jobs: JobStore, owner: str = "") -> str:
    spec = JobSpec(documents=(), formats=("csv",), options={}, metadata={}, at="2024-11-08T16:30:00Z", owner=owner)
    return jobs.create(new_job_id(), spec, total=1).id


def listed(jobs: JobStore, owner: str = "", *statuses: str) -> list[str]:
    return [job.id for job in JobLists(jobs._client).page(owner, statuses=statuses, limit=100).jobs]


def lists(client: redis.Redis) -> dict[str, int]:
    """How many jobs are in each list."""
    keys: Any = client.keys("newsmill:list:*")
    return {key.decode().removeprefix("newsmill:list:"): client.zcard(key) for key in keys if key[-8:] != b"complete"}


@pytest.fixture
def client(jobs: JobStore, valkey: Valkey) -> redis.Redis:
    return valkey.client()


def test_every_owner_has_jobs_of_its_own(jobs: JobStore) -> None:
    of = {owner: [new(jobs, owner), new(jobs, owner)] for owner in ("", "a", "a:b", "b", "Zoë")}
    for owner, made in of.items():
        assert sorted(listed(jobs, owner)) == sorted(made)
    assert listed(jobs, "nobody") == []


def test_a_job_is_in_the_list_of_its_state_and_in_no_other(jobs: JobStore, client: redis.Redis) -> None:
    job = new(jobs, "a")
    assert lists(client) == {"queued:a": 1}
    start_job(jobs, job)
    start_job(jobs, job)
    assert lists(client) == {"running:a": 1}
    jobs.finish(job, JobEnd(status="partial"))
    assert lists(client) == {"partial:a": 1}
    jobs.swept(job)
    assert lists(client) == {"expired:a": 1}
    jobs.forget(job)
    assert lists(client) == {}


def test_lists_agree_with_records_under_concurrent_changes(jobs: JobStore) -> None:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        steps=st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["start", "succeeded", "failed", "forget", "new"])))
    )
    def hold(steps: list[tuple[int, str]]) -> None:
        owner = new_job_id()
        made = [new(jobs, owner) for _ in range(3)]
        for number, step in steps:
            if step == "new":
                made.append(new(jobs, owner))
                continue
            job = made[number % len(made)]
            if step == "start":
                start_job(jobs, job)
            elif step == "forget":
                jobs.forget(job)
            else:
                jobs.finish(job, JobEnd(status=step))  # type: ignore[arg-type]
        page = JobLists(jobs._client).page(owner, limit=100)
        there = [job for job in made if jobs.status(job)]
        assert sorted(job.id for job in page.jobs) == sorted(there)
        assert [(job.created, job.id) for job in page.jobs] == sorted(
            ((job.created, job.id) for job in page.jobs), reverse=True
        )
        for one in page.jobs:
            assert one.id in listed(jobs, owner, one.status)

    hold()


def test_page_continues_after_the_place_of_a_removed_job(jobs: JobStore) -> None:
    made = [new(jobs) for _ in range(6)]
    every = listed(jobs)
    page = JobLists(jobs._client).page("", limit=2)
    assert page.last == Place(page.jobs[-1].created, page.jobs[-1].id)
    for job in made:
        if job in every[:4]:
            jobs.forget(job)
    rest = JobLists(jobs._client).page("", limit=2, after=page.last)
    assert ([job.id for job in rest.jobs], rest.last) == (every[4:], None)


def test_expired_record_leaves_its_list(jobs: JobStore, client: redis.Redis) -> None:
    made = [new(jobs) for _ in range(5)]
    for job in made:
        jobs.finish(job, JobEnd(status="succeeded"))
    every = listed(jobs)
    client.delete(job_key(every[0]), job_key(every[2]))
    page = JobLists(jobs._client).page("", limit=2)
    assert [job.id for job in page.jobs] == [every[1], every[3]]
    assert page.last is not None
    assert lists(client) == {"succeeded:": 3}


def test_unread_list_drops_removed_jobs(jobs: JobStore, client: redis.Redis) -> None:
    for _ in range(8):
        job = new(jobs)
        jobs.finish(job, JobEnd(status="succeeded"))
        jobs.swept(job)
        client.delete(job_key(job))
    last = new(jobs)
    jobs.finish(last, JobEnd(status="succeeded"))
    jobs.swept(last)
    assert lists(client)["expired:"] <= 5


def test_a_list_ends_with_the_last_of_its_records(jobs: JobStore, client: redis.Redis) -> None:
    job, other = new(jobs, "a"), new(jobs, "a")
    jobs.finish(job, JobEnd(status="succeeded"))
    assert client.ttl("newsmill:list:queued:a") == -1
    left: Any = client.ttl("newsmill:list:succeeded:a")
    assert 0 <= left - client.ttl(job_key(job)) <= 1
    jobs.finish(other, JobEnd(status="succeeded"))
    client.expire("newsmill:list:succeeded:a", 1_000_000_000)
    jobs.swept(job)
    assert client.ttl("newsmill:list:succeeded:a") > 999_999_000


def test_jobs_from_before_there_were_lists_are_listed(jobs: JobStore, client: redis.Redis) -> None:
    made = {owner: [new(jobs, owner) for _ in range(3)] for owner in ("", "a")}
    start_job(jobs, made["a"][0])
    jobs.finish(made[""][0], JobEnd(status="failed"))
    for key in client.keys("newsmill:list*"):
        client.delete(key)
    for job in made[""] + made["a"]:
        client.hdel(job_key(job), "listed", "owner")
    client.hset(f"{job_key(made['a'][1])}:chunks", "0", "x")
    start_job(jobs, made[""][1])  # one that goes on before anybody has asked for a list
    for owner, every in made.items():
        assert sorted(listed(jobs, owner)) == sorted(every)
    assert listed(jobs, "", "failed") == [made[""][0]]
    assert listed(jobs, "", "running") == [made[""][1]]
    assert listed(jobs, "a", "running") == [made["a"][0]]


def test_a_page_among_very_many_reads_no_more_than_itself(jobs: JobStore, client: redis.Redis) -> None:
    newest = [new(jobs) for _ in range(3)]
    JobLists(jobs._client).page("", limit=1)
    with client.pipeline(transaction=False) as pipeline:
        for number in range(20_000):
            pipeline.zadd("newsmill:list:succeeded:", {f"2024-01-01T00:00:00.{number % 1000:03}Z {number:032x}": 0})
        pipeline.execute()
    before = client.info("commandstats")
    assert len(JobLists(jobs._client).page("", limit=2).jobs) == 2
    after = client.info("commandstats")
    calls = {name: figures["calls"] - before.get(name, {"calls": 0})["calls"] for name, figures in dict(after).items()}
    assert (calls["cmdstat_zrevrangebylex"], calls["cmdstat_hgetall"]) == (7, 2)
    assert "cmdstat_scan" not in calls or calls["cmdstat_scan"] == 0
    assert sorted(newest)


def test_without_redis_there_is_an_error() -> None:
    with pytest.raises(BrokerError):
        JobLists(connect("redis://127.0.0.1:1/0")).page("", limit=1)
