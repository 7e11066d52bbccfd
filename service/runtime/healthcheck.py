"""The health of the API on this host or in this container."""

from __future__ import annotations

import json
import re
import socket
from typing import Final

from schemas.errors import NewsmillError
from schemas.settings import Settings

NO_ANSWER: Final = "it does not answer"

# Longer than the API itself waits for a silent Redis.
_PATIENCE = 10

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


def not_ready_reason(host: str, port: int) -> str | None:
    """Return why the API is not ready; None if it is. `host` is NEWSMILL_HOST: one address, or 0.0.0.0 or ::."""
    status, body = _get(host, port, "/readyz")
    if status is None:
        return NO_ANSWER
    if status == 200:
        return None
    try:
        checks: dict[str, str] = json.loads(body)["checks"]
    except (ValueError, KeyError):
        return f"it answers with status {status}"
    return "; ".join(f"{name}: {found}" for name, found in checks.items() if found != "ok")


def _get(host: str, port: int, path: str) -> tuple[int | None, bytes]:
    """Return the status and the body of the answer; None and b"" if there is none.

    The supervisor asks. `http.client` would load OpenSSL, 4 MB of memory to its end.
    """
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        with socket.create_connection((host, port), timeout=_PATIENCE) as connection:
            # After an answer to HTTP/1.0, the server closes the connection.
            connection.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
            with connection.makefile("rb") as stream:
                head, _, body = stream.read().partition(b"\r\n\r\n")
    except OSError:
        return None, b""
    status = _STATUS.match(head)
    return (int(status[1]), body) if status else (None, b"")


def check_api(settings: Settings) -> None:
    """Check that the API of this host is alive.

    It need not be ready: a Redis that is down is no reason to replace the API.

    Raises:
        NewsmillError: it does not answer.
    """
    status, _ = _get(settings.host, settings.port, "/healthz")
    if status != 200:
        raise NewsmillError(f"no API answers at {settings.host}, port {settings.port}")
