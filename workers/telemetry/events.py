"""The events of a job. Each is logged, counted and made part of the job's trace."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeVar

from structlog.contextvars import bind_contextvars, bound_contextvars

from schemas.jobs.record import JobEnd, JobRecord
from workers.telemetry import metrics, traces
from workers.telemetry.logs import get_logger
from workers.telemetry.tally import COUNTS

if TYPE_CHECKING:
    from workers.telemetry.otel import Span

_DONE: Final = {"convert": "job converted", "cut": "job split", "chunk": "chunk converted", "join": "chunks merged"}

log = get_logger(__name__)


class StageTimes(Protocol):
    """Seconds spent on each stage of a conversion so far."""

    read: float
    write: float
    check: float


T = TypeVar("T", bound=StageTimes)


@dataclass(slots=True, kw_only=True)
class _CurrentStep:
    """The current step of this thread, and its results so far."""

    kind: str
    fields: dict[str, str | int | None]
    began: float
    job: JobRecord | None = None
    results: dict[str, int] = field(default_factory=dict)
    span: Span | None = None
    times: list[StageTimes] = field(default_factory=list)
    problem: str = ""


_current_step: ContextVar[_CurrentStep | None] = ContextVar("step", default=None)


@contextmanager
def step(job_id: str, kind: str, number: int, tries: int) -> Iterator[None]:
    """Log, count and trace one attempt at a step. `tries` is the number of attempts, this one included."""
    fields: dict[str, str | int | None] = {"request_id": None, "job_id": job_id, "step": kind}
    fields |= {"chunk": number if kind == "chunk" else None, "try": tries, "worker": _worker()}
    now = _CurrentStep(kind=kind, fields=fields, began=time.time())
    token = _current_step.set(now)
    began = time.perf_counter()
    with bound_contextvars(**fields, trace_id=None):
        if tries > 1:
            COUNTS.count(metrics.STEPS_RETRIED, step=kind)
            log.warning("step retried: its process died or could not reach Redis")
        else:
            log.debug("step started")
        try:
            yield
        except Exception as error:
            COUNTS.count(metrics.STEPS_UNFINISHED, step=kind)
            log.warning("step failed: %s", error)
            if now.span:
                now.span.failed(error)
            raise
        else:
            seconds = time.perf_counter() - began
            COUNTS.observe(metrics.STEP, seconds, step=kind)
            # For a small job, "job ended" has all of it.
            level = logging.DEBUG if kind == "convert" else logging.INFO
            log.log(level, _DONE[kind], **now.results, seconds=round(seconds, 4))
        finally:
            _current_step.reset(token)
            _end_span(now)


def begun(job: JobRecord) -> JobRecord:
    """Bind the job of the current step, and the request that posted it, to the step's events. Return the job."""
    if now := _current_step.get():
        now.job = job
        bind_contextvars(request_id=job.spec.request_id)
        _begin_span(now, job)
    return job


def accepted(job: JobRecord) -> None:
    """Log and count an accepted job."""
    size = sum(document.size for document in job.spec.documents)
    COUNTS.count(metrics.JOBS_ACCEPTED)
    COUNTS.count(metrics.RECEIVED, by=size)
    fields = {
        "job_id": job.id,
        "documents": len(job.spec.documents),
        "bytes": size,
        "formats": ",".join(job.spec.formats),
    }
    log.info("job accepted", **fields)


def converted(formats: Sequence[str], *, done: int, failed: Mapping[str, int], duplicates: int = 0) -> None:
    """Count converted articles for each format, failed ones by kind, and duplicates."""
    for name in formats if done else ():
        COUNTS.count(metrics.ARTICLES, by=done, format=name)
    articles_left_out(failed, duplicates)
    add_results(done=done, failed=sum(failed.values()), **({"duplicates": duplicates} if duplicates else {}))


