"""The first step of a job: small or large is decided when the job is accepted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.jobs.record import PACKED, JobDocument, JobSpec
from tests.running import Valkey
from workers.jobs.step import Step
from workers.jobs.store import JobStore, new_job_id
from workers.redis.keys import CHUNKS_QUEUE, JOBS_QUEUE
from workers.steps.leases import Steps

SMALL = JobDocument(key="jobs/a/input-0", reader="text", size=100)


@pytest.mark.parametrize(
    ("documents", "kind", "queue"),
    [
        ((SMALL,), "convert", JOBS_QUEUE),
        ((SMALL,) * 100, "convert", JOBS_QUEUE),
        ((replace(SMALL, size=256 * 1024),), "convert", JOBS_QUEUE),
        ((SMALL,) * 101, "cut", CHUNKS_QUEUE),
        ((replace(SMALL, size=128 * 1024),) * 3, "cut", CHUNKS_QUEUE),
        ((SMALL, replace(SMALL, reader=PACKED)), "cut", CHUNKS_QUEUE),
    ],
)
def test_a_large_job_never_starts_as_a_small_one(
    valkey: Valkey, jobs: JobStore, documents: tuple[JobDocument, ...], kind: str, queue: str
) -> None:
    spec = JobSpec(documents=documents, formats=("csv",), at="2024-11-08T16:30:00Z")
    job_id, steps = new_job_id(), Steps(valkey.client())
    jobs.create(job_id, spec, total=None, first=Step.first(job_id, spec))
    (other,) = {JOBS_QUEUE, CHUNKS_QUEUE} - {queue}
    with steps.take(other) as none:
        assert none is None
    with steps.take(queue) as work:
        assert work
        assert (work.step.kind, work.job.status) == (kind, "running")
