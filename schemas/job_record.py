"""A job as its record has it: what it is to do, how far it is, how it ended."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal, cast

import orjson

from schemas.article.json_form import metadata_fields
from schemas.column_names import take_columns
from schemas.conversion import Defaults
from schemas.job import ENDED, JobStatus
from schemas.settings import Settings

PACKED: Final = "packed"
"""The reader of a `JobDocument` that is compressed, or an archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDocument:
    """A document of a job: where it lies in the store, its name, its size in bytes, and the reader it is for.

    The reader is None where the document's first bytes are to tell.
    """

    key: str
    name: str | None
    reader: str | None
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSpec:
    """What a job is to do; it never changes.

    Args:
        at: the time of conversion that its files state, fixed when the job is accepted, so that a task
            that runs twice writes the same bytes.
        split: how many articles a file has at most.
        on_error: whether an article that fails is passed over ("skip"), or fails the job ("fail").
        owner: whose job it is, as `service.core.caller` tells callers apart; "" where there are no keys.
        callback: the URL that is told of the job's end.
        request_id: the id of the request that posted it, which follows it through every task.
        trace: where it stands in its trace, where there is one: the headers of W3C's Trace Context.
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
    request_id: str = ""
    trace: Mapping[str, str] = field(default_factory=dict)

    def defaults(self, settings: Settings) -> Defaults:
        """What the request, and the operator's settings, state for all documents."""
        if not self.metadata:
            return Defaults(fields=settings.article_defaults)
        values, columns = take_columns(self.metadata)
        return Defaults(fields=settings.article_defaults | metadata_fields(values), columns=columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as its record has it; times are RFC 3339, in UTC.

    Args:
        callback: what has become of the callback of its last end: `status`, `attempts`, `last_error`, `next_attempt`.
    """

    id: str
    status: JobStatus
    spec: JobSpec
    created: str
    started: str | None = None
    finished: str | None = None
    expires: str | None = None
    total: int | None = None
    done: int = 0
    failed: int = 0
    files: Sequence[Mapping[str, Any]] = ()
    warnings: Sequence[Mapping[str, Any]] = ()
    error: Mapping[str, Any] | None = None
    cut_failed: int = 0
    callback: Mapping[str, Any] | None = None

    @property
    def ended(self) -> bool:
        """Whether the job is over."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnd:
    """How a job ended: its counts, its files, and what there is to say."""

    status: JobStatus
    done: int = 0
    failed: int = 0
    files: Sequence[Mapping[str, Any]] = ()
    warnings: Sequence[Mapping[str, Any]] = field(default=())
    error: Mapping[str, Any] | None = None


def moment(at: float | None = None) -> str:
    """A time in seconds, now where none is given, as RFC 3339 has it, in UTC and to the millisecond."""
    moment = datetime.fromtimestamp(time.time() if at is None else at, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_answer(job_id: str, answer: Sequence[bytes]) -> Job | None:
    """The job whose record a script has given, names and values in turn; None where it gave none."""
    return read_record(job_id, dict(zip(answer[::2], answer[1::2], strict=True))) if answer else None


def read_record(job_id: str, raw: Mapping[bytes, bytes], *, now: float | None = None) -> Job:
    """The job that a record in Redis is, or was at another time than now, in seconds."""
    record = {name.decode(): value for name, value in raw.items()}

    def text(name: str) -> str | None:
        return record[name].decode() if name in record else None

    def time_of(name: str) -> str | None:
        return moment(float(record[name])) if name in record else None

    def value(name: str, absent: Any) -> Any:
        return orjson.loads(record[name]) if name in record else absent

    spec = orjson.loads(record["spec"])
    expired = "expires" in record and float(record["expires"]) < (time.time() if now is None else now)
    return Job(
        id=job_id,
        status=cast("JobStatus", "expired" if expired else text("status")),
        spec=JobSpec(
            documents=tuple(JobDocument(**document) for document in spec.pop("documents")),
            formats=tuple(spec.pop("formats")),
            **spec,
        ),
        created=text("created") or "",
        started=text("started"),
        finished=time_of("finished"),
        expires=time_of("expires"),
        total=value("total", None),
        done=value("done", 0),
        failed=value("failed", 0),
        files=() if expired else value("files", ()),
        warnings=value("warnings", ()),
        error=value("error", None),
        cut_failed=value("cut_failed", 0),
        callback=value("callback", None),
    )
