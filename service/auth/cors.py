"""Pages of other origins that may call the API from a browser: the CORS protocol (Fetch, section 3.2).

The operator names the origins. Keys are sent in a header and never in a cookie, so credentials are not allowed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask import Flask, Request, Response, request

from service.core.request_log import REQUEST_ID

_METHODS: Final = "GET, HEAD, POST, DELETE"
_SENT: Final = ", ".join(
    (
        *("Authorization", "Content-Disposition", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"),
        *("If-Range", "Last-Event-ID", "Prefer", "Range", "Traceparent", "Tracestate", REQUEST_ID),
    )
)
# Browsers keep the answer to a preflight at most two hours.
_KEPT_SECONDS: Final = "7200"


class AllowedOrigins:
    """The origins whose pages may call the API.

    Args:
        origins: each as a browser sends it, such as https://news.example.com; "*" is every origin.
        readable: the headers of responses that a page may read.
    """

    def __init__(self, origins: Iterable[str], *, readable: Iterable[str] = ()) -> None:
        self._origins = frozenset(origins)
        self._readable = ", ".join(readable)

    def has_origin_of(self, request: Request) -> bool:
        """Return whether a request comes from a page of an allowed origin, and is for the API."""
        origin = request.headers.get("Origin")
        of_api = request.path.startswith("/v1/") or request.path == "/openapi.json"
        return of_api and origin is not None and (origin in self._origins or "*" in self._origins)

    def add_to(self, app: Flask) -> None:
        """Answer preflights before a key is asked for, and add the headers that let a page read a response."""
        if not self._origins:
            return

        @app.before_request
        def _answer_preflight() -> Response | None:
            if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
                return Response(status=204) if self.has_origin_of(request) else None
            return None

        @app.after_request
        def _add(response: Response) -> Response:
            response.vary.add("Origin")
            if not self.has_origin_of(request):
                return response
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            if "Access-Control-Request-Method" in request.headers:
                response.headers["Access-Control-Allow-Methods"] = _METHODS
                response.headers["Access-Control-Allow-Headers"] = _SENT
                response.headers["Access-Control-Max-Age"] = _KEPT_SECONDS
            else:
                response.headers["Access-Control-Expose-Headers"] = self._readable
            return response
