"""The HTTP server of one process of the API: Granian, with a thread for each request that waits."""

from __future__ import annotations

import resource
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from schemas.settings import Settings, load_settings
from service.app import create_app
from service.auth.bind_check import check_exposure
from workers.storage.base import open_store
from workers.telemetry.logs import configure_logging, get_logger

# A request that waits for a job holds a thread and must not block the next request. An idle thread costs some
# kilobytes and ends after half a minute.
_THREADS: Final = 256

# Most connections are idle: browsers and proxies keep them open. They must not shut out others.
_CONNECTIONS: Final = 2048

_REPEAT_SIGNAL_AFTER: Final = 0.5

log = get_logger(__name__)


class _Server(MPServer):
    """Granian, which repeats the signal to its process until the process has ended.

    Python runs a signal handler when the main thread returns to bytecode. If a signal arrives just as the thread goes
    to sleep, the handler runs only when the next signal wakes the thread.
    """

    def signal_handler_interrupt(self, *given: Any, **named: Any) -> None:
        super().signal_handler_interrupt(*given, **named)
        threading.Thread(target=self._repeat_signal, daemon=True).start()

    def _repeat_signal(self) -> None:
        while self.wrks:  # until Granian has seen them end, or has killed them
            time.sleep(_REPEAT_SIGNAL_AFTER)
            for process in tuple(self.wrks):
                process.terminate()


def make_app() -> Flask:
    """Make the application of a process of the API."""
    # Until it serves, the forked process has its parent's handlers, which do nothing in it. With the default handler,
    # SIGTERM ends it at once.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    settings = load_settings()
    configure_logging(settings)
    return create_app(settings)


def run_http(settings: Settings, make: Callable[[], Flask] = make_app) -> None:
    """Serve the API until the process gets a signal to stop. `make` makes the application in the serving process.

    Raises:
        SettingsError: the service must not listen at its address, or a setting of the store is missing or wrong.
    """
    check_exposure(settings)
    configure_logging(settings)
    # The store is opened to check its settings, and not used: Granian forks, and a process that has used a store must
    # not be forked. /readyz uses it.
    open_store(settings.store)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # A connection may need a few more files. A lower hard limit takes precedence.
    files = 4 * _CONNECTIONS
    resource.setrlimit(resource.RLIMIT_NOFILE, (files if most == resource.RLIM_INFINITY else min(files, most), most))
    log.info("listening", host=settings.host, port=settings.port)
    _Server(
        # A name only: Granian would import the application from the working directory. It is passed below.
        "newsmill",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=_THREADS,
        backpressure=_CONNECTIONS,
        websockets=False,
        # Granian would warn of the number of threads, which is intended, and log requests, which newsmill logs.
        log_level=LogLevels.debug if settings.log_level == "DEBUG" else LogLevels.error,
        log_dictconfig={"handlers": {}, "formatters": {}, "loggers": {"_granian": {"propagate": True}}},
        workers_kill_timeout=10,
    ).serve(target_loader=make, wrap_loader=False)
