"""The HTTP server of one process of the API: Granian, with a thread for each request that waits."""

from __future__ import annotations

from typing import Final

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from schemas.settings import Settings
from service.exposure import check_exposure
from workers.stores import open_store

# Someone who waits for a job holds a thread, and must not keep the next one from posting. An idle thread costs
# some kilobytes, and ends after half a minute.
_THREADS: Final = 256


def run_http(settings: Settings) -> None:
    """Serve the API until the process is told to stop.

    Raises:
        SettingsError: it may not listen where it is to, or a setting of the store is missing or wrong.
    """
    check_exposure(settings)
    # It is not tried here: Granian forks, and what has used a store must not be forked. /readyz says how it is.
    open_store(settings.store)
    Granian(
        "service.app:create_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=_THREADS,
        backpressure=_THREADS,
        websockets=False,
        # Granian warns of the number of threads, which is on purpose.
        log_level=LogLevels.error if settings.log_level == "WARNING" else LogLevels(settings.log_level.lower()),
        workers_kill_timeout=10,
    ).serve()
