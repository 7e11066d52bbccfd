"""Who is let in: the key of a request, or its link; and whom a service refuses that has no keys."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Request, g, request

from schemas.settings import Settings
from service.auth.bind_check import is_loopback
from service.auth.keys import KeyRing
from service.auth.links import linked_job
from service.core.caller import ANYBODY, Caller
from service.core.problems import ProblemError
from service.core.state import state

_OPEN_PATHS: Final = frozenset({"/", "/docs", "/openapi.json", "/healthz", "/readyz", "/favicon.ico"})
_OPEN_BELOW: Final = ("/static/", "/docs/", "/problems/")
# A probe asks for the address of a container, and Prometheus for a name inside of a network: none of them tells of
# anybody's articles.
_ASKED_BY_ANY_NAME: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def guard(app: Flask, settings: Settings) -> None:
    """Have every request looked at before it reaches its view.

    Raises:
        SettingsError: the keys cannot be read.
    """
    ring = KeyRing(settings.api_keys) if settings.api_keys else None

    @app.before_request
    def _look() -> None:
        if ring is None:
            _refuse_strangers(request, settings)
        g.caller = asking = _who_asks(request, ring)
        if request.path.startswith("/v1/") and not asking.linked:
            limits = state().limits
            g.standing = standing = limits.admit(asking.id)
            if standing and not standing.admitted:
                raise limits.refuse(standing)


def _who_asks(request: Request, ring: KeyRing | None) -> Caller:
    """The caller.

    Raises:
        ProblemError: there are keys, and the request has none of them; or it is by a link that is not good.
    """
    if job_id := linked_job(request, state().link_secret):
        return Caller(id="", linked=job_id)
    if ring is None or _is_open(request.path):
        return ANYBODY
    token = _token(request.headers.get("Authorization", ""))
    if token is None:
        raise _unauthorized(
            "Send a key in the header Authorization, as `Bearer KEY`. The command takes it from NEWSMILL_API_KEY."
        )
    if (caller := ring.caller_of(token)) is None:
        raise _unauthorized("This key is not known.", error="invalid_token")
    return Caller(id=caller)


def _is_open(path: str) -> bool:
    """Whether a path needs no key. All that is not named here needs one."""
    return path in _OPEN_PATHS or path.startswith(_OPEN_BELOW)


def _token(authorization: str) -> str | None:
    """The token of the header Authorization (RFC 6750, section 2.1)."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _unauthorized(detail: str, *, error: str | None = None) -> ProblemError:
    challenge = 'Bearer realm="newsmill"' + (f', error="{error}"' if error else "")
    return ProblemError("unauthorized", detail, www_authenticate=challenge)


def _refuse_strangers(request: Request, settings: Settings) -> None:
    """Refuse what another site has a browser ask for: where there are no keys, all that a browser reaches is open.

    A name of its own that leads to this machine would make another site the same as this one (DNS rebinding); a form
    or a script of another site can post, even though it cannot read the answer.

    Raises:
        ProblemError: it is such a request.
    """
    asked = urlsplit(f"//{request.host}").hostname or ""
    known = settings.open or request.path in _ASKED_BY_ANY_NAME or is_loopback(asked)
    if not known:
        raise ProblemError(
            "misdirected",
            f"Without keys the service answers to the names of this machine alone, and not to {asked!r}. "
            "NEWSMILL_API_KEYS or NEWSMILL_OPEN lets others in.",
        )
    if request.method not in _SAFE and _is_of_another_site(request):
        raise ProblemError("cross-site", "A page of another site may not ask for this.")


def _is_of_another_site(request: Request) -> bool:
    """Whether a browser says that a page of another origin asks (Fetch Metadata; before it, the header Origin)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc.lower() != request.host.lower()
