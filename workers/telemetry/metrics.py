"""The metrics: names, types, help texts and labels. docs/observing.md has the same table.

Counters and histograms are counted where the event happens (`workers.telemetry.tally`). Gauges are read when the API is
asked for them. Every label has a fixed set of values: none holds a name, an id or an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from workers.formats import FORMATS


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric.

    Args:
        name: its name in Prometheus.
        kind: its type in Prometheus.
        help: its meaning, with its unit.
        labels: the names of its labels.
        values: the values of its only label that are reported as 0 from the start. Prometheus sees no increase in a
            series that appears with 1.
        buckets: the upper bounds of a histogram, without the last, +Inf.
    """

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


_STEPS: Final = ("convert", "cut", "chunk", "join")
_SIZES: Final = ("small", "large")

_SHORT: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_LONG: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)

JOBS_ACCEPTED: Final = Metric(name="newsmill_jobs_accepted_total", kind="counter", help="Accepted jobs.")
JOBS: Final = Metric(
    name="newsmill_jobs_total",
    kind="counter",
    help="Ended jobs, by final status.",
    labels=("status",),
    values=("succeeded", "partial", "failed", "canceled"),
)
JOBS_FAILED: Final = Metric(
    name="newsmill_jobs_failed_total",
    kind="counter",
    help="Failed jobs, by problem type (see /problems).",
    labels=("problem",),
    values=("no-article", "article-failed", "conversion-failed", "store-failed", "internal-error", "worker-lost"),
)
JOB_WAIT: Final = Metric(
    name="newsmill_job_wait_seconds",
    kind="histogram",
    help="Time that ended jobs waited for a worker; size is large for jobs that are split into chunks.",
    labels=("size",),
    values=_SIZES,
    buckets=_LONG,
)
JOB_RUN: Final = Metric(
    name="newsmill_job_run_seconds",
    kind="histogram",
    help="Time that ended jobs ran, from the start of their first step.",
    labels=("size",),
    values=_SIZES,
    buckets=_LONG,
)
STEP: Final = Metric(
    name="newsmill_step_seconds",
    kind="histogram",
    help="Duration of a step: convert (a whole small job); cut, chunk and join (parts of a large job).",
    labels=("step",),
    values=_STEPS,
    buckets=(*_SHORT, 60.0, 300.0, 900.0),
)
STEPS_RETRIED: Final = Metric(
    name="newsmill_steps_retried_total",
    kind="counter",
    help="Retried steps: the process died or could not reach Redis.",
    labels=("step",),
    values=_STEPS,
)
STEPS_UNFINISHED: Final = Metric(
    name="newsmill_steps_unfinished_total",
    kind="counter",
    help="Steps that ended with an error; each is retried.",
    labels=("step",),
    values=_STEPS,
)
ARTICLES: Final = Metric(
    name="newsmill_articles_total",
    kind="counter",
    help="Converted articles, by output format.",
    labels=("format",),
    values=FORMATS.writable.ids,
)
ARTICLES_FAILED: Final = Metric(
    name="newsmill_articles_failed_total",
    kind="counter",
    help="Failed articles: unreadable (no article could be read), invalid (a value breaks a rule), repeated (the job "
    "already has an article of this id and version), lost (the process died on it repeatedly).",
    labels=("reason",),
    values=("unreadable", "invalid", "repeated", "lost"),
)
EXPORTED: Final = Metric(
    name="newsmill_exported_bytes_total",
    kind="counter",
    help="Bytes of finished files, by format.",
    labels=("format",),
    values=FORMATS.writable.ids,
)
RECEIVED: Final = Metric(
    name="newsmill_received_bytes_total", kind="counter", help="Bytes of the documents of accepted jobs."
)
CALLBACKS: Final = Metric(
    name="newsmill_callbacks_total",
    kind="counter",
    help="Attempts to send a callback, by outcome: delivered, again (another attempt follows), failed (the last one).",
    labels=("outcome",),
    values=("delivered", "again", "failed"),
)
REQUESTS: Final = Metric(
    name="newsmill_http_requests_total",
    kind="counter",
    help="Answered requests; route is a path template, or none for an unknown path.",
    labels=("method", "route", "status"),
)
REQUEST: Final = Metric(
    name="newsmill_http_request_seconds",
    kind="histogram",
    help="Time to the last byte of an answer, without the time that the request asked to wait for a job.",
    labels=("method", "route"),
    buckets=_SHORT,
)

