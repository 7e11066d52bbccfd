"""The headers that keep a browser from making more of an answer than it is."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

from schemas.settings import Settings

CONTENT_SECURITY_POLICY: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""What an answer of the API may do in a browser: nothing. A page that may do more says so itself."""

_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def add_security_headers(app: Flask, settings: Settings) -> None:
    """Have every answer of an application carry them, problems too; what a view has set itself stays."""
    headers = dict(_HEADERS)
    if settings.hsts:
        headers["Strict-Transport-Security"] = f"max-age={settings.hsts}"

    @app.after_request
    def _add(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if request.path.startswith("/v1/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
