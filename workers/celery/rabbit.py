"""The worker's side of RabbitMQ that Celery does not leave to a setting."""

from __future__ import annotations

from celery.worker import consumer

_NOT_WANTED = "celery.worker.consumer.delayed_delivery:DelayedDelivery"


class _Blueprint(consumer.Consumer.Blueprint):  # type: ignore[misc, valid-type]
    """The steps of a consumer's start."""

    default_steps = [step for step in consumer.Consumer.Blueprint.default_steps if step != _NOT_WANTED]  # noqa: RUF012 - Celery's own


class Consumer(consumer.Consumer):
    """Celery's consumer, without the queues for tasks that are to run later.

    Where it finds a quorum queue, it declares 28 queues and as many exchanges for them at each start. No task of ours
    is to run later.
    """

    Blueprint = _Blueprint
