"""Whether the API that runs on this host, which may be a container, is well."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection, HTTPException

from schemas.errors import NewsmillError
from schemas.settings import Settings


def answers(host: str, port: int, path: str) -> bool:
    """Whether the API that listens on an address of this host says 200 to a path.

    Args:
        host: as in NEWSMILL_HOST: an address, or every address there is.
        port: its port.
        path: such as "/readyz".
    """
    host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    with closing(HTTPConnection(host, port, timeout=2)) as connection:
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False


def check_api(settings: Settings) -> None:
    """Whether the API of this host answers.

    It is asked whether it is alive, not whether it is ready: a Redis that is down is no reason to replace the API.

    Raises:
        NewsmillError: it does not.
    """
    if not answers(settings.host, settings.port, "/healthz"):
        raise NewsmillError(f"no API answers at {settings.host}, port {settings.port}")
