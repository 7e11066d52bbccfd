"""RabbitMQ compared with Redis as the broker: one-article jobs per second, with the same API and worker."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.report import Row
from benchmarks.sizes import Sizes
from benchmarks.small_jobs import post_all
from benchmarks.stack import running
from tests.brokers import RABBITMQ, rabbit_at


def measure(sizes: Sizes) -> list[Row]:
    """Measure both rates; Redis before and after RabbitMQ."""
    if not RABBITMQ.exists():
        return [Row("one-article jobs through RabbitMQ: not measured, apt-get install rabbitmq-server", "")]
    redis = [_rate(sizes, {})]
    with tempfile.TemporaryDirectory(prefix="newsmill-rabbitmq-") as folder, rabbit_at(Path(folder)) as rabbit:
        rabbitmq = _rate(sizes, {"NEWSMILL_BROKER_URL": rabbit.url})
    redis.append(_rate(sizes, {}))
    beside = sum(redis) / len(redis)
    return [
        Row(f"one-article jobs through Redis, {sizes.clients} clients", f"{beside:.0f}/s"),
        Row("the same through RabbitMQ, quorum queues, each message confirmed", f"{rabbitmq:.0f}/s", rabbitmq / beside),
    ]


def _rate(sizes: Sizes, settings: Mapping[str, str]) -> float:
    with running(settings=settings) as stack:
        post_all(stack, sizes.clients, sizes.clients * 2)
        return post_all(stack, sizes.clients, sizes.small_jobs)
