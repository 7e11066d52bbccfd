"""The Celery application and its settings; docs/design.md says what each one mends.

celery --app workers.celery_app worker
"""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Any, Final

from celery import Celery
from celery.exceptions import SecurityWarning

from schemas.errors import SettingsError
from schemas.settings import Settings, load_settings
from workers.jobs import JobStore, connect
from workers.presence import announce

CONVERT: Final = "newsmill.convert"
"""The name of the task that runs a job; its one argument is the job's id."""

QUEUE: Final = "newsmill"

# A task that runs longer than this is ended; a message that was not acknowledged by then is given to another
# worker a little later, and not before.
_HARD_LIMIT = 15 * 60


def make_celery(settings: Settings) -> Celery:
    """The application for these settings: the API publishes with it, the workers run it.

    Raises:
        SettingsError: no broker is named.
    """
    if not settings.broker_url:
        raise SettingsError("NEWSMILL_REDIS_URL is not set: name a Redis, or use `newsmill serve`, which brings one")
    app = Celery("newsmill", broker=settings.broker_url.replace("unix://", "redis+socket://"))
    app.conf.update(
        imports=["workers.tasks"],
        # The job record is the truth; a result backend would only be a second one, that can block and leak.
        task_ignore_result=True,
        accept_content=["json"],
        task_default_queue=QUEUE,
        # A message is acknowledged when its task has ended, and a worker holds no more than it works on.
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        task_time_limit=_HARD_LIMIT,
        worker_soft_shutdown_timeout=5,
        worker_max_tasks_per_child=2_000,
        worker_max_memory_per_child=1_000_000,
        worker_cancel_long_running_tasks_on_connection_loss=True,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        # The API answers 503 rather than to wait for a broker that is down.
        task_publish_retry=True,
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0.1},
        broker_transport_options={
            "visibility_timeout": _HARD_LIMIT + 60,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_timeout": 30,
            "socket_connect_timeout": 2,
            "socket_keepalive": True,
        },
    )
    return app


def _app_of_this_process() -> Celery:
    settings = load_settings()
    app = make_celery(settings)
    announce(JobStore(connect(settings.redis_url or ""), settings))
    return app


def __getattr__(name: str) -> Celery:
    # `app` is made when a worker asks for it, so that the API can import this module for other settings.
    if name == "app":
        return globals().setdefault("app", _app_of_this_process())  # type: ignore[no-any-return]
    raise AttributeError(name)


def _give_back(app: Celery) -> None:
    """Queue again what earlier workers had taken and not ended: they were killed, or their machine was."""
    options = app.conf.broker_transport_options | {"visibility_timeout": 0}
    with app.connection_for_write(transport_options=options) as connection:
        channel: Any = connection.default_channel
        channel.qos.restore_visible(num=None, interval=1)


def run_worker(settings: Settings, *, take_over: bool = False) -> None:
    """Run a worker of this application until the process is told to stop.

    Args:
        settings: how many tasks it runs at a time, and what it logs.
        take_over: take up at once what earlier workers had taken; no other worker may run.
    """
    # Celery logs on standard error; what it says on standard output is meant for whom it is alone with.
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    # Celery warns root of pickled messages; ours are JSON, and it takes no other.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    app: Celery = __getattr__("app")
    if take_over:
        _give_back(app)
    worker = app.Worker(
        concurrency=settings.workers,
        loglevel=settings.log_level,
        quiet=True,
        # Workers need not know of each other; each says in Redis that it is there.
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    sys.exit(worker.exitcode)
