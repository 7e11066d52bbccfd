"""The metrics: what is counted and measured, under which names; docs/observing.md has the same table.

What happens is counted where it happens (`workers.telemetry.tally`); what is there at a moment, a gauge, is looked up
by whoever is asked for it. The labels of each have a fixed set of values: none holds a name, an id or an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from schemas.formats import FORMAT_IDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric.

    Args:
        name: its name, as Prometheus shows it.
        kind: what Prometheus calls its type.
        help: what it is, in its unit.
        labels: the names of its labels.
        values: those of its one label that are told from the start, at 0: what appears with 1 is no increase.
        buckets: of a histogram, the upper bounds; the last, +Inf, goes without saying.
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

JOBS_ACCEPTED: Final = Metric(name="newsmill_jobs_accepted_total", kind="counter", help="Jobs that were accepted.")
JOBS: Final = Metric(
    name="newsmill_jobs_total",
    kind="counter",
    help="Jobs that have ended, by how they did.",
    labels=("status",),
    values=("succeeded", "partial", "failed", "canceled"),
)
JOBS_FAILED: Final = Metric(
    name="newsmill_jobs_failed_total",
    kind="counter",
    help="Jobs that have failed, by the kind of problem, as /problems explains them.",
    labels=("problem",),
    values=("no-article", "article-failed", "conversion-failed", "store-failed", "internal-error", "worker-lost"),
)
JOB_WAIT: Final = Metric(
    name="newsmill_job_wait_seconds",
    kind="histogram",
    help="How long jobs that have ended had waited before a worker took them up; "
    "size is large for those that are cut into chunks.",
    labels=("size",),
    values=_SIZES,
    buckets=_LONG,
)
JOB_RUN: Final = Metric(
    name="newsmill_job_run_seconds",
    kind="histogram",
    help="How long jobs that have ended had run, from when a worker took them up.",
    labels=("size",),
    values=_SIZES,
    buckets=_LONG,
)
STEP: Final = Metric(
    name="newsmill_step_seconds",
    kind="histogram",
    help="How long a step of a job took: convert (a small job), cut, chunk, join.",
    labels=("step",),
    values=_STEPS,
    buckets=(*_SHORT, 60.0, 300.0, 900.0),
)
STEPS_RETRIED: Final = Metric(
    name="newsmill_steps_retried_total",
    kind="counter",
    help="Steps that were taken up again, since their process died or could not reach Redis.",
    labels=("step",),
    values=_STEPS,
)
STEPS_UNFINISHED: Final = Metric(
    name="newsmill_steps_unfinished_total",
    kind="counter",
    help="Steps that an error has broken off; each is taken up again.",
    labels=("step",),
    values=_STEPS,
)
ARTICLES: Final = Metric(
    name="newsmill_articles_total",
    kind="counter",
    help="Articles that were converted, in each format.",
    labels=("format",),
    values=FORMAT_IDS,
)
ARTICLES_FAILED: Final = Metric(
    name="newsmill_articles_failed_total",
    kind="counter",
    help="Articles that could not be: unreadable (no article could be read), invalid (a value does not fit), repeated "
    "(its id was in the job before), lost (its process died again and again).",
    labels=("reason",),
    values=("unreadable", "invalid", "repeated", "lost"),
)
EXPORTED: Final = Metric(
    name="newsmill_exported_bytes_total",
    kind="counter",
    help="Bytes of finished files.",
    labels=("format",),
    values=FORMAT_IDS,
)
RECEIVED: Final = Metric(
    name="newsmill_received_bytes_total", kind="counter", help="Bytes of the documents of accepted jobs."
)
CALLBACKS: Final = Metric(
    name="newsmill_callbacks_total",
    kind="counter",
    help="Attempts to send callbacks, by what they came to: delivered, again (it is tried again), failed (given up).",
    labels=("outcome",),
    values=("delivered", "again", "failed"),
)
REQUESTS: Final = Metric(
    name="newsmill_http_requests_total",
    kind="counter",
    help="Answered requests; route is a template, or none where nothing is served.",
    labels=("method", "route", "status"),
)
REQUEST: Final = Metric(
    name="newsmill_http_request_seconds",
    kind="histogram",
    help="How long requests took until their last byte, but for the time that they had asked to wait for a job.",
    labels=("method", "route"),
    buckets=_SHORT,
)

BUILD: Final = Metric(name="newsmill_build_info", kind="gauge", help="1; the version is a label.", labels=("version",))
UP: Final = Metric(
    name="newsmill_up",
    kind="gauge",
    help="Whether this process of the API reaches redis, the broker, the store: 1 or 0.",
    labels=("part",),
)
WORKERS: Final = Metric(name="newsmill_workers", kind="gauge", help="Workers that have been there a moment ago.")
QUEUED: Final = Metric(
    name="newsmill_queue_messages",
    kind="gauge",
    help="Messages that no worker has taken yet: newsmill has small jobs, newsmill.chunks what belongs to large ones, "
    "newsmill.callbacks who is to be told of their ends.",
    labels=("queue",),
)
ACTIVE: Final = Metric(name="newsmill_jobs_active", kind="gauge", help="Jobs that wait or run.")
ACTIVE_MAX: Final = Metric(
    name="newsmill_jobs_active_max", kind="gauge", help="How many may: past that new ones are refused."
)
KEPT: Final = Metric(name="newsmill_jobs_kept", kind="gauge", help="Jobs that have ended and whose files are kept.")
WAITING: Final = Metric(name="newsmill_steps_waiting", kind="gauge", help="Steps of jobs that wait for a worker.")
LEASED: Final = Metric(name="newsmill_steps_leased", kind="gauge", help="Steps of jobs that somebody is at work on.")
OLDEST: Final = Metric(
    name="newsmill_steps_oldest_waiting_seconds",
    kind="gauge",
    help="How long the step that has waited the longest has; 0 where none waits.",
)
CALLBACKS_WAITING: Final = Metric(
    name="newsmill_callbacks_waiting", kind="gauge", help="Callbacks that are neither delivered nor given up."
)
CALLBACKS_OLDEST: Final = Metric(
    name="newsmill_callbacks_oldest_due_seconds",
    kind="gauge",
    help="For how long the callback has been due that has been for the longest; 0 where none is.",
)
REDIS_MEMORY: Final = Metric(name="newsmill_redis_memory_bytes", kind="gauge", help="Memory that Redis uses.")
REDIS_MEMORY_MAX: Final = Metric(
    name="newsmill_redis_memory_max_bytes", kind="gauge", help="Memory that it may use; absent where nothing limits it."
)
STORE_FREE: Final = Metric(
    name="newsmill_store_free_bytes", kind="gauge", help="Room left where the store is, if it is a folder."
)
STORE_SIZE: Final = Metric(
    name="newsmill_store_size_bytes", kind="gauge", help="The size of the file system that it is on."
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
"""What is counted as it happens."""

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
"""What is looked up."""
