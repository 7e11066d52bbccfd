"""The API, whose process does not hear the first signal: python -m tests.deaf"""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

from flask import Flask

from schemas.settings import load_settings
from service.runtime import http_server

_make_app, _signal = http_server.make_app, signal.signal


def set_deaf(number: int, handler: Callable[..., Any]) -> Any:
    """Set the handler of a signal, which the first one does not come to."""
    came: list[int] = []

    def hear(*given: Any) -> None:
        came.append(number)
        if len(came) > 1:
            handler(*given)

    return _signal(number, hear)


def make_deaf_app() -> Flask:
    """The application, in a process that hears little."""
    app = _make_app()
    signal.signal = set_deaf  # type: ignore[assignment]
    return app


if __name__ == "__main__":
    http_server.make_app = make_deaf_app
    http_server.run_http(load_settings())
