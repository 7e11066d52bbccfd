"""What happens to a job: each event is a log line, is counted, and is part of its trace."""

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
from typing import TYPE_CHECKING, Any, Final, Literal

from structlog.contextvars import bind_contextvars, bound_contextvars

from schemas.job_record import Job, JobEnd
from workers.pipeline.stage_times import Times
from workers.telemetry import metrics, traces
from workers.telemetry.logs import get_logger
from workers.telemetry.tally import COUNTS

if TYPE_CHECKING:
    from workers.telemetry.otel import Span

_SAID: Final = {"convert": "converted", "cut": "cut into chunks", "chunk": "chunk made", "join": "chunks joined"}

log = get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class _StepNow:
    """The step that is worked on here: which it is, and what it came to so far."""

    kind: str
    names: dict[str, Any]
    began: float
    job: Job | None = None
    came_to: dict[str, int] = field(default_factory=dict)
    span: Span | None = None
    times: Times | None = None
    problem: str = ""


_step_now: ContextVar[_StepNow | None] = ContextVar("step", default=None)


@contextmanager
def step(job_id: str, kind: str, number: int, tries: int) -> Iterator[None]:
    """A step of a job, from its taking up to its end; `tries` is how often it was taken up, this time included."""
    names: dict[str, Any] = {"request_id": None, "job_id": job_id, "step": kind}
    names |= {"chunk": number if kind == "chunk" else None, "try": tries, "worker": _worker()}
    now = _StepNow(kind=kind, names=names, began=time.time())
    token = _step_now.set(now)
    began = time.perf_counter()
    with bound_contextvars(**names, trace_id=None):
        if tries > 1:
            COUNTS.count(metrics.STEPS_RETRIED, step=kind)
            log.warning("taken up again: its process died, or could not reach Redis")
        else:
            log.debug("taken up")
        try:
            yield
        except Exception as error:
            COUNTS.count(metrics.STEPS_UNFINISHED, step=kind)
            log.warning("broken off: %s", error)
            if now.span:
                now.span.failed(error)
            raise
        else:
            seconds = time.perf_counter() - began
            COUNTS.observe(metrics.STEP, seconds, step=kind)
            # Of a small job the line of its end says all.
            level = logging.DEBUG if kind == "convert" else logging.INFO
            log.log(level, _SAID[kind], **now.came_to, seconds=round(seconds, 4))
        finally:
            _step_now.reset(token)
            _end_span(now)


def begun(job: Job) -> Job:
    """The record of the step's job is read: the request that posted it is known from here on; gives the job."""
    if now := _step_now.get():
        now.job = job
        bind_contextvars(request_id=job.spec.request_id)
        _begin_span(now, job)
    return job


def accepted(job: Job) -> None:
    """A job was accepted."""
    size = sum(document.size for document in job.spec.documents)
    COUNTS.count(metrics.JOBS_ACCEPTED)
    COUNTS.count(metrics.RECEIVED, by=size)
    said = {
        "job_id": job.id,
        "documents": len(job.spec.documents),
        "bytes": size,
        "formats": ",".join(job.spec.formats),
    }
    log.info("job accepted", **said)


def converted(formats: Sequence[str], *, done: int, failed: Mapping[str, int]) -> None:
    """Articles were converted.

    Args:
        formats: the formats that each was written in.
        done: how many.
        failed: how many could not be, by the kind of reason.
    """
    for name in formats if done else ():
        COUNTS.count(metrics.ARTICLES, by=done, format=name)
    failed_as(failed)
    came_to(done=done, failed=sum(failed.values()))


def failed_as(kinds: Mapping[str, int]) -> None:
    """So many articles could not be converted, for these kinds of reasons."""
    for reason, many in kinds.items():
        COUNTS.count(metrics.ARTICLES_FAILED, by=many, reason=reason)


def came_to(**counts: int) -> None:
    """What the step that is worked on came to, for its log line and its span."""
    if now := _step_now.get():
        now.came_to |= counts


def ended(job_id: str, end: JobEnd) -> None:
    """A job has ended; to be called once for each."""
    COUNTS.count(metrics.JOBS, status=end.status)
    problem = (end.error or {}).get("type", "").rpartition("/")[2]
    if problem:
        COUNTS.count(metrics.JOBS_FAILED, problem=problem)
    if now := _step_now.get():
        now.problem = problem
    exported = 0
    for file in end.files:
        COUNTS.count(metrics.EXPORTED, by=file["size"], format=file["format"])
        exported += file["size"]
    said = {"job_id": job_id, "status": end.status, "problem": problem, "done": end.done, "failed": end.failed}
    log.info("job ended", **said, files=len(end.files), bytes=exported, **_times())


def expired(job_id: str) -> None:
    """The files of a job have had their time, and are removed."""
    log.info("files expired", job_id=job_id)


def called_back(job_id: str, to: str, status: str, *, attempts: int, error: str | None) -> None:
    """A callback was sent, or given up.

    Args:
        job_id: the job whose end it tells of.
        to: the host and the port of who is told.
        status: delivered, failed (it is given up) or pending (it is sent again).
        attempts: how often it was sent, this time included.
        error: what was wrong with this attempt.
    """
    outcome = "again" if status == "pending" else status
    COUNTS.count(metrics.CALLBACKS, outcome=outcome)
    level = logging.WARNING if status == "failed" else logging.INFO
    log.log(level, "callback sent", job_id=job_id, to=to, outcome=outcome, attempts=attempts, error=error)


def times() -> Times | None:
    """Where to count how long the step that is worked on reads, writes and checks; None where nobody asks."""
    now = _step_now.get()
    if now is None or now.span is None:
        return None
    now.times = now.times or Times()
    return now.times


def _begin_span(now: _StepNow, job: Job) -> None:
    """The span of a step, and before the first of a job that of its wait."""
    first = now.kind == "convert" and now.names["try"] == 1
    if first and job.started and (wait := _begin("wait", "internal", job, _seconds(job.created), now)):
        wait.end(_seconds(job.started))
    now.span = _begin(now.kind, "consumer", job, now.began, now)
    if now.span:
        bind_contextvars(trace_id=now.span.trace_id)


def _begin(name: str, kind: Literal["consumer", "internal"], job: Job, at: float, now: _StepNow) -> Span | None:
    named = {name: value for name, value in now.names.items() if value is not None and name != "step"}
    request_id = job.spec.request_id
    return traces.begin(name, kind=kind, within=job.spec.trace, at=at, **named | {"request_id": request_id})


def _end_span(now: _StepNow) -> None:
    if now.span is None:
        return
    now.span.say(**now.came_to)
    if now.times:
        spent = {"read": now.times.read, "write": now.times.write, "check": now.times.check}
        now.span.say(**{f"{work}_seconds": round(seconds, 6) for work, seconds in spent.items()})
    if now.problem:
        now.span.failed(now.problem)
    now.span.end()


def _times() -> dict[str, float]:
    """How long the job of this step has waited and run; nothing where it is ended by a client, who has stopped it."""
    now = _step_now.get()
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
