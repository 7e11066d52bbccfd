"""Reverse proxies before the API: the path under which it is published, and what trusted proxies say of clients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final

from schemas.settings.values import parse_base_path

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_MAPPED: Final = "::ffff:"


class BehindProxies:
    """A WSGI middleware that makes an application see the request that the client has sent.

    The base path may be in the path of a request, or the proxy may have removed it. Both are right, and a request that
    comes directly, such as a probe of /healthz, needs none.

    Args:
        app: the application.
        base_path: the path under which it is published, such as "/newsmill"; "" for none.
        trusted: the proxies whose X-Forwarded headers are believed.
    """

    def __init__(self, app: WSGIApplication, *, base_path: str, trusted: Sequence[IPv4Network | IPv6Network]) -> None:
        self._app = app
        self._base_path = base_path
        self._trusted = trusted

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request (PEP 3333)."""
        environ["REMOTE_ADDR"] = plain_address(environ["REMOTE_ADDR"])
        base_path = self._base_path
        if is_trusted(environ["REMOTE_ADDR"], self._trusted):
            base_path = self._believe(environ) or base_path
        path = environ["PATH_INFO"]
        if base_path and (path == base_path or path.startswith(f"{base_path}/")):
            environ["PATH_INFO"] = path.removeprefix(base_path) or "/"
        environ["SCRIPT_NAME"] = base_path
        return self._app(environ, start_response)

    def _believe(self, environ: WSGIEnvironment) -> str | None:
        """Apply the X-Forwarded headers; return the base path that they state.

        Each proxy adds its value at the end. What stands before may come from the client.
        """
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
        environ["REMOTE_ADDR"] = client_address(environ["REMOTE_ADDR"], forwarded, self._trusted)
        if (scheme := _last(environ, "PROTO").lower()) in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme
        if host := _last(environ, "HOST"):
            environ["HTTP_HOST"] = host
        try:
            return parse_base_path(_last(environ, "PREFIX"))
        except ValueError:
            return None


def client_address(address: str, forwarded: str, trusted: Sequence[IPv4Network | IPv6Network]) -> str:
    """Return the address of the client of a request.

    Args:
        address: the address from which the request came.
        forwarded: its X-Forwarded-For. Each proxy adds an address at the end.
        trusted: the proxies that are believed.
    """
    address = plain_address(address)
    for stated in reversed(_listed(forwarded)):
        if not is_trusted(address, trusted):
            break
        address = plain_address(stated)
    return address


def plain_address(address: str) -> str:
    """Return an address; if it is one of IPv4 in the form of IPv6 (RFC 4291, section 2.5.5.2), as IPv4 has it."""
    return address[len(_MAPPED) :] if address.lower().startswith(_MAPPED) and "." in address else address


def is_trusted(address: str, trusted: Sequence[IPv4Network | IPv6Network]) -> bool:
    """Return whether an address is one of the trusted proxies."""
    try:
        return any(ip_address(plain_address(address)) in network for network in trusted)
    except ValueError:
        return False


def _listed(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]


def _last(environ: WSGIEnvironment, name: str) -> str:
    return (_listed(environ.get(f"HTTP_X_FORWARDED_{name}", "")) or [""])[-1]
