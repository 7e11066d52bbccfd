"""The Celery application and its settings; docs/design.md says what each one mends.

celery --app workers.celery.app worker
"""

from __future__ import annotations

import os
import sys
import threading
import warnings
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import amqp.exceptions
import kombu.exceptions
from celery import Celery
from celery.exceptions import CPendingDeprecationWarning, SecurityWarning
from celery.loaders.app import AppLoader
from celery.signals import setup_logging, worker_process_shutdown, worker_shutting_down

from schemas.errors import BrokerError, NoRedisError
from schemas.settings import DEFAULT_TIMINGS, Settings, load_settings
from workers.celery.broker import broker_settings, use_for_redis
from workers.celery.heartbeat import announce, send_sweeps
from workers.celery.queues import CALLBACKS_QUEUE, CHUNKS_QUEUE, JOBS_QUEUE, ROLES, SWEEPS_QUEUE
from workers.jobs.store import JobStore
from workers.redis.connect import broker_errors, connect
from workers.telemetry import traces
from workers.telemetry.logs import configure_logging
from workers.telemetry.tally import COUNTS

CONVERT: Final = "newsmill.convert"
"""The name of the task that runs a job; its one argument is the job's id."""

CUT: Final = "newsmill.cut"
CHUNK: Final = "newsmill.chunk"
JOIN: Final = "newsmill.join"
"""The tasks of a large job: their arguments are the job's id and, for a chunk, its number."""

DELIVER: Final = "newsmill.deliver"
"""The task that sends a callback that is due, whichever."""

SWEEP: Final = "newsmill.sweep"
"""The task that queues lost steps again and removes the files of expired jobs."""

# A task that runs longer than this is ended; a message that was not acknowledged by then is given to another
# worker a little later, and not before.
_HARD_LIMIT = 15 * 60

# Seconds that RabbitMQ has to say that it has a message.
_CONFIRMED_WITHIN = 5

# Whoever stops a worker gives its tasks so many seconds to end.
_SOFT_SHUTDOWN = 5


class _Loader(AppLoader):
    """Celery's loader, which does not put the working directory first on the path when it imports the tasks."""

    def import_from_cwd(self, module: str, imp: object = None, package: str | None = None) -> Any:
        return import_module(module, package)


def make_celery(settings: Settings) -> Celery:
    """The application for these settings: the API publishes with it, the workers run it.

    Raises:
        NoRedisError: none is named.
    """
    if not settings.redis_url or not settings.broker_url:
        raise NoRedisError
    use_for_redis()
    # No fixups: the one for Django imports from the working directory.
    app = Celery("newsmill", loader=_Loader, fixups=[])
    app.conf.update(
        imports=["workers.celery.tasks"],
        # The job record is the truth; a result backend would only be a second one, that can block and leak.
        task_ignore_result=True,
        accept_content=["json"],
        task_default_queue=JOBS_QUEUE,
        task_routes={name: {"queue": CHUNKS_QUEUE} for name in (CUT, CHUNK, JOIN)}
        | {DELIVER: {"queue": CALLBACKS_QUEUE}, SWEEP: {"queue": SWEEPS_QUEUE}},
        # A message is acknowledged when its task has ended, and a worker holds no more than it works on.
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        task_time_limit=_HARD_LIMIT,
        worker_soft_shutdown_timeout=_SOFT_SHUTDOWN,
        worker_lost_wait=1,
        worker_max_tasks_per_child=2_000,
        worker_max_memory_per_child=1_000_000,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=2,
        # The API answers 503 rather than to wait for a broker that is down.
        task_publish_retry=True,
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0.1},
        **broker_settings(settings.broker_url, longest_task=_HARD_LIMIT),
    )
    return app


def wake_deliverer(app: Celery) -> None:
    """Have a callback sent that is due. It is written down: where the message is lost, the sweep finds it."""
    with suppress(BrokerError):
        send_task(app, DELIVER, expires=DEFAULT_TIMINGS.sweep_every)


def _app_of_this_process() -> Celery:
    settings = load_settings()
    app = make_celery(settings)
    observe(settings)
    announce(JobStore(connect(settings.redis_url or ""), settings))
    return app


