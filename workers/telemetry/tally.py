"""Counters and histograms of all processes, added up in Redis.

Each process counts in memory and adds its counts to those in Redis once a second. So any process of the API can report
the whole service, including processes on other machines and processes that have ended. Counting never waits for Redis.
"""

from __future__ import annotations

import atexit
import secrets
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from typing import Final, cast

import redis

from schemas.errors import BrokerError
from workers.redis import keys
from workers.redis.scripts import Script, flat
from workers.telemetry.logs import get_logger
from workers.telemetry.metrics import Metric

_EVERY: Final = 1.0
_MICROSECONDS: Final = 1_000_000
_SUM: Final = "sum"

log = get_logger(__name__)


class Counts:
    """The counts of this process that are not in Redis yet."""

    def __init__(self) -> None:
        self._send_counts: Script[None] | None = None
        self._counts: Counter[str] = Counter()
        self._batch: Counter[str] = Counter()
        self._batch_number = 0
        self._process = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._thread: threading.Thread | None = None
        self._flushes_at_exit = False

    def send_to(self, client: redis.Redis) -> None:
        """Add the counts to those in this Redis, every second and at the end of the process."""
        self._send_counts = Script(client, "add_counts")
        if not self._flushes_at_exit:
            self._flushes_at_exit = True
            atexit.register(self.flush)

    def count(self, metric: Metric, by: int = 1, **labels: str) -> None:
        """Add a number to a counter, given the value of each of its labels."""
        self._add({_field(metric, labels): by})

    def observe(self, metric: Metric, seconds: float, **labels: str) -> None:
        """Add a duration to a histogram, rounded to a microsecond."""
        # A duration is negative after a clock was set back, or between the clocks of two machines.
        seconds = max(seconds, 0.0)
        name = _field(metric, labels)
        bucket = bisect_left(metric.buckets, seconds)
        self._add({f"{name}|{bucket}": 1, f"{name}|{_SUM}": round(seconds * _MICROSECONDS)})

    def flush(self) -> None:
        """Add the counts to those in Redis now. Without a connection they are kept for the next flush."""
        if self._send_counts is None:
            return
        with self._sending:
            # First the batch that could not be sent before, then the new counts.
            if not self._send():
                return
            with self._lock:
                self._batch, self._counts = self._counts, Counter()
            self._batch_number += 1
            self._send()

    def _send(self) -> bool:
        """Send the batch, if there is one. Return False if Redis cannot be reached."""
        if self._batch and self._send_counts:
            try:
                self._send_counts(self._process, self._batch_number, *flat(self._batch))
            except BrokerError as error:
                log.debug("counts not sent to Redis: %s", error)
                return False
            self._batch = Counter()
        return True

    def _add(self, counts: Mapping[str, int]) -> None:
        with self._lock:
            for name, by in counts.items():
                self._counts[name] += by
            if self._thread is None and self._send_counts is not None:
                self._thread = threading.Thread(target=self._run, name="counts", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(_EVERY):
            self.flush()


COUNTS: Final = Counts()
"""The counts of this process."""


def read_counts(client: redis.Redis) -> Mapping[str, int]:
    """Return the counts of all processes, by field; see `samples_of`.

    Raises:
        redis.RedisError: Redis cannot be reached.
    """
    found = cast("dict[bytes, bytes]", client.hgetall(keys.COUNTS))
    return {name.decode(): int(value) for name, value in found.items()}


def samples_of(metric: Metric, counts: Mapping[str, int]) -> dict[tuple[str, ...], dict[str, int]]:
    """Return the counts of one metric out of those of `read_counts`, by the values of its labels.

    Returns:
        For a counter {"": count}; for a histogram {"0": count of the first bucket, …, "sum": microseconds}. Known
        label values without a count have an empty mapping.
    """
    found: dict[tuple[str, ...], dict[str, int]] = {(value,): {} for value in metric.values()}
    if not metric.labels:
        found[()] = {}
    for name, value in counts.items():
        parts = name.split("|")
        histogram = metric.kind == "histogram"
        # Another version may count the same name with other labels; skip those counts.
        if parts[0] != metric.name or len(parts) != 1 + len(metric.labels) + histogram:
            continue
        labels = tuple(parts[1 : 1 + len(metric.labels)])
        found.setdefault(labels, {})[parts[-1] if histogram else ""] = value
    return found


def cumulated(metric: Metric, sample: Mapping[str, int]) -> tuple[list[tuple[str, float]], float]:
    """Return a histogram as Prometheus defines it: the cumulative count for each bound, and the sum in seconds."""
    bounds = [*map(repr, metric.buckets), "+Inf"]
    total, buckets = 0, []
    for number, bound in enumerate(bounds):
        total += sample.get(str(number), 0)
        buckets.append((bound, float(total)))
    return buckets, sample.get(_SUM, 0) / _MICROSECONDS


def _field(metric: Metric, labels: Mapping[str, str]) -> str:
    if len(labels) != len(metric.labels) or not all(name in labels for name in metric.labels):
        raise TypeError(f"{metric.name} has the labels {metric.labels}, not {tuple(labels)}")
    return "|".join([metric.name, *[labels[name] for name in metric.labels]])
