"""The metrics at a scrape: the counts of all processes, and the state of the service at this moment."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping

import redis
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector, CollectorRegistry

from schemas import __version__
from schemas.errors import NewsmillError
from service.core.state import State
from workers.redis.connect import broker_errors
from workers.redis.keys import CALLBACKS_QUEUE, CHUNKS_QUEUE, JOBS_QUEUE
from workers.telemetry import metrics
from workers.telemetry.metrics import Metric
from workers.telemetry.tally import COUNTS, cumulated, read_counts, samples_of

Labels = tuple[str, ...]
GaugeValues = Mapping[Metric, Mapping[Labels, float]]
"""The values of gauges, each by the values of its labels."""


def write_metrics(here: State, accept: str) -> tuple[bytes, str]:
    """Return the metrics, and their media type: the one of Prometheus' formats that a header Accept names."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(MetricsCollector(here))
    encode, media_type = choose_encoder(accept)
    return encode(registry), media_type


class MetricsCollector(Collector):
    """Collects the metrics of the service at each scrape.

    A part that cannot be reached is 0 in `newsmill_up`, and its metrics are absent. That is no error.
    """

    def __init__(self, here: State) -> None:
        self._here = here

    def collect(self) -> Iterator[Family]:
        """Yield every metric that has a value."""
        gauges: dict[Metric, Mapping[Labels, float]] = {
            metrics.BUILD: {(__version__,): 1},
            metrics.ACTIVE_MAX: {(): self._here.settings.max_queued},
        }
        up: dict[Labels, float] = {}
        for part, measure in (("redis", self._redis), ("store", self._store)):
            try:
                gauges |= measure()
                up[part,] = 1
            except (NewsmillError, OSError):
                up[part,] = 0
        gauges[metrics.UP] = up
        for metric in metrics.GAUGES:
            yield from _gauge(metric, gauges.get(metric, {}))
        counts = self._counts() if up["redis",] else {}
        for metric in metrics.COUNTED:
            yield from _counted(metric, counts)

    def _redis(self) -> GaugeValues:
        loads = {queue: self._here.due.load(queue) for queue in (JOBS_QUEUE, CHUNKS_QUEUE, CALLBACKS_QUEUE)}
        callbacks = loads[CALLBACKS_QUEUE]
        steps = (loads[JOBS_QUEUE], loads[CHUNKS_QUEUE])
        active, kept = self._here.jobs.counts()
        found = {
            metrics.WORKERS: len(self._here.jobs.worker_names()),
            metrics.ACTIVE: active,
            metrics.KEPT: kept,
            metrics.WAITING: sum(one.due for one in steps),
            metrics.LEASED: sum(one.later for one in steps),
            metrics.OLDEST: max(one.oldest_seconds for one in steps),
            metrics.CALLBACKS_WAITING: callbacks.due + callbacks.later,
            metrics.CALLBACKS_OLDEST: callbacks.oldest_seconds,
            **self._memory(),
        }
        due: Mapping[Labels, float] = {(queue,): load.due for queue, load in loads.items()}
        return {metrics.QUEUED: due, **{metric: {(): value} for metric, value in found.items()}}

    def _memory(self) -> dict[Metric, float]:
        with broker_errors():
            try:
                info = self._here.redis.info("memory")
            except redis.ResponseError:  # a hosted Redis may forbid INFO
                return {}
        found = {metrics.REDIS_MEMORY: info["used_memory"]}
        return found | ({metrics.REDIS_MEMORY_MAX: info["maxmemory"]} if info.get("maxmemory") else {})

    def _store(self) -> GaugeValues:
        self._here.store.check()
        if "://" in self._here.settings.store:
            return {}
        disk = shutil.disk_usage(self._here.settings.store)
        return {metrics.STORE_FREE: {(): disk.free}, metrics.STORE_SIZE: {(): disk.total}}

    def _counts(self) -> Mapping[str, int]:
        # Include what this process has counted since it last wrote its counts to Redis.
        COUNTS.flush()
        try:
            with broker_errors():
                return read_counts(self._here.redis)
        except NewsmillError:
            return {}


def _gauge(metric: Metric, values: Mapping[Labels, float]) -> Iterator[Family]:
    family = GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
    for labels, value in values.items():
        family.add_metric(labels, value)
    if family.samples:
        yield family


def _counted(metric: Metric, counts: Mapping[str, int]) -> Iterator[Family]:
    samples = samples_of(metric, counts)
    if metric.kind == "counter":
        family = CounterMetricFamily(metric.name, metric.help, labels=metric.labels)
        for labels, sample in sorted(samples.items()):
            family.add_metric(labels, sample.get("", 0))
        yield family
    else:
        histogram = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
        for labels, sample in sorted(samples.items()):
            buckets, total = cumulated(metric, sample)
            histogram.add_metric(labels, buckets, total)
        yield histogram
