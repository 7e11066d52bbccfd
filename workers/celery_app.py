"""The Celery application and its settings; docs/design.md says what each one mends.

celery --app workers.celery_app worker
"""

from __future__ import annotations

import os
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from celery import Celery
from celery.exceptions import SecurityWarning

from schemas.errors import SettingsError
from schemas.settings import Settings, load_settings
from workers.jobs import JobStore, connect
from workers.presence import announce
from workers.redis_queue import use_for_redis
from workers.sweeping import SWEEP, send_sweeps

CONVERT: Final = "newsmill.convert"
"""The name of the task that runs a job; its one argument is the job's id."""

CUT: Final = "newsmill.cut"
CHUNK: Final = "newsmill.chunk"
JOIN: Final = "newsmill.join"
"""The tasks of a large job: their arguments are the job's id and, for a chunk, its number."""

JOBS_QUEUE: Final = "newsmill"
"""The queue of jobs as they come in: short tasks, that nothing long may stand before."""

CHUNKS_QUEUE: Final = "newsmill.chunks"
"""The queue of all that belongs to large jobs."""

SWEEP_QUEUE: Final = "newsmill.sweep"
"""The queue of the sweep, so that it does not wait behind all the jobs: a worker takes from its queues in turn."""

# A task that runs longer than this is ended; a message that was not acknowledged by then is given to another
# worker a little later, and not before.
_HARD_LIMIT = 15 * 60

NICENESS: Final = 10
"""How far the worker of large jobs stands back."""


def make_celery(settings: Settings) -> Celery:
    """The application for these settings: the API publishes with it, the workers run it.

    Raises:
        SettingsError: no broker is named.
    """
    if not settings.broker_url:
        raise SettingsError("NEWSMILL_REDIS_URL is not set: name a Redis, or use `newsmill serve`, which brings one")
    use_for_redis()
    app = Celery("newsmill", broker=settings.broker_url.replace("unix://", "redis+socket://"))
    app.conf.update(
        imports=["workers.tasks"],
        # The job record is the truth; a result backend would only be a second one, that can block and leak.
        task_ignore_result=True,
        accept_content=["json"],
        task_default_queue=JOBS_QUEUE,
        task_routes={name: {"queue": CHUNKS_QUEUE} for name in (CUT, CHUNK, JOIN)} | {SWEEP: {"queue": SWEEP_QUEUE}},
        # A message is acknowledged when its task has ended, and a worker holds no more than it works on.
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        task_time_limit=_HARD_LIMIT,
        worker_soft_shutdown_timeout=5,
        worker_lost_wait=1,
        worker_max_tasks_per_child=2_000,
        worker_max_memory_per_child=1_000_000,
        worker_cancel_long_running_tasks_on_connection_loss=False,
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


def give_back(app: Celery) -> None:
    """Queue again what earlier workers had taken and not ended: they were killed, or their machine was.

    Only where no worker runs: what one is at work on would be done twice.
    """
    options = app.conf.broker_transport_options | {"visibility_timeout": 0}
    with app.connection_for_write(transport_options=options) as connection:
        channel: Any = connection.default_channel
        channel.qos.restore_visible(num=None, interval=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a worker is for: its queues, and whether it stands back where a processor is wanted by others."""

    queues: tuple[str, ...]
    stands_back: bool


ROLES: Final = {
    "jobs": Role(queues=(JOBS_QUEUE, SWEEP_QUEUE), stands_back=False),
    "chunks": Role(queues=(CHUNKS_QUEUE,), stands_back=True),
}
"""Two workers, so that a job of one article never waits behind the chunks of a large one."""


def run_worker(settings: Settings, role: str, app: Celery | None = None) -> None:
    """Run a worker until the process is told to stop.

    Args:
        settings: what to run with; `workers` is the number of processes for chunks, jobs are run by one.
        role: what it is for, a name in ROLES.
        app: the application; the one of this process when not given.
    """
    if ROLES[role].stands_back:
        os.nice(NICENESS)
    # Celery logs on standard error; what it says on standard output is meant for whom it is alone with.
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    # Celery warns root of pickled messages; ours are JSON, and it takes no other.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    application: Celery = app or __getattr__("app")
    if role == "jobs":
        send_sweeps(application, JobStore(connect(settings.redis_url or ""), settings))
    worker = application.Worker(
        concurrency=settings.workers if role == "chunks" else 1,
        queues=list(ROLES[role].queues),
        loglevel=settings.log_level,
        quiet=True,
        # Workers need not know of each other; each says in Redis that it is there.
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    sys.exit(worker.exitcode)
