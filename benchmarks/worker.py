"""A worker as `newsmill worker` runs it, with an additional empty task and a result backend for it."""

from __future__ import annotations

import sys
from typing import Final

from celery import Celery

from schemas.settings import load_settings
from workers.celery.app import make_celery, observe, run_worker
from workers.celery.broker import broker_settings
from workers.celery.heartbeat import announce
from workers.jobs.store import JobStore
from workers.redis.connect import connect

EMPTY: Final = "benchmarks.empty"


def make_app() -> Celery:
    """Return newsmill's Celery application with the empty task."""
    settings = load_settings()
    app = make_celery(settings)
    app.conf.update(result_backend=broker_settings(settings.redis_url or "")["broker_url"])

    @app.task(name=EMPTY, ignore_result=False)
    def empty() -> None:
        """Do nothing."""

    return app


if __name__ == "__main__":
    from_environment = load_settings()
    observe(from_environment)
    announce(JobStore(connect(from_environment.redis_url or ""), from_environment))
    run_worker(from_environment, sys.argv[1], make_app())
