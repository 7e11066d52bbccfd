"""Celery's consumer for RabbitMQ. It has a module of its own, as it imports the worker, which the API does not need."""

from __future__ import annotations

from celery.worker import consumer

_UNUSED = "celery.worker.consumer.delayed_delivery:DelayedDelivery"


class _Blueprint(consumer.Consumer.Blueprint):  # type: ignore[misc, valid-type]
    """The steps of a consumer's start."""

    default_steps = [step for step in consumer.Consumer.Blueprint.default_steps if step != _UNUSED]  # noqa: RUF012 - Celery's own


class Consumer(consumer.Consumer):
    """Celery's consumer without queues for delayed tasks.

    With quorum queues, Celery declares 28 queues and 28 exchanges for them at each start. newsmill delays no task.
    """

    Blueprint = _Blueprint
