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
from typing import Any, Final

from workers.job_record import Job, JobEnd
from workers.telemetry import metrics
from workers.telemetry.logs import bind, bound
from workers.telemetry.tally import COUNTS

_SAID: Final = {"convert": "converted", "cut": "cut into chunks", "chunk": "chunk made", "join": "chunks joined"}

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class _StepNow:
    """The step that is worked on here: which it is, and what it came to so far."""

    kind: str
    job: Job | None = None
    came_to: dict[str, int] = field(default_factory=dict)


_step_now: ContextVar[_StepNow | None] = ContextVar("step", default=None)


@contextmanager
def step(job_id: str, kind: str, number: int, tries: int) -> Iterator[None]:
    """A step of a job, from its taking up to its end; `tries` is how often it was taken up, this time included."""
    now = _StepNow(kind=kind)
    names: dict[str, Any] = {"request_id": None, "job_id": job_id, "step": kind}
    names |= {"chunk": number if kind == "chunk" else None, "try": tries, "worker": _worker()}
    token = _step_now.set(now)
    began = time.perf_counter()
    with bound(**names):
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
            raise
        else:
            seconds = time.perf_counter() - began
            COUNTS.observe(metrics.STEP, seconds, step=kind)
            # Of a small job the line of its end says all.
            level = logging.DEBUG if kind == "convert" else logging.INFO
            log.log(level, _SAID[kind], extra={**now.came_to, "seconds": round(seconds, 4)})
        finally:
            _step_now.reset(token)


def begun(job: Job) -> Job:
    """The record of the step's job is read: the request that posted it is known from here on; gives the job."""
    if now := _step_now.get():
        now.job = job
        bind(request_id=job.spec.request_id)
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
    log.info("job accepted", extra=said)


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
    exported = 0
    for file in end.files:
        COUNTS.count(metrics.EXPORTED, by=file["size"], format=file["format"])
        exported += file["size"]
    said = {"job_id": job_id, "status": end.status, "problem": problem, "done": end.done, "failed": end.failed}
    log.info("job ended", extra={**said, "files": len(end.files), "bytes": exported, **_times()})


def _times() -> dict[str, float]:
    """How long the job of this step has waited and run; nothing where it is ended by a client, who has stopped it."""
    now = _step_now.get()
    if now is None or now.job is None or now.job.started is None:
        return {}
    started = datetime.fromisoformat(now.job.started).timestamp()
    waited = max(0.0, started - datetime.fromisoformat(now.job.created).timestamp())
    ran = max(0.0, time.time() - started)
    size = "small" if now.kind == "convert" else "large"
    COUNTS.observe(metrics.JOB_WAIT, waited, size=size)
    COUNTS.observe(metrics.JOB_RUN, ran, size=size)
    return {"waited": round(waited, 3), "ran": round(ran, 3)}


def _worker() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"
