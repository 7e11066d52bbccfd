"""The Celery application of a worker and its settings; docs/design.md says what each setting prevents."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Any

from celery import Celery
from celery.exceptions import CPendingDeprecationWarning, SecurityWarning
from celery.signals import setup_logging
from kombu import Connection
from kombu.utils.json import dumps

from schemas.errors import NoRedisError
from schemas.settings import Settings
from workers.celery import tasks
from workers.celery.broker import broker_settings, use_for_redis
from workers.celery.heartbeat import announce, repeat
from workers.celery.queues import ROLES
from workers.jobs.store import JobStore
from workers.redis.connect import connect
from workers.redis.due import DueWork
from workers.redis.keys import JOBS_QUEUE, MESSAGE_ID
from workers.telemetry.logs import configure_logging
from workers.telemetry.tally import COUNTS


def make_celery(settings: Settings) -> Celery:
    """Return the application for these settings.

    Raises:
        NoRedisError: none is named.
    """
    if not settings.redis_url:
        raise NoRedisError
    use_for_redis()
    # No fixups: the one for Django imports from the working directory.
    app = Celery("newsmill", fixups=[])
    app.conf.update(
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
        app.send_task(tasks.WORK, args=[queue], task_id=MESSAGE_ID, queue=queue, connection=connection, declare=())
        channel: Any = connection.default_channel
        message = channel._get(queue)
    message["properties"]["delivery_tag"] = MESSAGE_ID
    return str(dumps(message))


def _logging_is_set_up(**_: Any) -> None: ...


def run_worker(settings: Settings, role: str) -> None:
    """Run a worker until the process gets a stop signal.

    Args:
        settings: the settings; `workers` is the number of chunks that are converted at a time.
        role: its role, a name in ROLES.

    Raises:
        NoRedisError: none is named.
    """
    here, app = ROLES[role], make_celery(settings)
    # Celery logs on standard error; its banner on standard output is dropped.
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    # Celery warns root about pickled messages; this application accepts JSON only.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    configure_logging(settings)
    # A receiver of this signal keeps Celery from setting up logging.
    setup_logging.connect(_logging_is_set_up, weak=False)
    client = connect(settings.redis_url or "")
    COUNTS.send_to(client)
    every, due, message = settings.timings.sweep_every, DueWork(client), message_of(app, here.queue)
    # The scripts that make work due send the message. Work whose message was lost gets another one.
    repeat("messages", every, lambda: due.wake(here.queue, message))
    if role == "callbacks":
        # A task for the sweep would wait behind others. Celery's beat follows the clock of its machine: set back by an
        # hour, it sends nothing for an hour.
        repeat("sweep", every, tasks.upkeep().sweep)
    else:
        # The heartbeats show that a worker for jobs is alive.
        announce(JobStore(client, settings))
    worker = app.Worker(
        pool="threads",
        concurrency=here.threads(settings.workers),
        queues=[here.queue],
        quiet=True,
        # Workers do not need to know each other; each sends its own heartbeat to Redis.
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    # A new worker shows warnings of tasks that go on after a lost connection. Their leases cover that.
    warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)
    worker.start()
    sys.exit(worker.exitcode)
