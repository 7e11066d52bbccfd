"""The HTTP server of one process of the API: Granian, with a thread for each request that waits."""

from __future__ import annotations

import resource
from typing import Final

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from schemas.settings import Settings

# Someone who waits for a job holds a thread, and must not keep the next one from posting. An idle thread costs
# some kilobytes, and ends after half a minute.
_THREADS: Final = 256

# Connections, most of which are idle: a browser or a proxy keeps some open, and they must not keep others out.
_CONNECTIONS: Final = 2048


def run_http(settings: Settings) -> None:
    """Serve the API until the process is told to stop."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # A connection may have a file or two beside it. Where even the hard limit is lower, it is what there is.
    files = 4 * _CONNECTIONS
    resource.setrlimit(resource.RLIMIT_NOFILE, (files if most == resource.RLIM_INFINITY else min(files, most), most))
    Granian(
        "service.app:create_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=_THREADS,
        backpressure=_CONNECTIONS,
        websockets=False,
        # Granian warns of the number of threads, which is on purpose.
        log_level=LogLevels.error if settings.log_level == "WARNING" else LogLevels(settings.log_level.lower()),
        workers_kill_timeout=10,
    ).serve()
