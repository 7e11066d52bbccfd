"""The memory that the records of ended jobs take in a real Valkey."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.jobs.job import JobWarning
from schemas.jobs.record import JobDocument, JobEnd, JobRecord, JobSpec, ResultPlace, StoredFile
from tests.running import Valkey
from workers.jobs.endings import failed_at
from workers.jobs.store import JobStore, new_job_id
from workers.redis.keys import job_key

JOBS = 1_000
MOST_BYTES = 600
"""Of an ended job, in its record, its lists and its account: 60 MB for 100,000 jobs."""

FILES = tuple(
    StoredFile(name=name, format=id_, media_type="text/csv", size=2_345, sha256=f"{number}" * 64, articles=1, start=0)
    for number, (id_, name) in enumerate(
        [
            ("newsml-g2", "articles.newsml.xml"),
            ("news-article", "articles.jsonld"),
            ("csv", "articles.csv"),
            ("csv", "paragraphs.csv"),
            ("csv", "media.csv"),
            ("csv", "csv-metadata.json"),
        ]
    )
)
WARNING = JobWarning(type="no-headline", detail="No headline is stated. " * 4, articles=1)


def a_job(number: int, owner: str) -> JobSpec:
    document = JobDocument(key=f"jobs/{number:032x}/input-0", name=f"story-{number}.txt", reader="text", size=1_234)
    return JobSpec(
        documents=(document,),
        formats=("newsml-g2", "news-article", "csv"),
        options={"csv": {"profile": "excel"}},
        metadata={"language": "en"},
        at="2024-11-08T16:30:00Z",
        owner=owner,
        name=document.name,
        request_id=f"{number * 7919:032x}",
    )


def ended(jobs: JobStore, number: int, owner: str = "alice") -> str:
    """A job of one article in three formats that has ended, as a worker ends it."""
    job = jobs.create(new_job_id(), a_job(number, owner), total=1)
    place = ResultPlace(name="files", start=14_070, size=1_400 + number % 100, check=number * 2654435761 % 2**32)
    end = JobEnd(status="succeeded", total=1, done=1, files=FILES, warnings=(WARNING,), result=place)
    assert jobs.finish(job.id, end, job=job)
    return job.id


def used(valkey: Valkey) -> int:
    """The bytes of all keys, and of the tables of keys. Scripts and buffers take more, once."""
    client: Any = valkey.client()
    with client.pipeline(transaction=False) as asking:
        for key in client.scan_iter(count=1000):
            asking.memory_usage(key, samples=0)
        of_keys = sum(asking.execute())
    tables = client.memory_stats()["db.0"]
    return int(of_keys + tables["overhead.hashtable.main"] + tables["overhead.hashtable.expires"])


def test_an_ended_job_takes_little_memory_and_an_expired_one_less(valkey: Valkey, jobs: JobStore) -> None:
    made = [ended(jobs, number) for number in range(JOBS)]
    of_ended = used(valkey) / JOBS
    assert of_ended < MOST_BYTES
    for job_id in made:
        jobs.swept(job_id)
    assert used(valkey) / JOBS < of_ended - 50


@pytest.mark.parametrize("files", [1, 10_000])
def test_the_record_of_an_ended_job_does_not_grow_with_its_files(valkey: Valkey, jobs: JobStore, files: int) -> None:
    job = jobs.create(new_job_id(), a_job(1, ""), total=files)
    place = ResultPlace(name="result", start=0, size=250 * files, check=1)
    jobs.finish(job.id, JobEnd(status="succeeded", done=files, files=FILES[:1] * files, result=place), job=job)
    assert valkey.client().object("encoding", job_key(job.id)) == b"listpack"
    assert int(valkey.client().memory_usage(job_key(job.id)) or 0) < 500
    record = jobs.get(job.id)
    assert (record.file_totals.count, record.files, record.result) == (files, (), place)


def test_a_long_error_is_shortened(jobs: JobStore) -> None:
    job = jobs.create(new_job_id(), a_job(1, ""), total=1)
    jobs.finish(job.id, failed_at("x" * 1_000_000, failed=1), job=job)
    error = jobs.get(job.id).error
    assert error
    assert len(error.detail) < 1_100


def test_a_job_without_a_result_in_the_store_keeps_what_a_retry_needs(jobs: JobStore) -> None:
    spec = a_job(1, "alice")
    job = jobs.create(new_job_id(), spec, total=1)
    jobs.finish(job.id, JobEnd(status="failed"), job=job)
    failed: JobRecord = jobs.get(job.id)
    assert failed.spec == spec
    assert jobs.retry(failed) == "queued"
    assert jobs.get(job.id).spec == spec
