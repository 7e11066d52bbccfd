"""Counting: every process keeps its counts for a second, then adds them to those of all in Redis.

So any process of the API can tell what all have done, whichever process of a pool or machine it was, and whether or
not that process is still there. Counting costs some dictionary entries; nobody waits for Redis.
"""

from __future__ import annotations

import atexit
import os
import secrets
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from multiprocessing.util import Finalize
from typing import Any, Final, cast

import redis

from workers.telemetry.logs import get_logger
from workers.telemetry.metrics import Metric

TALLY: Final = "newsmill:metrics"
"""The counts of all processes: a hash, whose fields are those of `Counts`."""

_EVERY: Final = 1.0
_MICROSECONDS: Final = 1_000_000
_SUM: Final = "sum"

# A batch whose answer was lost is sent again: the number of the last one of each process tells that it was counted.
_ADD = """
if redis.call('GET', KEYS[2]) == ARGV[1] then return end
redis.call('SET', KEYS[2], ARGV[1], 'EX', 3600)
for i = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
"""

log = get_logger(__name__)


class Counts:
    """The counts of this process that are not in Redis yet."""

    _counts: Counter[str]
    _batch: Counter[str]
    _batch_number: int
    _process: str
    _lock: threading.Lock
    _sending: threading.Lock
    _thread: threading.Thread | None
    _flushes_at_exit: bool

    def __init__(self) -> None:
        self._client: redis.Redis | None = None
        self._start_anew()
        # What its parent had counted, a process that is forked must not count again.
        os.register_at_fork(after_in_child=self._start_anew)

    def keep_in(self, client: redis.Redis) -> None:
        """Add what is counted to the counts in this Redis, every second and at the end of the process."""
        self._client = client
        if not self._flushes_at_exit:
            self._flushes_at_exit = True
            atexit.register(self.flush)
            # Until Python 3.13 a process of multiprocessing's, such as Granian's, does nothing of atexit's.
            Finalize(None, self.flush, exitpriority=0)

    def count(self, metric: Metric, by: int = 1, **labels: str) -> None:
        """Count something.

        Args:
            metric: a counter.
            by: how many.
            **labels: the value of each of its labels.
        """
        self._add({_field(metric, labels): by})

    def observe(self, metric: Metric, seconds: float, **labels: str) -> None:
        """Count a duration, to the microsecond, in the bucket of a histogram that it belongs to."""
        # A clock that was set back, or those of two machines, may make a duration negative.
        seconds = max(seconds, 0.0)
        name = _field(metric, labels)
        bucket = bisect_left(metric.buckets, seconds)
        self._add({f"{name}|{bucket}": 1, f"{name}|{_SUM}": round(seconds * _MICROSECONDS)})

    def flush(self) -> None:
        """Add what was counted to the counts in Redis now; what cannot be added is kept for the next time."""
        if self._client is None:
            return
        with self._sending:
            # What could not be sent before, then what has been counted since.
            if not self._send():
                return
            with self._lock:
                self._batch, self._counts = self._counts, Counter()
            self._batch_number += 1
            self._send()

    def _send(self) -> bool:
        """Send the batch, if there is one; False where Redis could not be reached."""
        if self._batch and self._client:
            flat = [part for pair in self._batch.items() for part in pair]
            try:
                self._client.eval(_ADD, 2, TALLY, self._process, self._batch_number, *flat)
            except (redis.RedisError, OSError) as error:
                log.debug("the counts cannot be added in Redis yet: %s", error)
                return False
            self._batch = Counter()
        return True

    def _add(self, counts: Mapping[str, int]) -> None:
        with self._lock:
            for name, by in counts.items():
                self._counts[name] += by
            if self._thread is None and self._client is not None:
                self._thread = threading.Thread(target=self._run, name="counts", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(_EVERY):
            self.flush()

    def _start_anew(self) -> None:
        self._counts = Counter()
        self._batch = Counter()
        self._batch_number = 0
        self._process = f"{TALLY}:{secrets.token_hex(8)}"
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._thread = None
        self._flushes_at_exit = False


COUNTS: Final = Counts()
"""The counts of this process."""


def read_counts(client: redis.Redis) -> Mapping[str, int]:
    """What all processes have counted, by the fields that `sample_of` takes apart.

    Raises:
        redis.RedisError: Redis cannot be reached.
    """
    found = cast("dict[bytes, bytes]", client.hgetall(TALLY))
    return {name.decode(): int(value) for name, value in found.items()}


def samples_of(metric: Metric, counts: Mapping[str, int]) -> dict[tuple[str, ...], dict[str, int]]:
    """What was counted of a metric: by the values of its labels, and of a histogram by its buckets.

    Args:
        metric: the metric.
        counts: what `read_counts` gives.

    Returns:
        For each set of labels {"": count}, or {"0": count of the first bucket, …, "sum": microseconds}; nothing yet
        for one that is known and was not counted.
    """
    found: dict[tuple[str, ...], dict[str, int]] = {(value,): {} for value in metric.values}
    if not metric.labels:
        found[()] = {}
    for name, value in counts.items():
        parts = name.split("|")
        histogram = metric.kind == "histogram"
        # What another version counts under the same name with other labels is passed over.
        if parts[0] != metric.name or len(parts) != 1 + len(metric.labels) + histogram:
            continue
        labels = tuple(parts[1 : 1 + len(metric.labels)])
        found.setdefault(labels, {})[parts[-1] if histogram else ""] = value
    return found


def cumulated(metric: Metric, sample: Mapping[str, int]) -> tuple[list[tuple[str, float]], float]:
    """A histogram as Prometheus has it: how many were at most so long, for each bound; and the sum in seconds."""
    bounds = [*map(repr, metric.buckets), "+Inf"]
    total, buckets = 0, []
    for number, bound in enumerate(bounds):
        total += sample.get(str(number), 0)
        buckets.append((bound, float(total)))
    return buckets, sample.get(_SUM, 0) / _MICROSECONDS


def _field(metric: Metric, labels: Mapping[str, Any]) -> str:
    if len(labels) != len(metric.labels) or not all(name in labels for name in metric.labels):
        raise TypeError(f"{metric.name} has the labels {metric.labels}, not {tuple(labels)}")
    return "|".join([metric.name, *[labels[name] for name in metric.labels]])
