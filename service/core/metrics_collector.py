"""The metrics as Prometheus reads them: what all processes have counted, and what is there at this moment.

Any process of the API answers for the whole service, with its workers on all machines.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping

import redis
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from schemas import __version__
from schemas.errors import NewsmillError
from service.core.state import State
from workers.celery.app import messages_in
from workers.celery.queues import CALLBACKS_QUEUE, CHUNKS_QUEUE, JOBS_QUEUE
from workers.jobs.store import broker_errors
from workers.telemetry import metrics
from workers.telemetry.metrics import Metric
from workers.telemetry.tally import COUNTS, cumulated, read_counts, samples_of

Values = Mapping[Metric, Mapping[tuple[str, ...], float]]
"""The values of gauges, each by the values of its labels."""


class Measured(Collector):
    """The metrics of the service, looked up each time that they are asked for.

    A part that cannot be reached is down in `newsmill_up`, and what it would have told is absent: it is no error.
    """

    def __init__(self, here: State) -> None:
        self._here = here

    def collect(self) -> Iterator[Family]:
        """Every metric of which there is something to say."""
        gauges: dict[Metric, Mapping[tuple[str, ...], float]] = {
            metrics.BUILD: {(__version__,): 1},
            metrics.ACTIVE_MAX: {(): self._here.settings.max_queued},
        }
        up: dict[tuple[str, ...], float] = {}
        for part, look in (("redis", self._in_redis), ("broker", self._in_the_broker), ("store", self._in_the_store)):
            try:
                gauges |= look()
                up[part,] = 1
            except (NewsmillError, OSError):
                up[part,] = 0
        gauges[metrics.UP] = up
        for metric in metrics.GAUGES:
            yield from _gauge(metric, gauges.get(metric, {}))
        counts = self._counts() if up["redis",] else {}
        for metric in metrics.COUNTED:
            yield from _counted(metric, counts)

    def _in_redis(self) -> Values:
        steps = self._here.steps.load()
        callbacks = self._here.callbacks.load()
        active, kept = self._here.jobs.counts()
        found = {
            metrics.WORKERS: self._here.jobs.workers(),
            metrics.ACTIVE: active,
            metrics.KEPT: kept,
            metrics.WAITING: steps.waiting,
            metrics.LEASED: steps.leased,
            metrics.OLDEST: steps.oldest_seconds,
            metrics.CALLBACKS_WAITING: callbacks.waiting,
            metrics.CALLBACKS_OLDEST: callbacks.oldest_due_seconds,
            **self._memory(),
        }
        return {metric: {(): value} for metric, value in found.items()}

    def _memory(self) -> dict[Metric, float]:
        with broker_errors():
            try:
                said = self._here.redis.info("memory")
            except redis.ResponseError:  # whoever runs Redis for others may keep this to himself
                return {}
        found = {metrics.REDIS_MEMORY: said["used_memory"]}
        return found | ({metrics.REDIS_MEMORY_MAX: said["maxmemory"]} if said.get("maxmemory") else {})

    def _in_the_broker(self) -> Values:
        queues = (JOBS_QUEUE, CHUNKS_QUEUE, CALLBACKS_QUEUE)
        return {metrics.QUEUED: {(queue,): messages_in(self._here.celery, queue) for queue in queues}}

    def _in_the_store(self) -> Values:
        self._here.store.check()
        if "://" in self._here.settings.store:
            return {}
        room = shutil.disk_usage(self._here.settings.store)
        return {metrics.STORE_FREE: {(): room.free}, metrics.STORE_SIZE: {(): room.total}}

    def _counts(self) -> Mapping[str, int]:
        # What this very process has counted is in the answer, whenever it was.
        COUNTS.flush()
        try:
            with broker_errors():
                return read_counts(self._here.redis)
        except NewsmillError:
            return {}


def _gauge(metric: Metric, values: Mapping[tuple[str, ...], float]) -> Iterator[Family]:
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
