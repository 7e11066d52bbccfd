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

# Someone who waits for a job holds a thread, and must not keep the next one from posting. An idle thread costs
# some kilobytes, and ends after half a minute.
_THREADS: Final = 256

# Connections, most of which are idle: a browser or a proxy keeps some open, and they must not keep others out.
_CONNECTIONS: Final = 2048

_ASK_AGAIN_AFTER: Final = 0.5

log = get_logger(__name__)


class _Server(MPServer):
    """Granian, which asks its process to end until it has ended.

    Python runs the handler of a signal in the main thread, once that comes back to its bytecode. One that arrives
    just as that thread goes to sleep, to wait for the end, is seen only when something wakes it: the next signal.
    """

    def signal_handler_interrupt(self, *given: Any, **named: Any) -> None:
        super().signal_handler_interrupt(*given, **named)
        threading.Thread(target=self._ask_again, daemon=True).start()

    def _ask_again(self) -> None:
        while self.wrks:  # until Granian has seen them end, or has killed them
            time.sleep(_ASK_AGAIN_AFTER)
            for process in tuple(self.wrks):
                process.terminate()


def make_app() -> Flask:
    """The application of a process of the API."""
    # Until it serves, Granian's process has the handlers of the one that forked it, which do nothing there: told to
    # end meanwhile, it would have to begin first.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    settings = load_settings()
    configure_logging(settings)
    return create_app(settings)


def run_http(settings: Settings, make: Callable[[], Flask] = make_app) -> None:
    """Serve the API until the process is told to stop.

    Args:
        settings: the settings.
        make: makes the application, in the process that serves it.

    Raises:
        SettingsError: it may not listen where it is to, or a setting of the store is missing or wrong.
    """
    check_exposure(settings)
    configure_logging(settings)
    # It is not tried here: Granian forks, and what has used a store must not be forked. /readyz says how it is.
    open_store(settings.store)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # A connection may have a file or two beside it. Where even the hard limit is lower, it is what there is.
    files = 4 * _CONNECTIONS
    resource.setrlimit(resource.RLIMIT_NOFILE, (files if most == resource.RLIM_INFINITY else min(files, most), most))
    log.info("listens", host=settings.host, port=settings.port)
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
        # Granian warns of the number of threads, which is on purpose, and tells of requests, as we do.
        log_level=LogLevels.debug if settings.log_level == "DEBUG" else LogLevels.error,
        log_dictconfig={"handlers": {}, "formatters": {}, "loggers": {"_granian": {"propagate": True}}},
        workers_kill_timeout=10,
    ).serve(target_loader=make, wrap_loader=False)
