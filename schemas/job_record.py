"""A job as its record in Redis holds it: the request, the progress, the result."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeVar

import orjson

from schemas.article.json_form import metadata_fields
from schemas.column_names import take_columns
from schemas.conversion import Conversion, Defaults
from schemas.job import CallbackState, JobState, JobStatus, JobWarning, OutputFile, Problem
from schemas.reading import Reading
from schemas.settings import Settings
from schemas.typed_json import from_json, to_json

T = TypeVar("T")

PACKED: Final = "packed"
"""The reader of a `JobDocument` that is compressed, or an archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDocument:
    """A document of a job.

    Args:
        key: its artifact in the store.
        name: its name, if it has one.
        reader: its reader; None to detect it from the first bytes.
        size: its size in bytes.
    """

    key: str
    name: str | None
    reader: str | None
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSpec:
    """The request of a job. It never changes.

    Args:
        at: the time of conversion that the files state. It is fixed when the job is accepted, so that a task that runs
            twice writes the same bytes.
        split: the maximum number of articles in a file.
        on_error: whether a failed article is left out ("skip"), or fails the job ("fail").
        owner: the caller (service.core.caller); "" without keys.
        callback: the URL of the callback.
        callback_headers: the headers of the callback beside its own. No answer or log shows them.
        reading: how its documents are read.
        request_id: the id of the request, for the logs of every task.
        trace: the headers of W3C Trace Context, if the request has a trace.
    """

    documents: tuple[JobDocument, ...]
    formats: tuple[str, ...]
    options: Mapping[str, Any]
    metadata: Mapping[str, Any]
    at: str
    split: int | None = None
    on_error: Literal["skip", "fail"] = "skip"
    owner: str = ""
    callback: str | None = None
    callback_headers: Mapping[str, str] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)
    request_id: str = ""
    trace: Mapping[str, str] = field(default_factory=dict)

    def conversion(self, settings: Settings) -> Conversion:
        """Return the facts that are the same for every article of the job."""
        return Conversion(at=self.at, operator=settings.operator)

    def defaults(self, settings: Settings) -> Defaults:
        """Return what the request and the operator's settings state for all documents."""
        values, columns = take_columns(self.metadata)
        return Defaults(
            fields=settings.article_defaults | metadata_fields(values),
            columns=columns,
            format=self.reading.format,
            reading=self.reading.options.in_zone(settings.zone),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile(OutputFile):
    """An exported file in the store: an artifact; or, from the byte `start` on, a part of the artifact of all files."""

    start: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord(JobState):
    """A job as its record holds it.

    Args:
        cut_failed: how many of the failed articles failed when the job was cut into chunks.
        callback: the delivery of the callback of the last end.
    """

    spec: JobSpec
    total: int | None = None
    done: int = 0
    failed: int = 0
    duplicates: int = 0
    files: tuple[StoredFile, ...] = ()
    cut_failed: int = 0
    callback: CallbackState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnd:
    """The result of a job. `total` is the number of its articles, if the job went through all of them."""

    status: JobStatus
    total: int | None = None
    done: int = 0
    failed: int = 0
    duplicates: int = 0
    files: tuple[StoredFile, ...] = ()
    warnings: tuple[JobWarning, ...] = ()
    error: Problem | None = None

    def fields(self) -> dict[str, str | bytes | int]:
        """Return the fields that it sets in the record."""
        made: dict[str, str | bytes | int] = {
            "status": self.status,
            "done": self.done,
            "failed": self.failed,
            "duplicates": self.duplicates,
            "files": orjson.dumps(to_json(self.files)),
            "file_bytes": sum(file.size for file in self.files),
            "warnings": orjson.dumps(to_json(self.warnings)),
        }
        if self.total is not None:
            made["total"] = self.total
        return made | {"error": orjson.dumps(to_json(self.error))} if self.error else made


def new_fields(job: JobRecord) -> dict[str, str | bytes | int]:
    """Return the fields of the record of a new job."""
    made: dict[str, str | bytes | int] = {
        "status": job.status,
        "spec": orjson.dumps(asdict(job.spec)),
        "created": job.created,
        "input_bytes": sum(document.size for document in job.spec.documents),
    }
    if job.total is not None:
        made["total"] = job.total
    if job.spec.callback:
        made["callback"] = NOT_YET_SENT
    if job.spec.owner:
        made["owner"] = job.spec.owner
    return made


NOT_YET_SENT: Final = orjson.dumps(to_json(CallbackState(status="pending", attempts=0)))
"""The field `callback` of a record before the callback is sent."""


def moment(at: float | None = None) -> str:
    """Return a time in seconds, by default now, as RFC 3339 in UTC with milliseconds."""
    moment = datetime.fromtimestamp(time.time() if at is None else at, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_answer(job_id: str, answer: Sequence[bytes]) -> JobRecord | None:
    """Return the job of a record that a script has returned: names and values in turn; None if it returned nothing."""
    return read_record(job_id, dict(zip(answer[::2], answer[1::2], strict=True))) if answer else None


def read_record(job_id: str, raw: Mapping[bytes, bytes], *, now: float | None = None) -> JobRecord:
    """Return the job of a record in Redis, now or at another time in seconds."""
    record = {name.decode(): value for name, value in raw.items()}

    def text(name: str) -> str | None:
        return record[name].decode() if name in record else None

    def time_of(name: str) -> str | None:
        return moment(float(record[name])) if name in record else None

    def number(name: str) -> int:
        return int(record.get(name, 0))

    def one(name: str, shape: type[T]) -> T | None:
        return from_json(shape, orjson.loads(record[name])) if name in record else None

    def several(name: str, shape: type[T]) -> tuple[T, ...]:
        return tuple(from_json(shape, value) for value in orjson.loads(record.get(name, b"[]")))

    status: Any = text("status")
    expired = "expires" in record and float(record["expires"]) < (time.time() if now is None else now)
    return JobRecord(
        id=job_id,
        status="expired" if expired else status,
        spec=from_json(JobSpec, orjson.loads(record["spec"])),
        created=text("created") or "",
        started=text("started"),
        finished=time_of("finished"),
        expires=time_of("expires"),
        total=number("total") if "total" in record else None,
        done=number("done"),
        failed=number("failed"),
        duplicates=number("duplicates"),
        files=() if expired else several("files", StoredFile),
        warnings=several("warnings", JobWarning),
        error=one("error", Problem),
        cut_failed=number("cut_failed"),
        callback=one("callback", CallbackState),
    )
