"""A worker with an empty task, which other measurements are compared with.

Its application has newsmill's settings, but messages that are acknowledged when their task has ended: the common way to
run tasks that must not be lost. newsmill's own messages need no acknowledgement.
"""

from __future__ import annotations

from typing import Final

from celery import Celery

from schemas.settings import load_settings
from workers.celery.app import make_celery
from workers.celery.broker import broker_settings

EMPTY: Final = "benchmarks.empty"
_QUEUE: Final = "benchmarks"


def make_app() -> Celery:
    """Return the application with the empty task."""
    settings = load_settings()
    app = make_celery(settings)
    app.conf.update(
        result_backend=broker_settings(settings.redis_url or "")["broker_url"],
        task_default_queue=_QUEUE,
        broker_transport_options=app.conf.broker_transport_options | {"ack_emulation": True},
    )

    @app.task(name=EMPTY, ignore_result=False)
    def empty() -> None:
        """Do nothing."""

    return app


if __name__ == "__main__":
    make_app().Worker(pool="prefork", concurrency=1, queues=[_QUEUE], quiet=True, loglevel="WARNING").start()