def articles_left_out(kinds: Mapping[str, int], duplicates: int = 0) -> None:
    """Count failed articles by kind, and duplicates."""
    for reason, number in kinds.items():
        COUNTS.count(metrics.ARTICLES_FAILED, by=number, reason=reason)
    if duplicates:
        COUNTS.count(metrics.ARTICLES_DUPLICATE, by=duplicates)


def add_results(**counts: int) -> None:
    """Add results of the current step to its log line and its span."""
    if now := _current_step.get():
        now.results |= counts


def ended(job_id: str, end: JobEnd) -> None:
    """Log and count the end of a job. Call it once for each job."""
    COUNTS.count(metrics.JOBS, status=end.status)
    problem = end.error.type.rpartition("/")[2] if end.error else ""
    if problem:
        COUNTS.count(metrics.JOBS_FAILED, problem=problem)
    if now := _current_step.get():
        now.problem = problem
    exported = 0
    for file in end.files:
        COUNTS.count(metrics.EXPORTED, by=file.size, format=file.format)
        exported += file.size
    fields = {"job_id": job_id, "status": end.status, "problem": problem}
    counts = {"done": end.done, "failed": end.failed, "duplicates": end.duplicates, "files": len(end.files)}
    log.info("job ended", **fields, **counts, bytes=exported, **_times())


def expired(job_id: str) -> None:
    """Log that the files of an expired job are deleted."""
    log.info("files expired", job_id=job_id)


def called_back(job_id: str, to: str, status: str, *, attempts: int, error: str | None) -> None:
    """Log and count an attempt to send a callback to a host and port. "pending" means that another attempt follows."""
    outcome = "again" if status == "pending" else status
    COUNTS.count(metrics.CALLBACKS, outcome=outcome)
    level = logging.WARNING if status == "failed" else logging.INFO
    log.log(level, "callback sent", job_id=job_id, to=to, outcome=outcome, attempts=attempts, error=error)


def times(counted: T) -> T | None:
    """Have the span of the current step report these stage times; None if the step has no span."""
    now = _current_step.get()
    if now is None or now.span is None:
        return None
    now.times.append(counted)
    return counted


def _begin_span(now: _CurrentStep, job: JobRecord) -> None:
    """Begin the span of a step. Before a job's first step, add a span for its wait in the queue."""
    first = now.kind == "convert" and now.fields["try"] == 1
    if first and job.started and (wait := _begin("wait", "internal", job, _seconds(job.created), now)):
        wait.end(_seconds(job.started))
    now.span = _begin(now.kind, "consumer", job, now.began, now)
    if now.span:
        bind_contextvars(trace_id=now.span.trace_id)


def _begin(
    name: str, kind: Literal["consumer", "internal"], job: JobRecord, at: float, now: _CurrentStep
) -> Span | None:
    attributes = {name: value for name, value in now.fields.items() if value is not None and name != "step"}
    attributes["request_id"] = job.spec.request_id
    return traces.begin(name, kind=kind, within=job.spec.trace, at=at, **attributes)


def _end_span(now: _CurrentStep) -> None:
    if now.span is None:
        return
    now.span.set(**now.results)
    for stage in ("read", "write", "check") if now.times else ():
        now.span.set(**{f"{stage}_seconds": round(sum(getattr(times, stage) for times in now.times), 6)})
    if now.problem:
        now.span.failed(now.problem)
    now.span.end()


def _times() -> dict[str, float]:
    """Observe and return how long the current step's job waited and ran; empty where a request ended the job."""
    now = _current_step.get()
    if now is None or now.job is None or now.job.started is None:
        return {}
    started = _seconds(now.job.started)
    waited = max(0.0, started - _seconds(now.job.created))
    ran = max(0.0, time.time() - started)
    size = "small" if now.kind == "convert" else "large"
    COUNTS.observe(metrics.JOB_WAIT, waited, size=size)
    COUNTS.observe(metrics.JOB_RUN, ran, size=size)
    return {"waited": round(waited, 3), "ran": round(ran, 3)}


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _worker() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"
