"""Access: the key or signed link of each request, and protection from other sites where no keys are set."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Request, g, request

from schemas.settings import Settings
from service.auth.bind_check import is_loopback
from service.auth.cors import AllowedOrigins
from service.auth.keys import KeyRing, key_rings
from service.auth.limits import RequestLimits
from service.auth.links import LinkSecret, linked_job
from service.core.caller import NO_KEY_CALLER, Caller
from service.core.problems import ProblemError
from service.core.turns import current_turn

_OPEN_PATHS: Final = frozenset({"/", "/docs", "/help", "/openapi.json", "/healthz", "/readyz", "/favicon.ico"})
_OPEN_BELOW: Final = ("/static/", "/docs/", "/problems/")
# A probe uses a container's address, and Prometheus an internal host name. These paths show no articles.
_OPEN_TO_ANY_HOST_NAME: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def guard(
    app: Flask, settings: Settings, *, limits: RequestLimits, secret: LinkSecret, origins: AllowedOrigins
) -> None:
    """Authenticate every request and apply the rate limit before its view runs.

    Raises:
        SettingsError: the keys cannot be read.
    """
    callers, operators = key_rings(settings)

    @app.before_request
    def _check() -> None:
        turn = current_turn()
        if turn:
            g.caller = Caller(id=turn.key_name)  # for the log, if the request is refused before its key is checked
            turn.refuse_if_too_many()
        if callers is None and operators is None:
            _refuse_other_sites(request, settings, origins)
        g.caller = caller = _authenticate(request, callers, operators, secret)
        if turn:
            turn.identify(caller.id)
        if request.path.startswith("/v1/") and not caller.linked:
            g.standing = standing = limits.admit(caller.id)
            if standing and not standing.admitted:
                raise limits.refusal(standing)


def _authenticate(request: Request, callers: KeyRing | None, operators: KeyRing | None, secret: LinkSecret) -> Caller:
    """Return the caller of a request.

    Raises:
        ProblemError: the service has keys and the request has none of them, or its signed link is not valid.
    """
    if job_id := linked_job(request, secret):
        return Caller(id="", linked=job_id)
    if (callers is None and operators is None) or request.path in _OPEN_PATHS or request.path.startswith(_OPEN_BELOW):
        return NO_KEY_CALLER
    token = _bearer_token(request.headers.get("Authorization", ""))
    if token is None:
        raise _unauthorized(
            "The request has no key. Send one in the header Authorization, as `Bearer KEY`. "
            "The command newsmill takes it from NEWSMILL_API_KEY."
        )
    if operators and (operator := operators.caller_of(token)):
        return Caller(id=operator, operator=True)
    caller = callers.caller_of(token) if callers else None
    if caller is None:
        raise _unauthorized("This key is not known. Check it, or ask the operator for one.", error="invalid_token")
    return Caller(id=caller)


def _bearer_token(authorization: str) -> str | None:
    """Return the token of the header Authorization (RFC 6750, section 2.1)."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _unauthorized(detail: str, *, error: str | None = None) -> ProblemError:
    challenge = 'Bearer realm="newsmill"' + (f', error="{error}"' if error else "")
    return ProblemError("unauthorized", detail, www_authenticate=challenge)


def _refuse_other_sites(request: Request, settings: Settings, origins: AllowedOrigins) -> None:
    """Refuse requests that another site makes through a browser. Without keys, a browser could reach everything.

    A host name that resolves to this machine would give another site our origin (DNS rebinding). A form or script of
    another site can post, even if it cannot read the response (cross-site request forgery).

    Raises:
        ProblemError: it is such a request.
    """
    host = urlsplit(f"//{request.host}").hostname or ""
    known = settings.open or request.path in _OPEN_TO_ANY_HOST_NAME or is_loopback(host)
    if not known:
        raise ProblemError(
            "misdirected",
            f"The host name {host!r} is not a name of this machine, and the service has no keys. "
            "Use 127.0.0.1 or localhost, or set NEWSMILL_API_KEYS or NEWSMILL_OPEN.",
        )
    if request.method not in _SAFE and _is_of_another_site(request) and not origins.has_origin_of(request):
        raise ProblemError("cross-site", "The request comes from a page of another site. Send it from a program.")


def _is_of_another_site(request: Request) -> bool:
    """Return whether a browser states that another origin makes the request.

    Browsers state it in Sec-Fetch-Site (Fetch Metadata); older ones in the header Origin.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc.lower() != request.host.lower()
