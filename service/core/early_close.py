"""Bodies that are left unread: a request is refused before all of it has come, and its connection has to end.

To read on would let whoever is refused hold a thread for as long as he likes.
"""

from __future__ import annotations

from typing import IO, Any

from flask import Flask, Response, request


class _Body:
    """A body that knows how much of it was read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.size = 0
        self.ended = False

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.size += len(data)
        self.ended = self.ended or size < 0 or (not data and size > 0)
        return data


class _Counted:
    """A WSGI application whose requests have such a body."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        environ["wsgi.input"] = _Body(environ["wsgi.input"])
        return self._app(environ, start_response)


def end_unread(app: Flask) -> None:
    """Say that a connection ends, where it does since there is more of a body than was read.

    The server closes it, and does not always say so: a client that sends its next request into it gets no answer.
    """
    app.wsgi_app = _Counted(app.wsgi_app)  # type: ignore[method-assign]

    @app.after_request
    def _end(response: Response) -> Response:
        body: _Body = request.environ["wsgi.input"]
        known = request.content_length
        unread = body.size < known if known is not None else "Transfer-Encoding" in request.headers
        if unread and not body.ended:
            response.headers["Connection"] = "close"
        return response
