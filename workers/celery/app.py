"""The Celery application and its settings; docs/design.md says what each setting prevents.

celery --app workers.celery.app worker
"""

from __future__ import annotations

import os
import sys
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from celery import Celery
from celery.exceptions import CPendingDeprecationWarning, SecurityWarning
from celery.loaders.app import AppLoader
from celery.signals import setup_logging
from kombu import Connection
from kombu.utils.json import dumps

from schemas.errors import NoRedisError
from schemas.settings import Settings, load_settings
from workers.celery.broker import broker_settings, use_for_redis
from workers.celery.heartbeat import announce, run_sweeps, wake_for_due_work
from workers.celery.queues import ROLES
from workers.jobs.store import JobStore
from workers.redis.connect import connect
from workers.redis.due import DueWork
from workers.redis.keys import JOBS_QUEUE, MESSAGE_ID
from workers.telemetry.logs import configure_logging
from workers.telemetry.tally import COUNTS

WORK: Final = "newsmill.work"
"""The name of the task that does due work; its one argument is the queue."""


class _Loader(AppLoader):
    """Celery's loader, which does not put the working directory first on the path when it imports the tasks."""

    def import_from_cwd(self, module: str, imp: object = None, package: str | None = None) -> Any:
        return import_module(module, package)


def make_celery(settings: Settings) -> Celery:
    """Return the application for these settings.

    Raises:
        NoRedisError: none is named.
    """
    if not settings.redis_url:
        raise NoRedisError
    use_for_redis()
    # No fixups: the one for Django imports from the working directory.
    app = Celery("newsmill", loader=_Loader, fixups=[])
    app.conf.update(
        imports=["workers.celery.tasks"],
        # The job record has the results; a result backend could block and leak.
        task_ignore_result=True,
        accept_content=["json"],
        task_default_queue=JOBS_QUEUE,
        # A worker holds only the messages that it works on, so that an idle one gets the next.
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=2,
        # An error reply (Redis is full, read-only, or lacks replicas) is as a lost connection: the worker tries again.
        broker_channel_error_retry=True,
        **broker_settings(settings.redis_url),
    )
    return app


def message_of(app: Celery, queue: str) -> str:
    """Return the message that wakes a worker of a queue, as Celery and kombu write it into a list of Redis.

    MESSAGE_ID stands for its ids: the scripts that send it put one there.
    """
    with Connection("memory://") as connection:
        app.send_task(WORK, args=[queue], task_id=MESSAGE_ID, queue=queue, connection=connection, declare=())
        channel: Any = connection.default_channel
        message = channel._get(queue)
    message["properties"]["delivery_tag"] = MESSAGE_ID
    return str(dumps(message))


def _app_of_this_process() -> Celery:
    settings = load_settings()
    app = make_celery(settings)
    observe(settings)
    announce(JobStore(connect(settings.redis_url or ""), settings))
    return app


def observe(settings: Settings) -> None:
    """Set up logging and metrics."""
    configure_logging(settings)
    COUNTS.send_to(connect(settings.redis_url or ""))
    # A receiver of this signal keeps Celery from setting up logging.
    setup_logging.connect(_logging_is_set_up, weak=False)


def _logging_is_set_up(**_: Any) -> None: ...


def __getattr__(name: str) -> Celery:
    # `app` is created on first access by a worker; the API imports this module and creates its own.
    if name == "app":
        return globals().setdefault("app", _app_of_this_process())  # type: ignore[no-any-return]
    raise AttributeError(name)


def run_worker(settings: Settings, role: str, app: Celery | None = None) -> None:
    """Run a worker until the process gets a stop signal.

    Args:
        settings: the settings; `workers` is the number of chunks that are converted at a time.
        role: its role, a name in ROLES.
        app: the application; by default that of this process.
    """
    here = ROLES[role]
    # Celery logs on standard error; its banner on standard output is dropped.
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    # Celery warns root about pickled messages; this application accepts JSON only.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    # It also warns about tasks that go on after a lost connection; their leases cover that.
    warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)
    observe(settings)
    # The worker for callbacks sends no heartbeat: the heartbeats show that a worker for jobs is alive.
    application: Celery = app or (make_celery(settings) if role == "callbacks" else __getattr__("app"))
    if role == "callbacks":
        from workers.celery.tasks import upkeep  # noqa: PLC0415 - it imports this module

        store = JobStore(connect(settings.redis_url or ""), settings)
        run_sweeps(upkeep().sweep, store, every=settings.timings.sweep_every)
    messages = {queue: message_of(application, queue) for queue in here.queues}
    wake_for_due_work(DueWork(connect(settings.redis_url or "")), messages, every=settings.timings.sweep_every)
    worker = application.Worker(
        pool="threads",
        concurrency=here.threads(settings.workers),
        queues=list(here.queues),
        quiet=True,
        # Workers do not need to know each other; each sends its own heartbeat to Redis.
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    sys.exit(worker.exitcode)
