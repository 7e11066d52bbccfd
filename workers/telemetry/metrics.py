"""The metrics: names, types, help texts and labels. docs/observing.md has the same table.

Counters and histograms are counted where the event happens (`workers.telemetry.tally`). Gauges are read when the API is
asked for them. Every label has a fixed set of values: none holds a name, an id or an address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric.

    Args:
        name: its name in Prometheus.
        kind: its type in Prometheus.
        help: its meaning, with its unit.
        labels: the names of its labels.
        values: returns the values of its only label that are reported as 0 from the start. Prometheus sees no increase
            in a series that appears with 1.
        buckets: the upper bounds of a histogram, without the last, +Inf.
    """

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...]
    values: Callable[[], tuple[str, ...]]
    buckets: tuple[float, ...]


COUNTED: Final[list[Metric]] = []
"""Counters and histograms, counted as events happen."""

GAUGES: Final[list[Metric]] = []
"""Gauges, read on request."""


def _declare(
    kind: Literal["counter", "gauge", "histogram"],
    name: str,
    help_: str,
    buckets: tuple[float, ...] = (),
    **labels: tuple[str, ...] | Callable[[], tuple[str, ...]],
) -> Metric:
    """Declare a metric. Each label is given with its values, or with none if they are not known."""
    known = next(iter(labels.values())) if len(labels) == 1 else ()
    values = known if callable(known) else lambda: known
    metric = Metric(name=name, kind=kind, help=help_, labels=tuple(labels), values=values, buckets=buckets)
    (GAUGES if kind == "gauge" else COUNTED).append(metric)
    return metric


_counter: Final = partial(_declare, "counter")
_histogram: Final = partial(_declare, "histogram")
_gauge: Final = partial(_declare, "gauge")


def _written() -> tuple[str, ...]:
    # A worker counts, and imports no format.
    from workers.formats import FORMATS  # noqa: PLC0415

    return FORMATS.writable.ids


_STEPS: Final = ("convert", "cut", "chunk", "join")
_SIZES: Final = ("small", "large")

_SHORT: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_LONG: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)

JOBS_ACCEPTED: Final = _counter("newsmill_jobs_accepted_total", "Accepted jobs.")
JOBS: Final = _counter(
    "newsmill_jobs_total", "Ended jobs, by final status.", status=("succeeded", "partial", "failed", "canceled")
)
JOBS_FAILED: Final = _counter(
    "newsmill_jobs_failed_total",
    "Failed jobs, by problem type (see /problems).",
    problem=("no-article", "article-failed", "conversion-failed", "store-failed", "internal-error", "worker-lost"),
)
JOB_WAIT: Final = _histogram(
    "newsmill_job_wait_seconds",
    "Time that ended jobs waited for a worker; size is large for jobs that are split into chunks.",
    _LONG,
    size=_SIZES,
)
JOB_RUN: Final = _histogram(
    "newsmill_job_run_seconds", "Time that ended jobs ran, from the start of their first step.", _LONG, size=_SIZES
)
STEP: Final = _histogram(
    "newsmill_step_seconds",
    "Duration of a step: convert (a whole small job); cut, chunk and join (parts of a large job).",
    (*_SHORT, 60.0, 300.0, 900.0),
    step=_STEPS,
)
STEPS_RETRIED: Final = _counter(
    "newsmill_steps_retried_total", "Retried steps: the process died or could not reach Redis.", step=_STEPS
)
STEPS_UNFINISHED: Final = _counter(
    "newsmill_steps_unfinished_total", "Steps that ended with an error; each is retried.", step=_STEPS
)
ARTICLES: Final = _counter("newsmill_articles_total", "Converted articles, by output format.", format=_written)
ARTICLES_FAILED: Final = _counter(
    "newsmill_articles_failed_total",
    "Failed articles: unreadable (no article could be read), invalid (a value breaks a rule), conflict (the job "
    "already has this id and version with other content), lost (the process died on it repeatedly), "
    "internal (a fault of newsmill).",
    reason=("unreadable", "invalid", "conflict", "lost", "internal"),
)
ARTICLES_DUPLICATE: Final = _counter(
    "newsmill_articles_duplicate_total",
    "Articles that came again in their job, with the same id, version and content; each is kept once.",
)
EXPORTED: Final = _counter("newsmill_exported_bytes_total", "Bytes of finished files, by format.", format=_written)
RECEIVED: Final = _counter("newsmill_received_bytes_total", "Bytes of the documents of accepted jobs.")
CALLBACKS: Final = _counter(
    "newsmill_callbacks_total",
    "Attempts to send a callback, by outcome: delivered, again (another attempt follows), failed (the last one).",
    outcome=("delivered", "again", "failed"),
)
REQUESTS: Final = _counter(
    "newsmill_http_requests_total",
    "Answered requests; route is a path template, or none for an unknown path.",
    method=(),
    route=(),
    status=(),
)
REQUEST: Final = _histogram(
    "newsmill_http_request_seconds",
    "Time to the last byte of an answer, without the time that the request waited for a job.",
    _SHORT,
    method=(),
    route=(),
)
BUILD: Final = _gauge("newsmill_build_info", "Always 1; the label is the version.", version=())
UP: Final = _gauge("newsmill_up", "1 if this API process reaches the part (redis or store), else 0.", part=())
WORKERS: Final = _gauge("newsmill_workers", "Workers with a recent heartbeat.")
QUEUED: Final = _gauge(
    "newsmill_queue_due",
    "Due work of a queue that no worker has taken: newsmill (small jobs), newsmill.chunks (steps of large jobs), "
    "newsmill.callbacks (callbacks).",
    queue=(),
)
ACTIVE: Final = _gauge("newsmill_jobs_active", "Queued and running jobs.")
ACTIVE_MAX: Final = _gauge(
    "newsmill_jobs_active_max", "Limit on queued and running jobs; above it new jobs are refused."
)
KEPT: Final = _gauge("newsmill_jobs_kept", "Ended jobs whose files are still available.")
WAITING: Final = _gauge("newsmill_steps_waiting", "Steps waiting for a worker.")
LEASED: Final = _gauge("newsmill_steps_leased", "Steps that a worker holds a lease on.")
OLDEST: Final = _gauge(
    "newsmill_steps_oldest_waiting_seconds", "Waiting time of the oldest waiting step; 0 if none waits."
)
CALLBACKS_WAITING: Final = _gauge(
    "newsmill_callbacks_waiting", "Callbacks that are not delivered yet and will be tried again."
)
CALLBACKS_OLDEST: Final = _gauge(
    "newsmill_callbacks_oldest_due_seconds", "Delay of the most overdue callback; 0 if none is due."
)
REDIS_MEMORY: Final = _gauge("newsmill_redis_memory_bytes", "Memory used by Redis.")
REDIS_MEMORY_MAX: Final = _gauge("newsmill_redis_memory_max_bytes", "Memory limit of Redis; absent without a limit.")
STORE_FREE: Final = _gauge(
    "newsmill_store_free_bytes", "Free space on the file system of the store, if the store is a folder."
)
STORE_SIZE: Final = _gauge(
    "newsmill_store_size_bytes", "Size of the file system of the store, if the store is a folder."
)
