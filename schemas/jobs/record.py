"""A job as its record in Redis holds it: the request, the progress, the result."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson

from schemas.jobs.job import CallbackState, JobState, JobStatus, JobWarning, OutputFile, Problem
from schemas.reading import Reading
from schemas.settings import Settings

if TYPE_CHECKING:
    from schemas.conversion import Conversion, Defaults

PACKED: Final = "packed"
"""The reader of a `JobDocument` that is compressed, or an archive."""

# One step converts this much in some hundredths of a second, so that no other small job waits for long.
_MANY: Final = 100
LARGE: Final = 256 * 1024
"""The most bytes of the documents of a small job."""


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
    name: str | None = None
    reader: str | None = None
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
        stem: the name of its files in place of "articles".
        name: the caller's name for the job, or that of its source.
        tags: the caller's tags of the job.
        reading: how its documents are read.
        request_id: the id of the request, for the logs of every task.
        trace: the headers of W3C Trace Context, if the request has a trace.
        stored: the size in bytes of the whole request in the store. If it is not 0, this is an outline: it has no
            documents, options and metadata (workers.jobs.contents).
    """

    documents: tuple[JobDocument, ...] = ()
    formats: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    at: str = ""
    split: int | None = None
    on_error: Literal["skip", "fail"] = "skip"
    owner: str = ""
    callback: str | None = None
    callback_headers: Mapping[str, str] = field(default_factory=dict)
    stem: str | None = None
    name: str | None = None
    tags: tuple[str, ...] = ()
    reading: Reading = field(default_factory=Reading)
    request_id: str = ""
    trace: Mapping[str, str] = field(default_factory=dict)
    stored: int = 0

    @property
    def size(self) -> int:
        """The bytes that the request counts for: its documents, and what the caller states beside them."""
        stated = [one for one in (self.options, self.metadata, self.tags) if one]
        return sum(document.size for document in self.documents) + (len(orjson.dumps(stated)) if stated else 0)

    @property
    def is_large(self) -> bool:
        """Whether the job is split into chunks: it has many documents, many bytes, or a packed document."""
        return (
            self.stored > 0
            or len(self.documents) > _MANY
            or sum(document.size for document in self.documents) > LARGE
            or any(document.reader == PACKED for document in self.documents)
        )

    def conversion(self, settings: Settings) -> Conversion:
        """Return the facts that are the same for every article of the job."""
        # A process that only passes jobs on needs no Article.
        from schemas.conversion import Conversion  # noqa: PLC0415

        return Conversion(at=self.at, operator=settings.operator, most_output=settings.most_output, stem=self.stem)

    def defaults(self, settings: Settings) -> Defaults:
        """Return what the request and the operator's settings state for all documents."""
        from schemas.article.json_form import metadata_fields  # noqa: PLC0415
        from schemas.columns.names import take_columns  # noqa: PLC0415
        from schemas.conversion import Defaults  # noqa: PLC0415

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
class FileTotals:
    """The number of a job's files and their size in bytes."""

    count: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPlace:
    """Where the store has the result of a job: a range of bytes of an artifact in the job's folder.

    Args:
        name: the artifact.
        start: the first byte.
        size: the number of bytes.
        check: their CRC-32, which tells them from those of a later run.
    """

    name: str
    start: int
    size: int
    check: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """The record in the store of a job that has ended: the request, the files, the warnings."""

    spec: JobSpec
    files: tuple[StoredFile, ...] = ()
    warnings: tuple[JobWarning, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord(JobState):
    """A job as its record holds it.

    Args:
        spec: the request. After the end, an outline of it if `result` is stated.
        written: the number of bytes that its chunks have made so far.
        files: the files, if they are in the record; see `result`.
        file_totals: the number of all files, and their size.
        cut_failed: how many of the failed articles failed when the job was cut into chunks.
        callback: the delivery of the callback of the last end.
        counted: the bytes that count for its owner's quota.
        result: where the request, the files and the warnings are (workers.jobs.contents).
        unreadable: the places in the record that cannot be read: another version has written it, or it is damaged.
    """

    spec: JobSpec
    total: int | None = None
    done: int = 0
    failed: int = 0
    duplicates: int = 0
    written: int = 0
    files: tuple[StoredFile, ...] = ()
    file_totals: FileTotals = FileTotals()
    cut_failed: int = 0
    callback: CallbackState | None = None
    counted: int = 0
    result: ResultPlace | None = None
    unreadable: tuple[str, ...] = ()

    @property
    def can_run(self) -> bool:
        """Whether the request can be read as a whole."""
        return not any(place.partition("/")[0] == "spec" for place in self.unreadable)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnd:
    """The result of a job. `total` is the number of its articles, if the job went through all of them.

    `result` says where the store has the request, the files and the warnings. Without it the record keeps them.
    """

    status: JobStatus
    total: int | None = None
    done: int = 0
    failed: int = 0
    duplicates: int = 0
    files: tuple[StoredFile, ...] = ()
    warnings: tuple[JobWarning, ...] = ()
    error: Problem | None = None
    result: ResultPlace | None = None

    @property
    def file_totals(self) -> FileTotals:
        """The number of the files, and their size."""
        return FileTotals(count=len(self.files), bytes=sum(file.size for file in self.files))


def moment(at: float | None = None) -> str:
    """Return a time in seconds, by default now, as RFC 3339 in UTC with milliseconds."""
    moment = datetime.fromtimestamp(time.time() if at is None else at, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
