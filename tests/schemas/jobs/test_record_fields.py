"""Records of jobs: written and read, also by other versions, and damaged."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.jobs.answers import JobSchema
from schemas.jobs.job import STATUSES, JobWarning, Problem
from schemas.jobs.record import JobDocument, JobEnd, JobRecord, JobSpec, StoredFile
from schemas.jobs.record_fields import ended_fields, new_fields, read_record
from workers.jobs.view import job_json

ID = "0" * 32
SPEC = JobSpec(
    documents=(JobDocument(key="jobs/a/input-0", name="a.txt", reader="text", size=3),),
    formats=("csv", "newsml-g2"),
    options={"csv": {"profile": "excel"}},
    metadata={"language": "en"},
    at="2024-11-08T16:30:00Z",
    owner="alice",
    callback="https://example.com/done",
)
FILE = StoredFile(name="articles.csv", format="csv", media_type="text/csv", size=3, sha256="00", articles=1, start=0)
PROBLEM = Problem(type="/problems/x", title="x", detail="x")
NAMES = (
    *("p0", "p1", "p2", "counted"),
    *("status", "spec", "created", "started", "finished", "expires", "total", "done", "failed", "duplicates"),
    *("files", "warnings", "error", "cut_failed", "callback", "owner", "listed", "a field of a newer version"),
)

any_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from(["formats", "documents", "type", "name"]), inside, max_size=3)
    ),
    max_leaves=5,
)
values = st.binary(max_size=12) | any_json.map(lambda value: orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS))


def in_redis(fields: dict[str, Any]) -> dict[bytes, bytes]:
    return {name.encode(): value if isinstance(value, bytes) else str(value).encode() for name, value in fields.items()}


def a_record(error: Problem | None = PROBLEM) -> dict[str, Any]:
    job = JobRecord(id=ID, status="queued", spec=SPEC, created="2024-11-08T16:30:00.000Z", total=1)
    end = JobEnd(
        status="partial",
        done=1,
        files=(FILE,),
        warnings=(JobWarning(type="x", detail="x", articles=1),),
        error=error,
    )
    times = {"started": job.created, "expires": "9731083400.000"}
    return dict(new_fields(job)) | dict(ended_fields(job, end, 60)) | times


def check(record: dict[bytes, bytes]) -> dict[str, Any]:
    """The job of a record as clients see it. It fits the schema of a job."""
    seen = job_json(read_record(ID, record))
    assert JobSchema().validate(orjson.loads(orjson.dumps(seen))) == {}
    return seen


def test_a_record_is_read_as_it_was_written() -> None:
    job = read_record(ID, in_redis(a_record()))
    assert (job.spec, job.files, job.status, job.done, job.unreadable) == (SPEC, (FILE,), "partial", 1, ())
    assert job.can_run


@given(st.dictionaries(st.sampled_from(NAMES), values))
def test_any_record_can_be_shown(damaged: dict[str, bytes]) -> None:
    check(in_redis(a_record() | damaged))
    check(in_redis(damaged))


@given(st.dictionaries(st.sampled_from(sorted(orjson.loads(a_record()["spec"]))), any_json))
def test_a_request_with_any_values_can_be_shown(damaged: dict[str, Any]) -> None:
    spec = orjson.loads(a_record()["spec"]) | damaged
    check(in_redis(a_record() | {"spec": orjson.dumps(spec)}))


def test_fields_of_a_newer_version_are_ignored() -> None:
    spec = orjson.dumps(orjson.loads(a_record()["spec"]) | {"a member": [1]})
    job = read_record(ID, in_redis(a_record() | {"a field": b"\xff", "spec": spec}))
    assert (job.spec, job.unreadable) == (SPEC, ())


def test_a_record_of_an_older_version_has_defaults() -> None:
    spec = {"documents": [], "formats": ["csv"], "at": SPEC.at}
    job = read_record(ID, in_redis({"status": "queued", "created": "x", "spec": orjson.dumps(spec)}))
    assert (job.spec, job.unreadable) == (JobSpec(formats=("csv",), at=SPEC.at), ())


@pytest.mark.parametrize(("expires", "seen"), [({}, "running"), ({"expires": "9731083400.000"}, "failed")])
def test_a_status_of_a_newer_version_is_shown_as_one_that_clients_know(expires: dict[str, str], seen: str) -> None:
    record = {name: value for name, value in a_record(error=None).items() if name != "expires"}
    job = check(in_redis(record | {"status": "paused"} | expires))
    assert (job["status"], job["status"] in STATUSES) == (seen, True)
    if seen == "failed":
        assert job["error"]["type"] == "/problems/unreadable-record"
    else:
        assert job["warnings"][-1]["type"] == "unreadable-record"
        assert "status" in job["warnings"][-1]["detail"]


@pytest.mark.parametrize("spec", [b"{", b"[]", b'{"formats": "csv"}', b'{"documents": [{"key": 3}]}'])
def test_a_job_whose_request_is_damaged_cannot_run(spec: bytes) -> None:
    job = read_record(ID, in_redis({"status": "queued", "created": SPEC.at, "spec": spec}))
    assert not job.can_run
