"""The API, in a process that ignores the first signal: python -m tests.ignore_first_sigterm"""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

from flask import Flask

from schemas.settings import load_settings
from service.runtime.http_server import make_app, run_http

_signal = signal.signal


def ignoring_the_first(number: int, handler: Callable[..., Any]) -> Any:
    """Set the handler of a signal, which the first one does not reach."""
    came: list[int] = []

    def hear(*given: Any) -> None:
        came.append(number)
        if len(came) > 1:
            handler(*given)

    return _signal(number, hear)


def make() -> Flask:
    """Make the application, and have Granian set its handlers by `ignoring_the_first`."""
    app = make_app()
    signal.signal = ignoring_the_first  # type: ignore[assignment]
    return app


if __name__ == "__main__":
    run_http(load_settings(), make)
