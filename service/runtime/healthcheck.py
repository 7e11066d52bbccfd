"""The health of the API on this host or in this container."""

from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from typing import Final

from schemas.errors import NewsmillError
from schemas.settings import Settings

NO_ANSWER: Final = "it does not answer"

# Longer than the API itself waits for a silent Redis.
_PATIENCE = 10


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
    host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    with closing(HTTPConnection(host, port, timeout=_PATIENCE)) as connection:
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, HTTPException):
            return None, b""


def check_api(settings: Settings) -> None:
    """Check that the API of this host is alive.

    It need not be ready: a Redis that is down is no reason to replace the API.

    Raises:
        NewsmillError: it does not answer.
    """
    status, _ = _get(settings.host, settings.port, "/healthz")
    if status != 200:
        raise NewsmillError(f"no API answers at {settings.host}, port {settings.port}")
