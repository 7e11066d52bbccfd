"""Unread request bodies: if a request is refused before its whole body was read, its connection must close.

To read the rest of the body would let a refused client tie up a thread indefinitely.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

from flask import Flask, Response, request

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class _CountingBody:
    """A request body that counts the bytes that were read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.size = 0
        self.ended = False

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.size += len(data)
        self.ended = self.ended or size < 0 or (not data and size > 0)
        return data


class _CountBodies:
    """A WSGI middleware that counts the bytes read of each request body."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"] = _CountingBody(environ["wsgi.input"])
        return self._app(environ, start_response)


def close_unread_connections(app: Flask) -> None:
    """Send `Connection: close` when a part of the request's body was not read.

    The server closes such a connection but does not always say so. A client that sends its next request on it would
    get no response.
    """
    app.wsgi_app = _CountBodies(app.wsgi_app)  # type: ignore[method-assign]

    @app.after_request
    def _close(response: Response) -> Response:
        body: _CountingBody = request.environ["wsgi.input"]
        length = request.content_length
        unread = body.size < length if length is not None else "Transfer-Encoding" in request.headers
        if unread and not body.ended:
            response.headers["Connection"] = "close"
        return response
