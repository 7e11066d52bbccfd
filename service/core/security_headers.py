"""Security headers: they restrict what a browser does with a response."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

from schemas.settings import Settings

CONTENT_SECURITY_POLICY: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy of API responses, which load nothing. Each page sets a policy of its own."""

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
    """Add the headers to every response, including problems. A header that a view has set stays."""
    headers = dict(_HEADERS)
    if settings.hsts:
        headers["Strict-Transport-Security"] = f"max-age={settings.hsts}"

    @app.after_request
    def _add(response: Response) -> Response:
        present = {name.lower() for name, _ in response.headers}
        for name, value in headers.items():
            if name.lower() not in present:
                response.headers.add(name, value)
        if request.path.startswith("/v1/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
