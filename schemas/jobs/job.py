"""Data types of a job, as the API sends it and the client receives it. `schemas.jobs.record` adds to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal, get_args

from schemas.typed_json import described

JobStatus = Literal["queued", "running", "succeeded", "partial", "failed", "canceled", "expired"]

STATUSES: Final = get_args(JobStatus)
ENDED: Final = ("succeeded", "partial", "failed", "canceled", "expired")
"""The final statuses. A job that has ended may still become expired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The progress of a job, in articles. `total` is absent until it is known.

    `done`, `failed` and `duplicates` add up to the articles so far, and at the end to `total`.
    """

    total: int | None = described(default=None, minimum=0)
    done: int = described(minimum=0)
    failed: int = described(minimum=0)
    duplicates: int = described(
        "Articles that came again with the same id, version and content; each is kept once", default=0, minimum=0
    )
    rate: float | None = described("Articles per second since the job began, while it runs", default=None)
    seconds_left: float | None = described("The remaining time at that rate, if `total` is known", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFile:
    """A file that a conversion has made; `sha256` is in hexadecimal."""

    name: str
    format: str
    media_type: str
    size: int = described("Bytes")
    sha256: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile(OutputFile):
    """A finished file."""

    href: str = described("The address of the file", format="uri-reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobWarning:
    """A warning about a completed conversion."""

    SCHEMA_NAME: ClassVar = "Warning"

    type: str
    detail: str
    articles: int = described("The number of articles with this warning")
    format: str | None = described("The format that the warning is about", default=None)
    field: str | None = described("The field of the Article that the warning is about", default=None)
    path: str | None = described("The place in the sources that the warning is about", default=None)
    values: tuple[str, ...] | None = described(
        "Values at that place, with the places of their articles; for duplicates, only the places", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemFault:
    """One fault of a request: in a value of its body, or in a parameter of its URL."""

    pointer: str | None = described("A JSON Pointer into the request's body (RFC 6901)", default=None)
    parameter: str | None = described("The name of a parameter of the URL", default=None)
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Problem details (RFC 9457)."""

    type: str = described(format="uri-reference")
    title: str
    status: int | None = None
    detail: str
    request_id: str | None = described(
        "The id of the request, as in the header X-Request-Id and in the log", default=None
    )
    errors: tuple[ProblemFault, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackState:
    """The delivery of a callback."""

    status: Literal["pending", "delivered", "failed"]
    attempts: int = described("How often the callback was sent", minimum=0)
    last_error: str | None = described("Why the last attempt failed", default=None)
    next_attempt: str | None = described("The time of the next attempt", default=None, format="date-time")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCallback(CallbackState):
    """The callback of a job and its delivery."""

    SCHEMA_NAME: ClassVar = "CallbackState"

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """The status of a job; times are RFC 3339, in UTC."""

    id: str
    status: JobStatus
    created: str = described(format="date-time")
    started: str | None = described(default=None, format="date-time")
    finished: str | None = described(default=None, format="date-time")
    expires: str | None = described(default=None, format="date-time")
    warnings: tuple[JobWarning, ...] = ()
    error: Problem | None = None

    @property
    def ended(self) -> bool:
        """Whether the job has ended."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(JobState):
    """An export job."""

    progress: Progress
    formats: tuple[str, ...]
    name: str | None = described("The name that the request states, or that of its source", default=None)
    tags: tuple[str, ...] = described("The tags that the request states", default=())
    owner: str | None = described("The caller that owns the job. Only an operator sees it", default=None)
    file_count: int = described("The number of files", default=0, minimum=0)
    file_bytes: int = described("The size of all files in bytes", default=0, minimum=0)
    files: tuple[ExportedFile, ...] = ()
    callback: JobCallback | None = None

    @property
    def done(self) -> int:
        """The number of converted articles."""
        return self.progress.done

    @property
    def failed(self) -> int:
        """The number of failed articles."""
        return self.progress.failed

    @property
    def duplicates(self) -> int:
        """The number of articles that came again; each is kept once."""
        return self.progress.duplicates

    @property
    def passed(self) -> int:
        """The number of articles so far: converted, failed, and duplicates."""
        return self.done + self.failed + self.duplicates

    @property
    def total(self) -> int | None:
        """The number of articles, if known."""
        return self.progress.total
