"""Idempotency keys and their records, in a real Valkey."""

from __future__ import annotations

import pytest

from schemas.errors import KeyReusedError, QueueFullError
from schemas.jobs.record import JobEnd, JobSpec
from tests.running import Valkey
from workers.jobs.idempotency import RequestKey
from workers.jobs.store import JobStore, new_job_id

SPEC = JobSpec(documents=(), formats=("csv",), options={}, metadata={}, at="2024-11-08T16:30:00Z")


def key(owner: str = "", value: str = "a", digest: str = "1") -> RequestKey:
    return RequestKey(owner=owner, value=value, digest=digest)


def create(jobs: JobStore, wanted: RequestKey) -> str:
    return jobs.create(new_job_id(), SPEC, total=1, key=wanted).id


def test_owners_do_not_share_their_keys(jobs: JobStore) -> None:
    owners = ("", "a", "b", "1 a", "a b")
    made = {create(jobs, key(owner, value)) for owner in owners for value in ("x", "b x", " x")}
    assert len(made) == len(owners) * 3


def test_a_key_gives_its_job(jobs: JobStore) -> None:
    first = create(jobs, key())
    assert create(jobs, key()) == first
    with pytest.raises(KeyReusedError):
        create(jobs, key(digest="2"))
    jobs.finish(first, JobEnd(status="succeeded"))
    jobs.swept(first)
    assert create(jobs, key()) == first


def test_a_job_that_was_not_queued_has_not_used_its_key_up(jobs: JobStore) -> None:
    first = create(jobs, key())
    jobs.forget(first)
    assert create(jobs, key(digest="2")) != first


def test_full_queue_uses_no_idempotency_key(jobs: JobStore, valkey: Valkey) -> None:
    narrow = valkey.jobs(max_queued="1")
    first = create(narrow, key())
    with pytest.raises(QueueFullError):
        create(narrow, key(value="b"))
    assert create(narrow, key()) == first
    narrow.finish(first, JobEnd(status="succeeded"))
    assert create(narrow, key(value="b")) != first


def test_to_forget_a_job_leaves_the_key_of_another(jobs: JobStore) -> None:
    first = create(jobs, key())
    jobs.forget(first)
    second = create(jobs, key())
    jobs.forget(first)
    assert create(jobs, key()) == second