def observe(settings: Settings) -> None:
    """Log as the settings say, in this process and those of its pool, and count what they do."""
    configure_logging(settings)
    COUNTS.send_to(connect(settings.redis_url or ""))
    # Celery leaves logging alone where somebody listens to this signal.
    setup_logging.connect(_logging_is_set_up, weak=False)
    # A process of the pool ends without looking at what is to be done at its exit.
    worker_process_shutdown.connect(_flush, weak=False)


def _logging_is_set_up(**_: Any) -> None: ...


def _flush(**_: Any) -> None:
    COUNTS.flush()
    traces.flush()


def __getattr__(name: str) -> Celery:
    # `app` is made when a worker asks for it, so that the API can import this module for other settings.
    if name == "app":
        return globals().setdefault("app", _app_of_this_process())  # type: ignore[no-any-return]
    raise AttributeError(name)


def send_task(app: Celery, name: str, *arguments: Any, expires: float | None = None) -> None:
    """Send the message of a task; once this returns, the broker has it.

    Raises:
        BrokerError: the broker cannot be reached, or does not take it; it may have it all the same.
    """
    try:
        with broker_errors():
            # A list in Redis needs no declaration, which takes a tenth of the time that a message does.
            declare = None if str(app.conf.broker_url).startswith("amqp") else ()
            app.send_task(name, args=arguments, confirm_timeout=_CONFIRMED_WITHIN, expires=expires, declare=declare)
    except (kombu.exceptions.OperationalError, amqp.exceptions.AMQPError) as error:
        raise BrokerError(f"the broker: {error}") from error


def messages_in(app: Celery, queue: str) -> int:
    """How many messages are in a queue that no worker has taken yet.

    Raises:
        BrokerError: the broker cannot be reached.
    """
    with app.connection_for_read() as connection:
        try:
            with broker_errors():
                connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
                channel: Any = connection.default_channel
                return int(channel.queue_declare(queue=queue, passive=True).message_count)
        except connection.channel_errors:
            return 0  # Redis has no list that is empty, and RabbitMQ no queue to which nothing was sent yet
        except (kombu.exceptions.OperationalError, amqp.exceptions.AMQPError) as error:
            raise BrokerError(f"the broker: {error}") from error


def give_back(app: Celery) -> None:
    """Queue again what earlier workers had taken and not ended: they were killed, or their machine was.

    Only where no worker runs: what one is at work on would be done twice.
    """
    options = app.conf.broker_transport_options | {"visibility_timeout": 0}
    with app.connection_for_write(transport_options=options) as connection:
        channel: Any = connection.default_channel
        channel.qos.restore_visible(num=None, interval=1)


def _end_soon(**_: Any) -> None:
    """End this process when tasks have had their time to end: a thread cannot be made to, and Celery waits for it."""
    timer = threading.Timer(_SOFT_SHUTDOWN, os._exit, (0,))
    timer.daemon = True
    timer.start()


def run_worker(settings: Settings, role: str, app: Celery | None = None) -> None:
    """Run a worker until the process is told to stop.

    Args:
        settings: what to run with; `workers` is the number of processes for chunks, jobs are run by one.
        role: what it is for, a name in ROLES.
        app: the application; the one of this process when not given.
    """
    here = ROLES[role]
    # Celery logs on standard error; what it says on standard output is meant for whom it is alone with.
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    # Celery warns root of pickled messages; ours are JSON, and it takes no other.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    # And of what becomes of a task when the connection is lost, which its lease sees to.
    warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)
    observe(settings)
    if here.threads:
        worker_shutting_down.connect(_end_soon, weak=False)
    # Who sends callbacks does not say that it is there: that is asked of those who convert.
    application: Celery = app or (make_celery(settings) if role == "callbacks" else __getattr__("app"))
    if role == "jobs":
        store = JobStore(connect(settings.redis_url or ""), settings)
        send_sweeps(partial(send_task, application, SWEEP), store, every=settings.timings.sweep_every)
    worker = application.Worker(
        pool="threads" if here.threads else "prefork",
        concurrency=here.threads or (settings.workers if role == "chunks" else 1),
        queues=list(here.queues),
        quiet=True,
        # Workers need not know of each other; each says in Redis that it is there.
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    sys.exit(worker.exitcode)