BUILD: Final = Metric(
    name="newsmill_build_info", kind="gauge", help="Always 1; the label is the version.", labels=("version",)
)
UP: Final = Metric(
    name="newsmill_up",
    kind="gauge",
    help="1 if this API process reaches the part (redis, broker or store), else 0.",
    labels=("part",),
)
WORKERS: Final = Metric(name="newsmill_workers", kind="gauge", help="Workers with a recent heartbeat.")
QUEUED: Final = Metric(
    name="newsmill_queue_messages",
    kind="gauge",
    help="Messages waiting in a queue: newsmill (small jobs), newsmill.chunks (steps of large jobs), "
    "newsmill.callbacks (callbacks).",
    labels=("queue",),
)
ACTIVE: Final = Metric(name="newsmill_jobs_active", kind="gauge", help="Queued and running jobs.")
ACTIVE_MAX: Final = Metric(
    name="newsmill_jobs_active_max",
    kind="gauge",
    help="Limit on queued and running jobs; above it new jobs are refused.",
)
KEPT: Final = Metric(name="newsmill_jobs_kept", kind="gauge", help="Ended jobs whose files are still available.")
WAITING: Final = Metric(name="newsmill_steps_waiting", kind="gauge", help="Steps waiting for a worker.")
LEASED: Final = Metric(name="newsmill_steps_leased", kind="gauge", help="Steps that a worker holds a lease on.")
OLDEST: Final = Metric(
    name="newsmill_steps_oldest_waiting_seconds",
    kind="gauge",
    help="Waiting time of the oldest waiting step; 0 if none waits.",
)
CALLBACKS_WAITING: Final = Metric(
    name="newsmill_callbacks_waiting",
    kind="gauge",
    help="Callbacks that are not delivered yet and will be tried again.",
)
CALLBACKS_OLDEST: Final = Metric(
    name="newsmill_callbacks_oldest_due_seconds",
    kind="gauge",
    help="Delay of the most overdue callback; 0 if none is due.",
)
REDIS_MEMORY: Final = Metric(name="newsmill_redis_memory_bytes", kind="gauge", help="Memory used by Redis.")
REDIS_MEMORY_MAX: Final = Metric(
    name="newsmill_redis_memory_max_bytes", kind="gauge", help="Memory limit of Redis; absent without a limit."
)
STORE_FREE: Final = Metric(
    name="newsmill_store_free_bytes",
    kind="gauge",
    help="Free space on the file system of the store, if the store is a folder.",
)
STORE_SIZE: Final = Metric(
    name="newsmill_store_size_bytes",
    kind="gauge",
    help="Size of the file system of the store, if the store is a folder.",
)

COUNTED: Final = (
    JOBS_ACCEPTED,
    JOBS,
    JOBS_FAILED,
    JOB_WAIT,
    JOB_RUN,
    STEP,
    STEPS_RETRIED,
    STEPS_UNFINISHED,
    ARTICLES,
    ARTICLES_FAILED,
    EXPORTED,
    RECEIVED,
    CALLBACKS,
    REQUESTS,
    REQUEST,
)
"""Counters and histograms, counted as events happen."""

GAUGES: Final = (
    BUILD,
    UP,
    WORKERS,
    QUEUED,
    ACTIVE,
    ACTIVE_MAX,
    KEPT,
    WAITING,
    LEASED,
    OLDEST,
    CALLBACKS_WAITING,
    CALLBACKS_OLDEST,
    REDIS_MEMORY,
    REDIS_MEMORY_MAX,
    STORE_FREE,
    STORE_SIZE,
)
"""Gauges, read on request."""
